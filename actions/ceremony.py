"""How the public inputs of a draw come in: a witness gives a number, two colleagues enter a public value, and what is
missing postpones the draw (docs/draw-protocol.md §2). A value that has been given is never changed."""

import unicodedata
from datetime import datetime
from enum import StrEnum

from actions.access import require_operator
from actions.approved import require_approved
from actions.draws import invitation, missing_sources
from actions.rights import is_allowed
from actions.telling import tell
from draw.double_random import read_announcement
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotYours, Unacceptable
from inspection.rights import Deed
from inspection.roles import Role
from inspection.states import SchemeState
from inspection.words import clean_words, without_hidden
from notifications.messages.ceremony import (
    MOST_DIGITS,
    DrawPostponed,
    DrawSources,
    EntriesDiffer,
    SecondEntryAsked,
    SourceLine,
    WitnessInvited,
)
from storage import draws, people
from storage.results import last_journalled
from storage.store import Records
from storage.tables.inspections import DrawRecord, DrawSource
from storage.tables.messaging import DueWork
from storage.tables.registers import Person, Scheme

VALUE_LIMIT = 64
MOST_WITNESSES = 8
ENTERING = (Role.OPERATOR, Role.HEAD, Role.REVIEWER, Role.LIAISON)
"""Of the lead department, who may enter a public value. The second entry is another person's."""


class Entry(StrEnum):
    """What became of an entry of a public value."""

    FIRST = "first"
    AGREED = "agreed"
    DIFFERENT = "different"


# --- Before the announcement -----------------------------------------------------------------------------------------


def choose_witness(
    records: Records, scheme_id: str, witness_id: str, *, invited: bool, by: Person, at: datetime
) -> Scheme:
    """Puts a witness on the list of those to be invited, or takes one off. Only before the announcement."""
    scheme = _still_filed(records, scheme_id, by)
    witness = records.get(Person, witness_id)
    if Role.WITNESS not in witness.roles or not witness.is_active:
        raise NotYours
    if (witness_id in scheme.witnesses) is invited:
        before = last_journalled(records, _verb(invited), f"{scheme.id}:{witness_id}")
        raise AlreadyDone(
            what="done_invited" if invited else "done_left_out", done_at=before.at if before else at
        )
    still_there = [one for one in scheme.witnesses if records.get(Person, one).is_active]
    if invited and len(still_there) >= MOST_WITNESSES:
        raise Unacceptable("too_many_witnesses", limit=MOST_WITNESSES)
    others = [one for one in still_there if one != witness_id]
    scheme.witnesses = [*others, witness_id] if invited else others
    records.journal(_verb(invited), f"{scheme.id}:{witness_id}", by=by.id, at=at)
    return scheme


def name_public_value(records: Records, scheme_id: str, name: str, *, by: Person, at: datetime) -> Scheme:
    """Says which public value the draw will take in; an empty name takes it back."""
    scheme = _still_filed(records, scheme_id, by)
    scheme.public_value = " ".join(clean_words(name, VALUE_LIMIT).split()) if name.strip() else ""
    records.journal("scheme.public_value", scheme.id, by=by.id, at=at, name=scheme.public_value)
    return scheme


def _verb(invited: bool) -> str:
    return "scheme.invite" if invited else "scheme.leave_out"


# --- While the inputs come in ----------------------------------------------------------------------------------------


def give_number(records: Records, draw_id: str, value: str, *, by: Person, at: datetime) -> DrawSource:
    """A witness's number, as digits; final at once. Refuses whoever was not invited, and a second number."""
    source = open_source(records, draw_id, by=by)
    _take(records, records.get(DrawRecord, draw_id), source, number_of(value), by=by, at=at)
    return source


def open_source(records: Records, draw_id: str, *, by: Person) -> DrawSource:
    """The source of a draw that waits for this witness; refuses whoever was not invited, and a second number."""
    draw = records.lock(DrawRecord, draw_id)
    source = next((one for one in draws.sources_of(records, draw_id) if one.witness_id == by.id), None)
    if source is None:
        raise NotYours
    _refuse_settled(draw)
    _refuse_given(source)
    return source


