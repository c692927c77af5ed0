"""The papers of a visit as PDF, for the people who may read them: drafts for the lead before the result goes on."""

from starlette.requests import Request
from starlette.responses import Response

from actions.papers import pdf_of, read_paper
from inspection.refusals import NotYours, Refusal
from notifications.buttons.papers import LETTERS, SHEETS, PaperKind
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


def show_paper(request: Request) -> Response:
    """`/papers/<inspection>/<kind>.pdf`, a kind of `SHEETS` or `LETTERS`; whoever may not read it hears why."""
    house = house_of(request)
    inspection, name = request.path_params["inspection"], request.path_params["kind"]
    if name not in {*SHEETS, *LETTERS}:
        return refusal_page(wording(house.language)("error_not_here"), house.language, status=404)
    language = house.language
    try:
        with house.store.transaction("web") as records:
            reader = reader_of(request, records)
            if reader is None:
                return refusal_page(wording(language)("error_sign_in"), language, status=401)
            language = reader.language
            where, at = house.public_url, house.clock()
            paper = read_paper(records, inspection, PaperKind(name), by=reader, at=at, public_url=where)
        pdf = pdf_of(paper, house.files, fonts=house.fonts)
    except Refusal as refusal:
        status = 404 if isinstance(refusal, NotYours) else 409
        return refusal_page(refusal_sentence(refusal, language), language, status=status)
    shown = f'inline; filename="{_plain(inspection)}-{name}.pdf"'
    return Response(pdf, media_type="application/pdf", headers=_HEADERS | {"Content-Disposition": shown})


def _plain(inspection: str) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in ".-") else "_" for one in inspection)
