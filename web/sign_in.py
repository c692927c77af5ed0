"""Signing in: a browser shows a code that its person confirms in a chat, or takes an enrolment code. It then holds a
cookie, and we only the SHA-256 of it."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.enrolment import code_of, note_failed_try, redeem_code
from actions.web_sign_in import CODE_LENGTH, LASTS, SESSION, ask_sign_in, enter
from inspection.refusals import Refusal
from inspection.states import SignInState
from notifications.catalogue import refusal_sentence
from storage import settings, web_chat, web_sessions
from storage.store import Records
from web.browsers import browser_of
from web.cookies import (
    COOKIE,
    WAITING_COOKIE,
    drop_session_cookie,
    drop_waiting_cookie,
    set_session_cookie,
    set_waiting_cookie,
)
from web.house import WebHouse, house_of
from web.pages import page, refusal_page
from web.visitors import signed_in_as, token_digest
from web.wording import wording

_FORM_LIMIT = 4_000


def show_sign_in(request: Request) -> Response:
    """Both ways in; who is signed in goes to the chat."""
    house = house_of(request)
    with house.store.reading() as records:
        person = signed_in_as(request, records)
    if house.is_demo or person:
        return RedirectResponse("/chat", status_code=303)
    return _both_ways(house)


def _both_ways(house: WebHouse, *, status: int = 200, sentence: str = "", wrong: str = "") -> Response:
    """`sentence` stands above the one form, `wrong` above the other, that of enrolment codes."""
    return page("sign_in.html", house.language, status=status, sentence=sentence, wrong=wrong)


# --- By a word in the chat -----------------------------------------------------------------------------------------


def ask(request: Request) -> Response:
    """The browser gets a code of its own to show."""
    house = house_of(request)
    at, token, visitor = house.clock(), house.new_token(), _visitor(request)
    if house.sign_ins.is_over(visitor, at=at):
        return _both_ways(house, status=429, sentence=wording(house.language)("sign_in_too_often"))
    house.sign_ins.note_wrong(visitor, at=at)
    try:
        with house.store.transaction(web_chat.CHANNEL) as records:
            ask_sign_in(records, token_digest(token), _code_of(token), browser=browser_of(request), at=at)
    except Refusal as refusal:
        return _both_ways(house, status=429, sentence=refusal_sentence(refusal, house.language))
    answer = RedirectResponse("/sign-in/wait", status_code=303)
    set_waiting_cookie(request, answer, token, seconds=int(LASTS.total_seconds()))
    return answer


def wait(request: Request) -> Response:
    """The code, looked at again every few seconds until it was confirmed; then the person's own pages."""
    house = house_of(request)
    waiting = request.cookies.get(WAITING_COOKIE)
    if house.is_demo or not waiting:
        return RedirectResponse("/sign-in", status_code=303)
    at, token = house.clock(), house.new_token()
    with house.store.transaction(web_chat.CHANNEL) as records:
        state, person = enter(records, token_digest(waiting), token_digest(token), at=at)
        bot = settings.value(records, settings.TELEGRAM_USERNAME)
    if person is not None:
        house.wake()
        answer: Response = RedirectResponse("/desk", status_code=303)
        set_session_cookie(request, answer, token, seconds=int(SESSION.total_seconds()))
        drop_waiting_cookie(request, answer)
        return answer
    if state is SignInState.ASKED:
        return page("sign_in_wait.html", house.language, **_shown(waiting, bot))
    answer = _both_ways(house, status=403, sentence=_over(house, state))
    drop_waiting_cookie(request, answer)
    return answer


def _shown(waiting: str, bot: str) -> dict[str, Any]:
    code = _code_of(waiting)
    half = len(code) // 2
    return {"code": f"{code[:half]}-{code[half:]}", "link": f"https://t.me/{bot}?start={code}" if bot else ""}


def _over(house: WebHouse, state: SignInState | None) -> str:
    name = "sign_in_refused" if state is SignInState.REFUSED else "sign_in_over"
    return wording(house.language)(name, minutes=int(LASTS.total_seconds() // 60))


def _code_of(token: str) -> str:
    return code_of(f"sign-in:{token}", length=CODE_LENGTH)


# --- By an enrolment code ------------------------------------------------------------------------------------------


async def sign_in(request: Request) -> Response:
    """`code` from the form; a wrong one gets its sentence above the form."""
    form = await read_form(request)
    if form is None:
        language = house_of(request).language
        return refusal_page(wording(language)("error_request"), language, status=413)
    return await run_in_threadpool(_sign_in, request, form.get("code", ""))


def _sign_in(request: Request, code: str) -> Response:
    house = house_of(request)
    at, source, token = house.clock(), f"web:{_visitor(request)}", house.new_token()
    with house.store.transaction(web_chat.CHANNEL) as records:
        try:
            with records.attempt():
                person = redeem_code(records, code, channel=web_chat.CHANNEL, chat=None, at=at, source=source)
                _open(request, records, person.id, token, at)
        except Refusal as refusal:
            note_failed_try(records, source, refusal, at=at)
            return _both_ways(house, status=403, wrong=refusal_sentence(refusal, house.language))
    house.wake()
    answer = RedirectResponse(f"/chat/{person.id}", status_code=303)
    set_session_cookie(request, answer, token, seconds=int(SESSION.total_seconds()))
    return answer


def _open(request: Request, records: Records, person_id: str, token: str, at: datetime) -> None:
    """A new token with every sign-in; the one that the browser held before is good for nothing from here on."""
    before = request.cookies.get(COOKIE)
    if before:
        web_sessions.close_session(records, token_digest(before), at=at)
    web_sessions.open_session(
        records,
        token_digest(token),
        chat=person_id,
        at=at,
        expires_at=at + SESSION,
        browser=browser_of(request),
    )


def _visitor(request: Request) -> str:
    return request.client.host if request.client else "unknown"


# --- Out again -----------------------------------------------------------------------------------------------------


def sign_out(request: Request) -> Response:
    """Forgets the session here and there, and ends what other windows of this browser still listen to."""
    house, token = house_of(request), request.cookies.get(COOKIE)
    if token:
        with house.store.transaction(web_chat.CHANNEL) as records:
            at = house.clock()
            chat = web_sessions.session_chat(records, token_digest(token), at=at)
            web_sessions.close_session(records, token_digest(token), at=at)
        if chat:
            house.live.poke(chat)
    answer = RedirectResponse("/sign-in", status_code=303)
    drop_session_cookie(request, answer)
    return answer


async def read_form(request: Request, *, limit: int = _FORM_LIMIT) -> dict[str, str] | None:
    """The fields of a short form, None when it is longer than `limit` bytes."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit:
            return None
    fields = parse_qs(read.decode("utf-8", "replace"))
    return {name: values[-1] for name, values in fields.items()}
