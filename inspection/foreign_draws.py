"""外部抽取: a draw that was held on another platform, as it is brought in. It is never recomputed here, and whatever
shows it says so."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from inspection.exchange import iso


@dataclass(frozen=True)
class ForeignSeat:
    """One officer of a team, by the number in our register."""

    department: str
    officer: str
    is_lead: bool = False


@dataclass(frozen=True)
class ForeignVisit:
    """One drawn object with its team; `items` empty means all of the scheme."""

    object_id: str
    team: tuple[ForeignSeat, ...]
    items: tuple[str, ...] = ()
    stratum: str = ""


@dataclass(frozen=True)
class ForeignDraw:
    """The whole batch. `batch` is the platform's own number, `evidence_sha256` the digest of its own record."""

    platform: str
    batch: str
    scheme_id: str
    drawn_at: datetime
    drawn_by: str
    evidence_sha256: str
    visits: tuple[ForeignVisit, ...]


@dataclass(frozen=True)
class Place:
    """What of a batch is meant: the whole (no numbers), a visit, or a seat of its team, counted from 0."""

    visit: int | None = None
    seat: int | None = None
    field: str = ""


@dataclass(frozen=True)
class ForeignProblem:
    """`code` names the sentences in `loading.toml`, `facts` fills them."""

    place: Place
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def content(draw: ForeignDraw) -> str:
    """The batch as canonical JSON: the same draw gives the same text, in whatever order the objects came."""
    whole: dict[str, Any] = asdict(draw) | {"drawn_at": iso(draw.drawn_at)}
    whole["visits"] = sorted(whole["visits"], key=lambda visit: str(visit["object_id"]))
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def seat_numbers(visit: ForeignVisit, lead_department: str) -> list[str]:
    """For each of the team its seat, `<department>/<number>`: in the order they came, but the marked lead is the first
    of the lead department."""
    order = sorted(
        range(len(visit.team)),
        key=lambda at: not (visit.team[at].is_lead and visit.team[at].department == lead_department),
    )
    taken: Counter[str] = Counter()
    seats = [""] * len(visit.team)
    for at in order:
        department = visit.team[at].department
        taken[department] += 1
        seats[at] = f"{department}/{taken[department]}"
    return seats


def problems_of_form(draw: ForeignDraw, lead_department: str, *, at: datetime) -> Iterator[ForeignProblem]:
    """What is wrong with a batch by itself, whatever the registers hold."""
    if draw.drawn_at > at:
        yield ForeignProblem(Place(field="drawn_at"), "foreign_from_the_future")
    if not draw.visits:
        yield ForeignProblem(Place(), "foreign_no_objects")
    seen: dict[str, int] = {}
    for number, visit in enumerate(draw.visits):
        if seen.setdefault(visit.object_id, number) != number:
            yield ForeignProblem(
                Place(number, field="object_id"), "foreign_object_twice", {"value": visit.object_id}
            )
        yield from _problems_of_leads(number, visit, lead_department)


def _problems_of_leads(number: int, visit: ForeignVisit, lead_department: str) -> Iterator[ForeignProblem]:
    leads = [at for at, seat in enumerate(visit.team) if seat.is_lead]
    for at in leads[1:]:
        yield ForeignProblem(Place(number, at, "is_lead"), "foreign_two_leads")
    for at in leads[:1]:
        if visit.team[at].department != lead_department:
            facts = {"departments": (lead_department,)}
            yield ForeignProblem(Place(number, at, "is_lead"), "foreign_lead_elsewhere", facts)
