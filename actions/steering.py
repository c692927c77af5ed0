"""补抽监测: reads what was left and what redraws brought, and says what chance alone would hardly bring."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions.case_files import reads_all
from actions.rights import require
from draw.canonical import parse_canonical
from inspection import steering as formulas
from inspection.departments import EXPERTS
from inspection.rights import Deed
from inspection.statistics import LEFT, SeatGroup, Wanted
from inspection.steering import About, Noticed, Replacement, Share, Watch, shares_of
from storage import statistics as counted
from storage import steering
from storage.statistics import Span
from storage.store import Records
from storage.tables.registers import Person


@dataclass(frozen=True)
class NamedWatch:
    """What one look came to, with the names of those it is about, by id."""

    watch: Watch
    names: Mapping[str, str]


def read_watch(records: Records, wanted: Wanted, *, by: Person) -> NamedWatch:
    """Of draws of ours only: where nothing was drawn here, there is no chance to compare with. The joint office and
    auditors see every line; the head of a department those about its own people and about the
    firms of its schemes. All are tested together, whoever looks, so that the rate of false alarms holds."""
    require(Deed.WATCH_REDRAWS, by)
    seats = counted.seats(records, wanted.span(), only_drawn=True)
    watched = look(records, wanted.span(), seats)
    if not reads_all(by):
        watched = replace(watched, noticed=_own(records, watched, seats, by.department))
    return NamedWatch(watched, _names(records, watched))


def look(records: Records, span: Span, seats: list[SeatGroup]) -> Watch:
    """Tests everything of a span at once."""
    firms = steering.by_firm(records, span)
    leads = steering.by_lead(records, span)
    people = {one.person for one in seats}
    replacements = replacements_in(records, span)
    shares = [*_officers(seats), *_of_firms(firms), *_of_leads(leads), *_of_heads(seats)]
    departments = {one.department for one in seats}
    tests = len(people) + firms.number + len(leads) + len(departments) + len(replacements)
    return formulas.watch(shares, replacements, tests=tests)


def _officers(seats: list[SeatGroup]) -> Iterator[Share]:
    """Each beside the others of the department."""
    for department in sorted({one.department for one in seats}):
        own = [one for one in seats if one.department == department]
        left, all_ = _left(own, "person"), _all(own, "person")
        yield from shares_of(
            About.OFFICER, left, all_, of_left=sum(left.values()), of_seats=sum(all_.values())
        )


def _of_firms(firms: steering.Firms) -> Iterator[Share]:
    left = {key: number for key, (number, _) in firms.left.items()}
    all_ = {key: number for key, (_, number) in firms.left.items()}
    yield from shares_of(About.FIRM, left, all_, of_left=sum(left.values()), of_seats=firms.seats)


def _of_leads(leads: Mapping[str, tuple[int, int]]) -> Iterator[Share]:
    left = {key: number for key, (number, _) in leads.items()}
    all_ = {key: number for key, (_, number) in leads.items()}
    yield from shares_of(About.LEAD, left, all_, of_left=sum(left.values()), of_seats=sum(all_.values()))


def _of_heads(seats: list[SeatGroup]) -> Iterator[Share]:
    """What a head grants or orders: leave for duties, and orders to step back. The key is the department."""
    by_head = [one for one in seats if one.state in {"unavailable", "ordered_off"}]
    left, all_ = _all(by_head, "department"), _all(seats, "department")
    yield from shares_of(About.HEAD, left, all_, of_left=sum(left.values()), of_seats=sum(all_.values()))


def _left(seats: list[SeatGroup], key: str) -> Counter[str]:
    return _all([one for one in seats if one.state in LEFT], key)


def _all(seats: list[SeatGroup], key: str) -> Counter[str]:
    counted_by = Counter[str]()
    for one in seats:
        counted_by[getattr(one, key)] += one.number
    return counted_by


def replacements_in(records: Records, span: Span) -> list[Replacement]:
    """Of each officer who stood in a pool: how often redraws brought this one, and with which chances."""
    times, chances = Counter[str](), dict[str, list[float]]()
    for _draw, transcript, inspectors, objects in steering.draws_with_redraws(records, span):
        for came, could in _redraws(transcript, inspectors, objects):
            times[came] += 1
            for one in could:
                chances.setdefault(one, []).append(1 / len(could))
    return [Replacement(one, times[one], tuple(held)) for one, held in sorted(chances.items())]


def _redraws(transcript: str, inspectors: str, objects: str) -> Iterator[tuple[str, list[str]]]:
    """For each seat of a later round: who took it, and among whom the tickets decided, that one included.

    The protocol gives a seat to those who fit it and hold the fewest seats (docs/draw-protocol.md), and only their
    tickets, which nobody can choose, tell who of them it is. Where somebody had to make room it is a longer matter, and
    the seat is left out.
    """
    record: Any = parse_canonical(transcript.encode(), "transcript")
    pool = {one["id"]: one for one in map(_line, inspectors.splitlines())}
    places = {one["id"]: one["district"] for one in map(_line, objects.splitlines())}
    rows = {row["department"]: row for row in record["announcement"]["team_rule"]}
    lead = record["announcement"]["lead"]
    held: dict[str, str] = {}
    gone: set[tuple[str, str]] = set()
    shut_out: set[str] = set()
    for round_ in record["rounds"]:
        _vacate(round_, held, gone, shut_out)
        for filled in round_["seats"]:
            seat, came = filled["seat"], filled["inspector"]
            if round_["number"]:
                could = _candidates(seat, pool, rows, places, lead, held, gone, shut_out)
                if came in could:
                    yield came, could
            held[seat] = came


def _line(text: str) -> Any:
    return parse_canonical(text.encode(), "pool")


def _vacate(round_: Any, held: dict[str, str], gone: set[tuple[str, str]], shut_out: set[str]) -> None:
    for one in round_["vacated"]:
        if "seat" in one:
            gone.add((one["seat"].split("/")[0], one["inspector"]))
            held.pop(one["seat"], None)
        else:
            for seat in [seat for seat in held if seat.split("/")[0] == one["object"]]:
                del held[seat]
    for one in round_["excluded"]:
        if "object" in one:
            gone.add((one["object"], one["inspector"]))
        else:
            shut_out.add(one["inspector"])


def _candidates(
    seat: str,
    pool: Mapping[str, Any],
    rows: Mapping[str, Any],
    places: Mapping[str, str],
    lead: str,
    held: Mapping[str, str],
    gone: set[tuple[str, str]],
    shut_out: set[str],
) -> list[str]:
    object, department, number = seat.split("/")
    if department == EXPERTS or department not in rows:
        return []
    loads = Counter(held.values())
    team = {one for place, one in held.items() if place.split("/")[0] == object}
    leads = number == "1" and department == lead
    fitting = [
        one
        for one in pool.values()
        if one["department"] == department
        and one["id"] not in team
        and one["id"] not in shut_out
        and (object, one["id"]) not in gone
        and _fits(one, rows[department], places[object], leads=leads)
        and int(one["load"]) + loads[one["id"]] < int(one["capacity"])
    ]
    least = min((int(one["load"]) + loads[one["id"]] for one in fitting), default=0)
    return [one["id"] for one in fitting if int(one["load"]) + loads[one["id"]] == least]


def _fits(one: Any, row: Any, district: str, *, leads: bool) -> bool:
    is_there = row["district"] == "any" or (one["district"] == district) == (row["district"] == "same")
    is_qualified = set(row["qualifications"]) <= set(one["qualifications"])
    return is_there and is_qualified and (one["may_lead"] or not leads)


def _own(records: Records, watched: Watch, seats: list[SeatGroup], department: str) -> tuple[Noticed, ...]:
    people = {one.person for one in seats if one.department == department}
    firms = [one.key for one in watched.noticed if one.about is About.FIRM]
    schemes = {one.id for one in counted.schemes(records) if department in one.departments}
    firms_here = {
        firm for firm, drawn in steering.leads_of_objects(records, firms).items() if drawn & schemes
    }
    own = {About.HEAD: {department}, About.FIRM: firms_here}
    return tuple(one for one in watched.noticed if one.key in own.get(one.about, people))


def _names(records: Records, watched: Watch) -> dict[str, str]:
    firms = [one.key for one in watched.noticed if one.about is About.FIRM]
    others = [one.key for one in watched.noticed if one.about not in {About.FIRM, About.HEAD}]
    return steering.object_names(records, firms) | counted.person_names(records, others)
