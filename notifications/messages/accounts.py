"""Who comes in, by what: said to the person alone whose account it is."""

from dataclasses import dataclass
from datetime import datetime

from notifications.buttons.accounts import AccountAct, AccountButton, SignInAct, SignInButton
from notifications.messages.message import Choice, Choices, Message

_MOST = 12
"""So many of a person's accounts and browsers have a button; the page has all."""


@dataclass(frozen=True)
class SignInAsked(Message):
    """A browser shows the code that this person has just sent: is it theirs? `browser` is what it calls itself."""

    request: int
    browser: str
    asked_at: datetime
    until: datetime

    def slot(self) -> str | None:
        return f"sign-in:{self.request}"

    def choices(self) -> Choices:
        return (
            (Choice("sign_in_confirm", SignInButton(SignInAct.CONFIRM, str(self.request))),),
            (Choice("sign_in_refuse", SignInButton(SignInAct.REFUSE, str(self.request))),),
        )


@dataclass(frozen=True)
class SignInDecided(Message):
    """In place of the question."""

    request: int
    browser: str
    is_confirmed: bool

    def slot(self) -> str | None:
        return f"sign-in:{self.request}"

    def choices(self) -> Choices:
        if not self.is_confirmed:
            return ()
        return ((Choice("account_list", AccountButton(AccountAct.LIST)),),)


@dataclass(frozen=True)
class SignInHow(Message):
    """To whoever asks for it without a code."""

    address: str


@dataclass(frozen=True)
class AccountLine:
    """One account or browser. `name` is a key of `labels.toml` for a channel, or with `is_browser` the browser's."""

    ref: str
    name: str
    is_browser: bool
    since: datetime
    last_used_at: datetime
    is_here: bool
    """It is the one that this is read on."""


@dataclass(frozen=True)
class AccountList(Message):
    """All that speaks for this person; `ended` is how many were just ended, None where nothing was."""

    lines: tuple[AccountLine, ...]
    address: str
    """The page where another channel is added."""
    ended: int | None = None

    def slot(self) -> str | None:
        return "accounts"

    def choices(self) -> Choices:
        others = [(number, one) for number, one in enumerate(self.lines, start=1) if not one.is_here]
        each = tuple(
            (Choice("account_end", AccountButton(AccountAct.END, one.ref), {"number": number}),)
            for number, one in others[:_MOST]
        )
        all_others = ((Choice("account_end_others", AccountButton(AccountAct.END_OTHERS)),),)
        return (*each, *(all_others if len(others) > 1 else ()))


@dataclass(frozen=True)
class AccountAdded(Message):
    """On a channel that the person had before: there is a new one."""

    channel: str
    """A key of `labels.toml`."""
    at: datetime
    ref: str

    def choices(self) -> Choices:
        return ((Choice("account_not_mine", AccountButton(AccountAct.END, self.ref)),),)
