"""A witness's number and the two entries of a public value, from the phones of those who give them."""

from actions.ceremony import (
    Entry,
    enter_public_value,
    give_number,
    number_of,
    open_entry,
    open_invitations,
    open_source,
    sources_message,
    value_of,
)
from handlers.talk import TalkState, TalkStep
from handlers.turn import Replies, Turn
from inspection.roles import Role
from notifications.buttons.ceremony import EntryButton, NumberAct, NumberButton
from notifications.messages.ceremony import (
    AskPublicValue,
    EntriesDiffer,
    EntryAgreed,
    EntryKept,
    NumberCheck,
    NumberTaken,
)
from storage.tables.inspections import DrawRecord
from storage.tables.registers import Scheme


def on_number_button(turn: Turn, button: NumberButton) -> Replies:
    """A side of the die, the digits cleared, or the number given for good."""
    if button.act is NumberAct.SEND:
        source = give_number(turn.records, button.draw, button.digits, by=turn.person, at=turn.at)
        return (NumberTaken(draw=button.draw, digits=source.value or "", at=turn.at),)
    open_source(turn.records, button.draw, by=turn.person)
    digits = number_of(button.digits) if button.digits else ""
    return (NumberCheck(draw=button.draw, digits=digits),)


def is_awaited_number(turn: Turn) -> bool:
    """Nothing else was asked, and a draw waits for this witness's number: digits typed now are that number."""
    return turn.talk.state is TalkState.IDLE and bool(open_invitations(turn.records, turn.person))


def on_witness_words(turn: Turn) -> Replies:
    """Shows the number as it was read. It is given only when the witness presses, for it can't be changed."""
    draw, _source = open_invitations(turn.records, turn.person)[0]
    return (NumberCheck(draw=draw.id, digits=number_of(turn.incoming.text)),)


def on_entry_button(turn: Turn, button: EntryButton) -> Replies:
    source = open_entry(turn.records, button.draw, by=turn.person)
    turn.talk.step(TalkStep.ASK_PUBLIC_VALUE, draw=button.draw)
    return (AskPublicValue(draw=button.draw, name=_scheme_name(turn, button.draw), source=source.name),)


def on_public_value(turn: Turn) -> Replies:
    """One of the two entries."""
    draw_id, words = turn.talk.data["draw"], turn.incoming.text
    source = open_entry(turn.records, draw_id, by=turn.person)
    entry = enter_public_value(turn.records, draw_id, words, by=turn.person, at=turn.at)
    turn.talk.end()
    if entry is Entry.DIFFERENT:
        return (EntriesDiffer(draw=draw_id, name=_scheme_name(turn, draw_id), source=source.name),)
    kind = EntryAgreed if entry is Entry.AGREED else EntryKept
    said = kind(draw=draw_id, source=source.name, value=value_of(words))
    return (said, *_next_step(turn, draw_id))


def _next_step(turn: Turn, draw_id: str) -> Replies:
    """An operator who enters a value goes on from the card of the public inputs."""
    if Role.OPERATOR not in turn.person.roles:
        return ()
    return (sources_message(turn.records, turn.records.get(DrawRecord, draw_id)),)


def _scheme_name(turn: Turn, draw_id: str) -> str:
    return turn.records.get(Scheme, turn.records.get(DrawRecord, draw_id).scheme_id).name
