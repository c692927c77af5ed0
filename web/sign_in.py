"""Signing in with an enrolment code; a browser then holds a cookie, and we only the SHA-256 of it."""

from datetime import timedelta
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.enrolment import note_failed_try, redeem_code
from inspection.refusals import Refusal
from notifications.catalogue import refusal_sentence
from storage import web_chat
from web.house import house_of
from web.pages import page, refusal_page
from web.visitors import COOKIE, signed_in_as, token_digest
from web.wording import wording

SESSION = timedelta(days=30)
_FORM_LIMIT = 4_000


def show_sign_in(request: Request) -> Response:
    """The form; who is signed in goes to the chat."""
    house = house_of(request)
    with house.store.reading() as records:
        person = signed_in_as(request, records)
    if house.is_demo or person:
        return RedirectResponse("/chat", status_code=303)
    return page("sign_in.html", house.language, sentence="")


async def sign_in(request: Request) -> Response:
    """`code` from the form; a wrong one gets its sentence above the form."""
    form = await read_form(request)
    if form is None:
        language = house_of(request).language
        return refusal_page(wording(language)("error_request"), language, status=413)
    return await run_in_threadpool(_sign_in, request, form.get("code", ""))


def _sign_in(request: Request, code: str) -> Response:
    house = house_of(request)
    at, source = house.clock(), f"web:{request.client.host if request.client else 'unknown'}"
    token = house.new_token()
    with house.store.transaction(web_chat.CHANNEL) as records:
        try:
            with records.attempt():
                person = redeem_code(records, code, channel=web_chat.CHANNEL, chat=None, at=at, source=source)
                web_chat.open_session(
                    records, token_digest(token), chat=person.id, at=at, expires_at=at + SESSION
                )
        except Refusal as refusal:
            note_failed_try(records, source, refusal, at=at)
            sentence = refusal_sentence(refusal, house.language)
            return page("sign_in.html", house.language, status=403, sentence=sentence)
    house.wake()
    answer = RedirectResponse(f"/chat/{person.id}", status_code=303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def sign_out(request: Request) -> Response:
    """Forgets the session here and there, and ends what other windows of this browser still listen to."""
    house, token = house_of(request), request.cookies.get(COOKIE)
    if token:
        with house.store.transaction(web_chat.CHANNEL) as records:
            chat = web_chat.session_chat(records, token_digest(token), at=house.clock())
            web_chat.close_session(records, token_digest(token))
        if chat:
            house.live.poke(chat)
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


async def read_form(request: Request, limit: int = _FORM_LIMIT) -> dict[str, str] | None:
    """The fields of a form, None when it is longer than `limit` bytes."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit:
            return None
    fields = parse_qs(read.decode("utf-8", "replace"))
    return {name: values[-1] for name, values in fields.items()}
