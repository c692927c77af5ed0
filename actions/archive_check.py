"""A package verified again: every digest, the index, the draw, what was published; what is damaged is named."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actions.archive_package import note_look, packaged
from actions.archive_parts.result import PUBLICATION
from draw.verify import verify
from inspection.archives import sha256_of
from storage import public
from storage.files import FileDamaged, FileFault, FileMissing, FileStore
from storage.store import Records
from storage.tables.archives import ArchivePackage, ArchivePart
from storage.tables.inspections import Publication
from storage.tables.registers import Person

_POOLS = ("announcement.json", "objects.jsonl", "inspectors.jsonl", "exclusions.jsonl")


class Damage(StrEnum):
    """What is wrong with a part."""

    MISSING = "missing"
    CHANGED = "changed"
    """The bytes are not those that were archived."""
    AWAY = "away"
    """The place where it lies does not answer: nothing is known."""
    NOT_IN_INDEX = "not_in_index"
    """The index that was archived says something else of it than the table, or does not name it."""
    DRAW = "draw"
    """The draw can't be recomputed to the same lists."""
    PUBLICITY = "publicity"
    """What the public page shows is not what was archived."""


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong: which part, and of a draw in which words."""

    path: str
    title: str
    damage: Damage
    detail: str = ""


@dataclass(frozen=True)
class ToCheck:
    """What the tables say of a package."""

    package: ArchivePackage
    parts: tuple[ArchivePart, ...]
    published: tuple[Publication, ...]


@dataclass(frozen=True)
class Checked:
    """What came of it; `flaws` is empty when all is as it was archived."""

    version: int
    parts: int
    size: int
    flaws: tuple[Flaw, ...]


def to_check(
    records: Records, inspection_id: str, *, by: Person | None, version: int | None = None
) -> ToCheck:
    """Refuses as `actions.archive_package.packaged`; checking needs no right to the words of a restricted part."""
    taken = packaged(records, inspection_id, by=by, version=version)
    parts = sorted((*taken.parts, *taken.withheld), key=lambda one: one.number)
    return ToCheck(taken.package, tuple(parts), tuple(public.versions(records, inspection_id)))


def check_package(what: ToCheck, files: FileStore) -> Checked:
    """Reads every byte; outside of any transaction."""
    flaws = [*_check_index(what, files), *_check_parts(what, files), *_check_draw(what, files)]
    flaws += _check_publicity(what)
    size = sum(one.size for one in what.parts)
    return Checked(what.package.version, len(what.parts), size, tuple(flaws))


def note_check(
    records: Records, inspection_id: str, checked: Checked, *, by: Person | None, at: datetime, place: str
) -> None:
    """That it was checked, and what came of it, stands with the looks."""
    damaged = sorted({one.path for one in checked.flaws})
    facts = {"version": checked.version, "flaws": len(checked.flaws), "damaged": damaged[:20]}
    note_look(records, inspection_id, "check", by=by, at=at, place=place, **facts)


def _check_index(what: ToCheck, files: FileStore) -> Iterator[Flaw]:
    try:
        held = json.loads(files.read(what.package.digest))
    except FileFault as fault:
        yield Flaw("index.json", "卷内目录（数据）", _damage_of(fault))
        return
    listed = {one["number"]: one for one in held["parts"]}
    for part in what.parts:
        said = listed.pop(part.number, {})
        if any(said.get(name) != getattr(part, name) for name in ("path", "sha256", "size", "restricted_to")):
            yield Flaw(part.path, part.title, Damage.NOT_IN_INDEX)
    for one in listed.values():
        yield Flaw(str(one["path"]), str(one["title"]), Damage.MISSING)


def _check_parts(what: ToCheck, files: FileStore) -> Iterator[Flaw]:
    for part in what.parts:
        try:
            files.read(part.sha256)
        except FileFault as fault:
            yield Flaw(part.path, part.title, _damage_of(fault))


def _check_draw(what: ToCheck, files: FileStore) -> Iterator[Flaw]:
    """From the archived files alone, as a stranger would."""
    held = {one.path.rpartition("/")[2]: one for one in what.parts if one.kind == "draw"}
    transcript = held.get("transcript.json")
    if transcript is None:
        return
    try:
        pools = {name: files.read(held[name].sha256) for name in _POOLS if name in held}
        difference = verify(files.read(transcript.sha256), pools)
    except FileFault:
        return  # named with its part
    if difference is not None:
        yield Flaw(transcript.path, transcript.title, Damage.DRAW, difference)


def _check_publicity(what: ToCheck) -> Iterator[Flaw]:
    now = {one.version: one for one in what.published}
    for version, part in _publications(what.parts):
        one = now.pop(version, None)
        is_same = one is not None and one.digest == part.sha256 == sha256_of(one.bundle.encode())
        if not is_same:
            yield Flaw(part.path, part.title, Damage.PUBLICITY)


def _publications(parts: Sequence[ArchivePart]) -> Iterator[tuple[int, ArchivePart]]:
    begin, end = PUBLICATION.split("{}")
    for part in parts:
        if part.kind == "publicity":
            yield int(part.path.partition(begin)[2].removesuffix(end)), part


def _damage_of(fault: FileFault) -> Damage:
    if isinstance(fault, FileMissing):
        return Damage.MISSING
    return Damage.CHANGED if isinstance(fault, FileDamaged) else Damage.AWAY
