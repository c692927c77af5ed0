"""Who comes in, by what: a browser at the door is let in or not, accounts and browsers are listed and ended."""

from actions.accounts import Here, account_lines, end_one, end_others, require_own
from actions.enrolment import TooManyTries
from actions.web_sign_in import decide_sign_in, find_asked, note_wrong_code
from handlers.turn import Replies, Turn
from inspection.refusals import Refusal
from inspection.states import SignInState
from notifications.buttons.accounts import AccountAct, AccountButton, SignInAct, SignInButton
from notifications.catalogue import refusal_sentence
from notifications.messages.accounts import AccountList, SignInAsked, SignInDecided, SignInHow
from notifications.messages.refused import Refused
from storage import settings
from storage.tables.messaging import SignInRequest


def on_sign_in(turn: Turn) -> Replies:
    """`/login CODE`: the code that a browser shows."""
    code = "".join(turn.incoming.text.split()[1:])
    if not code:
        return (SignInHow(address=_address(turn, "/sign-in")),)
    return ask_whether_own(turn, code)


def ask_whether_own(turn: Turn, code: str) -> Replies:
    try:
        with turn.records.attempt():
            request = find_asked(turn.records, code, by=turn.person, at=turn.at)
    except Refusal as refusal:
        if not isinstance(refusal, TooManyTries):
            note_wrong_code(turn.records, turn.person, at=turn.at)
        return (Refused(refusal_sentence(refusal, turn.person.language)),)
    return (_asked(request),)


def on_sign_in_button(turn: Turn, button: SignInButton) -> Replies:
    is_confirmed = button.act is SignInAct.CONFIRM
    request = decide_sign_in(
        turn.records, button.request, is_confirmed=is_confirmed, by=turn.person, at=turn.at
    )
    is_let_in = request.state is not SignInState.REFUSED
    return (SignInDecided(request=request.id or 0, browser=request.browser, is_confirmed=is_let_in),)


def show_accounts(turn: Turn) -> Replies:
    """`/devices`."""
    return (_list(turn),)


def on_account_button(turn: Turn, button: AccountButton) -> Replies:
    here = _here(turn)
    if button.act is AccountAct.LIST:
        return (_list(turn),)
    if button.act is AccountAct.END_OTHERS:
        return (_list(turn, ended=end_others(turn.records, here, by=turn.person, at=turn.at)),)
    require_own(turn.records, button.ref, turn.person, at=turn.at)
    ended = end_one(turn.records, button.ref, of=turn.person, by=turn.person, at=turn.at)
    return (_list(turn, ended=ended),)


def _asked(request: SignInRequest) -> SignInAsked:
    return SignInAsked(
        request=request.id or 0, browser=request.browser, asked_at=request.asked_at, until=request.expires_at
    )


def _list(turn: Turn, ended: int | None = None) -> AccountList:
    turn.records.session.flush()
    lines = account_lines(turn.records, turn.person.id, _here(turn), at=turn.at)
    return AccountList(lines=lines, address=_address(turn, "/account"), ended=ended)


def _here(turn: Turn) -> Here:
    return Here(turn.incoming.channel, turn.incoming.account)


def _address(turn: Turn, path: str) -> str:
    """Where the page is, as far as we were told how people reach us."""
    return f"{settings.value(turn.records, settings.PUBLIC_URL)}{path}"
