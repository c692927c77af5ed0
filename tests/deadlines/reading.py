"""What the phones of a town have been shown, as far as these tests ask."""

from notifications.outgoing import Outgoing
from tests.journeys.town import Town


def read_all(town: Town) -> None:
    """Nobody has anything unread any more."""
    for phone in town.messenger.phones.values():
        for shown in phone.messages:
            shown.is_read = True


def unread(town: Town, who: str) -> list[str]:
    """The kinds of what this person has not read yet."""
    phone = town.messenger.phones.get(who)
    return [one.kind for one in phone.unread()] if phone else []


def buttons(outgoing: Outgoing) -> list[str]:
    """What stands on the buttons, row by row."""
    return [key.label for row in outgoing.rows for key in row]
