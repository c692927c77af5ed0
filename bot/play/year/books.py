"""The statistics as a reader finds them, on the pages and in the workbook, against a recount from the tables.

The recount shares no line with what it checks: the numbers come from `storage.recount`, the shares and medians are
worked out here once more. In common are the words alone.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from openpyxl import load_workbook

from bot.play.year.pages import Desk, Table, figures_of, tables_of
from bot.play.year.registers import AUDITOR, YEAR, Size
from inspection.calendar.calendar import Calendar
from inspection.departments import department_name, district_name
from inspection.results import CATEGORIES, Category
from notifications.catalogue import label
from storage.calendars import calendar_of
from storage.recount import Asked, count
from storage.store import Records
from web.wording import Wording, wording

_LANGUAGE = "zh"
_NOTHING = "—"
_OTHER_MATTERS = {"transfer": "matter_kind_transfer"}
Names = Callable[[str], str]


@dataclass
class Compared:
    """How much of the statistics was held against the store, and every figure that is another there."""

    pages: int = 0
    figures: int = 0
    differences: list[str] = field(default_factory=list)

    def take(self, other: "Compared", when: str) -> None:
        """Adds what was held at another moment."""
        self.pages, self.figures = self.pages + other.pages, self.figures + other.figures
        self.differences += [f"{when} {line}" for line in other.differences]

    def hold(self, place: str, found: Mapping[str, str], right: Mapping[str, str]) -> None:
        """`found` on the page, `right` in the store: words by what they are about."""
        self.figures += len(right)
        for name in sorted({*found, *right}):
            one, other = found.get(name, "nothing"), right.get(name, "nothing")
            if one != other:
                self.differences.append(f"{place}: {name}: the page says {one}, the store {other}")


def compare_statistics(desk: Desk, wishes: Iterable[Asked]) -> Compared:
    """The page of each of these wishes; the workbook; the public extract."""
    compared = Compared()
    with desk.street.store.reading() as records:
        for asked in wishes:
            query = {name: value for name, value in asdict(asked).items() if value}
            query |= {"month": query["month"][-2:].lstrip("0")} if "month" in query else {}
            page = desk.read("/statistics", AUDITOR, **query)
            place = "/statistics?" + "&".join(f"{name}={value}" for name, value in query.items())
            right = _Right(records, asked)
            compared.pages += 1
            compared.hold(place, figures_of(page), right.key_figures())
            _hold_tables(compared, place, tables_of(page), right.sheets())
        _compare_workbook(compared, desk, records)
        _compare_public(compared, desk, records)
    return compared


def wishes_of(size: Size) -> Iterator[Asked]:
    """All of the year, each month, department, county and origin, and several of these at once."""
    yield Asked(str(YEAR))
    yield from (Asked(str(YEAR), month=f"{YEAR}-{month:02d}") for month in range(1, 13))
    yield from (Asked(str(YEAR), department=one) for one in size.departments)
    yield from (Asked(str(YEAR), district=one) for one in size.districts)
    origins = ("plan", "temporary", "special", "case", "full_coverage")
    yield from (Asked(str(YEAR), origin=one) for one in origins)
    yield Asked(str(YEAR), month=f"{YEAR}-06", department=size.departments[0], district=size.districts[0])


def _compare_workbook(compared: Compared, desk: Desk, records: Records) -> None:
    answer = desk.read("/statistics.xlsx", AUDITOR, year=str(YEAR))
    book = load_workbook(io.BytesIO(answer.content))
    right, place = _Right(records, Asked(str(YEAR))), "/statistics.xlsx"
    cover = {str(row[0].value): str(row[1].value or "") for row in book.worksheets[0].iter_rows()}
    figures = right.key_figures()
    compared.hold(place, {name: cover.get(name, "") for name in figures}, figures)
    tables = {
        sheet.title: [[_cell(one.value, one.number_format) for one in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets[1:]
    }
    compared.pages += 1
    _hold_tables(compared, place, tables, right.sheets())


def _cell(value: object, number_format: str) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, int | float) and "%" in number_format:
        return _percent(Decimal(repr(value)))
    return str(value)


def _compare_public(compared: Compared, desk: Desk, records: Records) -> None:
    page, right = desk.read("/statistics/public", year=str(YEAR)), _Right(records, Asked(str(YEAR)))
    w, place = wording(_LANGUAGE), "/statistics/public"
    public = {
        w(one): right.sheets()[w(one)] for one in ("stat_by_district", "stat_by_month", "stat_categories")
    }
    compared.pages += 1
    compared.hold(place, figures_of(page), right.key_figures())
    _hold_tables(compared, place, tables_of(page), public)


def _hold_tables(
    compared: Compared, place: str, found: Mapping[str, Table], right: Mapping[str, Table]
) -> None:
    """Rows are held against each other by their first cell, cells by the title of their column."""
    for title in sorted({*found, *right}):
        rows, other = found.get(title, []), right.get(title, [])
        titles = rows[0] if rows else []
        compared.hold(f"{place} {title}", _cells(titles, rows[1:]), _cells(titles, other))


def _cells(titles: Sequence[str], rows: Table) -> dict[str, str]:
    """Where two rows begin alike, as two officers of one name do, the second is numbered."""
    found: dict[str, str] = {}
    for row in sorted(rows):
        name, number = row[0], 1
        while any(key.startswith(f"{name} / ") for key in found):
            number += 1
            name = f"{row[0]} ({number})"
        for at, value in enumerate(row[1:], start=1):
            found[f"{name} / {titles[at] if at < len(titles) else at}"] = value
    return found


# --- What the store says ----------------------------------------------------------------------------------------------


@dataclass
class _Right:
    """The same tables as the page has, from the recount."""

    records: Records
    asked: Asked

    def __post_init__(self) -> None:
        self._w: Wording = wording(_LANGUAGE)

    def key_figures(self) -> dict[str, str]:
        w = self._w
        _all, objects, _waiting, _entry, published, on_time, finished, problems = self._numbers("whole")[0]
        [(schemes, joint)] = self._numbers("schemes")
        return {
            w("stat_objects"): str(objects),
            w("stat_published"): str(published),
            w("stat_completion"): _share(published, objects),
            w("stat_punctuality"): _share(on_time, published),
            w("stat_closing"): _share(finished, published),
            w("stat_median_days"): _number(self._days()),
            w("stat_problem_rate"): _share(problems, published),
            w("stat_joint"): _share(joint, schemes),
        }

    def sheets(self) -> dict[str, Table]:
        """Without the head row; a table without rows is not shown."""
        w = self._w
        made = {
            "stat_by_department": self._visits("by_department", department_name),
            "stat_by_district": self._visits("by_district", district_name),
            "stat_by_month": self._visits("by_month", str),
            "stat_by_class": self._visits("by_class", str),
            "stat_by_origin": self._visits("by_origin", lambda key: w(f"stat_origin_{key}")),
            "stat_items": self._items(),
            "stat_categories": self._shares("categories", lambda key: CATEGORIES[Category(key)].title),
            "stat_follow_ups": self._shares("follow_ups", lambda key: label(f"follow_up_{key}", _LANGUAGE)),
            "stat_matters": self._matters(),
            "stat_seats": self._seats(),
            "stat_grounds": self._grounds(),
            "stat_redraws": self._redraws(),
            "stat_workload": [[str(one) for one in row] for row in self._numbers("officers")],
            "stat_repeats": self._shares("repeats", lambda key: w("stat_times", number=key)),
        }  # fmt: skip
        return {w(name): rows for name, rows in made.items() if rows}

    def _numbers(self, what: str) -> list[tuple[Any, ...]]:
        """A sum over no row at all is nothing to SQL, and nought to everybody else."""
        return [
            tuple(0 if cell is None and at else cell for at, cell in enumerate(row))
            for row in count(self.records, what, self.asked)
        ]

    def _visits(self, what: str, name: Names) -> Table:
        return [
            [
                name(str(key)), str(objects), str(waiting), str(entry), str(published), _share(published, objects),
                str(on_time), _share(on_time, published), str(finished), _share(finished, published), str(problems),
                _share(problems, published),
            ]
            for key, objects, waiting, entry, published, on_time, finished, problems in self._numbers(what)
        ]  # fmt: skip

    def _items(self) -> Table:
        return [[name, str(all_), str(bad), _share(bad, all_)] for name, all_, bad in self._numbers("items")]

    def _shares(self, what: str, name: Names) -> Table:
        rows = self._numbers(what)
        whole = sum(number for _key, number in rows)
        return [[name(str(key)), str(number), _share(number, whole)] for key, number in rows]

    def _matters(self) -> Table:
        def name(kind: str) -> str:
            if kind == "objection":
                return self._w("stat_matter_objection")
            return label(_OTHER_MATTERS.get(kind, f"follow_up_kind_{kind}"), _LANGUAGE)

        return [
            [name(kind), str(number), str(still), _share(number - still, number)]
            for kind, number, still in self._numbers("matters")
        ]

    def _seats(self) -> Table:
        minutes: dict[str, list[int]] = {}
        for department, spent in self._numbers("minutes"):
            minutes.setdefault(department, []).append(spent)
        rows = [
            self._seat_row(department_name(key), row, minutes.get(key, []))
            for key, *row in self._numbers("seats")
        ]
        if len(rows) > 1:
            [(_all, *row)] = self._numbers("all_seats")
            every = [one for spent in minutes.values() for one in spent]
            rows.append(self._seat_row(self._w("stat_whole"), row, every))
        return rows

    def _seat_row(self, name: str, row: Sequence[int], minutes: Sequence[int]) -> list[str]:
        asked, answered, recused, unavailable, lapsed, sent_back, ordered_off = row
        return [
            name, str(asked), str(answered), _share(answered, asked), _hours(minutes), str(recused),
            _share(recused, asked), str(unavailable), _share(unavailable, asked), str(lapsed), _share(lapsed, asked),
            str(sent_back), str(ordered_off),
        ]  # fmt: skip

    def _grounds(self) -> Table:
        return [
            [label(f"kind_{kind}", _LANGUAGE), label(f"ground_{ground}", _LANGUAGE), str(number)]
            for kind, ground, number in self._numbers("grounds")
        ]

    def _redraws(self) -> Table:
        [(rounds,)], [(redrawn,)] = self._numbers("rounds"), self._numbers("redrawn")
        return [[self._w("stat_rounds"), str(rounds)], [self._w("stat_redrawn"), str(redrawn or 0)]]

    def _days(self) -> Decimal | None:
        """Half of the visits were public after so many working days."""
        calendar = calendar_of(self.records)
        spans = [
            _working_days(calendar, date.fromisoformat(ended), date.fromisoformat(published))
            for ended, published in self._numbers("spans")
        ]
        return Decimal(str(median(spans))) if spans else None


def _working_days(calendar: Calendar, first: date, last: date) -> int:
    number = 0
    while first < last:
        first += timedelta(days=1)
        number += calendar.is_working_day(first)
    return number


def _share(part: int, whole: int) -> str:
    return _percent(Decimal(part) / Decimal(whole)) if whole else _NOTHING


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def _number(value: Decimal | None) -> str:
    if value is None:
        return _NOTHING
    return str(int(value)) if value == int(value) else f"{value:.1f}"


def _hours(minutes: Sequence[int]) -> str:
    if not minutes:
        return _NOTHING
    middle = int(median(minutes))
    return f"{middle // 60}:{middle % 60:02d}"
