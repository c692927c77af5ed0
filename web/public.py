"""What anybody may read without signing in: results, schemes, draws. No officer's name stands on any of these pages."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from inspection.calendar.beijing import beijing_day
from inspection.calendar.calendar import Calendar
from inspection.states import SchemeState
from storage import public
from storage.calendars import calendar_of
from storage.draws import sources_of
from storage.store import Records
from storage.tables.inspections import DrawRecord, DrawSource, Publication
from storage.tables.registers import Scheme
from web.house import WebHouse, house_of
from web.pages import page, refusal_page
from web.versions import is_withdrawn, version_lines, wanted
from web.wording import wording

PAGE = 20
_DRAW_FILES = {
    "announcement.json": ("announcement", "application/json"),
    "transcript.json": ("transcript", "application/json"),
    "objects.jsonl": ("objects", "application/jsonl"),
    "inspectors.jsonl": ("inspectors", "application/jsonl"),
    "exclusions.jsonl": ("exclusions", "application/jsonl"),
}
"""What is given away of a draw record, by column. The secret is not among them and never will be."""
FRESH = {"Cache-Control": "no-cache"}
"""For what grows while it stays where it is: a browser asks again before it shows what it kept."""


def show_front(request: Request) -> Response:
    """What this is, and where to go."""
    house = house_of(request)
    with house.store.reading() as records:
        latest, number = public.results(records, "", skip=0, limit=5)
        schemes = public.announced_schemes(records)
    return page(
        "front.html",
        house.language,
        latest=latest,
        number=number,
        schemes=len(schemes),
        is_demo=house.is_demo,
    )


def list_results(request: Request) -> Response:
    """`?q=` part of a name or the beginning of a credit code, `?page=` from 1."""
    house = house_of(request)
    search = request.query_params.get("q", "").replace("\0", "").strip()[:60]
    given = request.query_params.get("page", "1")
    number = max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1
    with house.store.reading() as records:
        found, total = public.results(records, search, skip=(number - 1) * PAGE, limit=PAGE)
        calendar = calendar_of(records)
        first = public.first_published(records, [one.inspection_id for one in found])
    pages = max(1, -(-total // PAGE))
    return page(
        "results.html",
        house.language,
        found=[(one, _clock_of(calendar, one, first[one.inspection_id])) for one in found],
        total=total,
        search=search,
        number=number,
        pages=pages,
    )


def show_result(request: Request) -> Response:
    """One result in the national words, with its clock of 20 working days; `?version=` shows an earlier one."""
    house = house_of(request)
    with house.store.reading() as records:
        versions = public.versions(records, request.path_params["inspection"])
        calendar = calendar_of(records)
    shown = wanted(versions, request.query_params.get("version")) if versions else None
    if shown is None:
        return not_here(house)
    return page(
        "result.html",
        house.language,
        shown=shown,
        versions=version_lines(versions),
        newest=versions[0],
        is_withdrawn=is_withdrawn(versions),
        bundle=json.loads(shown.bundle),
        clock=_clock_of(calendar, shown, versions[-1].published_at),
    )


@dataclass(frozen=True)
class PublicityClock:
    """How the 20 working days were kept: `working_day` 0 is the very day on which the inspection ended."""

    ended: date
    published_on: date
    working_day: int
    is_in_time: bool
    is_provisional: bool
    """The holidays of the year of the due day are not announced yet."""


def _clock_of(calendar: Calendar, shown: Publication, first: datetime) -> PublicityClock:
    """Kept by the `first` version; what corrects it comes when it comes."""
    ended, out = date.fromisoformat(json.loads(shown.bundle)["insDate"]), beijing_day(first)
    return PublicityClock(
        ended=ended,
        published_on=out,
        working_day=calendar.working_days_from(ended, out),
        is_in_time=out <= shown.due,
        is_provisional=calendar.is_provisional(shown.due.year),
    )


def give_bundle(request: Request) -> Response:
    """The frozen bytes of the newest version, or of `?version=`; their SHA-256 stands on the page. Once publicity has
    ended, only what says so."""
    house, number = house_of(request), request.query_params.get("version")
    with house.store.reading() as records:
        versions = public.versions(records, request.path_params["inspection"])
    found = wanted(versions, number) if versions else None
    if found is not None and number in (None, str(found.version)):
        return Response(found.bundle.encode(), media_type="application/json")
    return JSONResponse({"error": wording(house.language)("error_not_here")}, status_code=404)


def list_schemes(request: Request) -> Response:
    """Every scheme that has announced a draw."""
    house = house_of(request)
    with house.store.reading() as records:
        found = [
            (scheme, draws, public.publications_of(records, scheme.id))
            for scheme, draws in public.announced_schemes(records)
        ]
    return page("schemes.html", house.language, found=found)


def show_scheme(request: Request) -> Response:
    """The announcement, the drawn list when it is public, and how far the results are."""
    house = house_of(request)
    with house.store.reading() as records:
        found = _announced(records, request.path_params["id"])
        if found is None:
            return not_here(house)
        scheme, draws = found
        drawn = public.drawn_objects(records, scheme.id)
        published = public.publications_of(records, scheme.id)
    return page(
        "scheme.html",
        house.language,
        scheme=scheme,
        draws=draws,
        announcement=json.loads(draws[-1].announcement),
        drawn=drawn if _is_list_public(scheme) else [],
        drawn_number=len(drawn),
        strata=Counter(one.stratum for one in drawn),
        is_list_public=_is_list_public(scheme),
        published=published,
    )


def show_draw(request: Request) -> Response:
    """Everything by which a stranger recomputes the draw."""
    house = house_of(request)
    with house.store.reading() as records:
        found = find_draw(records, request.path_params["id"])
        sources = sources_of(records, request.path_params["id"])
    if found is None:
        return not_here(house)
    scheme, draw = found
    transcript = json.loads(draw.transcript) if draw.transcript and _is_list_public(scheme) else None
    return page(
        "draw.html",
        house.language,
        scheme=scheme,
        draw=draw,
        announcement=json.loads(draw.announcement),
        rounds=transcript["rounds"] if transcript else [],
        closing=transcript["closing"] if transcript else None,
        sources=[_shown_source(one, is_drawn=draw.transcript is not None) for one in sources],
        files=files_of(scheme, draw),
        withheld_digest=_withheld_digest(scheme, draw),
    )


def _shown_source(source: DrawSource, *, is_drawn: bool) -> dict[str, object]:
    """A value is shown once the draw has run: before, the others who still give theirs need not know it."""
    return {
        "name": source.name,
        "due": source.due,
        "given_at": source.given_at,
        "value_shown": source.value if is_drawn else "",
    }


def _withheld_digest(scheme: Scheme, draw: DrawRecord) -> str:
    """The record itself may have to wait; its digest does not, so that it can't be another one later."""
    if draw.transcript is None or _is_list_public(scheme):
        return ""
    return hashlib.sha256(draw.transcript.encode()).hexdigest()


