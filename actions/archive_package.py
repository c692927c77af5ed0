"""A package taken out of the archive: one ZIP, the same bytes each time, written while it is read."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.archiving import INDEX_JSON
from actions.case_files import may_read_restricted, number_of, readable_file
from inspection.refusals import Incomplete, NotYours
from storage import archives
from storage.files import FileStore
from storage.store import Records
from storage.tables.archives import ArchivePackage, ArchivePart, CaseFile
from storage.tables.registers import Person

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP can say: when it was packed is no fact of the file."""
_WITHHELD = "withheld.txt"


@dataclass(frozen=True)
class Taken:
    """What one reader may take: the index always, of the parts those that are not `withheld` from this reader."""

    file: CaseFile
    package: ArchivePackage
    parts: tuple[ArchivePart, ...]
    withheld: tuple[ArchivePart, ...]

    @property
    def name(self) -> str:
        return f"{number_of(self.file)}-v{self.package.version}.zip"


def note_look(
    records: Records,
    inspection_id: str,
    what: str,
    *,
    by: Person | None,
    at: datetime,
    place: str,
    **facts: object,
) -> None:
    """Who saw what of a file, when and from where; `place` is an address, or `cli`."""
    subject = archives.look_subject(inspection_id)
    records.journal(
        archives.LOOKED, subject, by=by.id if by else None, at=at, what=what, place=place, **facts
    )


def take_package(
    records: Records,
    inspection_id: str,
    *,
    by: Person | None,
    at: datetime,
    place: str,
    version: int | None = None,
) -> Taken:
    """For whoever may read the file; `by` None is whoever runs the installation. That it was taken is journalled."""
    taken = packaged(records, inspection_id, by=by, version=version)
    note_look(
        records, inspection_id, "package", by=by, at=at, place=place,
        version=taken.package.version, withheld=len(taken.withheld),
    )  # fmt: skip
    return taken


def take_part(
    records: Records, inspection_id: str, version: int, number: int, *, by: Person, at: datetime, place: str
) -> ArchivePart:
    """One part of a package to be opened; a restricted one is refused in words of its own."""
    readable_file(records, inspection_id, by)
    part = records.find(ArchivePart, (inspection_id, version, number))
    if part is None:
        raise NotYours("archive_not_yours")
    if not may_read_restricted(by, part.restricted_to):
        raise NotYours("archive_restricted", department=part.restricted_to)
    note_look(records, inspection_id, "part", by=by, at=at, place=place, version=version, part=number)
    return part


def packaged(records: Records, inspection_id: str, *, by: Person | None, version: int | None = None) -> Taken:
    """The same without writing it down."""
    file = readable_file(records, inspection_id, by) if by else records.find(CaseFile, inspection_id)
    if file is None:
        raise NotYours("archive_not_yours")
    wanted = version if version is not None else file.package
    package = records.find(ArchivePackage, (inspection_id, wanted))
    if package is None:
        raise Incomplete("archive_no_package")
    parts = archives.parts(records, inspection_id, package.version)
    withheld = [one for one in parts if by is not None and not may_read_restricted(by, one.restricted_to)]
    return Taken(file, package, tuple(one for one in parts if one not in withheld), tuple(withheld))


def zip_chunks(taken: Taken, files: FileStore) -> Iterator[bytes]:
    """The ZIP in pieces; one part is in memory at a time. Raises `FileFault` where a part can't be read."""
    out = _Outflow()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in _members(taken, files):
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, data, zipfile.ZIP_STORED)
            yield from out.flow()
    yield from out.flow()


def _members(taken: Taken, files: FileStore) -> Iterator[tuple[str, bytes]]:
    yield INDEX_JSON, files.read(taken.package.digest)
    for part in taken.parts:
        yield part.path, files.read(part.sha256)
    if taken.withheld:
        yield _WITHHELD, _withheld(taken.withheld)


def _withheld(parts: Sequence[ArchivePart]) -> bytes:
    lines = [f"{one.path}  {one.sha256}  {one.title}" for one in parts]
    head = "以下材料限阅，未随本包提供；目录中仍有摘要。Withheld from this reader; the index has the digests."
    return ("\n".join([head, "", *lines]) + "\n").encode()


class _Outflow:
    """A file that can't be turned back: what is written waits until it is taken."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._written = 0

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data))
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is to be closed."""

    def flow(self) -> Iterable[bytes]:
        waiting, self._waiting = self._waiting, []
        return waiting
