"""What speaks for a person: `/account` for oneself, `/accounts` for who runs the installation."""

from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.accounts import Here, account_lines, end_all, end_one, end_others, require_own
from actions.enrolment import OWN_CODE_LASTS, code_of, issue_code
from actions.rights import require
from inspection.refusals import NotYours
from inspection.rights import Deed
from notifications.catalogue import label
from storage import accounts, settings, web_chat, web_sessions
from storage.store import Records
from storage.tables.registers import Person
from web.asked import words
from web.cookies import COOKIE
from web.desk import desk_link, for_reader, for_writer
from web.house import house_of
from web.pages import page
from web.sign_in import read_form
from web.visitors import token_digest


def show_own(request: Request) -> Response:
    """One's own accounts and browsers, each with a button that ends it."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        return _own_page(request, records, reader, at)

    return for_reader(request, read)


async def change_own(request: Request) -> Response:
    """`do` of the form: `end` with a `ref`, `end_others`, or `code` for another messenger, which is shown once."""
    form = await read_form(request) or {}
    return await run_in_threadpool(_change_own, request, form)


def _change_own(request: Request, form: dict[str, str]) -> Response:
    def write(records: Records, reader: Person, at: datetime) -> Response:
        deed = form.get("do", "")
        if deed == "code":
            code = code_of(house_of(request).new_token())
            issue_code(records, reader.id, code, at=at, valid_for=OWN_CODE_LASTS, by=reader.id)
            return _own_page(request, records, reader, at, code=code)
        if deed == "end_others":
            end_others(records, _here(request, records, reader, at), by=reader, at=at)
        elif deed == "end":
            require_own(records, form.get("ref", ""), reader, at=at)
            end_one(records, form.get("ref", ""), of=reader, by=reader, at=at)
        else:
            raise NotYours
        house_of(request).live.poke(reader.id)
        return RedirectResponse(desk_link(request, "/account"), status_code=303)

    return for_writer(request, write)


def _own_page(
    request: Request, records: Records, reader: Person, at: datetime, *, code: str = ""
) -> Response:
    lines = account_lines(records, reader.id, _here(request, records, reader, at), at=at)
    return page(
        "account.html", reader.language, reader=reader, lines=lines, name=_name_in(reader.language),
        here=desk_link(request, "/account"), **_code_shown(records, code),
    )  # fmt: skip


def _code_shown(records: Records, code: str) -> dict[str, Any]:
    bot = settings.value(records, settings.TELEGRAM_USERNAME)
    link = f"https://t.me/{bot}?start={code}" if bot and code else ""
    return {"code": code, "link": link, "minutes": int(OWN_CODE_LASTS.total_seconds() // 60)}


def _here(request: Request, records: Records, reader: Person, at: datetime) -> Here:
    session = web_sessions.session_of(records, token_digest(request.cookies.get(COOKIE, "")), at=at)
    return Here(web_chat.CHANNEL, reader.id, session.id if session else "")


def _name_in(language: str) -> Any:
    return lambda one: one.name if one.is_browser else label(one.name, language)


# --- Of everybody, for who runs the installation -------------------------------------------------------------------


def show_people(request: Request) -> Response:
    """`?q=` finds people by id or name; `?person=` shows what speaks for one."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        require(Deed.END_ACCESS, reader)
        return _people_page(request, records, reader, at)

    return for_reader(request, read)


async def change_person(request: Request) -> Response:
    """`do` of the form: `end` with a `ref`, `end_all`, or `code`, for the `person` named."""
    form = await read_form(request) or {}
    return await run_in_threadpool(_change_person, request, form)


def _change_person(request: Request, form: dict[str, str]) -> Response:
    def write(records: Records, reader: Person, at: datetime) -> Response:
        require(Deed.END_ACCESS, reader)
        person = records.get(Person, form.get("person", "")[:20])
        deed, code = form.get("do", ""), ""
        if deed == "code":
            code = code_of(house_of(request).new_token())
            issue_code(records, person.id, code, at=at, valid_for=OWN_CODE_LASTS, by=reader.id)
        elif deed == "end_all":
            end_all(records, person.id, by=reader.id, at=at)
        elif deed == "end":
            end_one(records, form.get("ref", ""), of=person, by=reader, at=at)
        else:
            raise NotYours
        house_of(request).live.poke(person.id)
        return _people_page(request, records, reader, at, chosen=person, code=code)

    return for_writer(request, write)


def _people_page(
    request: Request,
    records: Records,
    reader: Person,
    at: datetime,
    *,
    chosen: Person | None = None,
    code: str = "",
) -> Response:
    asked = words(request)
    if chosen is None and words(request, "person"):
        chosen = records.get(Person, words(request, "person"))
    lines = account_lines(records, chosen.id, Here(), at=at) if chosen else ()
    return page(
        "accounts.html", reader.language, reader=reader, asked=asked, chosen=chosen, lines=lines,
        name=_name_in(reader.language), here=desk_link(request, "/accounts"),
        found=[(one, desk_link(request, "/accounts", person=one.id)) for one in accounts.found_by(records, asked)]
        if asked else [],
        codes=len(accounts.open_codes(records, chosen.id, at=at)) if chosen else 0,
        chat=request.query_params.get("chat", "") if house_of(request).is_demo else "",
        **_code_shown(records, code),
    )  # fmt: skip
