"""The commands that a messenger with a place for them offers a person: chosen by roles, sent when they change."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from actions.telling import offer_commands
from inspection.roles import Role
from notifications.catalogue import LANGUAGES, label
from notifications.outgoing import Key, Outgoing
from storage import outbox, people, settings, web_chat
from storage.store import Records
from storage.tables.messaging import ChannelAccount
from storage.tables.registers import Person

KIND = "command_menu"
_KEPT = "menu:"
_FOR_ROLE = (
    (Role.OPERATOR, "/schemes"),
    (Role.HEAD, "/officers"),
    (Role.HEAD, "/matters"),
    (Role.LIAISON, "/matters"),
    (Role.LIAISON, "/clues"),
    (Role.LIAISON, "/plan"),
    (Role.OFFICER, "/matters"),
)
_FOR_EVERYBODY = ("/tasks", "/where", "/due", "/help")


def menu_of(roles: Iterable[str], language: str) -> tuple[Key, ...]:
    """The commands of somebody with these roles, each with what it does."""
    held = set(roles)
    commands = dict.fromkeys(command for role, command in _FOR_ROLE if role in held)
    return tuple(
        Key(label(f"command_{command[1:]}", language), command) for command in (*commands, *_FOR_EVERYBODY)
    )


def offer_menu(records: Records, person: Person, account: ChannelAccount, *, at: datetime) -> None:
    """Sends this account the menu of its person, unless that is the one it was sent last."""
    if account.channel != web_chat.CHANNEL:
        kept = settings.value(records, f"{_KEPT}{account.channel}:{account.chat}")
        _offer(records, person, account, kept, at=at)


def offer_menus(records: Records, *, at: datetime) -> int:
    """The same for every account that works; gives how many were sent."""
    kept = settings.beginning_with(records, _KEPT)
    return sum(
        _offer(records, person, account, kept.get(f"{account.channel}:{account.chat}", ""), at=at)
        for account, person in people.working_accounts(records)
        if account.channel != web_chat.CHANNEL
    )


def forget_menu(records: Records, account: ChannelAccount) -> None:
    """What was on its way to an account that no longer works; it is offered anew when the account lives again."""
    outbox.drop_for(records, account.channel, account.chat, KIND)
    settings.forget(records, f"{_KEPT}{account.channel}:{account.chat}")


def _offer(records: Records, person: Person, account: ChannelAccount, kept: str, *, at: datetime) -> bool:
    """`kept` is `<n> <digest>`: the n-th menu of this chat was this one, so that one that comes back is sent again."""
    language = person.language if person.language in LANGUAGES else LANGUAGES[0]
    menu = menu_of(person.roles, language)
    digest = hashlib.sha256("\n".join(f"{key.data} {key.label}" for key in menu).encode()).hexdigest()[:16]
    number, _, last = kept.partition(" ")
    if last == digest:
        return False
    place = f"{account.channel}:{account.chat}"
    turn = int(number or 0) + 1
    settings.keep(records, {f"{_KEPT}{place}": f"{turn} {digest}"})
    outgoing = Outgoing(KIND, "", language=language, menu=menu)
    key = f"menu:{place}:{turn}:{digest}"
    offer_commands(records, outgoing, person.id, account.channel, account.chat, key=key, at=at)
    return True
