"""The frozen pools: objects, inspectors and exclusions, as values and as files of canonical JSON lines (§8)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import Protocol, TypeVar

from draw.canonical import Json, canonical_bytes, hex_digest, parse_canonical
from draw.fields import Fields, check_ascending, check_id, check_list, check_no_doubles, check_text
from draw.refusals import Malformed, NotCanonical, UnknownId

OBJECTS_FILE = "objects.jsonl"
INSPECTORS_FILE = "inspectors.jsonl"
EXCLUSIONS_FILE = "exclusions.jsonl"
POOL_FILES = (EXCLUSIONS_FILE, INSPECTORS_FILE, OBJECTS_FILE)

MoreFields = Mapping[str, "str | tuple[str, ...]"]

_NO_MORE: MoreFields = {}  # shared by the millions of objects that have none
_OBJECT_FIELDS = frozenset({"class", "district", "id", "kind"})
_INSPECTOR_FIELDS = frozenset(
    {"capacity", "department", "district", "id", "load", "may_lead", "qualifications"}
)


@dataclass(frozen=True, slots=True)
class ObjectCandidate:
    """An object that may be drawn, with what strata and district rules ask of it; `more` holds further such fields."""

    id: str
    credit_class: str
    district: str
    kind: str
    more: MoreFields = field(default_factory=lambda: _NO_MORE)

    def values_of(self, name: str) -> tuple[str, ...]:
        """What the object has under a field of the file: one value, several, or none."""
        if name in _OBJECT_FIELDS:
            return (self.credit_class if name == "class" else str(getattr(self, name)),)
        value = self.more.get(name, ())
        return (value,) if isinstance(value, str) else value

    def to_json(self) -> Json:
        further: dict[str, Json] = {
            name: value if isinstance(value, str) else list(value) for name, value in self.more.items()
        }
        return {
            "class": self.credit_class,
            "district": self.district,
            "id": self.id,
            "kind": self.kind,
        } | further


@dataclass(frozen=True, slots=True)
class InspectorCandidate:
    """An inspector who may be drawn; `capacity` is the most seats to be held in all, `load` those held elsewhere."""

    id: str
    department: str
    district: str
    qualifications: tuple[str, ...]
    capacity: int
    load: int
    may_lead: bool

    def to_json(self) -> Json:
        return {
            "capacity": self.capacity,
            "department": self.department,
            "district": self.district,
            "id": self.id,
            "load": self.load,
            "may_lead": self.may_lead,
            "qualifications": list(self.qualifications),
        }


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An inspector who may take no seat at this object, or none at all when `object` is None; never with a reason."""

    inspector: str
    object: str | None = None

    def to_json(self) -> Json:
        if self.object is None:
            return {"inspector": self.inspector}
        return {"inspector": self.inspector, "object": self.object}

    @classmethod
    def from_json(cls, value: Json, place: str) -> "Exclusion":
        if isinstance(value, dict) and "object" not in value:
            return cls(Fields.of(value, place, names={"inspector"}).an_id("inspector"))
        fields = Fields.of(value, place, names={"inspector", "object"})
        return cls(fields.an_id("inspector"), fields.an_id("object"))


class _Line(Protocol):
    def to_json(self) -> Json: ...


Candidate = TypeVar("Candidate", bound=_Line)


@dataclass(frozen=True)
class Pools:
    """Both pools and the exclusions, in the order of their files, with the bytes that were or will be published."""

    objects: tuple[ObjectCandidate, ...]
    inspectors: tuple[InspectorCandidate, ...]
    exclusions: tuple[Exclusion, ...]
    contents: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def frozen(
        cls,
        *,
        objects: Iterable[ObjectCandidate],
        inspectors: Iterable[InspectorCandidate],
        exclusions: Iterable[Exclusion] = (),
    ) -> "Pools":
        """Freeze the candidates, given in any order.

        Exclusions that were declared twice become one. Raises a Refusal for doubled or bad ids, wrong kinds of values
        and exclusions that name nobody in the pools.
        """
        sorted_objects = sorted(objects, key=_id_of)
        sorted_inspectors = sorted(inspectors, key=_id_of)
        sorted_exclusions = sorted(set(exclusions), key=exclusion_line)
        contents = {
            OBJECTS_FILE: _lines(sorted_objects),
            INSPECTORS_FILE: _lines(sorted_inspectors),
            EXCLUSIONS_FILE: _lines(sorted_exclusions),
        }
        return read_pools(contents)

    def files(self) -> dict[str, bytes]:
        """The bytes to publish, by file name."""
        return dict(self.contents)

    def digests(self) -> dict[str, str]:
        """SHA-256 of each file in hex, by file name."""
        return {name: hex_digest(data) for name, data in self.contents.items()}

    def sizes(self) -> dict[str, int]:
        """Number of lines of each file, by file name."""
        return {
            OBJECTS_FILE: len(self.objects),
            INSPECTORS_FILE: len(self.inspectors),
            EXCLUSIONS_FILE: len(self.exclusions),
        }


