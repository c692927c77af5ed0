"""From the two sheets of a draw that was held elsewhere, 抽取结果 and 检查组, to the draw; and from what is found wrong
with it back to the row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from inspection.calendar.beijing import BEIJING
from inspection.foreign_draws import ForeignDraw, ForeignProblem, ForeignSeat, ForeignVisit
from inspection.registration.cells import excerpt, narrow
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.registers import FOREIGN_DRAW, FOREIGN_OBJECTS, FOREIGN_TEAMS
from inspection.registration.rows import GoodRow, read_rows
from inspection.registration.sheets import Sheet

_WHOLE = ("platform", "batch", "scheme_id", "drawn_at", "drawn_by", "evidence_sha256")
"""Of the whole draw, and so the same in every row."""
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2})[:时](\d{2})(?:[:分](\d{2}))?)?[秒分]?"
)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ReadDraw:
    """`draw` is None where an error stands in the way of knowing it; `problems` in the order of the rows."""

    draw: ForeignDraw | None
    problems: tuple[RowProblem, ...]
    objects: tuple[GoodRow, ...] = ()
    teams: tuple[tuple[GoodRow, ...], ...] = ()
    """The rows behind each visit's team."""

    def placed(self, problem: ForeignProblem) -> RowProblem:
        """The same problem at its row and column."""
        place = problem.place
        row = self.objects[place.visit or 0]
        name = place.field
        if place.seat is not None:
            row = self.teams[place.visit or 0][place.seat]
        known = FOREIGN_TEAMS if place.seat is not None else FOREIGN_OBJECTS
        if name not in {column.field for column in known.columns}:
            name = "object_id"
        return row.problem(name, problem.code, Severity.ERROR, **problem.facts)


def read_draw(file: str, sheets: Sequence[Sheet], *, evidence_sha256: str = "") -> ReadDraw:
    """Both sheets as one draw; `evidence_sha256` is of a record that came beside the file, and goes before what a
    column says."""
    problems = [
        RowProblem(file, "", 0, "", "", "foreign_sheet_missing", Severity.ERROR, {"value": one.title})
        for one in FOREIGN_DRAW.values()
        if one.id not in {sheet.register for sheet in sheets}
    ]
    objects = read_rows(sheet for sheet in sheets if sheet.register == FOREIGN_OBJECTS.id)
    teams = read_rows(sheet for sheet in sheets if sheet.register == FOREIGN_TEAMS.id)
    problems += [*objects.problems, *teams.problems]
    problems += _rows_that_differ(objects.good)
    known = {row.values["object_id"] for row in objects.good} | set(objects.spoiled)
    problems += [
        row.problem("object_id", "foreign_team_stranger", value=row.values["object_id"])
        for row in teams.good
        if row.values["object_id"] not in known
    ]
    if not objects.good or any(one.is_error for one in problems):
        return ReadDraw(None, tuple(problems))
    return _whole(objects.good, teams.good, problems, evidence_sha256)


def _rows_that_differ(rows: Sequence[GoodRow]) -> list[RowProblem]:
    return [
        row.problem(name, "foreign_row_differs", value=excerpt(str(row.values[name])))
        for row in rows[1:]
        for name in _WHOLE
        if row.values[name] != rows[0].values[name]
    ]


def _whole(
    objects: Sequence[GoodRow], teams: Sequence[GoodRow], problems: list[RowProblem], evidence: str
) -> ReadDraw:
    first = objects[0]
    drawn_at = _moment(first.values["drawn_at"])
    if drawn_at is None:
        problems.append(
            first.problem("drawn_at", "foreign_not_a_moment", value=excerpt(first.values["drawn_at"]))
        )
    digest = evidence or first.values["evidence_sha256"].lower()
    if digest and not _DIGEST.fullmatch(digest):
        problems.append(first.problem("evidence_sha256", "foreign_not_a_digest", value=excerpt(digest)))
    if drawn_at is None or any(one.is_error for one in problems):
        return ReadDraw(None, tuple(problems))
    by_visit = tuple(
        tuple(row for row in teams if row.values["object_id"] == one.values["object_id"]) for one in objects
    )
    draw = ForeignDraw(
        platform=first.values["platform"],
        batch=first.values["batch"],
        scheme_id=first.values["scheme_id"],
        drawn_at=drawn_at,
        drawn_by=first.values["drawn_by"],
        evidence_sha256=digest,
        visits=tuple(_visit(row, team) for row, team in zip(objects, by_visit, strict=True)),
    )
    return ReadDraw(draw, tuple(problems), tuple(objects), by_visit)


def _visit(row: GoodRow, team: Sequence[GoodRow]) -> ForeignVisit:
    return ForeignVisit(
        object_id=row.values["object_id"],
        team=tuple(
            ForeignSeat(one.values["department"], one.values["officer"], one.values["is_lead"])
            for one in team
        ),
        items=tuple(row.values["items"]),
        stratum=row.values["stratum"],
    )


def _moment(text: str) -> datetime | None:
    """Beijing time; a day without an hour is its beginning."""
    match = _MOMENT.fullmatch(narrow(text))
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=BEIJING).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