def enter_public_value(records: Records, draw_id: str, value: str, *, by: Person, at: datetime) -> Entry:
    """One of the two entries of the public value; neither person sees the other's. Only two that agree count, and two
    that differ are both struck and asked for anew."""
    source = open_entry(records, draw_id, by=by)
    draw = records.get(DrawRecord, draw_id)
    value = value_of(value)
    if source.first_by is None:
        _keep_first(records, draw, source, value, by=by, at=at)
        return Entry.FIRST
    if source.first_value != value:
        _strike(records, draw, source, by=by, at=at)
        return Entry.DIFFERENT
    _take(records, draw, source, value, by=by, at=at)
    return Entry.AGREED


def open_entry(records: Records, draw_id: str, *, by: Person) -> DrawSource:
    """The public value of a draw that `by` may enter now; refuses before the question is put whoever may not: people
    of other departments, the first of the two, and everybody once it is settled."""
    draw = records.get(DrawRecord, draw_id)
    if not _may_enter(records, draw, by):
        raise NotYours
    _refuse_settled(records.lock(DrawRecord, draw_id))
    source = next((one for one in draws.sources_of(records, draw.id) if one.witness_id is None), None)
    if source is None:
        raise NotYours
    _refuse_given(source)
    if source.first_by == by.id:
        raise Unacceptable("second_person_needed")
    return source


def postpone_draw(records: Records, work: DueWork, *, at: datetime) -> None:
    """The time for the inputs is over and some are missing: the draw waits, and whoever keeps it waiting hears so."""
    draw = records.get(DrawRecord, work.subject)
    scheme = records.get(Scheme, draw.scheme_id)
    missing = missing_sources(draws.sources_of(records, draw.id))
    if draw.drawn_at is not None or draw.voided_at is not None or not missing:
        return
    records.journal("draw.postpone", draw.id, by=None, at=at, missing=[source.number for source in missing])
    for source in missing:
        if source.witness_id is not None:
            again = invitation_message(records, draw, source)
            tell(records, source.witness_id, again, key=f"invited_again:{draw.id}:{source.number}", at=at)
    message = DrawPostponed(
        scheme=scheme.id, name=scheme.name, draw=draw.id, missing=tuple(source.name for source in missing)
    )
    for operator in people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district):
        tell(records, operator.id, message, key=f"postponed:{draw.id}:{operator.id}", at=at)


def sources_message(records: Records, draw: DrawRecord) -> DrawSources:
    """How far the inputs are, and what the operator can do about it."""
    scheme = records.get(Scheme, draw.scheme_id)
    sources = draws.sources_of(records, draw.id)
    return DrawSources(
        scheme=scheme.id,
        name=scheme.name,
        draw=draw.id,
        due=sources[0].due,
        sources=tuple(
            SourceLine(
                source.name,
                is_witness=source.witness_id is not None,
                is_given=source.value is not None,
                is_entered_once=source.first_by is not None,
            )
            for source in sources
        ),
    )


def number_of(text: str) -> str:
    """A number as a person types it, in plain digits; what parts the digits is dropped. Refuses everything else."""
    digits = "".join(
        sign
        for sign in unicodedata.normalize("NFKC", text)
        if sign not in " \t\n,，、.。-_·" and sign.isprintable()
    )
    if not (digits.isascii() and digits.isdigit()):
        raise Incomplete("number_needed")
    if len(digits) > MOST_DIGITS:
        raise Unacceptable("number_too_long", limit=MOST_DIGITS)
    return digits


def value_of(text: str) -> str:
    """A public value as both people must type it: without hidden signs, runs of blanks as one, full-width as half."""
    value = " ".join(unicodedata.normalize("NFKC", without_hidden(text)).split())
    if not value:
        raise Unacceptable("words_empty")
    if len(value) > VALUE_LIMIT:
        raise Unacceptable("words_too_long", length=len(value), limit=VALUE_LIMIT)
    return value


def open_invitations(records: Records, person: Person) -> list[tuple[DrawRecord, DrawSource]]:
    """The draws that wait for this witness's number, the earliest due first."""
    if Role.WITNESS not in person.roles:
        return []
    return draws.waiting_for(records, person.id)


def open_second_entries(records: Records, person: Person) -> list[tuple[DrawRecord, DrawSource]]:
    """Public values that a colleague has entered once, and that this person may enter too."""
    found = draws.awaiting_second_entry(records)
    return [
        (draw, source)
        for draw, source in found
        if source.first_by != person.id and _may_enter(records, draw, person)
    ]


