"""The announcement: all that is fixed and published before any randomness exists (§1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from draw.canonical import Json, canonical_bytes, hex_digest, parse_canonical
from draw.fields import Fields, check_id, check_name, check_no_doubles, check_text, check_whole
from draw.keys import PROTOCOL, anchor_of, check_rounds
from draw.pools import EXCLUSIONS_FILE, INSPECTORS_FILE, OBJECTS_FILE, InspectorCandidate, Pools
from draw.refusals import (
    DepartmentTwice,
    InconsistentRecord,
    Malformed,
    MissingInput,
    PoolsChanged,
    UnknownDepartment,
)
from draw.strata import Condition, Stratum, StratumPlan, members_of, quota_of, sized
from draw.times import check_instant, instant_text

_NAME_OF_FILE = {EXCLUSIONS_FILE: "exclusions", INSPECTORS_FILE: "inspectors", OBJECTS_FILE: "objects"}
_FIELDS = frozenset(
    {"announced_at", "anchor", "draw", "lead", "left_out", "pools", "protocol"}
    | {"replaces", "rounds", "scheme", "sources", "strata", "team_rule", "witnesses"}
)


MOST_SEATS = 100
"""Of one department in one team; so that a slip of the hand does not ask for millions."""


class DistrictRule(StrEnum):
    """Where an inspector must come from, compared with the object's district."""

    SAME = "same"
    OTHER = "other"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class TeamRow:
    """What one department sends to each drawn object."""

    department: str
    seats: int = 2
    qualifications: tuple[str, ...] = ()
    district: DistrictRule = DistrictRule.ANY

    def to_json(self) -> Json:
        return {
            "department": self.department,
            "district": str(self.district),
            "qualifications": list(self.qualifications),
            "seats": self.seats,
        }


@dataclass(frozen=True, slots=True)
class Source:
    """A public input to come, and when it is due."""

    name: str
    due: datetime


