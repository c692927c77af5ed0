"""Statistics: for the joint office and departments with everything, for the public with totals; and the watch over
redraws."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from actions.case_files import reads_all
from actions.rights import is_allowed
from actions.statistics import allowed, read_public_extract, read_statistics
from actions.steering import read_watch
from inspection.calendar.beijing import beijing_day
from inspection.departments import DEPARTMENTS, DISTRICTS, department_name, district_name
from inspection.refusals import NotYours
from inspection.rights import Deed
from inspection.statistics import Origin, Statistics, Wanted
from inspection.steering import FALSE_ALARMS, About
from storage import statistics as counted
from storage.store import Records
from storage.tables.registers import Person
from web.dates import timed
from web.desk import desk_link, for_reader
from web.house import house_of
from web.pages import page
from web.statistics_tables import key_figures, public_sheets, sheets, shown
from web.wording import wording
from web.workbooks import MEDIA_TYPE, workbook


def show_statistics(request: Request) -> Response:
    """`/statistics?year=&month=&department=&district=&origin=`."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        wanted = allowed(wanted_of(request), reader)
        found = read_statistics(records, wanted, by=reader)
        language = reader.language
        asked = _as_query(wanted)
        return page(
            "statistics.html",
            language,
            at=at,
            wanted=wanted,
            key_figures=key_figures(found, language),
            sheets=sheets(found, language),
            shown=shown,
            years=counted.years(records),
            departments=DEPARTMENTS if reads_all(reader) else {},
            districts=DISTRICTS,
            origins=list(Origin),
            workbook=desk_link(request, "/statistics.xlsx", **asked),
            watch=desk_link(request, "/statistics/watch", **asked) if may_watch(reader) else "",
            chat=request.query_params.get("chat", "") if house_of(request).is_demo else "",
            whose=department_name(wanted.department, language) if wanted.department else "",
        )

    return for_reader(request, read)


def give_workbook(request: Request) -> Response:
    """`/statistics.xlsx` with the same wish: every table, with the filters and the moment."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        wanted = allowed(wanted_of(request), reader)
        found = read_statistics(records, wanted, by=reader)
        w = wording(reader.language)
        data = workbook(
            _about(found, reader.language, at), w("stat_title"), sheets(found, reader.language), at=at
        )
        name = f"statistics-{wanted.year or 'all'}{f'-{wanted.month:02d}' if wanted.month else ''}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(data, media_type=MEDIA_TYPE, headers=headers)

    return for_reader(request, read)


def show_public_extract(request: Request) -> Response:
    """`/statistics/public?year=&month=&district=`: totals, no officer and no department."""
    house = house_of(request)
    asked = wanted_of(request)
    with house.store.reading() as records:
        found = read_public_extract(records, asked)
        years = counted.years(records)
    return page(
        "statistics_public.html",
        house.language,
        at=house.clock(),
        wanted=found.wanted,
        key_figures=key_figures(found, house.language),
        sheets=public_sheets(found, house.language),
        shown=shown,
        years=years,
        districts=DISTRICTS,
    )


def show_watch(request: Request) -> Response:
    """`/statistics/watch`: what chance alone would hardly bring, for heads, the joint office and auditors."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        if not may_watch(reader):
            raise NotYours("steering_not_yours")
        wanted = wanted_of(request)
        found = read_watch(records, wanted, by=reader)
        language = reader.language
        return page(
            "steering.html",
            language,
            at=at,
            found=found.watch,
            names=found.names,
            heads=About.HEAD,
            wanted=wanted,
            years=counted.years(records),
            false_alarms=f"{float(FALSE_ALARMS) * 100:g}%",
            back=desk_link(request, "/statistics", **_as_query(wanted)),
            chat=request.query_params.get("chat", "") if house_of(request).is_demo else "",
            one_place=lambda value: f"{value:.1f}",
            odds=lambda value: f"{value:.1g}" if value < 0.001 else f"{value:.3f}",
        )

    return for_reader(request, read)


def may_watch(reader: Person) -> bool:
    return is_allowed(Deed.WATCH_REDRAWS, reader)


def wanted_of(request: Request) -> Wanted:
    """What the address asks; what it can't mean asks nothing. Without a word about the year it is this one."""
    asked = request.query_params
    if "year" not in asked:
        this_year = beijing_day(house_of(request).clock()).year
        return replace(_wanted(asked), year=this_year, month=None)
    return _wanted(asked)


def _wanted(asked: Mapping[str, str]) -> Wanted:
    year, month = _between(asked.get("year", ""), 2000, 2999), _between(asked.get("month", ""), 1, 12)
    return Wanted(
        year=year,
        month=month if year else None,
        department=asked.get("department", "") if asked.get("department", "") in DEPARTMENTS else "",
        district=asked.get("district", "") if asked.get("district", "") in DISTRICTS else "",
        origin=asked.get("origin", "") if asked.get("origin", "") in set(Origin) else "",
    )


def _between(given: str, least: int, most: int) -> int | None:
    value = int(given) if given.isascii() and given.isdigit() and len(given) <= 4 else 0
    return value if least <= value <= most else None


def _as_query(wanted: Wanted) -> dict[str, str]:
    asked = {"year": str(wanted.year or "")}
    others = {
        "month": str(wanted.month or ""),
        "department": wanted.department,
        "district": wanted.district,
        "origin": wanted.origin,
    }
    return asked | {name: value for name, value in others.items() if value}


def _about(found: Statistics, language: str, at: datetime) -> list[tuple[str, str]]:
    w, wanted = wording(language), found.wanted
    lines = [
        (w("stat_title"), ""),
        (w("stat_at"), timed(at, language)),
        (w("archive_year"), str(wanted.year or w("archive_any"))),
        (w("stat_month"), str(wanted.month or w("archive_any"))),
        (
            w("stat_by_department_key"),
            department_name(wanted.department, language) if wanted.department else w("archive_any"),
        ),
        (
            w("stat_by_district_key"),
            district_name(wanted.district, language) if wanted.district else w("archive_any"),
        ),
        (
            w("stat_by_origin_key"),
            w(f"stat_origin_{wanted.origin}") if wanted.origin else w("archive_any"),
        ),
    ]
    return [*lines, *((one.title, one.words) for one in key_figures(found, language))]
