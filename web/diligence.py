"""尽职照单免责: the record of one officer, as a page and as a paper."""

from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import Response

from actions.case_files import reads_all, reads_level
from actions.diligence import note_reading, read_diligence
from actions.rights import is_allowed
from inspection.calendar.beijing import beijing_day
from inspection.departments import is_within
from inspection.diligence import Diligence
from inspection.rights import Deed
from notifications.papers.diligence_record import how_it_stands, render_diligence
from storage import diligence
from storage.store import Records
from storage.tables.registers import Person
from web.desk import desk_link, for_writer
from web.house import house_of
from web.pages import page

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def show_diligence(request: Request) -> Response:
    """`/diligence?person=&first=&last=`: one's own, or that of an officer whose head one is; this year's by default."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        found = _read(request, records, reader, at)
        asked = {
            "person": found.person,
            "first": found.first_day.isoformat(),
            "last": found.last_day.isoformat(),
        }
        return page(
            "diligence.html",
            reader.language,
            found=found,
            officers=_officers(records, reader),
            paper=desk_link(request, "/diligence.pdf", **asked),
            more=lambda done: how_it_stands(done, reader.language),
            chat=request.query_params.get("chat", "") if house_of(request).is_demo else "",
        )

    return for_writer(request, read)


def give_diligence(request: Request) -> Response:
    """`/diligence.pdf` with the same wish."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        found = _read(request, records, reader, at)
        pdf = render_diligence(found, fonts=house_of(request).fonts)
        name = "".join(sign for sign in found.person if sign.isascii() and (sign.isalnum() or sign in "-_"))
        headers = _HEADERS | {"Content-Disposition": f'inline; filename="diligence-{name}.pdf"'}
        return Response(pdf, media_type="application/pdf", headers=headers)

    return for_writer(request, read)


def _read(request: Request, records: Records, reader: Person, at: datetime) -> Diligence:
    asked, today = request.query_params, beijing_day(at)
    first = _day(asked.get("first", "")) or date(today.year, 1, 1)
    last = _day(asked.get("last", "")) or today
    person = asked.get("person", "") or reader.id
    found = read_diligence(records, person, min(first, last), max(first, last), by=reader, at=at)
    note_reading(records, found, by=reader, at=at)
    return found


def _officers(records: Records, reader: Person) -> list[Person]:
    """Whose record the reader may choose; none where it is only the own one."""
    if reads_all(reader):
        return diligence.officers_of(records, None)
    if not is_allowed(Deed.READ_DILIGENCE, reader):
        return []
    department = None if reads_level(reader) else reader.department
    found = diligence.officers_of(records, department)
    return [one for one in found if is_within(one.district, reader.district)]


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
