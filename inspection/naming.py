"""指定检查人员: who may be named for a seat where nothing was drawn, and how it is said what was not drawn here.

The conditions are those under which the draw would have kept somebody off the seat (docs/draw-protocol.md; 行政处罚法
42 and 43), so that a named officer is no worse than a drawn one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspection.certificates import is_certified_through
from inspection.departments import EXPERTS

LEAST_OFFICERS = 2
"""行政处罚法第四十二条: officers of a department on site."""


class Origin(StrEnum):
    """How objects and officers were chosen where this system did not draw them."""

    NAMED = "named"
    ELSEWHERE = "elsewhere"


class Hindrance(StrEnum):
    """Why somebody can't take a seat; the first that holds is told."""

    UNKNOWN = "unknown"
    NOT_ACTIVE = "not_active"
    OTHER_DEPARTMENT = "other_department"
    IN_TEAM = "in_team"
    LEFT_BEFORE = "left_before"
    INTEREST = "interest"
    ABSENT = "absent"
    CERTIFICATE = "certificate"
    UNQUALIFIED = "unqualified"
    DISTRICT = "district"
    MAY_NOT_LEAD = "may_not_lead"
    FULL = "full"


@dataclass(frozen=True)
class Wanted:
    """What a seat asks of whoever takes it. `district_rule` is `same`, `other` or `any`."""

    department: str
    is_lead: bool
    object_id: str
    object_district: str
    district_rule: str
    qualifications: tuple[str, ...]
    last_day: date


@dataclass(frozen=True)
class Candidate:
    """What the registers know of somebody who may be named. An expert has no certificate: `certified_until` is None."""

    id: str
    name: str
    department: str
    district: str
    is_active: bool
    certified_until: date | None
    qualifications: tuple[str, ...]
    may_lead: bool
    capacity: int
    load: int
    """Seats held now, in all teams."""
    is_absent: bool
    interests: frozenset[str]
    """Objects that this person must never meet."""


def hindrance(
    wanted: Wanted, candidate: Candidate, *, team: Collection[str], left: Collection[str]
) -> Hindrance | None:
    """Why this person can't take the seat, or None. `team` holds who sits in the team now, `left` who has left this
    object before, or may not serve in this scheme any more."""
    certified = candidate.certified_until
    checks = (
        (not candidate.is_active, Hindrance.NOT_ACTIVE),
        (candidate.department != wanted.department, Hindrance.OTHER_DEPARTMENT),
        (candidate.id in team, Hindrance.IN_TEAM),
        (candidate.id in left, Hindrance.LEFT_BEFORE),
        (wanted.object_id in candidate.interests, Hindrance.INTEREST),
        (candidate.is_absent, Hindrance.ABSENT),
        (not _is_certified(wanted, certified), Hindrance.CERTIFICATE),
        (not set(wanted.qualifications) <= set(candidate.qualifications), Hindrance.UNQUALIFIED),
        (not _is_from_the_right_district(wanted, candidate), Hindrance.DISTRICT),
        (wanted.is_lead and not candidate.may_lead, Hindrance.MAY_NOT_LEAD),
        (candidate.load >= candidate.capacity, Hindrance.FULL),
    )
    return next((why for holds, why in checks if holds), None)


def _is_certified(wanted: Wanted, certified: date | None) -> bool:
    if wanted.department == EXPERTS:
        return True
    return certified is not None and is_certified_through(certified, wanted.last_day)


def _is_from_the_right_district(wanted: Wanted, candidate: Candidate) -> bool:
    if wanted.department == EXPERTS or wanted.district_rule == "any":
        return True
    return (candidate.district == wanted.object_district) is (wanted.district_rule == "same")
