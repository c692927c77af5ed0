"""Canonical JSON (RFC 8785, JCS), as far as the protocol needs it.

Text, whole numbers, truth values, null, lists, objects. Fractions are refused: the protocol has none, and
their canonical form is the hard part of the RFC.
"""

import json
from hashlib import sha256
from json.encoder import encode_basestring
from typing import NoReturn, TypeAlias

from draw.refusals import NotCanonical

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

LARGEST_WHOLE_NUMBER = 2**53 - 1
"""Beyond it a browser no longer tells two whole numbers apart."""


def canonical_text(value: Json) -> str:
    """The one text of a JSON value; raises NotCanonical for what has none (fractions, huge numbers, other types)."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _whole_number(value)
    if isinstance(value, list):
        return "[" + ",".join([canonical_text(member) for member in value]) + "]"
    if isinstance(value, dict):
        return _object_text(value)
    raise NotCanonical(f"A value of type {type(value).__name__} has no place in the protocol's JSON.")


def canonical_bytes(value: Json) -> bytes:
    """The canonical text in UTF-8, as it is hashed and written."""
    try:
        return canonical_text(value).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise NotCanonical(
            f"A text holds half a character (a lone surrogate) at position {fault.start}."
        ) from fault


def parse_canonical(data: bytes, place: str) -> Json:
    """The value written in `data`; raises NotCanonical, naming `place`, unless the bytes are its canonical form."""
    try:
        value: Json = _DECODER.decode(data.decode("utf-8"))
        same = canonical_bytes(value) == data
    except NotCanonical as refusal:
        raise NotCanonical(f"{place} is not canonical JSON: {refusal}") from refusal
    except RecursionError as fault:
        raise NotCanonical(f"{place} is not canonical JSON: it is nested too deeply.") from fault
    except ValueError as fault:
        raise NotCanonical(f"{place} is not canonical JSON: {_one_line(fault)}.") from fault
    if not same:
        raise NotCanonical(
            f"{place} is JSON but not in canonical form (order, spaces, escapes or doubled names)."
        )
    return value


def hex_digest(data: bytes) -> str:
    """SHA-256 in lowercase hex."""
    return sha256(data).hexdigest()


def _object_text(value: dict[str, Json]) -> str:
    names = list(value)
    if not all(isinstance(name, str) for name in names):
        raise NotCanonical("A name inside an object is not text.")
    names.sort() if all(map(str.isascii, names)) else names.sort(key=_utf16_units)
    return (
        "{" + ",".join([encode_basestring(name) + ":" + canonical_text(value[name]) for name in names]) + "}"
    )


def _utf16_units(name: str) -> bytes:
    # Characters beyond U+FFFF sort below U+E000–U+FFFF here, which sorting by code point would get wrong.
    return name.encode("utf-16-be", "surrogatepass")


def _whole_number(value: int) -> str:
    if abs(value) > LARGEST_WHOLE_NUMBER:
        raise NotCanonical("A whole number is beyond 2^53 - 1.")
    return str(value)


def _no_fraction(text: str) -> NoReturn:
    raise NotCanonical(f"{text[:20]} is no whole number.")


def _one_line(fault: ValueError) -> str:
    return str(fault).splitlines()[0].rstrip(".")


_DECODER = json.JSONDecoder(parse_float=_no_fraction, parse_constant=_no_fraction)
