"""Which files the rows name: what a backup must hold, and what must lie in the file store and be well."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, select, union
from sqlmodel import col

from storage.store import Records
from storage.tables.archives import ArchivePackage, ArchivePart
from storage.tables.follow_ups import FollowUpDocument
from storage.tables.inspections import Photo
from storage.tables.messaging import InboxState, InboxUpdate, PaperOrder, Stray

_SOME = {"yield_per": 1000}
"""Rows that are in memory at a time."""
COLUMNS = (
    col(Photo.sha256),
    col(FollowUpDocument.sha256),
    col(ArchivePart.sha256),
    col(ArchivePackage.digest),
    col(PaperOrder.sha256),
)
BODIES: tuple[Select[Any], ...] = (
    select(col(InboxUpdate.body)).where(col(InboxUpdate.state) != InboxState.DONE),
    select(col(Stray.body)),
)
"""What was sent and has no row of its own yet: an update that waits, a photo of which it is not known where it
belongs."""


def named_files(connection: Connection) -> Iterator[str]:
    """The SHA-256 of every file that a row names, each once or a few times. The rows are of this version's tables."""
    for found in (_in_columns(connection), _in_bodies(connection)):
        yield from (name for name in found if name)


def files_of(records: Records) -> Iterator[str]:
    return named_files(records.session.connection())


def _in_columns(connection: Connection) -> Iterator[str | None]:
    rows = union(*(select(column) for column in COLUMNS))
    yield from connection.execute(rows, execution_options=_SOME).scalars()


def _in_bodies(connection: Connection) -> Iterator[str | None]:
    for bodies in BODIES:
        for body in connection.execute(bodies, execution_options=_SOME).scalars():
            attachment = body.get("attachment")
            if isinstance(attachment, dict):
                yield attachment.get("sha256")
