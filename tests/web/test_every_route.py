"""Every address that the app has: headers, cookies, and posts that come from elsewhere."""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from inspection.roles import Role
from storage import web_sessions
from tests.stores import an_empty_store
from tests.web.houses import House, a_client, a_house, every_address, people
from web.cookies import COOKIE
from web.guard import HEADERS
from web.visitors import token_digest

TOKEN = "of-everybody"
_FILLED = {
    "chat": "ALL", "year": "2026", "version": "1", "number": "1", "kind": "pdf", "form": "json", "channel": "none",
    "register": "objects", "format": "csv", "sha256": "0" * 64, "digits": "ab", "path": "house.css", "pk": "B1",
    "tab": "results", "letter": "A", "district": "652701", "code": "X",
}  # fmt: skip
_OPEN_LINE = "/chat/{chat}/stream"
"""It never ends; its headers are those of every answer (tests/web/test_doors.py)."""
_NO_PAGE_OF_OURS = re.compile(r"/api/|/webhooks/")
"""Where programs post, which hold no cookie."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("routes")
    with an_empty_store("sqlite", folder) as store:
        people(store, ("ALL", "全能示例", [role.value for role in Role]))
        house = a_house(store, folder)
        with store.transaction() as records:
            at = house.clock()
            web_sessions.open_session(
                records, token_digest(TOKEN), chat="ALL", at=at, expires_at=at + timedelta(days=30)
            )
        yield house


@pytest.fixture(scope="module")
def door(house: House) -> Iterator[httpx.Client]:
    with a_client(house) as client:
        yield client


def _address(path: str) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: _FILLED.get(found[1], "X1"), path)


def _flaws(answer: httpx.Response) -> list[str]:
    held = [name for name in HEADERS if name not in answer.headers]
    policy = answer.headers.get("content-security-policy", "")
    scripts = re.search(r"script-src ([^;]*)", policy)
    if not policy.startswith("default-src 'none'") and "sandbox" not in policy:
        held.append(f"policy {policy}")
    if scripts and ("unsafe" in scripts[1] or "*" in scripts[1] or "http" in scripts[1]):
        held.append(f"scripts {scripts[1]}")
    cookies = [one.lower() for one in answer.headers.get_list("set-cookie")]
    held += [f"cookie {one}" for one in cookies if "httponly" not in one or "samesite=lax" not in one]
    if "text/html" in answer.headers.get("content-type", ""):
        nonce = re.search(r"'nonce-([^']+)'", policy)
        held += [f"in the page {one}" for one in _programs_in(answer.text, nonce[1] if nonce else None)]
    return held


def _programs_in(html: str, nonce: str | None) -> list[str]:
    """What would run that is no file of ours: scripts in the page without its nonce, handlers in attributes."""
    scripts = [one for one in re.findall(r"<script\b[^>]*>", html) if "src=" not in one]
    foreign = [one for one in scripts if "application/json" not in one and (not nonce or nonce not in one)]
    return foreign + re.findall(r"<[^>]+\son(?:click|change|load|error|submit)\s*=[^>]*>", html)


def test_every_answer_carries_what_keeps_a_browser_from_being_misled(
    house: House, door: httpx.Client
) -> None:
    wrong: dict[str, list[str]] = {}
    for who, cookie in (("nobody", ""), ("ALL", f"{COOKIE}={TOKEN}")):
        for method, path in every_address(house.web):
            if path == _OPEN_LINE or (who == "ALL" and path in ("/sign-out", "/sign-in", "/account")):
                continue
            if who == "ALL" and path.startswith("/registers/en/"):
                continue  # the same in another language
            headers = {"accept": "text/html", **({"cookie": cookie} if cookie else {})}
            answer = door.request(method, _address(path), headers=headers)
            if found := _flaws(answer):
                wrong[f"{who} {method} {path} {answer.status_code}"] = found
    assert wrong == {}


def test_no_post_from_elsewhere_gets_in(house: House, door: httpx.Client) -> None:
    """By what today's browsers say, by what older ones say, and by what says nothing and has a cookie all the same."""
    posts = [path for method, path in every_address(house.web) if method not in ("GET", "HEAD")]
    assert len(posts) > 40
    cookie = {"cookie": f"{COOKIE}={TOKEN}"}
    says: tuple[dict[str, str], ...] = (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.invalid"},
        {"origin": "null"},
        {"referer": "https://elsewhere.invalid/x"},
        {},
    )
    for number, path in enumerate(posts):
        for one in (says[number % (len(says) - 1)], {}):
            request = httpx.Request("POST", f"{door.base_url}{_address(path)}", headers={**cookie, **one})
            answer = door.send(request)
            assert answer.status_code == 403, (path, one)
            assert "another site" in answer.text
    with house.store.reading() as records:
        assert web_sessions.session_chat(records, token_digest(TOKEN), at=house.clock()) == "ALL"


def test_every_page_that_wants_a_person_says_so_to_nobody(house: House, door: httpx.Client) -> None:
    """Whatever is not public answers nobody with the sign-in, or as if it were not there."""
    public = re.compile(
        r"/$|/(results|plans|schemes|draws|verify|items|plan|tasks|departments|find|firms|check|open-data|keys|journal|"
        r"bundles|recusal|statistics/public|health|ready|metrics|webhooks|sign-in|sign-out|static|api)\b"
    )
    own = re.compile(r"/plans/desk|/plans/\{year:int\}/(mine|upload|line|merge|amend|add)|/schemes/(mine|new)|"
                     r"/schemes/\{id\}/(edit|teams|progress|what-if)")  # fmt: skip
    for method, path in every_address(house.web):
        if public.match(path) and not own.match(path):
            continue
        answer = door.request(method, _address(path), headers={"accept": "text/html"})
        is_closed = answer.status_code in (401, 403, 404, 400, 413, 422) or (
            answer.status_code in (302, 303, 307)
            and re.search("sign-|login", answer.headers["location"]) is not None
        )
        assert is_closed, (method, path, answer.status_code, answer.headers.get("location"))
