"""核验检查: what a firm sees that scans the code on a notice or on an officer's screen."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.checks import check_inspection
from web import asked
from web.house import WebHouse, house_of
from web.pages import page


def ask_check(request: Request) -> Response:
    """`/check`: a form for who cannot scan; `?number=` and `?code=` lead on to the answer."""
    house = house_of(request)
    number, code = asked.words(request, "number"), asked.words(request, "code").replace(" ", "")
    if number and code:
        return RedirectResponse(f"/check/{quote(number, safe='')}/{quote(code, safe='')}", status_code=303)
    return page("check.html", house.language, answer="", number=number, **_about(house))


def show_check(request: Request) -> Response:
    """`/check/<inspection>/<code>`: what this inspection is about; for any other code one calm sentence. Whoever
    guesses is asked to wait, right or wrong."""
    house, visitor = house_of(request), request.client.host if request.client else ""
    number, code = asked.part(request, "inspection"), asked.part(request, "code")
    at = house.clock()
    if house.wrong_codes.is_over(visitor, at=at):
        return page(
            "check.html", house.language, status=429, answer="too_often", number=number, **_about(house)
        )
    with house.store.reading() as records:
        found = check_inspection(records, number, code, at=at)
    if found is None:
        house.wrong_codes.note_wrong(visitor, at=at)
        return page(
            "check.html", house.language, status=404, answer="unknown", number=number, **_about(house)
        )
    return page("checked.html", house.language, found=found, year=at.year, **_about(house))


def _about(house: WebHouse) -> dict[str, Any]:
    return {"complaint_path": house.complaint_path, "is_export": house.is_export}
