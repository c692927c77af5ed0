"""A browser is signed in by its person's word in a chat: it shows a short code, the person sends the code from a
messenger that is theirs, reads which browser asks, and confirms. Nobody has a password, and the code alone opens
nothing: whoever guesses one can only let that browser in as themselves."""

from datetime import datetime, timedelta

from actions.account_news import tell_of_new_account
from actions.enrolment import CodeUnknown, TooManyTries, code_digest, enrol
from inspection.refusals import NotYours, TooLate, Unacceptable
from inspection.states import SIGN_IN, SignInState, SignInStep
from storage import enrolment, web_chat, web_sessions
from storage.store import Records
from storage.tables.messaging import ChannelAccount, SignInRequest
from storage.tables.registers import Person

LASTS = timedelta(minutes=5)
CODE_LENGTH = 8
MOST_WAITING = 2_000
"""Browsers that wait at the same time; with more, somebody is filling the table."""
SESSION = timedelta(days=30)
"""However often it is used, a session ends after so long."""
_WRONG_CODES = 8


class TooManyWaiting(Unacceptable):
    code = "too_many_waiting"


def ask_sign_in(records: Records, browser_digest: str, code: str, *, browser: str, at: datetime) -> None:
    """A browser waits; `browser` is what it calls itself."""
    if web_sessions.waiting(records, at=at) >= MOST_WAITING:
        raise TooManyWaiting
    request = SignInRequest(
        browser_digest=browser_digest,
        code_digest=code_digest(code),
        browser=browser,
        asked_at=at,
        expires_at=at + LASTS,
        state=SignInState.ASKED,
    )
    web_sessions.ask(records, request)


def find_asked(records: Records, code: str, *, by: Person, at: datetime) -> SignInRequest:
    """The browser that shows this code, from now on this person's to confirm. `CodeUnknown` for one that is wrong, over
    or somebody else's already; whoever catches it calls `note_wrong_code`, after the savepoint that held this call."""
    tries = enrolment.failed_tries_of(records, _source(by), since=at - timedelta(minutes=15))
    if tries >= _WRONG_CODES:
        raise TooManyTries(minutes=15)
    found = web_sessions.by_code(records, code_digest(code), at=at)
    if found is None or found.state is not SignInState.ASKED or not web_sessions.claim(records, found, by.id):
        raise CodeUnknown("sign_in_code_unknown")
    return found


def is_waiting_code(records: Records, code: str, *, at: datetime) -> bool:
    """Whether some browser shows this code just now; a link brings it where an enrolment code may come too."""
    return (
        len(code) <= CODE_LENGTH + 2 and web_sessions.by_code(records, code_digest(code), at=at) is not None
    )


def note_wrong_code(records: Records, by: Person, *, at: datetime) -> None:
    enrolment.note_failed_sign_in(records, _source(by), at=at)


def decide_sign_in(
    records: Records, number: str, *, is_confirmed: bool, by: Person, at: datetime
) -> SignInRequest:
    """The person says whether the browser is theirs; saying the same again changes nothing."""
    request = own_request(records, number, by)
    wanted = SignInState.CONFIRMED if is_confirmed else SignInState.REFUSED
    if request.state is wanted or (is_confirmed and request.state is SignInState.ENTERED):
        return request
    if request.expires_at <= at:
        raise TooLate("sign_in_over")
    step = SignInStep.CONFIRM if is_confirmed else SignInStep.REFUSE
    records.move(SIGN_IN, request, step, by=by.id, at=at)
    return request


def own_request(records: Records, number: str, person: Person) -> SignInRequest:
    found = records.find(SignInRequest, int(number)) if number.isascii() and number.isdigit() else None
    if found is None or found.person_id != person.id:
        raise NotYours
    return found


def enter(
    records: Records, browser_digest: str, session_digest: str, *, at: datetime
) -> tuple[SignInState | None, Person | None]:
    """How the request of this browser stands, and once it is confirmed its person, with a session opened under the
    other digest. None where there is no such request (any more)."""
    request = web_sessions.by_browser(records, browser_digest, at=at)
    if request is None:
        return None, None
    if request.state is not SignInState.CONFIRMED:
        return request.state, None
    person = records.get(Person, request.person_id)
    if not person.is_active:
        return None, None
    records.move(SIGN_IN, request, SignInStep.ENTER, by=person.id, at=at)
    web_sessions.open_session(
        records, session_digest, chat=person.id, at=at, expires_at=at + SESSION, browser=request.browser
    )
    account = records.find(ChannelAccount, (web_chat.CHANNEL, person.id))
    if account is None or account.revoked_at is not None:
        enrol(records, person, channel=web_chat.CHANNEL, chat=person.id, at=at)
        tell_of_new_account(records, person, web_chat.CHANNEL, person.id, at=at)
    return SignInState.ENTERED, person


def _source(person: Person) -> str:
    return f"person:{person.id}"
