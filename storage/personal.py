"""What the store holds about one person: gathered for that person, and taken away when they have left.

A test reads every table for columns that name a person, and wants each of them here or in its list of what somebody did
in office, which stays with the case and is in the journal besides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, literal, or_, select, tuple_, update
from sqlmodel import SQLModel, col

from storage import people
from storage.store import Records
from storage.tables.deadlines import Deputy
from storage.tables.exchange import ApiToken
from storage.tables.inspections import Assignment, CheckIn, DrawSource, JournalLine, LeaveRequest, Photo
from storage.tables.messaging import (
    AwaitedFile,
    CardCode,
    ChannelAccount,
    Conversation,
    DueWork,
    EnrolmentCode,
    InboxState,
    InboxUpdate,
    OutboxLine,
    OutboxState,
    PaceMark,
    PaperOrder,
    SentMessage,
    SignInRequest,
    Stray,
    TeamGroup,
    WebMessage,
    WebSession,
)
from storage.tables.registers import Absence, DeclaredInterest, Expert, Inspector, Person
from storage.tables.schemes import Briefing


@dataclass(frozen=True)
class About:
    """A table with rows about a person, found by `column`; `hidden` is what is no use to them, or another's."""

    table: type[SQLModel]
    column: str
    hidden: tuple[str, ...] = ()


ABOUT = (
    About(Person, "id"),
    About(Inspector, "id"),
    About(Expert, "id"),
    About(Absence, "inspector_id"),
    About(DeclaredInterest, "inspector_id"),
    About(Deputy, "person_id"),
    About(ChannelAccount, "person_id"),
    About(EnrolmentCode, "person_id", ("digest",)),
    About(SignInRequest, "person_id", ("browser_digest", "code_digest")),
    About(Conversation, "person_id"),
    About(OutboxLine, "person_id"),
    About(AwaitedFile, "person_id"),
    About(Stray, "person_id"),
    About(PaperOrder, "person_id"),
    About(TeamGroup, "bound_by"),
    About(DueWork, "person_id"),
    About(ApiToken, "person_id", ("digest",)),
    About(Assignment, "person_id"),
    About(Briefing, "person_id"),
    About(CheckIn, "person_id"),
    About(Photo, "sent_by"),
    About(DrawSource, "witness_id", ("first_value", "first_by")),
    About(JournalLine, "actor"),
)


