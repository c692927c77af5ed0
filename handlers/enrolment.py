"""Somebody we do not know yet: a code makes them one of us, anything else asks for the code."""

from datetime import datetime

from actions.enrolment import is_own_code, note_failed_try, redeem_code
from actions.web_sign_in import is_waiting_code
from handlers.accounts import ask_whether_own
from handlers.turn import Replies, Turn
from inspection.refusals import Refusal
from notifications.catalogue import refusal_sentence
from notifications.incoming import Incoming, IncomingKind
from notifications.messages.desk import AlreadyEnrolled, AskCode, Enrolled
from notifications.messages.refused import Refused
from storage import assignments
from storage.store import Records
from storage.tables.registers import Person


def greet_stranger(records: Records, incoming: Incoming, *, at: datetime) -> Replies:
    """`/start CODE` or the bare code enrols; nothing that a stranger sends gets more than the wish for a code."""
    code = _code_in(incoming)
    if incoming.kind is IncomingKind.UNBLOCKED:
        return ()
    if not code:
        return (AskCode(),)
    try:
        with records.attempt():
            person = redeem_code(records, code, channel=incoming.channel, chat=incoming.chat, at=at)
    except Refusal as refusal:
        note_failed_try(records, f"{incoming.channel}:{incoming.chat}", refusal, at=at)
        return (Refused(refusal_sentence(refusal, "zh")),)
    return (_welcome(records, person),)


def on_start(turn: Turn) -> Replies:
    """Somebody we know already; a code that comes with it stays unused, for it may be another person's, and their own
    they may still want elsewhere."""
    person, code = turn.person, _code_in(turn.incoming)
    if is_waiting_code(turn.records, code, at=turn.at):
        return ask_whether_own(turn, code)
    message = AlreadyEnrolled(
        name=person.name,
        department=person.department,
        has_code=bool(code),
        is_own_code=bool(code) and is_own_code(turn.records, code, person, at=turn.at),
    )
    return (message,)


def _welcome(records: Records, person: Person) -> Enrolled:
    waiting = len(assignments.live_of_person(records, person.id))
    return Enrolled(name=person.name, department=person.department, waiting=waiting)


def _code_in(incoming: Incoming) -> str:
    """After `/start`, with or without our name, all that follows, for some write a code in groups; else one word."""
    if incoming.kind is not IncomingKind.TEXT:
        return ""
    words = incoming.text.split()
    if words and words[0].partition("@")[0].lower() == "/start":
        return "".join(words[1:])
    return words[0] if len(words) == 1 and not words[0].startswith("/") else ""
