"""What a person reads of who comes in as them."""

from dataclasses import replace
from datetime import UTC, datetime

from notifications.messages.accounts import (
    AccountAdded,
    AccountLine,
    AccountList,
    SignInAsked,
    SignInDecided,
    SignInHow,
)
from notifications.messages.message import Message

AT = datetime(2026, 7, 2, 2, 0, tzinfo=UTC)
UNTIL = datetime(2026, 7, 2, 2, 5, tzinfo=UTC)
ADDRESS = "https://example.invalid/account"
HERE = AccountLine("a0123456789abcdef", "channel_telegram", False, AT, AT, is_here=True)
WEB = AccountLine("afedcba9876543210", "channel_web", False, AT, AT, is_here=False)
BROWSER = AccountLine("s0123456789abcdef", "Chrome · <b>Windows</b>", True, AT, AT, is_here=False)

EXAMPLES: list[Message] = [
    SignInAsked(request=7, browser="Chrome · Windows", asked_at=AT, until=UNTIL),
    SignInAsked(request=8, browser="<b>*_[x", asked_at=AT, until=UNTIL),
    SignInAsked(request=9, browser="", asked_at=AT, until=UNTIL),
    SignInDecided(request=7, browser="Chrome · Windows", is_confirmed=True),
    SignInDecided(request=7, browser="<b>*_[x", is_confirmed=False),
    SignInHow(address="https://example.invalid/sign-in"),
    AccountList(lines=(HERE,), address=ADDRESS),
    AccountList(lines=(HERE, WEB, BROWSER, replace(BROWSER, name="")), address=ADDRESS),
    AccountList(lines=(HERE, WEB), address=ADDRESS, ended=2),
    AccountList(lines=(HERE,), address=ADDRESS, ended=0),
    AccountAdded(channel="channel_wecom", at=AT, ref="a0123456789abcdef"),
]
