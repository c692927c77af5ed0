"""The transcript: everything a draw did, in one canonical file with which anybody can recompute it (§7, §8)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from draw.announcement import Announcement, announcement_from
from draw.canonical import Json, canonical_bytes, hex_digest, parse_canonical
from draw.fields import Fields, check_ascending, check_name, check_text
from draw.keys import PROTOCOL, PublicInput, check_chain, round_key
from draw.pools import Exclusion, exclusion_line
from draw.refusals import (
    AlreadyClosed,
    InconsistentRecord,
    LinksOutOfOrder,
    Malformed,
    MissingInput,
    NoLinksLeft,
)
from draw.times import check_instant, instant_text

_ROUND_FIELDS = frozenset({"excluded", "infeasible", "key", "link", "number", "objects", "seats", "vacated"})


class Cause(StrEnum):
    """Why a seat or an object fell vacant: the kind of cause, never the private reason."""

    RECUSED = "recused"
    UNAVAILABLE = "unavailable"
    LAPSED = "lapsed"
    ORDERED = "ordered"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    MOVED = "moved"


class ClosingState(StrEnum):
    """How a draw ends: carried out, or given up in public."""

    CLOSED = "closed"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class DrawnObject:
    """An object drawn in a round, with the ticket that drew it."""

    id: str
    stratum: str
    ticket: str

    def to_json(self) -> Json:
        return {"id": self.id, "stratum": self.stratum, "ticket": self.ticket}


@dataclass(frozen=True, slots=True)
class FilledSeat:
    """A seat, `<object>/<department>/<i>`, and the inspector who was drawn for it."""

    seat: str
    inspector: str

    def to_json(self) -> Json:
        return {"inspector": self.inspector, "seat": self.seat}


@dataclass(frozen=True, slots=True)
class VacatedSeat:
    """A seat that its holder has left."""

    seat: str
    inspector: str
    cause: Cause

    def to_json(self) -> Json:
        return {"cause": str(self.cause), "inspector": self.inspector, "seat": self.seat}


@dataclass(frozen=True, slots=True)
class VacatedObject:
    """A drawn object that cannot be visited; its seats fall with it."""

    object: str
    cause: Cause

    def to_json(self) -> Json:
        return {"cause": str(self.cause), "object": self.object}


Vacancy: TypeAlias = VacatedSeat | VacatedObject


@dataclass(frozen=True, slots=True)
class Round:
    """One round: what fell vacant before it, the link it revealed, and what it drew.

    `infeasible` is None, or the seats that compete for too few people; `seats` is then empty.
    """

    number: int
    link: str
    key: str
    objects: tuple[DrawnObject, ...]
    seats: tuple[FilledSeat, ...]
    vacated: tuple[Vacancy, ...]
    excluded: tuple[Exclusion, ...]
    infeasible: tuple[str, ...] | None

    def to_json(self) -> Json:
        return {
            "excluded": [exclusion.to_json() for exclusion in self.excluded],
            "infeasible": None if self.infeasible is None else list(self.infeasible),
            "key": self.key,
            "link": self.link,
            "number": self.number,
            "objects": [drawn.to_json() for drawn in self.objects],
            "seats": [filled.to_json() for filled in self.seats],
            "vacated": [vacancy.to_json() for vacancy in self.vacated],
        }


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of a draw, in public; after it nothing is appended."""

    state: ClosingState
    reason: str
    at: str

    def to_json(self) -> Json:
        return {"at": self.at, "reason": self.reason, "state": str(self.state)}


@dataclass(frozen=True)
class Transcript:
    """The record of a draw; `digest` is published whenever a round or the closing is appended."""

    announcement: Announcement
    inputs: tuple[PublicInput, ...]
    rounds: tuple[Round, ...]
    closing: Closing | None = None

    @cached_property
    def digest(self) -> str:
        return hex_digest(self.to_bytes())

    def to_bytes(self) -> bytes:
        """The canonical bytes to publish."""
        return canonical_bytes(self.to_json())

    def to_json(self) -> Json:
        return {
            "announcement": self.announcement.to_json(),
            "closing": None if self.closing is None else self.closing.to_json(),
            "inputs": [{"source": given.source, "value": given.value} for given in self.inputs],
            "protocol": PROTOCOL,
            "rounds": [held.to_json() for held in self.rounds],
        }


def close(transcript: Transcript, *, state: ClosingState, reason: str, at: datetime) -> Transcript:
    """The transcript with its closing; raises AlreadyClosed for a second one."""
    check_open(transcript)
    closing = Closing(
        ClosingState(state), check_text(reason, "The closing's reason"), instant_text(at, "The closing")
    )
    return replace(transcript, closing=closing)


def check_open(transcript: Transcript) -> None:
    if transcript.closing is not None:
        closing = transcript.closing
        raise AlreadyClosed(f"Draw {transcript.announcement.draw} is {closing.state} since {closing.at}.")


def check_inputs(announcement: Announcement, inputs: tuple[PublicInput, ...]) -> None:
    """Raises MissingInput unless every announced source gave one value, in the announced order."""
    for number, source in enumerate(announcement.sources):
        if number >= len(inputs) or inputs[number].source != source.name:
            raise MissingInput(
                f"Source {source.name}, place {number + 1}, has given no input: the draw is postponed."
            )
        check_name(inputs[number].value, f"The value of source {source.name}")
    if len(inputs) > len(announcement.sources):
        raise MissingInput(
            f"An input names {inputs[len(announcement.sources)].source}, which was not announced."
        )


