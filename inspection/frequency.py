"""How often one authority may visit one firm in a year, and when it is left in peace (国办发〔2024〕54号)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

GONE = ("closed", "revoked", "cancelled", "moved")


class CapExemption(StrEnum):
    """The causes for which a visit needs no room under the yearly cap, and takes none.

    Source: a county's published list of ten cases under 国办发〔2024〕54号, in our words.
    """

    COMPLAINT = "complaint"
    ASSIGNED = "assigned"
    HIGHER_LEVEL = "higher_level"
    AUDIT = "audit"
    MONITORING = "monitoring"
    MEDIA = "media"
    RECHECK = "recheck"
    REQUESTED = "requested"
    LICENCE = "licence"
    URGENT = "urgent"


@dataclass(frozen=True)
class OwnVisit:
    """A visit of ours, held or planned: its day and the authorities that make it."""

    day: date
    departments: tuple[str, ...]
    counts: bool = True
    """False under an exemption: it takes no room under the cap, and keeps nobody away."""
    is_held: bool = True
    """False while it is still to come: no list can have counted it, whenever its scheme began."""


@dataclass(frozen=True)
class ListedVisits:
    """What the object register says of visits, by whichever authority counted them.

    `by_department` holds instead of `in_all` where it is filled; `counted_on` is the day up to which was counted.
    """

    in_all: int = 0
    by_department: Mapping[str, int] | None = None
    counted_on: date | None = None
    last_on: date | None = None


def visits_in_year(year: int, department: str, listed: ListedVisits, own: Iterable[OwnVisit]) -> int:
    """Visits of one authority in a calendar year: those listed, and ours that the list can't have counted yet."""
    ours = sum(
        visit.counts
        and visit.day.year == year
        and department in visit.departments
        and not (visit.is_held and _is_counted(visit.day, listed))
        for visit in own
    )
    return _listed_in(year, department, listed) + ours


def cause_to_leave_out(
    *,
    status: str,
    departments: Sequence[str],
    listed: ListedVisits,
    own: Sequence[OwnVisit],
    yearly_cap: int,
    first_day: date,
    stays_away_days: int = 0,
    is_exempt: bool = False,
) -> str | None:
    """Why an object of the range may not be drawn for a visit from `first_day` on: `closed`, `cap`, `recent` or None.

    A joint visit is one visit of each of its departments, so it needs room under the cap of every one of them.
    """
    if status in GONE:
        return "closed"
    if is_exempt:
        return None
    if any(visits_in_year(first_day.year, one, listed, own) >= yearly_cap for one in departments):
        return "cap"
    if stays_away_days and _is_recent(first_day, stays_away_days, listed, own):
        return "recent"
    return None


def _is_counted(day: date, listed: ListedVisits) -> bool:
    """True when the list counts the year of this day, up to the day or beyond."""
    counted_on = listed.counted_on
    return counted_on is not None and counted_on.year == day.year and day <= counted_on


def _listed_in(year: int, department: str, listed: ListedVisits) -> int:
    if listed.counted_on is not None and listed.counted_on.year != year:
        return 0
    if listed.by_department:
        return listed.by_department.get(department, 0)
    return listed.in_all


def _is_recent(first_day: date, days: int, listed: ListedVisits, own: Iterable[OwnVisit]) -> bool:
    known = [visit.day for visit in own if visit.counts] + ([listed.last_on] if listed.last_on else [])
    return any(abs((first_day - day).days) <= days for day in known)
