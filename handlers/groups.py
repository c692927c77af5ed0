"""A chat of several people: the few things that are answered there, and what becomes of the group itself.

Others read along, so whatever is somebody's own matter goes to their own chat with us, and words that are not for us
get no answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from actions.groups import awaits_group, bind_group, bound_card, leave_group, move_group, standing
from handlers.turn import Replies
from inspection.refusals import Refusal
from notifications.catalogue import refusal_sentence
from notifications.incoming import Incoming, IncomingKind
from notifications.messages.groups import GroupHow, GroupPrivate, GroupStranger
from notifications.messages.refused import Refused
from storage import groups, settings
from storage.store import Records
from storage.tables.registers import Person

_ABOUT_GROUPS = frozenset({IncomingKind.GROUP_JOINED, IncomingKind.GROUP_LEFT, IncomingKind.GROUP_MOVED})
_IN_PRIVATE = frozenset({"/tasks", "/schemes", "/officers"})


def is_about_group(incoming: Incoming) -> bool:
    return incoming.is_in_group or incoming.kind in _ABOUT_GROUPS


def in_private(incoming: Incoming) -> Incoming:
    """A button that was pressed in a group acts for whoever pressed it, and the answer goes to their own chat."""
    if not incoming.is_in_group:
        return incoming
    return replace(incoming, chat=incoming.account, sender="", message_id=None)


def answer_group(records: Records, person: Person | None, incoming: Incoming, *, at: datetime) -> Replies:
    """The answer into the group, mostly none. `person` is who spoke, None when we do not know them."""
    channel, chat = incoming.channel, incoming.chat
    match incoming.kind:
        case IncomingKind.GROUP_LEFT:
            leave_group(records, channel, chat, at=at)
        case IncomingKind.GROUP_MOVED:
            move_group(records, channel, chat, incoming.text)
        case IncomingKind.GROUP_JOINED if groups.of_chat(records, channel, chat) is None:
            # Whoever came by the link sends its code in the next moment.
            return () if person and awaits_group(records, person, at=at) else (GroupHow(),)
        case IncomingKind.BUTTON:
            return (GroupStranger(),)
        case IncomingKind.TEXT:
            return _answer_words(records, person, incoming, at)
    return ()


def _answer_words(records: Records, person: Person | None, incoming: Incoming, at: datetime) -> Replies:
    first, *rest = incoming.text.split(maxsplit=1) or [""]
    command, _, name = first.lower().partition("@")
    ours = settings.value(records, settings.TELEGRAM_USERNAME).lower()
    if name and ours and name != ours:
        return ()
    if command == "/start" and rest:
        return _bind(records, person, incoming, rest[0].strip(), at)
    if command in _IN_PRIVATE:
        return (GroupPrivate(),)
    answers: Mapping[str, Callable[[Records, Incoming], Replies]] = {
        "/start": _show_how,
        "/help": _show_how,
        "/where": _show_standing,
    }
    return answers[command](records, incoming) if command in answers else ()


def _bind(records: Records, person: Person | None, incoming: Incoming, code: str, at: datetime) -> Replies:
    if person is None:
        return (GroupStranger(),)
    try:
        with records.attempt():
            return (bind_group(records, code, incoming.channel, incoming.chat, by=person, at=at),)
    except Refusal as refusal:
        return (Refused(refusal_sentence(refusal, person.language)),)


def _show_standing(records: Records, incoming: Incoming) -> Replies:
    group = groups.of_chat(records, incoming.channel, incoming.chat)
    return (standing(records, group) if group else GroupHow(),)


def _show_how(records: Records, incoming: Incoming) -> Replies:
    group = groups.of_chat(records, incoming.channel, incoming.chat)
    return (bound_card(records, group) if group else GroupHow(),)