def vacancy_line(vacancy: Vacancy) -> bytes:
    """What vacancies are sorted by: their canonical text."""
    return canonical_bytes(vacancy.to_json())


def read_transcript(data: bytes) -> Transcript:
    """The transcript written in `data`.

    Raises a Refusal that names the place for anything not as in §8, for links out of order and for keys that do not
    follow from announcement, inputs and links. What was drawn is not recomputed here: that is `draw.verify`.
    """
    fields = Fields.of(
        parse_canonical(data, "The transcript"),
        "The transcript",
        names={"announcement", "closing", "inputs", "protocol", "rounds"},
    )
    if fields.values["protocol"] != PROTOCOL:
        raise Malformed(f"{fields.at('protocol')} must be {PROTOCOL}.")
    transcript = Transcript(
        announcement=announcement_from(fields.values["announcement"]),
        inputs=tuple(_read_input(member, place) for member, place in fields.members("inputs")),
        rounds=tuple(_read_round(member, place) for member, place in fields.members("rounds")),
        closing=None if fields.values["closing"] is None else _read_closing(fields.values["closing"]),
    )
    check_record(transcript)
    return transcript


def check_record(transcript: Transcript) -> None:
    """Raises a Refusal unless inputs, numbers, links and keys follow from one another."""
    announcement = transcript.announcement
    check_inputs(announcement, transcript.inputs)
    if not transcript.rounds:
        raise InconsistentRecord("The transcript has no round.")
    if len(transcript.rounds) > announcement.rounds:
        raise NoLinksLeft(
            f"The transcript has {len(transcript.rounds)} rounds; {announcement.rounds} were announced."
        )
    for number, held in enumerate(transcript.rounds):
        if held.number != number:
            raise LinksOutOfOrder(
                f"The round at place {number + 1} has number {held.number} instead of {number}."
            )
    check_chain(announcement.anchor, [held.link for held in transcript.rounds])
    for held in transcript.rounds:
        if held.key != round_key(announcement.digest, transcript.inputs, held.link, held.number):
            raise InconsistentRecord(
                f"The key of round {held.number} does not follow from its link and the inputs."
            )


def _read_input(value: Json, place: str) -> PublicInput:
    fields = Fields.of(value, place, names={"source", "value"})
    return PublicInput(fields.name("source"), fields.text("value"))


def _read_closing(value: Json) -> Closing:
    fields = Fields.of(value, "The closing", names={"at", "reason", "state"})
    state = fields.text("state")
    if state not in tuple(ClosingState):
        raise Malformed(f"{fields.at('state')} must be closed or voided, not {state!r:.40}.")
    return Closing(
        ClosingState(state), fields.text("reason"), check_instant(fields.text("at"), fields.at("at"))
    )


def _read_round(value: Json, place: str) -> Round:
    fields = Fields.of(value, place, names=_ROUND_FIELDS)
    held = Round(
        number=fields.whole("number"),
        link=fields.digest("link"),
        key=fields.digest("key"),
        objects=tuple(_read_object(member, at) for member, at in fields.members("objects")),
        seats=tuple(_read_seat(member, at) for member, at in fields.members("seats")),
        vacated=tuple(_read_vacancy(member, at) for member, at in fields.members("vacated")),
        excluded=tuple(Exclusion.from_json(member, at) for member, at in fields.members("excluded")),
        infeasible=None if fields.values["infeasible"] is None else fields.texts("infeasible"),
    )
    _check_orders(held, fields)
    return held


def _check_orders(held: Round, fields: Fields) -> None:
    check_ascending([filled.seat for filled in held.seats], fields.at("seats"))
    check_ascending([vacancy_line(vacancy) for vacancy in held.vacated], fields.at("vacated"))
    check_ascending([exclusion_line(exclusion) for exclusion in held.excluded], fields.at("excluded"))
    check_ascending(held.infeasible or (), fields.at("infeasible"))
    if held.infeasible is not None and (held.seats or not held.infeasible):
        raise InconsistentRecord(
            f"{fields.place} is infeasible and must name the seats in the way and fill none."
        )
    if held.number == 0 and (held.vacated or held.excluded):
        raise InconsistentRecord(f"{fields.place} is round 0, in which nothing can be vacated or excluded.")


def _read_object(value: Json, place: str) -> DrawnObject:
    fields = Fields.of(value, place, names={"id", "stratum", "ticket"})
    return DrawnObject(fields.an_id("id"), fields.name("stratum"), fields.digest("ticket"))


def _read_seat(value: Json, place: str) -> FilledSeat:
    fields = Fields.of(value, place, names={"inspector", "seat"})
    return FilledSeat(fields.text("seat"), fields.an_id("inspector"))


def _read_vacancy(value: Json, place: str) -> Vacancy:
    if isinstance(value, dict) and "object" in value:
        fields = Fields.of(value, place, names={"cause", "object"})
        return VacatedObject(fields.an_id("object"), _read_cause(fields))
    fields = Fields.of(value, place, names={"cause", "inspector", "seat"})
    return VacatedSeat(fields.text("seat"), fields.an_id("inspector"), _read_cause(fields))


def _read_cause(fields: Fields) -> Cause:
    cause = fields.text("cause")
    if cause not in tuple(Cause):
        raise Malformed(f"{fields.at('cause')} must be one of {' '.join(Cause)}, not {cause!r:.40}.")
    return Cause(cause)
