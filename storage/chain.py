"""The journal's chain in the store: links are appended in the transaction that wrote the lines, as its last deed.

Whoever appends holds the head until the commit. On SQLite the writer holds everything anyhow. On PostgreSQL the
function `journal_append` takes an advisory lock, when all else is written: its holder waits for nobody, so no two can
wait for each other, and it is held for one call and the commit (docs/decisions/0013).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, text
from sqlmodel import Session, col

from inspection.journal_chain import START, Line, Link, line_bytes, linked
from storage.tables.inspections import JournalLine
from storage.tables.journal import JournalLink

_APPEND = text(
    "SELECT set_config('lock_timeout', '0', true), journal_append(CAST(:ids AS integer[]), CAST(:lines AS text[]))"
)
"""Lock, head, hashes and links in one call, for every writer waits while the lock is held. Nobody is impatient for
this lock: all is done by then, and who holds it waits for nothing but the disk."""
_LINK = insert(JournalLink)
_LINES: tuple[Any, ...] = (
    JournalLine.id,
    JournalLine.at,
    JournalLine.actor,
    JournalLine.channel,
    JournalLine.verb,
    JournalLine.subject,
    JournalLine.details,
)
_LINKS: tuple[Any, ...] = (JournalLink.place, JournalLink.line_id, JournalLink.hash)
_AT_ONCE = 1000

AsKept = Callable[[dict[str, Any]], dict[str, Any]]
"""What a JSON column gives back of what it was given."""


def seal(session: Session, lines: Sequence[JournalLine], as_kept: AsKept) -> None:
    """Appends these lines to the chain; nothing may be written in this transaction after it."""
    session.flush()
    written = [_line(one, as_kept) for one in sorted(lines, key=_id)]
    if session.get_bind().dialect.name == "postgresql":
        texts = [line_bytes(one).decode() for one in written]
        session.execute(_APPEND, {"ids": [one.id for one in written], "lines": texts})
        return
    links = linked(head(session), written)
    rows = [{"place": one.place, "line_id": one.line_id, "hash": one.hash} for one in links]
    session.connection().execute(_LINK, rows)


def _line(row: JournalLine, as_kept: AsKept) -> Line:
    details = as_kept(row.details)
    return Line(_id(row), row.at, row.actor, row.channel, row.verb, row.subject, details)


def _id(row: JournalLine) -> int:
    return row.id or 0


def head(session: Session) -> Link:
    """The newest link."""
    found = session.execute(select(*_LINKS).order_by(col(JournalLink.place).desc()).limit(1)).first()
    return Link(*found) if found else START


def link_at(session: Session, place: int) -> Link | None:
    """The link at this place."""
    found = session.get(JournalLink, place)
    return Link(found.place, found.line_id, found.hash) if found else None


def pairs(session: Session, *, after: int = 0) -> Iterator[tuple[Link, Line | None]]:
    """Each link with its line, in the order of places; one query, so one moment, read in stretches."""
    rows = (
        select(*_LINKS, *_LINES)
        .outerjoin(JournalLine, col(JournalLine.id) == col(JournalLink.line_id))
        .where(col(JournalLink.place) > after)
        .order_by(col(JournalLink.place))
        .execution_options(yield_per=_AT_ONCE)
    )
    with session.execute(rows) as found:  # whoever stops on the way leaves no cursor behind
        for row in found:
            yield Link(row[0], row[1], row[2]), _joined(row)


def _joined(row: Row[Any]) -> Line | None:
    values: tuple[Any, ...] = tuple(row)[3:]
    return None if values[0] is None else Line(*values)


def lines_of(session: Session, verb: str) -> Iterator[Line]:
    """All lines of one verb."""
    rows = select(*_LINES).where(col(JournalLine.verb) == verb).order_by(col(JournalLine.id))
    with session.execute(rows.execution_options(yield_per=_AT_ONCE)) as found:
        for row in found:
            yield Line(*row)


def unlinked(session: Session) -> int | None:
    """The first line that no commit of ours appended to the chain."""
    has_link = select(col(JournalLink.place)).where(col(JournalLink.line_id) == col(JournalLine.id)).exists()
    rows = select(col(JournalLine.id)).where(~has_link).order_by(col(JournalLine.id)).limit(1)
    return session.execute(rows).scalar()
