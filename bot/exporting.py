"""The public pages as a folder of files, for any web server or none: pages, open data, draw files, signatures, keys.

The pages come from the app that serves them, with relative links; its clock stands at the last publication, so that
the same store gives the same bytes. Only files whose bytes differ are written.
"""

import asyncio
import hashlib
import os
import posixpath
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from inspection.departments import DEPARTMENTS
from inspection.public_draws import DRAW_FILES
from storage import public, publicity
from storage.store import Store
from web.app import make_app
from web.house import WebHouse
from web.open_data import DATASETS, FORMS, Reading
from web.pages import STATIC

SUMS = "SHA256SUMS"
_SEEDS = (
    "/",
    "/results",
    "/schemes",
    "/items",
    "/plans",
    "/departments",
    "/find",
    "/open-data/",
    "/keys.json",
    "/journal",
)
_STATIC = ("house.css", "plans.css", "mark.svg", "verify/*.js")
"""What public pages show and run; the chat's own files stay at home."""
_PAGES = re.compile(
    r"/|/open-data/"
    r"|/(results|schemes|items|plans|departments|find|journal)"
    r"|/(results|schemes|draws|verify|items|plan|plans|firms)/[^/]+"
    r"|/departments/[^/]+(/[^/]+)?|/find/[^/]+/[^/]+"
)
_FILES = re.compile(
    r"/keys\.json|/keys/[^/]+\.pem|/bundles/[^/]+/[^/]+/\d+\.(json|sig)|/draws/[^/]+/[^/]+\.jsonl?"
    r"|/plans/\d+/plan\.(csv|json)"  # no .xlsx, which says when it was made
)
_OPEN_DATA = re.compile(r"/open-data/\w+\.\w+")
_STATIC_FILE = re.compile(r"/static/.+")
_LINK = re.compile(r'\b(href|src|action)="([^"]*)"')


class NotOurFolder(Exception):
    """The folder holds something else: nothing in it is touched."""


@dataclass
class Exported:
    """What an export did: files in all, those that were written, those that were taken away."""

    files: int = 0
    written: int = 0
    removed: int = 0


def export(house: WebHouse, folder: Path) -> Exported:
    """Writes the export; raises `NotOurFolder` where the folder holds files of somebody else, and OSError."""
    before = _listed(folder)
    target = _Target(folder)
    asyncio.run(_crawl(_frozen(house), target))
    for name, lines in _open_data_files(house):
        target.put(name, lines)
    for pattern in _STATIC:
        for file in sorted(STATIC.glob(pattern)):
            target.put(f"static/{file.relative_to(STATIC).as_posix()}", (file.read_bytes(),))
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(target.digests.items()))
    target.put(SUMS, (sums.encode(),))
    for name in sorted(before - set(target.digests)):
        target.remove(name)
    return target.told


def _listed(folder: Path) -> set[str]:
    """The files that an earlier export wrote."""
    if not folder.exists() or not any(folder.iterdir()):
        return set()
    sums = folder / SUMS
    if not sums.is_file():
        raise NotOurFolder(str(folder))
    return {line[66:] for line in sums.read_text(encoding="utf-8").splitlines()} | {SUMS}


def _frozen(house: WebHouse) -> WebHouse:
    with house.store.reading() as records:
        newest = publicity.newest_result(records)
    at = newest.published_at if newest else datetime(2019, 1, 1, tzinfo=UTC)
    return replace(house, clock=lambda: at, is_demo=False, is_export=True)


@dataclass
class _Target:
    """The folder, with the digest of each file that belongs into it."""

    folder: Path
    digests: dict[str, str] = field(default_factory=dict)
    told: Exported = field(default_factory=Exported)

    def put(self, name: str, parts: Iterable[bytes]) -> None:
        """Written beside and moved into its place, unless the same bytes are there already."""
        file, made = self.folder / name, self.folder / f".{os.getpid()}.part"
        file.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        try:
            with made.open("wb") as out:
                for part in parts:
                    digest.update(part)
                    out.write(part)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
        self.told.files += 1
        if name != SUMS:
            self.digests[name] = digest.hexdigest()
        if file.is_file() and _digest_of(file) == digest.hexdigest():
            made.unlink()
            return
        made.replace(file)
        self.told.written += 1

    def remove(self, name: str) -> None:
        """Only what lies inside, whatever a list says."""
        file = (self.folder / name).resolve()
        if name != SUMS and file.is_relative_to(self.folder.resolve()) and file.is_file():
            file.unlink()
            self.told.removed += 1


