"""Checks what is public from outside, as a stranger would: a folder that was exported, or pages that are served."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from actions.signatures import fault_of
from bot.exporting import SUMS
from draw.verify import verify
from inspection.signatures import DIGEST, KEY_ID, SIGNATURE, key_id_of, signed_bytes
from web.open_data import DATASETS

_POOLS = ("objects.jsonl", "inspectors.jsonl", "exclusions.jsonl")


class NothingToCheck(Exception):
    """There are no keys at this place, or it cannot be read; `reason` says which."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Fault:
    """What is wrong where: `changed`, `missing`, `unlisted`, `unreadable`, `digest`, `unsigned`, `unknown_key`,
    `signature`, `other_key` or `draw`, which `words` says more about."""

    place: str
    kind: str
    words: str = ""


@dataclass
class Checked:
    """How many files, signatures and draws were looked at; the keys that signed."""

    files: int = 0
    signatures: int = 0
    draws: int = 0
    keys: tuple[str, ...] = ()


def check_folder(folder: Path, *, key: str | None, told: Checked) -> Iterator[Fault]:
    """Every file against its digest, every signature, every draw that may be recomputed. `key` is the one that must
    have signed, by its id. Raises `NothingToCheck`."""
    try:
        sums = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        keys = _keys((folder / "keys.json").read_bytes())
    except (OSError, ValueError) as failure:
        raise NothingToCheck(str(failure)) from failure
    told.keys = tuple(keys)
    yield from _files(folder, sums, told)
    for file in sorted((folder / "bundles").rglob("*.json")):
        place = file.relative_to(folder).as_posix()
        yield from _bundle(file, place, keys, key, told)
    for name in DATASETS:
        place = f"open-data/{name}.json"
        try:
            with (folder / place).open(encoding="utf-8") as lines:
                yield from _entries(lines, place, keys, key, told)
        except OSError:
            yield Fault(place, "missing")
    yield from _draws(folder, told)


def check_pages(address: str, *, key: str | None, told: Checked) -> Iterator[Fault]:
    """The open data of pages that are served, all of it. Raises `NothingToCheck`."""
    with httpx.Client(base_url=address.rstrip("/"), timeout=60, follow_redirects=True) as client:
        try:
            keys = _keys(client.get("/keys.json").raise_for_status().content)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failure:
            raise NothingToCheck(str(failure)) from failure
        told.keys = tuple(keys)
        for name in DATASETS:
            place = f"/open-data/{name}.json"
            try:
                with client.stream("GET", place, params={"limit": 0}) as answer:
                    answer.raise_for_status()
                    told.files += 1
                    yield from _entries(answer.iter_lines(), place, keys, key, told)
            except httpx.HTTPError as failure:
                yield Fault(place, "unreadable", str(failure))


def _keys(content: bytes) -> dict[str, str]:
    """Public keys by their ids, each of which must be the key's own."""
    keys = {str(one["id"]): str(one["publicKey"]) for one in json.loads(content)["keys"]}
    if not keys:
        raise ValueError("keys.json: no key")
    for id, public in keys.items():
        if key_id_of(public) != id:
            raise ValueError(f"keys.json: {id}")
    return keys


def _files(folder: Path, sums: Iterable[str], told: Checked) -> Iterator[Fault]:
    listed = {line[66:]: line[:64] for line in sums}
    for name, digest in listed.items():
        file = folder / name
        if not file.is_file():
            yield Fault(name, "missing")
            continue
        told.files += 1
        with file.open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != digest:
                yield Fault(name, "changed")
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name not in listed and name != SUMS:
            yield Fault(name, "unlisted")


def _bundle(
    file: Path, place: str, keys: Mapping[str, str], wanted: str | None, told: Checked
) -> Iterator[Fault]:
    beside = file.with_suffix(".sig")
    if not beside.is_file():
        yield Fault(place, "unsigned")
        return
    told.signatures += 1
    content, signature = file.read_bytes(), beside.read_bytes().hex()
    by = [id for id, public in keys.items() if not fault_of(content, "", signature, public)]
    if not by:
        yield Fault(place, "signature")
    elif wanted and wanted not in by:
        yield Fault(place, "other_key", by[0])


def _entries(
    lines: Iterable[str], place: str, keys: Mapping[str, str], wanted: str | None, told: Checked
) -> Iterator[Fault]:
    """Open data has an entry a line; the first line and the last are what stands around them."""
    for number, line in enumerate(lines, start=1):
        text = line.strip().rstrip(",")
        if number == 1 or text in ("", "]") or text.startswith("]"):
            continue
        where = f"{place}:{number}"
        try:
            entry: dict[str, Any] = json.loads(text)
            content = signed_bytes(entry)
        except (ValueError, AttributeError):
            yield Fault(where, "unreadable")
            continue
        told.signatures += 1
        signed_by = str(entry.get(KEY_ID, ""))
        found = fault_of(
            content, str(entry.get(DIGEST, "")), str(entry.get(SIGNATURE, "")), keys.get(signed_by)
        )
        if found:
            yield Fault(where, found)
        elif wanted and wanted != signed_by:
            yield Fault(where, "other_key", signed_by)


def _draws(folder: Path, told: Checked) -> Iterator[Fault]:
    for transcript in sorted((folder / "draws").glob("*/transcript.json")):
        beside = transcript.parent
        place = beside.relative_to(folder).as_posix()
        try:
            pools = {name: (beside / name).read_bytes() for name in (*_POOLS, "announcement.json")}
        except OSError:
            yield Fault(place, "missing")
            continue
        told.draws += 1
        difference = verify(transcript.read_bytes(), pools)
        if difference is not None:
            yield Fault(place, "draw", difference)
