"""What anybody may read without signing in: results, tasks, draws. No officer's name stands on any of these pages."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from actions.public_bundles import draw_facts
from inspection.calendar.beijing import beijing_day
from inspection.calendar.calendar import Calendar
from inspection.departments import DEPARTMENTS, DISTRICTS
from inspection.open_data import BundleKind
from inspection.public_draws import DRAW_FILES, is_list_public
from storage import public, publicity
from storage.calendars import calendar_of
from storage.draws import sources_of
from storage.publicity import Wanted
from storage.store import Records
from storage.tables.inspections import DrawRecord, DrawSource, Publication
from storage.tables.publicity import PublishedResult
from storage.tables.registers import Plan, Scheme
from storage.veils import is_veiled
from web import asked
from web.house import WebHouse, house_of
from web.pages import page, refusal_page
from web.versions import is_withdrawn, version_lines, wanted
from web.wording import wording

PAGE = 20
OBJECTS_ON_A_PAGE = 200
COUNTED_TO = 10_000
"""Beyond it a page says “more than”: nobody's page view counts a million rows."""
FRESH = {"Cache-Control": "no-cache"}
"""For what grows while it stays where it is: a browser asks again before it shows what it kept."""


def show_front(request: Request) -> Response:
    """What this is, and where to go."""
    house = house_of(request)
    with house.store.reading() as records:
        latest = publicity.results(records, Wanted(), limit=5).rows
        number = publicity.number_of_results(records, COUNTED_TO + 1)
        schemes = public.number_of_announced(records)
    return page(
        "front.html",
        house.language,
        latest=latest,
        number=min(number, COUNTED_TO),
        has_more=number > COUNTED_TO,
        schemes=schemes,
        departments=DEPARTMENTS,
        is_demo=house.is_demo,
        is_export=house.is_export,
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


@dataclass(frozen=True)
class ResultLine:
    """A result in a list."""

    line: PublishedResult
    clock: PublicityClock


def list_results(request: Request) -> Response:
    """`?q=` part of a name or the beginning of a credit code; `department`, `district`, `year`; `?before=` a cursor."""
    house = house_of(request)
    asked_for = Wanted(
        search=asked.words(request),
        department=asked.department(request),
        district=asked.district(request),
        year=asked.year(request),
        before=asked.whole(request, "before"),
    )
    with house.store.reading() as records:
        found = publicity.results(records, asked_for, limit=PAGE)
        lines = result_lines(records, found.rows)
        years = publicity.years_of_results(records)
    kept = {
        "q": asked_for.search,
        "department": asked_for.department,
        "district": asked_for.district,
        "year": asked_for.year,
    }
    return page(
        "results.html",
        house.language,
        found=lines,
        wanted=asked_for,
        is_cut_short=found.is_cut_short,
        next_page=asked.address("/results", **kept, before=found.next_before) if found.next_before else "",
        first_page=asked.address("/results", **kept),
        departments=DEPARTMENTS,
        districts=DISTRICTS,
        years=years,
        is_export=house.is_export,
    )


def result_lines(records: Records, rows: list[PublishedResult]) -> list[ResultLine]:
    """With the clock of each, which stands in its bundle."""
    calendar, versions = calendar_of(records), publicity.publications(records, rows)
    first = public.first_published(records, [one.inspection_id for one in rows])
    return [
        ResultLine(one, clock_of(calendar, versions[one.inspection_id], first[one.inspection_id]))
        for one in rows
        if one.inspection_id in versions
    ]


def show_result(request: Request) -> Response:
    """One result in the national words, with its clock of 20 working days; `?version=` shows an earlier one."""
    house = house_of(request)
    with house.store.reading() as records:
        versions = public.versions(records, asked.part(request, "inspection"))
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
        clock=clock_of(calendar, shown, versions[-1].published_at),
        complaint_path=house.complaint_path,
        is_export=house.is_export,
    )


def clock_of(calendar: Calendar, shown: Publication, first: datetime) -> PublicityClock:
    """Counted from the end of the inspection to the day on which the `first` version was published, by which the
    deadline was kept; what corrects it comes when it comes."""
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
        versions = public.versions(records, asked.part(request, "inspection"))
    found = wanted(versions, number) if versions else None
    if found is not None and number in (None, str(found.version)):
        return Response(found.bundle.encode(), media_type="application/json")
    return JSONResponse({"error": wording(house.language)("error_not_here")}, status_code=404)


def list_schemes(request: Request) -> Response:
    """Every scheme that has announced a draw; `department`, `year`, `?before=` a cursor."""
    house, department, year = house_of(request), asked.department(request), asked.year(request)
    before = asked.day_and_id(request)
    with house.store.reading() as records:
        found = public.tasks(records, department=department, year=year, before=before, limit=PAGE + 1)
        years = public.years_of_tasks(records)
    shown, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
    cursor = f"{last.first_day}_{last.id}" if last else ""
    return page(
        "schemes.html",
        house.language,
        found=shown,
        next_page=asked.address("/schemes", department=department, year=year, before=cursor)
        if cursor
        else "",
        first_page=asked.address("/schemes", department=department, year=year) if before else "",
        department=department,
        year=year,
        departments=DEPARTMENTS,
        years=years,
        is_export=house.is_export,
    )


