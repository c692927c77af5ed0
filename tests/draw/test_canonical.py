import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draw.canonical import Json, canonical_bytes, canonical_text, parse_canonical
from draw.refusals import NotCanonical

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [None, True, False, -7]}, '{"a":[null,true,false,-7],"b":1}'),
        ('\b\t\n\f\r"\\/\x00\x1f\x7f\u2028é', '"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f\x7f\u2028é"'),
        ({}, "{}"),
        ([], "[]"),
        ("", '""'),
        (2**53 - 1, "9007199254740991"),
        # The RFC's own example of sorting by UTF-16 code units: U+1F600 before U+FB33.
        (
            {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7},
            '{"\\r":2,"1":4,"\x80":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}',
        ),
    ],
)
def test_a_value_has_one_text(value: Json, text: str) -> None:
    assert canonical_text(value) == text


@given(_VALUES)
def test_what_is_written_is_read_again(value: Json) -> None:
    data = canonical_bytes(value)
    assert parse_canonical(data, "it") == value
    assert json.loads(data) == value


@pytest.mark.parametrize(
    "value", [0.5, 1.0, {"a": float("nan")}, 2**53, [-(2**53)], "\ud800", {"\udfff": 1}, b"x", (1,)]
)
def test_what_has_no_canonical_form_is_refused(value: Json) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a":1, "b":2}',
        b'{"a":1,"a":1}',
        b'{"a":1}\n',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u001F"',
        b'"\\ud800"',
        b"1.0",
        b"1e2",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"1" * 5000,
        b'{"a":',
        b"",
        b"\xff",
        b'\xef\xbb\xbf"a"',
        b"[" * 100_000,
    ],
)
def test_any_other_form_is_refused_with_its_place(data: bytes) -> None:
    with pytest.raises(NotCanonical, match=r"^pool line 3 is .*\.$"):
        parse_canonical(data, "pool line 3")
