"""The pages as their readers use them, without a socket: forms are read as they stand there, and sent back filled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from typing import Any

import httpx

from bot.play.year.street import Street, YearStopped
from web.app import make_app
from web.house import WebHouse
from web.live import Live

ADDRESS = "http://year.example"
_UPLOAD_LIMIT = 20 * 1024 * 1024
Table = list[list[str]]
"""Rows of cells, the head first."""


class Desk:
    """The house's pages for the people of the street; who reads is said as in a demo."""

    def __init__(self, street: Street) -> None:
        self.street = street
        self.house = _house(street)
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(make_app(self.house)), base_url=ADDRESS, timeout=None
        )
        self.requests = 0

    def read(self, path: str, who: str = "", **query: str) -> httpx.Response:
        """A page that must be there."""
        answer = self._ask("GET", path, who, params=query)
        if answer.status_code != 200:
            raise YearStopped(f"GET {path} as {who or 'anybody'}: {answer.status_code} {_words(answer)}")
        return answer

    def post(self, path: str, who: str = "", /, **fields: Any) -> httpx.Response:
        """A form that must be taken."""
        return self._taken(self._ask("POST", path, who, data=fields), path, who)

    def send_file(self, path: str, who: str, name: str, content: bytes, **fields: str) -> httpx.Response:
        answer = self._ask("POST", path, who, files={"file": (name, content)}, data=fields)
        return self._taken(answer, path, who)

    def close(self) -> None:
        self.street.run(self._client.aclose())

    def _taken(self, answer: httpx.Response, path: str, who: str) -> httpx.Response:
        if answer.status_code not in (200, 303):
            raise YearStopped(f"POST {path} as {who or 'anybody'}: {answer.status_code} {_words(answer)}")
        self.street.settle()
        return answer

    def _ask(self, method: str, path: str, who: str, **given: Any) -> httpx.Response:
        self.requests += 1
        query = {**given.pop("params", {}), **({"chat": who} if who else {})}
        return self.street.run(self._client.request(method, path, params=query or None, **given))


def forms_of(page: httpx.Response) -> list[dict[str, str]]:
    """Every form of a page: its fields with what stands in them."""
    reader = _Reader()
    reader.feed(page.text)
    return reader.forms


def tables_of(page: httpx.Response) -> dict[str, Table]:
    """The tables of a page by the title of their section."""
    reader = _Reader()
    reader.feed(page.text)
    return reader.tables


def figures_of(page: httpx.Response) -> dict[str, str]:
    """The key figures at the top: words by title."""
    reader = _Reader()
    reader.feed(page.text)
    return dict(zip(reader.terms, reader.told, strict=True))


@dataclass
class _Reader(HTMLParser):
    """Forms, tables and key figures, as a program that reads aloud would find them."""

    forms: list[dict[str, str]] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._title, self._words, self._is_key = "", "", False
        self._table: Table | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag in ("input", "textarea", "select") and self.forms and given.get("name"):
            self.forms[-1][given["name"]] = given.get("value", "")
        elif tag == "table":
            self._table = self.tables.setdefault(self._title, [])
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag == "ul":
            self._is_key = given.get("class") == "key-figures"
        if tag in ("h2", "th", "td", "li", "b"):
            self._words = ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        words = " ".join(self._words.split())
        if tag == "h2":
            self._title = words
        elif tag in ("th", "td") and self._table:
            self._table[-1].append(words)
        elif tag == "table":
            self._table = None
        elif tag == "ul":
            self._is_key = False
        elif tag == "span" and self._is_key:
            self.terms.append(words)
        elif tag == "b" and self._is_key:
            self.told.append(words)


def _words(answer: httpx.Response) -> str:
    return " ".join(_texts(answer.text))[:600]


def _texts(html: str) -> Iterator[str]:
    reader = _Texts()
    reader.feed(html.partition("<main")[2] or html)
    yield from reader.found


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


def _house(street: Street) -> WebHouse:
    tokens = count(1)
    return WebHouse(
        store=street.store,
        files=street.files,
        clock=street.clock,
        live=Live(),
        wake=_nobody,
        is_demo=True,
        upload_limit=_UPLOAD_LIMIT,
        new_token=lambda: f"year-token-{next(tokens):032d}",
        move_clock=None,
        public_url=ADDRESS,
        complaint_path="12345 政务服务便民热线（示例）",
    )


def _nobody() -> None:
    """The street settles by itself after every form."""