def rows_about(records: Records, person_id: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Table by table, each row as plain values."""
    for one in ABOUT:
        which = getattr(one.table, one.column) == person_id
        yield one.table.__tablename__, _plain(records, one.table, which, one.hidden)  # type: ignore[misc]
    yield "leave_request", _own_requests(records, person_id)
    accounts = _accounts(records, person_id)
    if accounts:
        here = tuple_(col(InboxUpdate.channel), col(InboxUpdate.chat)).in_(accounts)
        yield "inbox_update", _plain(records, InboxUpdate, here, ())
        web = [chat for channel, chat in accounts if channel == "web"]
        yield "web_message", _plain(records, WebMessage, col(WebMessage.chat).in_(web), ())


def _own_requests(records: Records, person_id: str) -> list[dict[str, Any]]:
    """With the words only of those that the person wrote: of a firm's application they are the firm's."""
    own = select(col(Assignment.id)).where(col(Assignment.person_id) == person_id)
    found = _plain(records, LeaveRequest, col(LeaveRequest.assignment_id).in_(own), ("answer_words",))
    return [one if one["origin"] == "self" else one | {"words": ""} for one in found]


def _plain(
    records: Records, table: type[SQLModel], which: ColumnElement[bool], hidden: Sequence[str]
) -> list[dict[str, Any]]:
    rows = records.session.execute(select(table).where(which)).scalars()
    return [{name: value for name, value in row.model_dump().items() if name not in hidden} for row in rows]


def _accounts(records: Records, person_id: str) -> list[tuple[str, str]]:
    columns = (col(ChannelAccount.channel), col(ChannelAccount.chat))
    rows = records.session.execute(select(*columns).where(col(ChannelAccount.person_id) == person_id))
    return [(channel, chat) for channel, chat in rows]


def live_seats(records: Records, person_id: str, states: Sequence[Any]) -> int:
    """How many seats the person still holds in one of these states."""
    rows = select(col(Assignment.id)).where(
        col(Assignment.person_id) == person_id, col(Assignment.state).in_(states)
    )
    return len(records.session.execute(rows).all())


# Taking away


def forget_person(records: Records, person_id: str) -> dict[str, int]:
    """Names become the number, and accounts, codes and all that was said in chats go; gives how many rows of each
    table. What was sent and received stays as an empty line, so that nothing is sent or taken in twice."""
    records.session.flush()
    accounts = _accounts(records, person_id)
    _close(records, person_id, accounts)
    done = {
        "inbox_update": _change(records, InboxUpdate, _at(InboxUpdate, accounts), _FORGOTTEN_UPDATE),
        "outbox_line": _change(
            records,
            OutboxLine,
            or_(col(OutboxLine.person_id) == person_id, _at(OutboxLine, accounts)),
            {"body": {}, "chat": None, "addressee": person_id, "error": ""},
        ),
        "stray": _change(records, Stray, col(Stray.person_id) == person_id, {"body": {}, "chat": ""}),
        "awaited_file": _change(
            records, AwaitedFile, col(AwaitedFile.person_id) == person_id, {"body": {}, "chat": ""}
        ),
        "paper_order": _change(records, PaperOrder, col(PaperOrder.person_id) == person_id, {"chat": ""}),
    }
    done |= {
        table.__tablename__: _delete(records, table, which)
        for table, which in (
            (Conversation, col(Conversation.person_id) == person_id),
            (SentMessage, _at(SentMessage, accounts)),
            (CardCode, _at(CardCode, accounts)),
            (PaceMark, _at(PaceMark, accounts)),
            (WebMessage, col(WebMessage.chat).in_(_web(accounts))),
            (WebSession, col(WebSession.chat).in_(_web(accounts))),
            (EnrolmentCode, col(EnrolmentCode.person_id) == person_id),
            (SignInRequest, col(SignInRequest.person_id) == person_id),
            (ChannelAccount, col(ChannelAccount.person_id) == person_id),
            (Absence, col(Absence.inspector_id) == person_id),
            (DeclaredInterest, col(DeclaredInterest.inspector_id) == person_id),
            (Deputy, or_(col(Deputy.person_id) == person_id, col(Deputy.deputy_id) == person_id)),
        )
    }
    _rename(records, person_id)
    for channel, chat in accounts:
        people.forget_account(records, channel, chat)
    return {table: number for table, number in done.items() if number}


def _close(records: Records, person_id: str, accounts: Sequence[tuple[str, str]]) -> None:
    """Nothing of theirs waits any more."""
    waiting = col(InboxUpdate.state) == InboxState.PENDING
    _change(records, InboxUpdate, waiting & _at(InboxUpdate, accounts), {"state": InboxState.DONE})
    own = or_(col(OutboxLine.person_id) == person_id, _at(OutboxLine, accounts))
    for channel, chat in accounts:  # the key of a menu says where it went
        named = col(OutboxLine.key).contains(f"{channel}:{chat}", autoescape=True)
        _change(
            records, OutboxLine, own & named, {"key": literal("gone:") + cast(col(OutboxLine.id), String)}
        )
    unsent = col(OutboxLine.state).in_((OutboxState.PENDING, OutboxState.DEAD))
    _change(records, OutboxLine, unsent & own, {"state": OutboxState.DROPPED})


_FORGOTTEN_UPDATE: Mapping[str, Any] = {"body": {}, "chat": "", "error": ""}


def _web(accounts: Sequence[tuple[str, str]]) -> list[str]:
    return [chat for channel, chat in accounts if channel == "web"]


def _at(table: Any, accounts: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    return tuple_(table.channel, table.chat).in_(list(accounts))


def _change(records: Records, table: Any, which: ColumnElement[bool], values: Mapping[str, Any]) -> int:
    statement = update(table).where(which).values(**values)
    done = records.session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]


def _delete(records: Records, table: Any, which: ColumnElement[bool]) -> int:
    done = records.session.execute(
        delete(table).where(which), execution_options={"synchronize_session": False}
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _rename(records: Records, person_id: str) -> None:
    person = records.get(Person, person_id)
    person.name, person.title = person_id, ""
    if inspector := records.find(Inspector, person_id):
        inspector.certificate_number = ""
    if expert := records.find(Expert, person_id):
        expert.name, expert.title, expert.organisation = person_id, "", ""


def forget_messages(records: Records, *, before: datetime) -> int:
    """What was said in chats and is done with since before then: the words go, the lines stay. Gives how many."""
    old_updates = (
        col(InboxUpdate.state) == InboxState.DONE,
        col(InboxUpdate.done_at) < before,
        col(InboxUpdate.body) != {},
    )
    old_lines = (
        col(OutboxLine.state).in_((OutboxState.SENT, OutboxState.DROPPED)),
        col(OutboxLine.created_at) < before,
        col(OutboxLine.body) != {},
    )
    records.session.flush()
    changed = 0
    for table, which in ((InboxUpdate, old_updates), (OutboxLine, old_lines)):
        statement = update(table).where(*which).values(body={})
        done = records.session.execute(statement, execution_options={"synchronize_session": False})
        changed += int(done.rowcount)  # type: ignore[attr-defined]
    return changed + _delete(records, WebMessage, col(WebMessage.at) < before)
