"""A firm's own page: its results, how often it was visited this year beside the cap, and where it may object."""

import re

from starlette.requests import Request
from starlette.responses import Response

from actions.firm_visits import visits_this_year
from inspection.calendar.beijing import beijing_day
from storage import public, publicity
from storage.publicity import Wanted
from web import asked
from web.house import house_of
from web.pages import page
from web.public import PAGE, not_here, result_lines

_CODE = re.compile(r"[0-9A-Z]{8,20}")


def show_firm(request: Request) -> Response:
    """`/firms/<credit code>`; an unknown code is answered as any address that is none."""
    house, code = house_of(request), asked.part(request, "code").upper()
    if not _CODE.fullmatch(code):
        return not_here(house)
    with house.store.reading() as records:
        registered = public.object_of_code(records, code)
        wanted = Wanted(credit_code=code, before=asked.whole(request, "before"))
        found = publicity.results(records, wanted, limit=PAGE)
        lines = result_lines(records, found.rows)
        today = beijing_day(house.clock())
        visits = visits_this_year(records, registered, today=today) if registered else []
    if registered is None and not lines:
        return not_here(house)
    return page(
        "firm.html",
        house.language,
        name=registered.name if registered else lines[0].line.object_name,
        code=code,
        cap=registered.yearly_cap if registered else None,
        visits=visits,
        year=today.year,
        found=lines,
        next_page=asked.address(f"/firms/{code}", before=found.next_before) if found.next_before else "",
        complaint_path=house.complaint_path,
        is_export=house.is_export,
    )
