"""Reading JSON objects strictly: the protocol's fields, each of its kind, or a sentence that names the place."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from draw.canonical import LARGEST_WHOLE_NUMBER, Json
from draw.refusals import BadId, DuplicateId, Malformed, NotCanonical, OutOfOrder

Key = TypeVar("Key", str, bytes)

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object and where it stands, for example `inspectors.jsonl line 3`."""

    place: str
    values: dict[str, Json]

    @classmethod
    def of(cls, value: Json, place: str, *, names: Collection[str], more: bool = False) -> "Fields":
        """The object at `place`, with all of `names` and, unless `more`, nothing else; raises Malformed."""
        if not isinstance(value, dict):
            raise Malformed(f"{place} must be an object, not {_kind(value)}.")
        for name in sorted(names):
            if name not in value:
                raise Malformed(f'{place} has no field "{name}".')
        unknown = [] if more else sorted(set(value) - set(names))
        if unknown:
            raise Malformed(f'{place} has a field "{unknown[0]}" that the protocol does not know.')
        return cls(place, value)

    def at(self, name: str) -> str:
        return f'{self.place}, "{name}"'

    def text(self, name: str) -> str:
        return check_text(self.values[name], self.at(name))

    def name(self, name: str) -> str:
        return check_name(self.values[name], self.at(name))

    def an_id(self, name: str) -> str:
        return check_id(self.values[name], self.at(name))

    def digest(self, name: str) -> str:
        return check_digest(self.values[name], self.at(name))

    def whole(self, name: str, *, least: int = 0) -> int:
        return check_whole(self.values[name], self.at(name), least=least)

    def truth(self, name: str) -> bool:
        value = self.values[name]
        if not isinstance(value, bool):
            raise Malformed(f"{self.at(name)} must be true or false, not {_kind(value)}.")
        return value

    def members(self, name: str) -> Iterator[tuple[Json, str]]:
        """Every member of the list under `name`, each with its place."""
        for number, member in enumerate(check_list(self.values[name], self.at(name)), start=1):
            yield member, f"{self.at(name)} {number}"

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(check_text(member, place) for member, place in self.members(name))


def check_text(value: object, place: str) -> str:
    """The text at `place`; raises Malformed for anything else, NotCanonical for half characters."""
    if not isinstance(value, str):
        raise Malformed(f"{place} must be text, not {_kind(value)}.")
    if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise NotCanonical(f"{place} holds half a character (a lone surrogate).")
    return value


def check_name(value: object, place: str) -> str:
    """A text that is not empty."""
    if not check_text(value, place):
        raise Malformed(f"{place} is empty.")
    return str(value)


def check_id(value: object, place: str) -> str:
    """An id as the protocol defines it; raises BadId."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadId(f"{place} must be an id of 1 to 64 characters A-Z a-z 0-9 . _ -, not {value!r:.80}.")
    return value


def check_digest(value: object, place: str) -> str:
    """Sixty-four lowercase hex digits."""
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise Malformed(f"{place} must be 64 lowercase hex digits, not {value!r:.80}.")
    return value


def check_whole(value: object, place: str, *, least: int = 0) -> int:
    """A whole number from `least` to 2^53 - 1."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(f"{place} must be a whole number, not {_kind(value)}.")
    if not least <= value <= LARGEST_WHOLE_NUMBER:
        raise Malformed(f"{place} must be from {least} to 2^53 - 1, not {value!r:.40}.")
    return value


def check_list(value: object, place: str) -> list[Json]:
    if not isinstance(value, list):
        raise Malformed(f"{place} must be a list, not {_kind(value)}.")
    return value


def check_no_doubles(values: Sequence[str], place: str) -> None:
    """Raises DuplicateId with the first value that stands twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise DuplicateId(f"{place} names {value} twice.")
        seen.add(value)


def check_ascending(keys: Sequence[Key], place: str) -> None:
    """Raises DuplicateId or OutOfOrder at the first key that does not come after the one before it."""
    for number, (before, key) in enumerate(pairwise(keys), start=2):
        if key == before:
            raise DuplicateId(f"{place} {number} names {_shown(key)} a second time.")
        if key < before:
            raise OutOfOrder(f"{place} {number}: {_shown(key)} must come before {_shown(before)}.")


def _shown(key: str | bytes) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else key


def _kind(value: object) -> str:
    kinds = {str: "text", bool: "true or false", int: "a number", list: "a list", dict: "an object"}
    return "null" if value is None else kinds.get(type(value), type(value).__name__)
