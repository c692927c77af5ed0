from dataclasses import replace

import pytest

from draw.double_random import (
    Exclusion,
    Pools,
    StratumPlan,
    TeamRow,
    read_announcement,
    read_pools,
    run_round_zero,
)
from draw.refusals import (
    BadId,
    DepartmentTwice,
    DuplicateId,
    Malformed,
    MissingInput,
    NotCanonical,
    OutOfOrder,
    PoolsChanged,
    Refusal,
    UnknownDepartment,
    UnknownId,
)
from tests.draw.builders import INPUTS, a_secret, an_announcement, an_inspector, an_object, some_pools

_INSPECTOR = (
    b'{"capacity":1,"department":"m","district":"n","id":"i1","load":0,'
    b'"may_lead":true,"qualifications":["x"]}\n'
)


def test_pools_are_frozen_in_the_form_of_the_page() -> None:
    pools = Pools.frozen(
        objects=[an_object(2, more={"tags": ("b", "a"), "Zone": "1"}), an_object(10)],
        inspectors=[an_inspector("i2"), an_inspector("I1", qualifications=("q",))],
        exclusions=[Exclusion("i2"), Exclusion("i2", "o2"), Exclusion("I1", "o10"), Exclusion("i2")],
    )
    files = pools.files()
    assert files["objects.jsonl"] == (
        b'{"class":"A","district":"north","id":"o10","kind":"shop"}\n'
        b'{"Zone":"1","class":"A","district":"north","id":"o2","kind":"shop","tags":["b","a"]}\n'
    )
    assert files["inspectors.jsonl"].startswith(
        b'{"capacity":2,"department":"market","district":"north","id":"I1","load":0,"may_lead":true,"qualifications":["q"]}\n'
    )
    assert files["exclusions.jsonl"] == (
        b'{"inspector":"I1","object":"o10"}\n{"inspector":"i2","object":"o2"}\n{"inspector":"i2"}\n'
    )
    assert read_pools(files) == pools
    assert pools.sizes() == {"objects.jsonl": 2, "inspectors.jsonl": 2, "exclusions.jsonl": 3}


@pytest.mark.parametrize(
    ("file", "data", "refusal", "words"),
    [
        ("inspectors.jsonl", _INSPECTOR * 2, DuplicateId, "inspectors.jsonl line 2 names i1 a second time"),
        (
            "inspectors.jsonl",
            _INSPECTOR.replace(b"i1", b"i2") + _INSPECTOR,
            OutOfOrder,
            "line 2: i1 must come before i2",
        ),
        ("inspectors.jsonl", _INSPECTOR[:-1], NotCanonical, "broken off"),
        ("inspectors.jsonl", _INSPECTOR[:40] + b"\n", NotCanonical, "line 1 is not canonical JSON"),
        ("inspectors.jsonl", b"\n" + _INSPECTOR, NotCanonical, "line 1 is not canonical JSON"),
        (
            "inspectors.jsonl",
            _INSPECTOR.replace(b"true", b"1"),
            Malformed,
            '"may_lead" must be true or false',
        ),
        ("inspectors.jsonl", _INSPECTOR.replace(b":1,", b":-1,"), Malformed, '"capacity" must be from 0'),
        ("inspectors.jsonl", _INSPECTOR.replace(b":1,", b":1.5,"), NotCanonical, "1.5 is no whole number"),
        ("inspectors.jsonl", _INSPECTOR.replace(b'["x"]', b'["x","x"]'), DuplicateId, "names x twice"),
        (
            "inspectors.jsonl",
            _INSPECTOR.replace(b'["x"]', b'"x"'),
            Malformed,
            '"qualifications" must be a list',
        ),
        ("inspectors.jsonl", _INSPECTOR.replace(b"i1", b"i 1"), BadId, '"id" must be an id'),
        ("inspectors.jsonl", _INSPECTOR.replace(b'"m"', b'"m/n"'), BadId, '"department" must be an id'),
        ("inspectors.jsonl", _INSPECTOR.replace(b'"load"', b'"lead"'), Malformed, 'no field "load"'),
        ("objects.jsonl", b'{"class":"A","district":"n","id":"o1"}\n', Malformed, 'no field "kind"'),
        (
            "objects.jsonl",
            b'{"class":"A","district":"n","id":"o1","kind":7}\n',
            Malformed,
            '"kind" must be text',
        ),
        (
            "objects.jsonl",
            b'{"class":"A","district":"n","id":"o1","kind":"k","more":7}\n',
            Malformed,
            '"more" must be',
        ),
        ("exclusions.jsonl", b'{"inspector":"i9"}\n', UnknownId, "i9, who is not in the pool"),
        (
            "exclusions.jsonl",
            b'{"inspector":"i1","object":"o9"}\n',
            UnknownId,
            "o9, which is not in the pool",
        ),
        ("exclusions.jsonl", b'{"inspector":"i1"}\n' * 2, DuplicateId, "a second time"),
        ("exclusions.jsonl", b'{"inspector":"i1","reason":"x"}\n', Malformed, '"reason" that the protocol'),
    ],
)
def test_a_bad_pool_is_refused_in_one_sentence(
    file: str, data: bytes, refusal: type[Refusal], words: str
) -> None:
    files = {"inspectors.jsonl": _INSPECTOR, "objects.jsonl": b"", "exclusions.jsonl": b"", file: data}
    with pytest.raises(refusal) as caught:
        read_pools(files)
    sentence = str(caught.value)
    assert words in sentence
    assert sentence.startswith(file)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(Malformed, match=r"exclusions.jsonl is missing"):
        read_pools({"inspectors.jsonl": b"", "objects.jsonl": b""})