@dataclass(frozen=True, slots=True)
class AnnouncedSource:
    """A source as it is written, its time as RFC 3339 text."""

    name: str
    due: str

    def to_json(self) -> Json:
        return {"due": self.due, "name": self.name}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many objects are not in the pool for one cause."""

    cause: str
    number: int

    def to_json(self) -> Json:
        return {"cause": self.cause, "number": self.number}


@dataclass(frozen=True, slots=True)
class PoolSeal:
    """Digest and number of lines of a pool file."""

    digest: str
    size: int

    def to_json(self) -> Json:
        return {"digest": self.digest, "size": self.size}


@dataclass(frozen=True)
class Announcement:
    """What the lead department publishes; `digest` is shown beside `anchor`."""

    draw: str
    scheme: str
    lead: str
    announced_at: str
    anchor: str
    rounds: int
    strata: tuple[Stratum, ...]
    team_rule: tuple[TeamRow, ...]
    sources: tuple[AnnouncedSource, ...]
    pools: Mapping[str, PoolSeal]
    left_out: tuple[LeftOut, ...]
    witnesses: tuple[str, ...]
    replaces: str | None

    @cached_property
    def digest(self) -> str:
        return hex_digest(self.to_bytes())

    def to_bytes(self) -> bytes:
        """The canonical bytes to publish."""
        return canonical_bytes(self.to_json())

    def to_json(self) -> Json:
        return {
            "anchor": self.anchor,
            "announced_at": self.announced_at,
            "draw": self.draw,
            "lead": self.lead,
            "left_out": [left_out.to_json() for left_out in self.left_out],
            "pools": {_NAME_OF_FILE[file]: seal.to_json() for file, seal in self.pools.items()},
            "protocol": PROTOCOL,
            "replaces": self.replaces,
            "rounds": self.rounds,
            "scheme": self.scheme,
            "sources": [source.to_json() for source in self.sources],
            "strata": [stratum.to_json() for stratum in self.strata],
            "team_rule": [row.to_json() for row in self.team_rule],
            "witnesses": list(self.witnesses),
        }


def announce(
    *,
    draw: str,
    scheme: str,
    lead: str,
    announced_at: datetime,
    pools: Pools,
    strata: Sequence[StratumPlan],
    team_rule: Sequence[TeamRow],
    sources: Sequence[Source],
    rounds: int,
    secret: bytes,
    left_out: Sequence[LeftOut] = (),
    witnesses: Sequence[str] = (),
    replaces: str | None = None,
) -> Announcement:
    """Freeze everything and commit to the secret (32 random bytes that the caller made and keeps).

    Raises a Refusal, and announces nothing, for whatever §1 of the protocol does not allow.
    """
    written = Announcement(
        draw=draw,
        scheme=scheme,
        lead=lead,
        announced_at=instant_text(announced_at, "announced_at"),
        anchor=anchor_of(secret, rounds),
        rounds=rounds,
        strata=sized(strata, pools.objects),
        team_rule=tuple(team_rule),
        sources=tuple(
            AnnouncedSource(source.name, instant_text(source.due, "A source's due")) for source in sources
        ),
        pools=_seals(pools),
        left_out=tuple(left_out),
        witnesses=tuple(witnesses),
        replaces=replaces,
    )
    _check_words(written)
    check_departments(written.team_rule, pools.inspectors)
    return written


def read_announcement(data: bytes) -> Announcement:
    """The announcement written in `data`; raises a Refusal that names the place for anything not as in §8."""
    return announcement_from(parse_canonical(data, "The announcement"))


def announcement_from(value: Json) -> Announcement:
    """The announcement that a parsed JSON value holds, as it also stands in a transcript."""
    fields = Fields.of(value, "The announcement", names=_FIELDS)
    if fields.values["protocol"] != PROTOCOL:
        raise Malformed(f"{fields.at('protocol')} must be {PROTOCOL}.")
    written = Announcement(
        draw=fields.an_id("draw"),
        scheme=fields.an_id("scheme"),
        lead=fields.an_id("lead"),
        announced_at=check_instant(fields.text("announced_at"), fields.at("announced_at")),
        anchor=fields.digest("anchor"),
        rounds=check_rounds(fields.whole("rounds"), fields.at("rounds")),
        strata=tuple(_read_stratum(member, place) for member, place in fields.members("strata")),
        team_rule=tuple(_read_row(member, place) for member, place in fields.members("team_rule")),
        sources=tuple(_read_source(member, place) for member, place in fields.members("sources")),
        pools=_read_seals(
            Fields.of(fields.values["pools"], fields.at("pools"), names=_NAME_OF_FILE.values())
        ),
        left_out=tuple(_read_left_out(member, place) for member, place in fields.members("left_out")),
        witnesses=fields.texts("witnesses"),
        replaces=None if fields.values["replaces"] is None else fields.an_id("replaces"),
    )
    _check_words(written)
    return written


def check_pools(announcement: Announcement, pools: Pools) -> dict[str, list[str]]:
    """The ids of each stratum by its name, once the pools are known to be those announced.

    Raises PoolsChanged with both digests, and InconsistentRecord where sizes or quotas are not what the pools give.
    """
    for file, found in pools.digests().items():
        if announcement.pools[file].digest != found:
            raise PoolsChanged(file, announcement.pools[file].digest, found)
        if announcement.pools[file].size != pools.sizes()[file]:
            raise InconsistentRecord(f"The announced size of {file} is not its number of lines.")
    check_departments(announcement.team_rule, pools.inspectors)
    members = members_of(announcement.strata, pools.objects)
    for stratum in announcement.strata:
        size = len(members[stratum.name])
        if (stratum.size, stratum.quota) != (size, quota_of(stratum, size)):
            raise InconsistentRecord(f"Stratum {stratum.name}: size or quota is not what the pool gives.")
    return members


def check_departments(team_rule: Sequence[TeamRow], inspectors: Sequence[InspectorCandidate]) -> None:
    """Raises UnknownDepartment for a department without an inspector in the pool."""
    known = {candidate.department for candidate in inspectors}
    for row in team_rule:
        if row.department not in known:
            raise UnknownDepartment(
                f"The team rule names department {row.department}, which has no inspector in the pool.",
                department=row.department,
            )


def _seals(pools: Pools) -> dict[str, PoolSeal]:
    sizes = pools.sizes()
    return {file: PoolSeal(digest, sizes[file]) for file, digest in pools.digests().items()}


def _check_words(written: Announcement) -> None:
    for name, value in (("draw", written.draw), ("scheme", written.scheme), ("lead", written.lead)):
        check_id(value, name)
    if written.replaces is not None:
        check_id(written.replaces, "replaces")
    _check_team_rule(written.team_rule, written.lead)
    _check_sources([source.name for source in written.sources])
    for left_out in written.left_out:
        check_name(left_out.cause, "A cause in left_out")
        check_whole(left_out.number, f"left_out, {left_out.cause}")
    for witness in written.witnesses:
        check_text(witness, "A witness")


def _check_team_rule(team_rule: Sequence[TeamRow], lead: str) -> None:
    if not team_rule:
        raise Malformed("The team rule names no department.")
    departments = [check_id(row.department, "A department of the team rule") for row in team_rule]
    for department in departments:
        if departments.count(department) > 1:
            raise DepartmentTwice(f"The team rule names department {department} twice.")
    if departments[0] != lead:
        raise UnknownDepartment(
            f"The lead {lead} is not the first department of the team rule, {departments[0]}."
        )
    for row in team_rule:
        _check_row(row)


def _check_row(row: TeamRow) -> None:
    place = f"Team rule, department {row.department}"
    if check_whole(row.seats, f"{place}, seats", least=1) > MOST_SEATS:
        raise Malformed(f"{place}, seats must be at most {MOST_SEATS}, not {row.seats}.")
    if row.district not in tuple(DistrictRule):
        raise Malformed(f"{place}, district must be same, other or any, not {row.district!r:.40}.")
    for qualification in row.qualifications:
        check_text(qualification, f"{place}, qualifications")
    check_no_doubles(row.qualifications, f"{place}, qualifications")


def _check_sources(names: Sequence[str]) -> None:
    if not names:
        raise MissingInput(
            "The announcement names no public source, so whoever made the secret could steer the draw."
        )
    for name in names:
        check_name(name, "A source's name")
    check_no_doubles(names, "The list of sources")


def _read_stratum(value: Json, place: str) -> Stratum:
    asked = "count" if isinstance(value, dict) and "count" in value else "ratio"
    fields = Fields.of(value, place, names={asked, "name", "quota", "size", "where"})
    return Stratum(
        name=fields.name("name"),
        where=_read_where(fields.values["where"], fields.at("where")),
        ratio=fields.text("ratio") if asked == "ratio" else None,
        count=fields.whole("count", least=1) if asked == "count" else None,
        size=fields.whole("size", least=1),
        quota=fields.whole("quota", least=1),
    )


def _read_where(value: Json, place: str) -> Condition:
    fields = Fields.of(value, place, names=(), more=True)
    where = {name: fields.texts(name) for name in fields.values}
    for name, values in where.items():
        if not values:
            raise Malformed(f"{fields.at(name)} must list at least one value.")
    return where


def _read_row(value: Json, place: str) -> TeamRow:
    fields = Fields.of(value, place, names={"department", "district", "qualifications", "seats"})
    district = fields.text("district")
    if district not in tuple(DistrictRule):
        raise Malformed(f"{fields.at('district')} must be same, other or any, not {district!r:.40}.")
    return TeamRow(
        department=fields.an_id("department"),
        seats=fields.whole("seats", least=1),
        qualifications=fields.texts("qualifications"),
        district=DistrictRule(district),
    )


def _read_source(value: Json, place: str) -> AnnouncedSource:
    fields = Fields.of(value, place, names={"due", "name"})
    return AnnouncedSource(fields.name("name"), check_instant(fields.text("due"), fields.at("due")))


def _read_left_out(value: Json, place: str) -> LeftOut:
    fields = Fields.of(value, place, names={"cause", "number"})
    return LeftOut(fields.name("cause"), fields.whole("number"))


def _read_seals(fields: Fields) -> dict[str, PoolSeal]:
    seals: dict[str, PoolSeal] = {}
    for file, name in _NAME_OF_FILE.items():
        seal = Fields.of(fields.values[name], fields.at(name), names={"digest", "size"})
        seals[file] = PoolSeal(seal.digest("digest"), seal.whole("size"))
    return seals