def read_pools(contents: Mapping[str, bytes]) -> Pools:
    """The pools written in the three files; raises a Refusal that names file and line for anything not as in §8."""
    for name in POOL_FILES:
        if name not in contents:
            raise Malformed(f"{name} is missing.")
    objects = _read_lines(contents, OBJECTS_FILE, _read_object)
    inspectors = _read_lines(contents, INSPECTORS_FILE, _read_inspector)
    exclusions = _read_lines(contents, EXCLUSIONS_FILE, Exclusion.from_json)
    check_ascending([candidate.id for candidate in objects], f"{OBJECTS_FILE} line")
    check_ascending([candidate.id for candidate in inspectors], f"{INSPECTORS_FILE} line")
    check_ascending([exclusion_line(exclusion) for exclusion in exclusions], f"{EXCLUSIONS_FILE} line")
    kept = {name: bytes(contents[name]) for name in POOL_FILES}
    pools = Pools(objects, inspectors, exclusions, kept)
    check_exclusions(exclusions, pools, EXCLUSIONS_FILE)
    return pools


def check_exclusions(exclusions: Sequence[Exclusion], pools: Pools, place: str) -> None:
    """Raises UnknownId for an exclusion that names nobody in the pools: it would protect nobody, and in silence."""
    if not exclusions:
        return
    inspectors = {candidate.id for candidate in pools.inspectors}
    objects = {candidate.id for candidate in pools.objects}
    for number, exclusion in enumerate(exclusions, start=1):
        if exclusion.inspector not in inspectors:
            raise UnknownId(
                f"{place} line {number} names inspector {exclusion.inspector}, who is not in the pool."
            )
        if exclusion.object is not None and exclusion.object not in objects:
            raise UnknownId(
                f"{place} line {number} names object {exclusion.object}, which is not in the pool."
            )


def exclusion_line(exclusion: Exclusion) -> bytes:
    """What exclusions are sorted by: their canonical text."""
    return canonical_bytes(exclusion.to_json())


def _id_of(candidate: ObjectCandidate | InspectorCandidate) -> str:
    return check_id(candidate.id, "A candidate's id")


def _lines(candidates: Sequence[_Line]) -> bytes:
    return b"".join([canonical_bytes(candidate.to_json()) + b"\n" for candidate in candidates])


def _read_lines(
    contents: Mapping[str, bytes], name: str, read: Callable[[Json, str], Candidate]
) -> tuple[Candidate, ...]:
    data = contents[name]
    if data and not data.endswith(b"\n"):
        raise NotCanonical(f"{name} does not end with a line feed; it may have been broken off.")
    return tuple(
        read(parse_canonical(line, place), place)
        for line, place in (
            (line, f"{name} line {number}") for number, line in enumerate(data.split(b"\n")[:-1], 1)
        )
    )


def _read_object(value: Json, place: str) -> ObjectCandidate:
    fields = Fields.of(value, place, names=_OBJECT_FIELDS, more=True)
    further = {name: _one_or_more(fields, name) for name in fields.values if name not in _OBJECT_FIELDS}
    return ObjectCandidate(
        id=fields.an_id("id"),
        credit_class=intern(fields.text("class")),  # a register of millions has a handful of these
        district=intern(fields.text("district")),
        kind=intern(fields.text("kind")),
        more=further or _NO_MORE,
    )


def _one_or_more(fields: Fields, name: str) -> str | tuple[str, ...]:
    value = fields.values[name]
    if isinstance(value, str):
        return check_text(value, fields.at(name))
    check_list(value, fields.at(name))
    return fields.texts(name)


def _read_inspector(value: Json, place: str) -> InspectorCandidate:
    fields = Fields.of(value, place, names=_INSPECTOR_FIELDS)
    qualifications = fields.texts("qualifications")
    check_no_doubles(qualifications, fields.at("qualifications"))
    return InspectorCandidate(
        id=fields.an_id("id"),
        department=fields.an_id("department"),
        district=fields.text("district"),
        qualifications=qualifications,
        capacity=fields.whole("capacity"),
        load=fields.whole("load"),
        may_lead=fields.truth("may_lead"),
    )
