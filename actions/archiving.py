"""归档: a package of all that belongs into a file, part by part in the file store, with an index of their digests.

Three steps, so that nobody waits for the setting of papers: rows are read in one transaction (`gather`), papers are set
and everything is kept and hashed outside of any (`build`), and another one writes the index down (`keep_package`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from actions.archive_parts.piece import PDF_TYPE, KeptFile, Piece
from actions.archive_parts.registry import pieces_of
from actions.case_files import lock_file, number_of, outcome_now, require_archivable
from actions.papers import pdf_of
from inspection.archives import IndexHead, IndexLine, Outcome, index_bytes, keep_until
from inspection.calendar.beijing import beijing_day
from inspection.refusals import NotYours, StateMoved, Unacceptable
from inspection.states import ARCHIVE, ArchiveStep
from notifications.papers.case_index import render_index
from storage import archives
from storage.files import FileDamaged, FileMissing, FileStore
from storage.store import Records
from storage.tables.archives import ArchivePackage, CaseFile
from storage.tables.inspections import Inspection
from storage.tables.registers import Person, Scheme

INDEX_PDF, INDEX_JSON = "index.pdf", "index.json"


@dataclass(frozen=True)
class Gathered:
    """What a package is made of, before anything is set or kept."""

    head: IndexHead
    pieces: tuple[tuple[str, Piece], ...]
    """Each with its kind; the kinds follow each other as in the registry."""


@dataclass(frozen=True)
class Built:
    """A package whose bytes all lie in the file store; `lines` has the printed index as number 0."""

    head: IndexHead
    lines: tuple[IndexLine, ...]
    digest: str


def gather(records: Records, inspection_id: str, *, by: Person | None, at: datetime) -> Gathered:
    """Reads all rows; `by` None is the rule. Refuses whoever does not keep the file, and a file with open ends."""
    file = records.find(CaseFile, inspection_id)
    if file is None:
        raise NotYours("archive_not_yours")
    inspection = records.get(Inspection, inspection_id)
    require_archivable(records, file, inspection, by=by)
    pieces = tuple((part.kind, piece) for part, piece in pieces_of(records, inspection))
    return Gathered(_head(records, file, inspection, by=by, at=at), pieces)


def build(gathered: Gathered, files: FileStore, *, fonts: Path | None = None) -> Built:
    """Sets the papers and keeps every part under its SHA-256; one part is in memory at a time.

    Refuses when a photo can't be read any more, or a sign can't be printed; nothing is written down then.
    """
    places = {kind: place for place, kind in enumerate(dict.fromkeys(one for one, _ in gathered.pieces), 1)}
    lines = [
        _kept(IndexLine(number, f"{places[kind]:02d}-{piece.path}", piece.title, kind, piece.media_type,
                        "", 0, None, piece.restricted_to), piece, files, fonts)
        for number, (kind, piece) in enumerate(gathered.pieces, start=1)
    ]  # fmt: skip
    printed = render_index(gathered.head, lines, fonts=fonts)
    sha256, pages = files.put(printed), pages_of(printed)
    title = "卷内目录"
    first = IndexLine(0, INDEX_PDF, title, "index", PDF_TYPE, sha256, len(printed), pages)
    whole = (first, *lines)
    return Built(gathered.head, whole, files.put(index_bytes(gathered.head, whole)))


def keep_package(records: Records, built: Built, *, by: Person | None, at: datetime) -> CaseFile:
    """Writes the index down and moves the file; refuses when somebody was faster."""
    head = built.head
    inspection = records.lock(Inspection, head.inspection)
    file = lock_file(records, head.inspection)
    require_archivable(records, file, inspection, by=by)
    if head.version != file.package + 1:
        raise StateMoved(what="archive")
    records.move(
        ARCHIVE, file, ArchiveStep.ARCHIVE, by=by.id if by else None, at=at,
        version=head.version, digest=built.digest,
    )  # fmt: skip
    file.package, file.outcome = head.version, head.outcome.value
    file.archived_at, file.archived_by = head.archived_at, by.id if by else None
    file.retention_years, file.retention_basis = head.retention_years, head.retention_basis
    file.keep_until = head.keep_until
    records.add(_package(built, by=by))
    archives.keep_parts(records, head.inspection, head.version, built.lines)
    return file


def pages_of(pdf: bytes) -> int | None:
    """Sheets of a document; None where a document that somebody sent can't be counted."""
    try:
        return len(PdfReader(BytesIO(pdf)).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _head(
    records: Records, file: CaseFile, inspection: Inspection, *, by: Person | None, at: datetime
) -> IndexHead:
    outcome = outcome_now(records, inspection)
    retention = archives.standing_rules(records).retention[outcome]
    return IndexHead(
        case_number=number_of(file),
        inspection=inspection.id,
        version=file.package + 1,
        department=file.department,
        object=file.object_name,
        credit_code=file.credit_code,
        scheme=records.get(Scheme, inspection.scheme_id).name,
        outcome=Outcome(outcome),
        closed_at=file.closed_at,
        archived_at=at,
        archived_by=by.name if by else "",
        retention_years=retention.years,
        retention_basis=retention.basis,
        keep_until=keep_until(beijing_day(file.closed_at), retention.years),
    )


def _kept(line: IndexLine, piece: Piece, files: FileStore, fonts: Path | None) -> IndexLine:
    if isinstance(piece.content, KeptFile):
        data = _read(piece.content, piece.title, files)
        return replace(line, sha256=piece.content.sha256, size=len(data), pages=_sheets(piece, data))
    data = piece.content if isinstance(piece.content, bytes) else pdf_of(piece.content, files, fonts=fonts)
    return replace(line, sha256=files.put(data), size=len(data), pages=_sheets(piece, data))


def _read(kept: KeptFile, title: str, files: FileStore) -> bytes:
    """A file that leaves evidence out in silence would be another file."""
    try:
        return files.read(kept.sha256)
    except (FileMissing, FileDamaged) as gone:
        raise Unacceptable("archive_part_unreadable", title=title) from gone


def _sheets(piece: Piece, data: bytes) -> int | None:
    if piece.media_type == PDF_TYPE:
        return pages_of(data)
    return 1 if piece.media_type.startswith("image/") else None


def _package(built: Built, *, by: Person | None) -> ArchivePackage:
    lines: Sequence[IndexLine] = built.lines
    return ArchivePackage(
        inspection_id=built.head.inspection,
        version=built.head.version,
        digest=built.digest,
        parts=len(lines),
        pages=sum(line.pages or 0 for line in lines),
        size=sum(line.size for line in lines),
        made_at=built.head.archived_at,
        made_by=by.id if by else None,
    )
