"""The firm applies for the recusal of an officer with the code of its notice; no officer's name stands on these pages.

Nobody signs in: the code of 80 bits is on the paper that was served, and one visit takes only so many applications.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.notices import notice_of_code
from actions.recusal_applications import apply_by_form, seated
from inspection.departments import EXPERTS
from inspection.leave import Ground, LeaveKind, grounds_of
from inspection.refusals import Refusal
from notifications.catalogue import label, refusal_sentence
from storage import notices, people
from storage.store import Records
from storage.tables.follow_ups import InspectionNotice
from storage.tables.inspections import Assignment, Inspection, LeaveRequest
from storage.tables.registers import Scheme
from storage.veils import shown_object
from web.house import house_of
from web.pages import page
from web.sign_in import read_form

_FORM_LIMIT = 40_000
"""Bytes: 500 signs of Chinese come as nine each."""
_TAIL = 4
"""So many last signs of a certificate tell officers apart on the page."""


@dataclass(frozen=True)
class Shown:
    """An officer as the page shows one: place on the notice, authority, end of the certificate's number."""

    place: int
    department: str
    certificate: str


@dataclass(frozen=True)
class Filed:
    """An application as its firm sees it."""

    place: int
    department: str
    filed_at: datetime
    decide_by: datetime | None
    state: str
    decided_at: datetime | None
    answer: str


def show_entrance(request: Request) -> Response:
    """`/recusal`: where the code is typed."""
    house = house_of(request)
    return page("recusal_entrance.html", house.language, sentence="", code="")


async def enter(request: Request) -> Response:
    form = await read_form(request, limit=_FORM_LIMIT) or {}
    return await run_in_threadpool(_enter, request, form.get("code", ""))


def _enter(request: Request, code: str) -> Response:
    house = house_of(request)
    try:
        with house.store.reading() as records:
            notice = notice_of_code(records, code)
    except Refusal as refusal:
        sentence = refusal_sentence(refusal, house.language)
        return page("recusal_entrance.html", house.language, status=404, sentence=sentence, code=code[:40])
    return RedirectResponse(f"/recusal/{quote(notice.code)}", status_code=303)


def show_application(request: Request) -> Response:
    """`/recusal/<code>`: whom it can be about, and what became of what was filed."""
    house = house_of(request)
    with house.store.reading() as records:
        try:
            notice = notice_of_code(records, request.path_params["code"])
        except Refusal as refusal:
            sentence = refusal_sentence(refusal, house.language)
            return page("recusal_entrance.html", house.language, status=404, sentence=sentence, code="")
        return _page(request, records, notice)


async def apply(request: Request) -> Response:
    form = await read_form(request, limit=_FORM_LIMIT)
    return await run_in_threadpool(_apply, request, form)


def _apply(request: Request, form: dict[str, str] | None) -> Response:
    house = house_of(request)
    with house.store.transaction("web") as records:
        try:
            notice = notice_of_code(records, request.path_params["code"])
        except Refusal as refusal:
            sentence = refusal_sentence(refusal, house.language)
            return page("recusal_entrance.html", house.language, status=404, sentence=sentence, code="")
        try:
            with records.attempt():
                _file(records, notice, form, at=house.clock())
        except Refusal as refusal:
            sentence = refusal_sentence(refusal, house.language)
            return _page(request, records, notice, form=form or {}, sentence=sentence, status=409)
    house.wake()
    return RedirectResponse(f"/recusal/{quote(notice.code)}#filed", status_code=303)


def _file(
    records: Records, notice: InspectionNotice, form: dict[str, str] | None, *, at: datetime
) -> LeaveRequest:
    given = form or {}
    place, ground, words = (given.get(name, "") for name in ("officer", "ground", "words"))
    return apply_by_form(records, notice.inspection_id, place, ground, words, at=at)


def _page(
    request: Request,
    records: Records,
    notice: InspectionNotice,
    *,
    form: dict[str, str] | None = None,
    sentence: str = "",
    status: int = 200,
) -> Response:
    house = house_of(request)
    inspection = records.get(Inspection, notice.inspection_id)
    officers = _officers(records, inspection)
    return page(
        "recusal.html",
        house.language,
        status=status,
        notice=notice,
        object=shown_object(records, inspection).name,
        scheme=records.get(Scheme, inspection.scheme_id).name,
        officers=officers.values(),
        grounds=[(one.value, _ground(one, house.language)) for one in grounds_of(LeaveKind.RECUSAL)],
        filed=_filed(records, inspection, officers),
        is_over=inspection.ended_at is not None,
        given=form or {},
        sentence=sentence,
    )


def _ground(ground: Ground, language: str) -> str:
    return label(f"ground_{ground}", language)


def _officers(records: Records, inspection: Inspection) -> dict[str, Shown]:
    """By assignment."""
    found = list(seated(records, inspection.id))
    certificates = people.certificates(records, [person.id for _member, _held, person in found])
    return {
        held.id: Shown(
            place,
            member.seat.department,
            certificates[person.id].certificate_number[-_TAIL:]
            if person.id in certificates and member.seat.department != EXPERTS
            else "",
        )
        for place, (member, held, person) in enumerate(found, start=1)
    }


def _filed(records: Records, inspection: Inspection, officers: dict[str, Shown]) -> list[Filed]:
    lines = []
    for one in notices.applications(records, inspection.id):
        assignment = records.get(Assignment, one.assignment_id)
        shown = officers.get(assignment.id)
        lines.append(
            Filed(
                place=shown.place if shown else 0,
                department=assignment.seat_id.split("/")[1],
                filed_at=one.filed_at,
                decide_by=one.decide_by,
                state=one.state.value,
                decided_at=one.decided_at,
                answer=one.answer_words,
            )
        )
    return lines