def files_of(scheme: Scheme, draw: DrawRecord) -> list[tuple[str, int, str]]:
    """Name, bytes and SHA-256 of each file that may be had now."""
    texts = [(name, _file_of(scheme, draw, name)) for name in _DRAW_FILES]
    return [
        (name, len(text.encode()), hashlib.sha256(text.encode()).hexdigest())
        for name, text in texts
        if text is not None
    ]


def give_draw_file(request: Request) -> Response:
    """One file of a draw, byte for byte as it was hashed."""
    house, name = house_of(request), request.path_params["name"]
    with house.store.reading() as records:
        found = find_draw(records, request.path_params["id"])
    text = _file_of(*found, name) if found and name in _DRAW_FILES else None
    if text is None:
        return not_here(house)
    return Response(
        text.encode(),
        media_type=_DRAW_FILES[name][1],
        headers={"Content-Disposition": f'attachment; filename="{name}"', **FRESH},
    )


def _file_of(scheme: Scheme, draw: DrawRecord, name: str) -> str | None:
    """The transcript says who is visited by whom: it waits where the drawn list does."""
    if name == "transcript.json" and not _is_list_public(scheme):
        return None
    text: str | None = getattr(draw, _DRAW_FILES[name][0])
    return text


def _is_list_public(scheme: Scheme) -> bool:
    return scheme.is_list_public or scheme.state in (SchemeState.FINISHED, SchemeState.VOIDED)


def _announced(records: Records, scheme_id: str) -> tuple[Scheme, list[DrawRecord]] | None:
    return next((one for one in public.announced_schemes(records) if one[0].id == scheme_id), None)


def find_draw(records: Records, draw_id: str) -> tuple[Scheme, DrawRecord] | None:
    draw = records.find(DrawRecord, draw_id)
    return (records.get(Scheme, draw.scheme_id), draw) if draw else None


def show_health(request: Request) -> Response:
    """For a watch dog: 200 while all is well, 503 when not."""
    health = dict(house_of(request).health())
    return JSONResponse(health, status_code=200 if health.get("ok", True) else 503)


def not_here(house: WebHouse) -> Response:
    return refusal_page(wording(house.language)("error_not_here"), house.language, status=404)
