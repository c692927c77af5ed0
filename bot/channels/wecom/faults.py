"""What can go wrong on the way to WeCom, and what it is to the outbox.

WecomFault
├── Refused    WeCom answered with an error code
├── Garbled    something answered in its place, or not whole: a gateway, a portal, a filter
├── TooBig     the file is larger than we take
└── Unreached  no answer
"""

from datetime import timedelta

from bot.channels.channel import FetchError, SendError, Trouble
from bot.channels.wecom.codes import AILMENTS, MEANINGS, Meaning
from notifications.messages.channels import Ailment

SLOW_DOWN = timedelta(seconds=60)
"""WeCom does not say how long; its limits count by the minute."""
APP_WAIT = timedelta(seconds=60)
MEDIA_TRIES = 3
"""A file is sometimes there a little later than the message that names it."""


class WecomFault(Exception):
    """What it says holds no secret."""


class Garbled(WecomFault):
    """Not WeCom's own answer."""


class TooBig(WecomFault):
    """Larger than was asked for."""


class Unreached(WecomFault):
    """No answer; `is_open`: whether the request was carried out is not known."""

    def __init__(self, why: str, *, is_open: bool) -> None:
        super().__init__(why)
        self.is_open = is_open


class Refused(WecomFault):
    """`code` is WeCom's own."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"wecom {code}: {words[:200]}".rstrip(": "))
        self.code, self.words = code, words

    @property
    def meaning(self) -> Meaning:
        return MEANINGS.get(self.code, Meaning.LETTER)


_TROUBLES: dict[Meaning, tuple[Trouble, timedelta | None]] = {
    Meaning.TOKEN: (Trouble.AWAY, None),
    Meaning.BUSY: (Trouble.LATER, None),
    Meaning.SLOW_DOWN: (Trouble.AWAY, SLOW_DOWN),
    Meaning.APP: (Trouble.AWAY, APP_WAIT),
    Meaning.PERSON: (Trouble.UNREACHABLE, None),
    Meaning.SPENT: (Trouble.LATER, None),
    Meaning.MEDIA: (Trouble.LATER, None),
    Meaning.LETTER: (Trouble.REFUSED, None),
}


def send_error(fault: WecomFault, parts_sent: int = 0) -> SendError:
    if not isinstance(fault, Refused):
        return SendError(Trouble.AWAY, str(fault), None, parts_sent)
    trouble, wait = _TROUBLES[fault.meaning]
    return SendError(trouble, str(fault), wait, parts_sent)


def fetch_error(fault: WecomFault) -> FetchError:
    if not isinstance(fault, Refused):
        return FetchError(not isinstance(fault, TooBig), str(fault))
    if fault.meaning is Meaning.MEDIA:
        return FetchError(True, str(fault), tries=MEDIA_TRIES)
    _, wait = _TROUBLES[fault.meaning]
    return FetchError(fault.meaning is not Meaning.LETTER, str(fault), wait)


def ailment_of(fault: WecomFault) -> Ailment | None:
    """What ails the channel as a whole; None: it is this letter's matter alone."""
    if isinstance(fault, Unreached):
        return Ailment.NO_NETWORK
    if not isinstance(fault, Refused):
        return Ailment.SERVER_FAILS
    if fault.meaning is Meaning.BUSY:
        return Ailment.SERVER_FAILS
    return AILMENTS.get(fault.code)