def test_the_same_id_twice_is_refused_when_freezing() -> None:
    with pytest.raises(DuplicateId, match="o1 a second time"):
        Pools.frozen(objects=[an_object(1), an_object(1, kind="works")], inspectors=[])


def test_pools_that_changed_after_the_announcement_are_refused_with_both_digests() -> None:
    pools = some_pools()
    announcement = an_announcement(pools)
    changed = Pools.frozen(objects=pools.objects, inspectors=pools.inspectors[:-1])
    with pytest.raises(PoolsChanged) as caught:
        run_round_zero(announcement, changed, a_secret(), INPUTS)
    for digest in (pools.digests()["inspectors.jsonl"], changed.digests()["inspectors.jsonl"]):
        assert digest in str(caught.value)


@pytest.mark.parametrize(
    ("team_rule", "refusal", "words"),
    [
        ([], Malformed, "no department"),
        ([TeamRow("market"), TeamRow("market", 1)], DepartmentTwice, "market twice"),
        ([TeamRow("market"), TeamRow("water")], UnknownDepartment, "water, which has no inspector"),
        ([TeamRow("market", 0)], Malformed, "seats must be from 1"),
        ([TeamRow("market", 101)], Malformed, "seats must be at most 100"),
        ([TeamRow("market", qualifications=("x", "x"))], DuplicateId, "x twice"),
        ([TeamRow("mar ket")], BadId, "must be an id"),
    ],
)
def test_a_bad_team_rule_is_refused(team_rule: list[TeamRow], refusal: type[Refusal], words: str) -> None:
    with pytest.raises(refusal, match=words):
        an_announcement(some_pools(), team_rule=team_rule)


def test_an_announcement_without_a_source_is_refused() -> None:
    with pytest.raises(MissingInput, match="no public source"):
        an_announcement(some_pools(), sources=())


def test_an_announcement_is_read_as_it_was_written() -> None:
    written = an_announcement(
        some_pools(),
        strata=[StratumPlan("a", {"class": ("A", "B")}, ratio="0.50")],
        team_rule=[TeamRow("fire")],
    )
    assert read_announcement(written.to_bytes()) == written
    with pytest.raises(UnknownDepartment, match="lead fire"):
        read_announcement(replace(written, team_rule=(TeamRow("market"),)).to_bytes())