def show_scheme(request: Request) -> Response:
    """The announcement, the drawn list when it is public or the reason when not, and how far the results are."""
    house = house_of(request)
    number = max(1, asked.whole(request, "page", most=100_000))
    with house.store.reading() as records:
        found = public.announced_scheme(records, asked.part(request, "id"))
        if found is None:
            return _show_taken_in(records, house, request.path_params["id"])
        scheme, draws = found
        drawn = public.drawn_objects(records, scheme.id)
        published = public.publications_of(records, scheme.id)
        titles = public.item_titles(records)
        plan = records.find(Plan, scheme.plan_id) if scheme.plan_id else None
        bundle = publicity.newest_bundle(records, BundleKind.TASK, scheme.id)
    is_public = _is_public(scheme)
    shown = drawn[(number - 1) * OBJECTS_ON_A_PAGE : number * OBJECTS_ON_A_PAGE]
    return page(
        "scheme.html",
        house.language,
        scheme=scheme,
        draws=draws,
        announcement=json.loads(draws[-1].announcement),
        drawn=shown if is_public else [],
        number=number,
        pages=-(-len(drawn) // OBJECTS_ON_A_PAGE),
        first_number=(number - 1) * OBJECTS_ON_A_PAGE,
        drawn_number=len(drawn),
        strata=Counter(one.stratum for one in drawn),
        items=[titles.get(one, one) for one in scheme.items],
        plan=plan,
        is_list_public=is_public,
        published=published,
        bundle=bundle,
        is_export=house.is_export,
    )


def _show_taken_in(records: Records, house: WebHouse, scheme_id: str) -> Response:
    """A scheme of which nothing was drawn here, which is what the page says first."""
    found = public.taken_in_scheme(records, scheme_id)
    if found is None:
        return not_here(house)
    scheme, selections = found
    objects = public.drawn_objects(records, scheme.id)
    return page(
        "taken_in.html",
        house.language,
        scheme=scheme,
        selections=selections,
        objects=objects if _is_public(scheme) else [],
        number=len(objects),
        is_list_public=_is_public(scheme),
        published=public.publications_of(records, scheme.id),
    )


def show_draw(request: Request) -> Response:
    """Everything by which a stranger recomputes the draw."""
    house = house_of(request)
    with house.store.reading() as records:
        found = find_draw(records, asked.part(request, "id"))
        sources = sources_of(records, asked.part(request, "id"))
        bundle = publicity.newest_bundle(records, BundleKind.DRAW_RECORD, asked.part(request, "id"))
    if found is None:
        return not_here(house)
    scheme, draw = found
    transcript = json.loads(draw.transcript) if draw.transcript and _is_public(scheme) else None
    facts = draw_facts(scheme, draw)
    return page(
        "draw.html",
        house.language,
        scheme=scheme,
        draw=draw,
        announcement=json.loads(draw.announcement),
        rounds=transcript["rounds"] if transcript else [],
        closing=transcript["closing"] if transcript else None,
        sources=[_shown_source(one, is_drawn=draw.transcript is not None) for one in sources],
        files=facts.files,
        withheld_digest=facts.withheld,
        bundle=bundle,
        is_export=house.is_export,
    )


def _shown_source(source: DrawSource, *, is_drawn: bool) -> dict[str, object]:
    """A value is shown once the draw has run: before, the others who still give theirs need not know it."""
    return {
        "name": source.name,
        "due": source.due,
        "given_at": source.given_at,
        "value_shown": source.value if is_drawn else "",
    }


def files_of(scheme: Scheme, draw: DrawRecord) -> list[tuple[str, int, str]]:
    """Name, bytes and SHA-256 of each file that may be had now."""
    return list(draw_facts(scheme, draw).files)


def give_draw_file(request: Request) -> Response:
    """One file of a draw, byte for byte as it was hashed."""
    house, name = house_of(request), asked.part(request, "name")
    with house.store.reading() as records:
        found = find_draw(records, asked.part(request, "id"))
    text = _file_of(*found, name) if found and name in DRAW_FILES else None
    if text is None:
        return not_here(house)
    return Response(
        text.encode(),
        media_type=DRAW_FILES[name][1],
        headers={"Content-Disposition": f'attachment; filename="{name}"', **FRESH},
    )


def _file_of(scheme: Scheme, draw: DrawRecord, name: str) -> str | None:
    """The transcript says who is visited by whom: it waits where the drawn list does."""
    if name == "transcript.json" and not _is_public(scheme):
        return None
    text: str | None = getattr(draw, DRAW_FILES[name][0])
    return text


def _is_public(scheme: Scheme) -> bool:
    return is_list_public(scheme.state, by_scheme=scheme.is_list_public, is_veiled=is_veiled(scheme))


def find_draw(records: Records, draw_id: str) -> tuple[Scheme, DrawRecord] | None:
    draw = records.find(DrawRecord, draw_id)
    return (records.get(Scheme, draw.scheme_id), draw) if draw else None


def not_here(house: WebHouse) -> Response:
    return refusal_page(wording(house.language)("error_not_here"), house.language, status=404)
