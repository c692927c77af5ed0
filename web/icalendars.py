"""The window of a visit for the calendar of a phone, to members of its team."""

from starlette.requests import Request
from starlette.responses import Response

from actions.visit_calendar import visit_icalendar
from inspection.refusals import NotFound, NotYours, Refusal
from notifications.catalogue import refusal_sentence
from web.house import house_of
from web.pages import refusal_page
from web.visitors import reader_of
from web.wording import wording

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def give_icalendar(request: Request) -> Response:
    """`/ics/<inspection>.ics`; whoever may not have it gets a page that says why."""
    house = house_of(request)
    language = house.language
    try:
        with house.store.reading() as records:
            reader = reader_of(request, records)
            if reader is None:
                return refusal_page(wording(language)("error_sign_in"), language, status=401)
            language = reader.language
            text = visit_icalendar(records, request.path_params["inspection"], by=reader)
    except Refusal as refusal:
        status = 404 if isinstance(refusal, NotYours | NotFound) else 409
        return refusal_page(refusal_sentence(refusal, language), language, status=status)
    shown = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=_HEADERS | shown)
