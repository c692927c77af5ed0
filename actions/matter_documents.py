"""Documents of a matter: the order as it was signed, the firm's report, a receipt; kept like any evidence."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime

from actions.case_files import reopen_for
from actions.crimes import LATER, require_reader
from actions.matter_access import require_staff
from actions.transfers import require_party
from inspection.deadlines.times import end_of
from inspection.evidence import examine
from inspection.file_names import clean_file_name
from inspection.refusals import AlreadyDone, NotFound, Unacceptable
from storage.store import Records
from storage.tables.follow_ups import FollowUpDocument, FollowUpMatter, SuspectedCrime
from storage.tables.inspections import Transfer
from storage.tables.registers import Person

Matter = FollowUpMatter | SuspectedCrime | Transfer


def find_matter(records: Records, id: str, *, by: Person) -> Matter:
    """The matter with this id, for whoever handles it; anybody else hears what a stranger hears."""
    matter = records.find(FollowUpMatter, id)
    if matter is not None:
        require_staff(records, matter.inspection_id, matter.department, by)
        return matter
    crime = records.find(SuspectedCrime, id)
    if crime is not None:
        require_reader(records, crime, by)
        return crime
    transfer = records.find(Transfer, id)
    if transfer is None:
        raise NotFound
    require_party(records, transfer, by)
    return transfer


def add_document(
    records: Records,
    id: str,
    data: bytes,
    file_name: str,
    *,
    keep: Callable[[bytes], str],
    by: Person,
    at: datetime,
) -> FollowUpDocument:
    """Keeps a PDF or a picture with the matter. `keep` writes the bytes for good before the row says that they are
    there. Refuses what is no such file (`inspection.evidence.examine`) and the same file twice."""
    matter = find_matter(records, id, by=by)
    if not data:
        raise Unacceptable("matter_file_empty")
    found = examine(data)
    standing = records.find(FollowUpDocument, (id, hashlib.sha256(data).hexdigest()))
    if standing is not None:
        raise AlreadyDone(what="done_matter", done_at=standing.added_at)
    document = FollowUpDocument(
        subject=id,
        sha256=keep(data),
        file_name=clean_file_name(file_name) or "file",
        media_type=found.media_type,
        size=found.size,
        added_at=at,
        added_by=by.id,
    )
    records.add(document)
    records.journal("follow_up.document", id, by=by.id, at=at, sha256=document.sha256)
    reopen_for(records, matter.inspection_id, LATER, by=None, at=at)
    return document


def day_of(typed: str) -> datetime | None:
    """The end of a day that somebody typed, such as `2026-12-31`; None where nothing was."""
    if not typed.strip():
        return None
    try:
        return end_of(date.fromisoformat(typed.strip()))
    except ValueError as wrong:
        raise Unacceptable("matter_day_unreadable", value=typed.strip()[:20]) from wrong