def _digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _open_data_files(house: WebHouse) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Whole, not in pages, and written while they are read."""
    for dataset in DATASETS.values():
        for form, (_, write) in FORMS.items():
            reading = Reading(house.store, "", 0, house.public_url, house.language)
            yield f"open-data/{dataset.name}.{form}", (one.encode() for one in write(dataset, reading))


async def _crawl(house: WebHouse, target: _Target) -> None:
    """From the first pages along every link that has a place in the folder."""
    waiting = deque(_beginnings(house.store))
    seen = set(waiting)
    transport = httpx.ASGITransport(app=make_app(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://export.invalid") as client:
        while waiting:
            address = waiting.popleft()
            answer = await client.get(address)
            if answer.status_code != httpx.codes.OK:
                continue
            content = answer.content
            if answer.headers["content-type"].startswith("text/html"):
                content, found = _with_relative_links(address, answer.text, house.public_url)
                new = [one for one in found if one not in seen]
                seen.update(new)
                waiting.extend(dict.fromkeys(new))
            target.put(_file_of(address) or "", (content,))


def _beginnings(store: Store) -> Iterator[str]:
    """What no link leads to: the codes that the page of a draw asks for by the first digits of a digest."""
    yield from _SEEDS
    yield from (f"/departments/{one}/items" for one in DEPARTMENTS)
    with store.reading() as records:
        for scheme, _ in public.announced_scheme_states(records):
            announced = public.announced_scheme(records, scheme)
            for draw in announced[1] if announced else ():
                yield from (f"/draws/{draw.id}/{name}" for name in DRAW_FILES)
                if draw.codes:
                    yield from (f"/draws/{draw.id}/codes/{number:02x}" for number in range(256))


_CODES = re.compile(r"/draws/[^/]+/codes/[0-9a-f]{2}")


def _file_of(address: str) -> str | None:
    """The place of an address in the folder; None for what needs a server."""
    parts = urlsplit(address)
    path = parts.path
    if _STATIC_FILE.fullmatch(path) or _OPEN_DATA.fullmatch(path):
        return path[1:]
    if _FILES.fullmatch(path) or _CODES.fullmatch(path):
        return unquote(path)[1:]
    if not _PAGES.fullmatch(path):
        return None
    if path.endswith("/"):
        return f"{path[1:]}index.html"
    asked = re.sub(r"[^0-9A-Za-z=.-]", "_", unquote(parts.query))
    return f"{unquote(path)[1:]}{f'__{asked}' if asked else ''}.html"


def _with_relative_links(address: str, html: str, public_url: str) -> tuple[bytes, list[str]]:
    """The page with links to files beside it, to the served pages where there is no file; and what it links to."""
    here, found = posixpath.dirname(_file_of(address) or ""), []

    def rewritten(match: re.Match[str]) -> str:
        target = unescape(match.group(2))
        if not target.startswith("/"):
            return match.group(0)
        plain, _, fragment = target.partition("#")
        file = _file_of(plain)
        if file is None:
            return f'{match.group(1)}="{escape(public_url + target)}"'
        if not (_STATIC_FILE.match(plain) or _OPEN_DATA.match(plain)):
            found.append(plain)
            if plain.startswith("/bundles/") and plain.endswith(".json"):
                found.append(f"{plain.removesuffix('.json')}.sig")
        beside = posixpath.relpath(file, here or ".")
        return f'{match.group(1)}="{escape(_quoted(beside) + (f"#{fragment}" if fragment else ""))}"'

    return _LINK.sub(rewritten, html).encode(), found


def _quoted(path: str) -> str:
    """What in a file's name would mean something else in an address."""
    return path.replace("%", "%25").replace("?", "%3F").replace("#", "%23")