def invitation_message(records: Records, draw: DrawRecord, source: DrawSource) -> WitnessInvited:
    """The invitation once more, for a witness who has lost it out of sight."""
    announcement = read_announcement(draw.announcement.encode())
    return invitation(records.get(Scheme, draw.scheme_id), draw, announcement, source)


def second_entry_message(records: Records, draw: DrawRecord, source: DrawSource) -> SecondEntryAsked:
    """What the colleagues of the first are asked."""
    scheme = records.get(Scheme, draw.scheme_id)
    first = records.get(Person, source.first_by).name if source.first_by else ""
    return SecondEntryAsked(draw=draw.id, name=scheme.name, source=source.name, first=first)


def _may_enter(records: Records, draw: DrawRecord, person: Person) -> bool:
    scheme = records.get(Scheme, draw.scheme_id)
    return is_allowed(Deed.ENTER_VALUE, person, of=scheme.departments[0], in_=scheme.district)


def _still_filed(records: Records, scheme_id: str, by: Person) -> Scheme:
    scheme = require_operator(records, scheme_id, by)
    require_approved(records, scheme)
    if scheme.state is not SchemeState.FILED:
        raise IllegalStep
    return scheme


def _refuse_settled(draw: DrawRecord) -> None:
    """Of a locked draw: it takes inputs in no more."""
    if draw.voided_at is not None:
        raise AlreadyDone(what="done_voided", done_at=draw.voided_at)
    if draw.drawn_at is not None:
        raise AlreadyDone(what="done_drawn", done_at=draw.drawn_at)


def _refuse_given(source: DrawSource) -> None:
    if source.given_at is not None:
        raise AlreadyDone(what="done_given", done_at=source.given_at)


def _take(
    records: Records, draw: DrawRecord, source: DrawSource, value: str, *, by: Person, at: datetime
) -> None:
    source.value, source.given_at, source.given_by = value, at, by.id
    records.session.flush()
    records.journal("draw.input", draw.id, by=by.id, at=at, source=source.number)
    _show_operators(records, draw, by=by, cause=f"input:{draw.id}:{source.number}", at=at)


def _show_operators(records: Records, draw: DrawRecord, *, by: Person, cause: str, at: datetime) -> None:
    """The card of the public inputs as it is now: in place, and with the last input at the end, where it is seen. Who
    did it has an answer of their own."""
    message = sources_message(records, draw)
    scheme = records.get(Scheme, draw.scheme_id)
    for operator in people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district):
        if operator.id != by.id:
            key = f"{cause}:{operator.id}"
            tell(records, operator.id, message, key=key, at=at, is_fresh=message.is_complete)


def _keep_first(
    records: Records, draw: DrawRecord, source: DrawSource, value: str, *, by: Person, at: datetime
) -> None:
    source.first_value, source.first_by = value, by.id
    records.session.flush()
    records.journal("draw.first_entry", draw.id, by=by.id, at=at, source=source.number)
    _show_operators(records, draw, by=by, cause=f"first:{draw.id}:{at.isoformat()}", at=at)
    scheme = records.get(Scheme, draw.scheme_id)
    message = second_entry_message(records, draw, source)
    for person in _colleagues(records, scheme):
        if person.id != by.id:
            tell(records, person.id, message, key=f"second:{draw.id}:{at.isoformat()}:{person.id}", at=at)


def _strike(records: Records, draw: DrawRecord, source: DrawSource, *, by: Person, at: datetime) -> None:
    first, source.first_value, source.first_by = source.first_by, "", None
    records.journal("draw.entries_differ", draw.id, by=by.id, at=at, source=source.number)
    assert first is not None
    message = EntriesDiffer(draw=draw.id, name=records.get(Scheme, draw.scheme_id).name, source=source.name)
    tell(records, first, message, key=f"differ:{draw.id}:{at.isoformat()}", at=at)


def _colleagues(records: Records, scheme: Scheme) -> list[Person]:
    lead, level = scheme.departments[0], scheme.district
    found = {one.id: one for role in ENTERING for one in people.with_role(records, role, lead, level)}
    return [found[id] for id in sorted(found)]
