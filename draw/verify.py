#!/usr/bin/env python3
"""Recompute a draw of the protocol double-random/1 and say in one line what first differs.

    python verify.py TRANSCRIPT --pools DIR [--digest HEX]

This file needs Python (3.10 or later) with its standard library and nothing else: copy it anywhere and read it. It was
written from the protocol page (docs/draw-protocol.md), apart from the program that draws. DIR holds objects.jsonl,
inspectors.jsonl and exclusions.jsonl; an announcement.json there, and a TRANSCRIPT.sha256 beside the transcript, are
compared too. Exit status: 0 verified, 1 not.

What no recomputation can know is whether this is the announcement that was published before the draw. So compare
the two digests in the line of success with those that were published.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from bisect import bisect_left, insort
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from heapq import heapify, heappop, heappush, merge, nsmallest
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

PROTOCOL = "double-random/1"
POOL_FILES = {"exclusions": "exclusions.jsonl", "inspectors": "inspectors.jsonl", "objects": "objects.jsonl"}
CAUSES = ("recused", "unavailable", "lapsed", "ordered", "withdrawn", "closed", "moved")
MOST = 2**53 - 1

Record = dict[str, Any]


class Difference(Exception):
    """The first thing that is not as it must be, in one line."""


def verify(transcript: bytes, pools: Mapping[str, bytes], digest: str | None = None) -> str | None:
    """None if everything recomputes, else one line that names what first differs.

    `pools` maps the names of the three pool files, and optionally `announcement.json`, to their bytes; `digest` is
    the published SHA-256 of the transcript in hex, if it is at hand.
    """
    try:
        if digest is not None and hexed(transcript) != digest.strip().lower():
            differ(f"transcript: its digest is {hexed(transcript)}, published was {digest.strip()}")
        record = parse("transcript", transcript)
        check_shape("transcript", record, TRANSCRIPT)
        published = pools.get("announcement.json")
        if published is not None and published != canonical(record["announcement"]):
            differ("announcement.json: is not the announcement in the transcript")
        Verification(record, pools).run()
    except Difference as difference:
        return str(difference)
    return None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="verify.py", description="Recompute a double-random/1 draw.")
    parser.add_argument("transcript", type=Path, metavar="TRANSCRIPT")
    parser.add_argument("--pools", type=Path, required=True, metavar="DIR", help="where the pool files lie")
    parser.add_argument("--digest", metavar="HEX", help="the published SHA-256 of the transcript")
    given = parser.parse_args(arguments)
    try:
        transcript = given.transcript.read_bytes()
        pools = {name: (given.pools / name).read_bytes() for name in POOL_FILES.values()}
        announcement = given.pools / "announcement.json"
        if announcement.is_file():
            pools[announcement.name] = announcement.read_bytes()
        beside = given.transcript.with_name(given.transcript.name + ".sha256")
        noted = beside.read_text(encoding="ascii").split(" ")[0] if beside.is_file() else None
    except (OSError, ValueError) as fault:
        print(f"NOT VERIFIED: cannot read: {fault}")
        return 1
    found = verify(transcript, pools, noted) or verify(transcript, pools, given.digest)
    if found is not None:
        print(f"NOT VERIFIED: {found}")
        return 1
    told = parse("transcript", transcript)["announcement"]
    print(
        f"VERIFIED: draw {told['draw']}, announcement {hexed(canonical(told))}, transcript {hexed(transcript)}"
    )
    return 0


# --- Bytes -----------------------------------------------------------------------------------------------------------


def differ(line: str) -> NoReturn:
    raise Difference(" ".join(line.split()))


def hexed(data: bytes) -> str:
    return sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """JCS of a value that came out of `parse`, whose objects keep the order that was checked there."""
    return ENCODER.encode(value).encode()


def parse(place: str, data: bytes) -> Any:
    """The JSON value in `data`, if these are its canonical bytes."""
    try:
        value = DECODER.decode(data.decode())
        if canonical(value) == data:
            return value
    except (ValueError, RecursionError) as fault:
        differ(f"{place}: is broken: {fault}")
    differ(f"{place}: is not in canonical form")


def in_order(pairs: list[tuple[str, Any]]) -> Record:
    check_names(tuple([name for name, _ in pairs]))
    return dict(pairs)


@lru_cache(maxsize=1000)  # the lines of a pool have the same names a million times over
def check_names(names: tuple[str, ...]) -> None:
    if any(later <= name for name, later in pairwise([name.encode("utf-16-be") for name in names])):
        raise ValueError("the names in an object are not in order, or one stands twice")


def no_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is no whole number")


def whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MOST:
        raise ValueError(f"the number {text[:20]} is too large")
    return int(text)


ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
DECODER = json.JSONDecoder(
    object_pairs_hook=in_order, parse_float=no_number, parse_constant=no_number, parse_int=whole
)


# --- Shapes: a dict asks for exactly its fields, a one-member list for a list of such, a function for its own check ---

Check = Callable[[str, Any], None]


def check_shape(place: str, value: Any, shape: Any) -> None:
    if callable(shape):
        shape(place, value)
    elif isinstance(shape, dict):
        if not isinstance(value, dict) or value.keys() != shape.keys():
            differ(f"{place}: must be an object with the fields {', '.join(shape)}")
        for name, inner in shape.items():
            check_shape(f"{place}, {name}", value[name], inner)
    else:
        if not isinstance(value, list):
            differ(f"{place}: must be a list")
        if shape[0] is anything:
            return
        for number, member in enumerate(value, 1):
            check_shape(f"{place} {number}", member, shape[0])


def matching(pattern: str, what: str) -> Check:
    compiled = re.compile(pattern, re.ASCII)

    def check(place: str, value: Any) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            differ(f"{place}: must be {what}, not {value!r:.60}")

    return check


def number_from(least: int, most: int = MOST) -> Check:
    def check(place: str, value: Any) -> None:
        if type(value) is not int or not least <= value <= most:
            differ(f"{place}: must be a whole number from {least} to {most}, not {value!r:.60}")

    return check


def one_of(*words: object) -> Check:
    def check(place: str, value: Any) -> None:
        if not any(value is word or (isinstance(value, str) and value == word) for word in words):
            differ(f"{place}: must be one of {', '.join(map(str, words))}, not {value!r:.60}")

    return check


def or_null(shape: Any) -> Check:
    def check(place: str, value: Any) -> None:
        if value is not None:
            check_shape(place, value, shape)

    return check


def either(field: str, with_it: Any, without: Any) -> Check:
    def check(place: str, value: Any) -> None:
        check_shape(place, value, with_it if isinstance(value, dict) and field in value else without)

    return check


def anything(place: str, value: Any) -> None:
    """No check here, because another one asks more."""


def text(place: str, value: Any) -> None:
    if not isinstance(value, str):
        differ(f"{place}: must be text")


def name(place: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        differ(f"{place}: must be text that is not empty")


def time(place: str, value: Any) -> None:
    a_time(place, value)
    try:
        datetime.fromisoformat(value[:19])
    except ValueError as fault:
        differ(f"{place}: {fault}")


def condition(place: str, value: Any) -> None:
    if not isinstance(value, dict):
        differ(f"{place}: must be an object")
    for field, values in value.items():
        check_shape(f"{place}, {field}", values, [text])
        if not values:
            differ(f"{place}, {field}: must list at least one value")


def texts_without_doubles(place: str, value: Any) -> None:
    check_shape(place, value, [text])
    if len(set(value)) < len(value):
        differ(f"{place}: names one twice")


an_id = matching(r"[A-Za-z0-9._-]{1,64}", "an id")
a_digest = matching(r"[0-9a-f]{64}", "64 lowercase hex digits")
a_ratio = matching(r"(?=.{1,20}\Z)[01](\.[0-9]+)?", "a decimal string such as 0.05")
a_time = matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", "a time in UTC with Z")

STRATUM: Record = {"name": name, "quota": number_from(1), "size": number_from(1), "where": condition}
SEAL = {"digest": a_digest, "size": number_from(0)}
ANNOUNCEMENT: Record = {
    "announced_at": time,
    "anchor": a_digest,
    "draw": an_id,
    "lead": an_id,
    "left_out": [{"cause": name, "number": number_from(0)}],
    "pools": dict.fromkeys(POOL_FILES, SEAL),
    "protocol": one_of(PROTOCOL),
    "replaces": or_null(an_id),
    "rounds": number_from(1, 10_000),
    "scheme": an_id,
    "sources": [{"due": time, "name": name}],
    "strata": [either("count", {"count": number_from(1), **STRATUM}, {"ratio": a_ratio, **STRATUM})],
    "team_rule": [
        {
            "department": an_id,
            "district": one_of("same", "other", "any"),
            "qualifications": texts_without_doubles,
            "seats": number_from(1, 100),
        }
    ],
    "witnesses": [text],
}
EXCLUSION = either("object", {"inspector": an_id, "object": an_id}, {"inspector": an_id})
ROUND: Record = {
    "excluded": [EXCLUSION],
    "infeasible": or_null([text]),
    "key": a_digest,
    "link": a_digest,
    "number": number_from(0),
    "objects": [anything],  # what stands in these two must equal what is recomputed, and so has its shape
    "seats": [anything],
    "vacated": [
        either(
            "object",
            {"cause": one_of(*CAUSES), "object": an_id},
            {"cause": one_of(*CAUSES), "inspector": an_id, "seat": text},
        )
    ],
}
TRANSCRIPT: Record = {
    "announcement": ANNOUNCEMENT,
    "closing": or_null({"at": time, "reason": text, "state": one_of("closed", "voided")}),
    "inputs": [{"source": name, "value": name}],
    "protocol": one_of(PROTOCOL),
    "rounds": [ROUND],
}
INSPECTOR: Record = {
    "capacity": number_from(0),
    "department": an_id,
    "district": text,
    "id": an_id,
    "load": number_from(0),
    "may_lead": one_of(True, False),
    "qualifications": texts_without_doubles,
}


def check_object(place: str, value: Any) -> None:
    if not isinstance(value, dict) or not {"class", "district", "id", "kind"} <= value.keys():
        differ(f"{place}: must be an object with class, district, id and kind")
    an_id(f"{place}, id", value["id"])
    for field, inner in value.items():
        single = field in ("class", "district", "kind") or not isinstance(inner, list)
        check_shape(f"{place}, {field}", inner, text if single else [text])


def ascending(place: str, keys: list[Any]) -> None:
    for number, (before, key) in enumerate(pairwise(keys), 2):
        if key <= before:
            differ(f"{place} {number}: is out of order or stands twice")


# --- Pool lines in their plain form: one regular expression asks all that `parse` and the shape ask, ten times as fast.
# --- A line that it does not know (escapes, further fields, numbers over 15 digits) is no fault: it goes the long way.

PLAIN_ID = r'"([A-Za-z0-9._-]{1,64})"'
PLAIN_TEXT = r'"([^"\\\x00-\x1f]*)"'
PLAIN_TEXTS = r'\[((?:"[^"\\\x00-\x1f]*"(?:,"[^"\\\x00-\x1f]*")*)?)\]'
PLAIN_NUMBER = r"(0|[1-9][0-9]{0,14})"

plain_exclusion = re.compile(rf'\{{"inspector":{PLAIN_ID}(?:,"object":{PLAIN_ID})?\}}').fullmatch
plain_inspector = re.compile(
    rf'\{{"capacity":{PLAIN_NUMBER},"department":{PLAIN_ID},"district":{PLAIN_TEXT},"id":{PLAIN_ID},'
    rf'"load":{PLAIN_NUMBER},"may_lead":(true|false),"qualifications":{PLAIN_TEXTS}\}}'
).fullmatch
plain_object = re.compile(
    rf'\{{"class":{PLAIN_TEXT},"district":{PLAIN_TEXT},"id":{PLAIN_ID},"kind":{PLAIN_TEXT}\}}'
).fullmatch


def quick_exclusion(line: str) -> Record | None:
    found = plain_exclusion(line)
    if found is None:
        return None
    inspector, barred_from = found.groups()
    return (
        {"inspector": inspector} if barred_from is None else {"inspector": inspector, "object": barred_from}
    )


def quick_inspector(line: str) -> Record | None:
    found = plain_inspector(line)
    if found is None:
        return None
    capacity, department, district, each, load, may_lead, listed = found.groups()
    qualifications = listed[1:-1].split('","') if listed else []
    if len(set(qualifications)) < len(qualifications):
        return None
    return {
        "capacity": int(capacity),
        "department": department,
        "district": district,
        "id": each,
        "load": int(load),
        "may_lead": may_lead == "true",
        "qualifications": qualifications,
    }


def quick_object(line: str) -> Record | None:
    found = plain_object(line)
    if found is None:
        return None
    of_class, district, each, kind = found.groups()
    return {"class": of_class, "district": district, "id": each, "kind": kind}


QUICK = {"exclusions": quick_exclusion, "inspectors": quick_inspector, "objects": quick_object}


def read_lines(pool: str, lines: list[bytes], shape: Any) -> list[Record]:
    quick, read = QUICK[pool], []
    for number, line in enumerate(lines, 1):
        try:
            value = quick(line.decode())
        except UnicodeDecodeError:
            value = None
        if value is None:
            place = f"{POOL_FILES[pool]} line {number}"
            value = parse(place, line)
            check_shape(place, value, shape)
        read.append(value)
    return read


# --- The draw --------------------------------------------------------------------------------------------------------


class Verification:
    """One transcript against its pools, round by round."""

    def __init__(self, record: Record, pools: Mapping[str, bytes]) -> None:
        self.record = record
        self.told: Record = record["announcement"]
        self.exclusions = self.read_pool(pools, "exclusions", EXCLUSION)
        self.inspectors = {line["id"]: line for line in self.read_pool(pools, "inspectors", INSPECTOR)}
        self.objects = {line["id"]: line for line in self.read_pool(pools, "objects", check_object)}
        self.check_exclusions("exclusions.jsonl line", self.exclusions)
        self.holders: dict[str, str] = {}  # seat → inspector, after the rounds so far
        self.standing_objects: dict[str, str] = {}  # object → stratum
        self.never_drawn: dict[str, dict[str, None]] = {}  # stratum → its objects, in order of id

    def run(self) -> None:
        self.check_team_rule()
        self.check_strata()
        self.check_inputs()
        if not 1 <= len(self.record["rounds"]) <= self.told["rounds"]:
            differ(f"rounds: there are {len(self.record['rounds'])}, announced were {self.told['rounds']}")
        before = self.told["anchor"]
        for number, held in enumerate(self.record["rounds"]):
            if held["number"] != number:
                differ(f"round at place {number + 1}: has number {held['number']} instead of {number}")
            if hexed(bytes.fromhex(held["link"])) != before:
                differ(
                    f"round {number}, link: does not hash to the {'link before it' if number else 'anchor'}"
                )
            before = held["link"]
            self.check_key(held)
            self.check_orders(held)
            self.recompute(held)

    # Announcement, pools and inputs.

    def read_pool(self, pools: Mapping[str, bytes], pool: str, shape: Any) -> list[Record]:
        file, seal = POOL_FILES[pool], self.told["pools"][pool]
        data = pools.get(file)
        if data is None:
            differ(f"{file}: is missing")
        if hexed(data) != seal["digest"]:
            differ(f"{file}: its digest is {hexed(data)}, announced was {seal['digest']}")
        lines = data.split(b"\n")
        if lines.pop() != b"":
            differ(f"{file}: does not end with a line feed")
        if len(lines) != seal["size"]:
            differ(f"{file}: has {len(lines)} lines, announced were {seal['size']}")
        parsed = read_lines(pool, lines, shape)
        ascending(f"{file} line", lines if pool == "exclusions" else [line["id"] for line in parsed])
        return parsed

    def check_exclusions(self, place: str, exclusions: list[Record]) -> None:
        for number, line in enumerate(exclusions, 1):
            if line["inspector"] not in self.inspectors:
                differ(f"{place} {number}: inspector {line['inspector']} is not in the pool")
            if line.get("object") is not None and line["object"] not in self.objects:
                differ(f"{place} {number}: object {line['object']} is not in the pool")

    def check_team_rule(self) -> None:
        departments = [row["department"] for row in self.told["team_rule"]]
        if not departments or departments[0] != self.told["lead"]:
            differ("announcement, team_rule: its first department must be the lead's")
        if len(set(departments)) < len(departments):
            differ("announcement, team_rule: names a department twice")
        for department in departments:
            if all(person["department"] != department for person in self.inspectors.values()):
                differ(f"announcement, team_rule: department {department} has no inspector in the pool")

    def check_strata(self) -> None:
        names = [stratum["name"] for stratum in self.told["strata"]]
        if not names or len(set(names)) < len(names):
            differ("announcement, strata: there is none, or two have one name")
        wheres = [
            (stratum["name"], [(field, frozenset(values)) for field, values in stratum["where"].items()])
            for stratum in self.told["strata"]
        ]
        self.never_drawn = {each: {} for each in names}
        for each, candidate in self.objects.items():
            fitting = [stratum for stratum, where in wheres if fits_condition(candidate, where)]
            if len(fitting) > 1:
                differ(f"object {each}: fits both stratum {fitting[0]} and stratum {fitting[1]}")
            if fitting:
                self.never_drawn[fitting[0]][each] = None
        for stratum in self.told["strata"]:
            self.check_quota(stratum, len(self.never_drawn[stratum["name"]]))

    def check_quota(self, stratum: Record, size: int) -> None:
        place = f"announcement, stratum {stratum['name']}"
        if stratum["size"] != size:
            differ(f"{place}: its size is {size}, announced was {stratum['size']}")
        quota = stratum["count"] if "count" in stratum else share(place, stratum["ratio"], size)
        if quota > size:
            differ(f"{place}: asks for {quota} of {size} objects")
        if stratum["quota"] != quota:
            differ(f"{place}: its quota is {quota}, announced was {stratum['quota']}")

    def check_inputs(self) -> None:
        announced = [source["name"] for source in self.told["sources"]]
        if not announced or len(set(announced)) < len(announced):
            differ("announcement, sources: there is none, or one is named twice")
        given = [line["source"] for line in self.record["inputs"]]
        if given != announced:
            differ(f"inputs: are from {', '.join(given)}; announced were {', '.join(announced)}")

    # One round.

    def check_key(self, held: Record) -> None:
        parts = [
            PROTOCOL,
            hexed(canonical(self.told)),
            hexed(canonical(self.record["inputs"])),
            held["link"],
            str(held["number"]),
        ]
        key = hexed("\n".join(parts).encode())
        if held["key"] != key:
            differ(f"round {held['number']}, key: recorded {held['key']}, recomputed {key}")

    def check_orders(self, held: Record) -> None:
        place = f"round {held['number']}"
        ascending(f"{place}, vacated", [canonical(line) for line in held["vacated"]])
        ascending(f"{place}, excluded", [canonical(line) for line in held["excluded"]])
        if held["number"] == 0 and (held["vacated"] or held["excluded"]):
            differ(f"{place}: nothing can be vacated or excluded in it")

    def recompute(self, held: Record) -> None:
        place = f"round {held['number']}"
        quotas = {stratum["name"]: stratum["quota"] for stratum in self.told["strata"]}
        if held["number"]:
            self.empty_seats(place, held)
            self.check_exclusions(f"{place}, excluded", held["excluded"])
            self.exclusions.extend(held["excluded"])
            quotas = self.remove_objects(place, held, dict.fromkeys(quotas, 0))
            if not held["vacated"] and not self.open_seats():
                differ(f"{place}: nothing was vacant")
        drawn = self.draw_objects(held["key"], quotas)
        compare(f"{place}, object", held["objects"], drawn)
        seats, reached = Round(self, held["key"]).fill(self.open_seats())
        compare(f"{place}, seat", held["seats"], seats)
        if held["infeasible"] != reached:
            differ(f"{place}, infeasible: recorded {shown(held['infeasible'])}, recomputed {shown(reached)}")
        self.holders.update((line["seat"], line["inspector"]) for line in seats)

    def empty_seats(self, place: str, held: Record) -> None:
        for line in held["vacated"]:
            if "seat" in line:
                if self.holders.pop(line["seat"], None) != line["inspector"]:
                    differ(f"{place}, vacated: {line['inspector']} does not hold seat {line['seat']}")
                self.exclusions.append({"inspector": line["inspector"], "object": line["seat"].split("/")[0]})

    def remove_objects(self, place: str, held: Record, lost: dict[str, int]) -> dict[str, int]:
        gone = [line["object"] for line in held["vacated"] if "object" in line]
        for line in held["vacated"]:
            if "seat" in line and line["seat"].split("/")[0] in gone:
                differ(f"{place}, vacated: seat {line['seat']} is named beside its object")
        for each in gone:
            if each not in self.standing_objects:
                differ(f"{place}, vacated: object {each} does not stand in the draw")
            lost[self.standing_objects.pop(each)] += 1
            for seat in self.seats_of(each):
                self.holders.pop(seat, None)
        return lost

    def draw_objects(self, key: str, quotas: dict[str, int]) -> list[Record]:
        drawn: list[Record] = []
        for stratum, quota in quotas.items():
            if not quota:
                continue
            left = self.never_drawn[stratum]
            start = f"{key}:object:"
            tickets = ((hexed((start + each).encode()), each) for each in left)
            for ticket, each in nsmallest(quota, tickets):
                drawn.append({"id": each, "stratum": stratum, "ticket": ticket})
                self.standing_objects[each] = stratum
                del left[each]
        return drawn

    def seats_of(self, each: str) -> list[str]:
        rows = self.told["team_rule"]
        return [f"{each}/{row['department']}/{i}" for row in rows for i in range(1, row["seats"] + 1)]

    def open_seats(self) -> list[str]:
        return [
            seat for each in self.standing_objects for seat in self.seats_of(each) if seat not in self.holders
        ]


class Group:
    """All who meet one row of the team rule and come from one district (or from any, where the rule does not ask)."""

    def __init__(self) -> None:
        self.members: set[str] = set()
        self.ranking: list[tuple[str, str]] | None = (
            None  # (standing, inspector), everybody; once a search asks
        )
        self.line: list[
            tuple[int, str, str]
        ] = []  # a heap of (load, standing, inspector), the spare ones and outdated


class Round:
    """The seats of one round, filled again."""

    def __init__(self, draw: Verification, key: str) -> None:
        self.draw, self.key = draw, key
        self.rows = {row["department"]: row for row in draw.told["team_rule"]}
        self.shut_out = {line["inspector"] for line in draw.exclusions if "object" not in line}
        self.barred: dict[str, set[str]] = {}
        for line in draw.exclusions:
            if "object" in line:
                self.barred.setdefault(line["object"], set()).add(line["inspector"])
        self.load = {each: int(person["load"]) for each, person in draw.inspectors.items()}
        self.teams: dict[str, dict[str, str]] = {}  # object → inspector → seat
        for seat, inspector in draw.holders.items():
            self.load[inspector] += 1
            self.teams.setdefault(seat.split("/")[0], {})[inspector] = seat
        self.held: dict[str, str] = {}  # seats of this round
        self.held_by: dict[str, set[str]] = {}
        self.groups: dict[tuple[str, bool, str | None], Group] = {}
        self.groups_of: dict[str, list[Group]] = {}
        self.groups_for: dict[tuple[str, bool, str], list[Group]] = {}
        self.groups_at: dict[str, list[Group]] = {}  # seat → the groups whose members fit it
        self.standing: dict[str, str] = {}
        for each, person in draw.inspectors.items():
            self.admit(each, person)
        for group in self.groups.values():
            heapify(group.line)

    def admit(self, each: str, person: Record) -> None:
        row = self.rows.get(person["department"])
        if (
            row is None
            or each in self.shut_out
            or not set(row["qualifications"]) <= set(person["qualifications"])
        ):
            return
        self.standing[each] = self.standing_now(each)
        district = None if row["district"] == "any" else person["district"]
        may_lead = row is self.draw.told["team_rule"][0] and person["may_lead"]
        for leads in (False, True) if may_lead else (False,):
            group = self.groups.setdefault((row["department"], leads, district), Group())
            self.groups_of.setdefault(each, []).append(group)
            group.members.add(each)
            if self.is_spare(each):
                group.line.append((self.load[each], self.standing[each], each))

    def fill(self, seats: list[str]) -> tuple[list[Record], list[str] | None]:
        """The seats filled, or none and the seats that compete for too few people."""
        for _, _, seat in sorted(
            [(self.how_many_fit(seat), self.ticket(f"seat:{seat}"), seat) for seat in seats]
        ):
            inspector = self.first_in_line(seat)
            if inspector is not None:
                self.move([(inspector, seat)])
            else:
                reached = self.search(seat)
                if reached is not None:
                    return [], sorted(reached)
        return [{"inspector": self.held[seat], "seat": seat} for seat in sorted(self.held)], None

    def groups_fitting(self, seat: str) -> list[Group]:
        known = self.groups_at.get(seat)
        if known is None:
            each, department, number = seat.split("/")
            leads = number == "1" and department == self.draw.told["lead"]
            kind = (department, leads, self.draw.objects[each]["district"])
            if kind not in self.groups_for:
                self.groups_for[kind] = self.groups_of_kind(*kind)
            known = self.groups_at[seat] = self.groups_for[kind]
        return known

    def groups_of_kind(self, department: str, leads: bool, district: str) -> list[Group]:
        rule = self.rows[department]["district"]
        return [
            group
            for (of, lead, home), group in self.groups.items()
            if (of, lead) == (department, leads) and (rule == "any" or (home == district) == (rule == "same"))
        ]

    def how_many_fit(self, seat: str) -> int:
        barred = self.barred.get(seat.split("/")[0], ())
        groups = self.groups_fitting(seat)
        return sum([len(group.members) for group in groups]) - sum(
            [each in group.members for group in groups for each in barred]
        )

    def first_in_line(self, seat: str) -> str | None:
        each = seat.split("/")[0]
        team, barred = self.teams.get(each, {}), self.barred.get(each, ())
        heads = [self.head(group.line, team, barred) for group in self.groups_fitting(seat)]
        return min([head for head in heads if head is not None], default=(0, "", None))[2]

    def head(
        self, line: list[tuple[int, str, str]], team: Container[str], barred: Container[str]
    ) -> tuple[int, str, str] | None:
        """The first of the line who may take the seat. Who has been placed since queueing up leaves it here."""
        skipped, found = [], None
        while line and found is None:
            load, _, inspector = line[0]
            if load != self.load[inspector]:
                heappop(line)
            elif inspector in team or inspector in barred:
                skipped.append(heappop(line))
            else:
                found = line[0]
        for one in skipped:
            heappush(line, one)
        return found

    def search(self, start: str) -> Iterable[str] | None:
        """Shift people so that `start` is filled; if that cannot be, the seats that were reached."""
        came_from: dict[str, str | None] = {start: None}
        met: set[str] = set()
        unmet: dict[Group, list[tuple[str, str]]] = {}
        queue = [start]
        for seat in queue:
            each = seat.split("/")[0]
            team, barred = self.teams.get(each, {}), self.barred.get(each, set())
            for inspector in self.by_standing(seat, team, met, unmet):
                if inspector in barred:
                    continue
                if inspector in team:
                    freed = [team[inspector]] if team[inspector] in self.held else []
                elif inspector in met:
                    continue
                elif self.is_spare(inspector):
                    self.move(self.way_back(inspector, seat, came_from))
                    return None
                else:
                    met.add(inspector)
                    freed = sorted(self.held_by.get(inspector, ()))
                for one in freed:
                    if one not in came_from:
                        came_from[one] = seat
                        queue.append(one)
        return came_from

    def by_standing(
        self, seat: str, team: Mapping[str, str], met: set[str], unmet: dict[Group, list[tuple[str, str]]]
    ) -> Iterable[str]:
        """Those who fit, by standing. Whoever was met already changes nothing except in the seat's own team."""
        groups = self.groups_fitting(seat)
        for group in groups:
            if group in unmet:
                unmet[group] = [one for one in unmet[group] if one[1] not in met]
        again = sorted(
            (self.standing[one], one)
            for one in team
            if one in met and any(one in group.members for group in groups)
        )
        lists = [unmet.setdefault(group, self.ranked(group)) for group in groups]
        return (one for _, one in (merge(*lists, again) if again or len(lists) != 1 else lists[0]))

    def ranked(self, group: Group) -> list[tuple[str, str]]:
        """Everybody of the group by standing: sorted at the first search, kept in order from then on."""
        if group.ranking is None:
            group.ranking = sorted([(self.standing[each], each) for each in group.members])
        return group.ranking

    def way_back(self, inspector: str, seat: str, came_from: dict[str, str | None]) -> list[tuple[str, str]]:
        moves = [(inspector, seat)]
        while (before := came_from[moves[-1][1]]) is not None:
            moves.append((self.held[moves[-1][1]], before))
        return moves

    def move(self, moves: list[tuple[str, str]]) -> None:
        """Everyone named takes the seat named; all but the first leave the one named before it."""
        for (_, left), (mover, _) in pairwise(moves):
            del self.held[left], self.teams[left.split("/")[0]][mover]
            self.held_by[mover].remove(left)
        for mover, seat in moves:
            self.held[seat] = mover
            self.teams.setdefault(seat.split("/")[0], {})[mover] = seat
            self.held_by.setdefault(mover, set()).add(seat)
        self.add_load(moves[0][0])

    def add_load(self, each: str) -> None:
        old = (self.standing[each], each)
        self.load[each] += 1
        self.standing[each] = self.standing_now(each)
        for group in self.groups_of[each]:
            if group.ranking is not None:
                del group.ranking[bisect_left(group.ranking, old)]
                insort(group.ranking, (self.standing[each], each))
            if self.is_spare(each):
                heappush(group.line, (self.load[each], self.standing[each], each))

    def is_spare(self, each: str) -> bool:
        return self.load[each] < int(self.draw.inspectors[each]["capacity"])

    def standing_now(self, each: str) -> str:
        return self.ticket(f"inspector:{each}:{self.load[each]}")

    def ticket(self, label: str) -> str:
        return hexed(f"{self.key}:{label}".encode())


def share(place: str, ratio: str, size: int) -> int:
    """The ratio of the size, rounded up, in whole numbers."""
    before, _, after = ratio.partition(".")
    numerator, denominator = int(before + after), 10 ** len(after)
    if not 0 < numerator <= denominator:
        differ(f"{place}: its ratio {ratio} is not above 0 and at most 1")
    quota: int = -(-numerator * size // denominator)
    return quota


def fits_condition(candidate: Record, where: list[tuple[str, frozenset[str]]]) -> bool:
    for field, wanted in where:
        value = candidate.get(field, [])
        if wanted.isdisjoint(value) if isinstance(value, list) else value not in wanted:
            return False
    return True


def compare(place: str, recorded: list[Record], recomputed: list[Record]) -> None:
    for number, (one, other) in enumerate(zip(recorded, recomputed, strict=False), 1):
        if one != other:
            differ(f"{place} {number}: recorded {shown(one)}, recomputed {shown(other)}")
    if len(recorded) != len(recomputed):
        differ(f"{place}s: {len(recorded)} are recorded, {len(recomputed)} recomputed")


def shown(value: Any) -> str:
    written = canonical(value).decode()
    return written if len(written) <= 200 else written[:200] + "…"


if __name__ == "__main__":
    sys.exit(main())
