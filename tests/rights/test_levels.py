"""A county beside the prefecture, in one department: who is asked, who may, and what each of them sees."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.approvals import approve_scheme, countersign, submit_scheme
from actions.clues import NewClue, approve_clue, open_clues, own_clue, register_clue
from actions.naming import VisitTakenIn, take_in
from actions.orders import officer_message, refuse_ordering
from actions.pools import freeze
from actions.register_exports import export_register
from actions.register_loads import sees_load_of
from actions.scheme_drafts import own_scheme, save_draft
from actions.statistics import allowed
from inspection.clues import ClueSource
from inspection.departments import PREFECTURE
from inspection.naming import Origin
from inspection.refusals import Refusal
from inspection.registration.rights import Keeper, denial, keeper_of
from inspection.roles import Role
from inspection.states import SchemeState
from inspection.statistics import Wanted
from storage import approvals, schemes
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.inspections import Assignment
from storage.tables.registers import Absence, Person, Scheme
from tests.actions.story import rows_of
from tests.builders import NOW, a_person, a_scheme, a_small_register, an_inspector, an_object
from tests.stores import an_empty_store

JINGHE, WENQUAN = "652722", "652723"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Market regulation at the prefecture, in Jinghe and in Wenquan; fire at the prefecture alone, and in Wenquan."""
    with an_empty_store("sqlite", tmp_path) as store, store.transaction("test") as records:
        a_small_register(records)
        records.add(
            *(
                a_person(f"{name}-{district[-2:]}", roles=(role,), district=district)
                for district in (JINGHE, WENQUAN)
                for name, role in (("OP", Role.OPERATOR), ("HD", Role.HEAD), ("LI", Role.LIAISON))
            ),
            a_person("HDF-23", department="fire", roles=(Role.HEAD,), district=WENQUAN),
            a_person("AU-22", department="tax", roles=(Role.AUDITOR,), district=JINGHE),
            an_object("J1", district=JINGHE),
            an_object("W1", district=WENQUAN),
        )
        yield records


def _who(records: Records, id: str) -> Person:
    return records.get(Person, id)


def _refusal(do: object, *args: object, **facts: object) -> str:
    with pytest.raises(Refusal) as refused:
        do(*args, **facts)  # type: ignore[operator]
    return refused.value.sentence


def test_a_countys_scheme_goes_to_the_countys_head_and_is_drawn_from_the_county(records: Records) -> None:
    draft = save_draft(records, "", {"name": "县里的"}, by=_who(records, "OP-22"), at=NOW)
    assert draft.scheme is not None
    assert draft.scheme.district == JINGHE
    assert own_scheme(records, draft.scheme.id, by=_who(records, "HD-market")) is draft.scheme
    for other in ("HD-23", "OP-23", "HD-fire"):
        reader = _who(records, other)
        ids = (draft.scheme.id, "S404")
        assert {_refusal(own_scheme, records, id, by=reader) for id in ids} == {"not_operator"}
    scheme = records.get(Scheme, "S1")
    scheme.district, scheme.state = JINGHE, SchemeState.DRAFTED
    for part in ("content", "method", "level", "requirements", "handling", "temporary_reason"):
        setattr(scheme, part, "示例")
    for other in ("OP", "OP-23"):
        assert _refusal(submit_scheme, records, "S1", by=_who(records, other), at=NOW) == "not_operator"
    submit_scheme(records, "S1", by=_who(records, "OP-22"), at=NOW)
    (clock,) = rows_of(records, Deadline, subject="S1")
    assert (clock.asked_id, clock.district) == ("HD-22", JINGHE)
    (asked,) = approvals.countersignatures(records, scheme)
    assert asked.asked_id == "HD-fire"  # fire has nobody in Jinghe: the prefecture's
    assert _refusal(countersign, records, asked.id, by=_who(records, "HDF-23"), at=NOW) == "not_yours"
    countersign(records, asked.id, by=_who(records, "HD-fire"), at=NOW)
    for other in ("HD-market", "HD-23"):
        assert _refusal(approve_scheme, records, "S1", by=_who(records, other), at=NOW) == "not_yours"
    assert [one.id for one in approvals.submitted_to(records, "market", JINGHE)] == ["S1"]
    assert approvals.submitted_to(records, "market", PREFECTURE) == []
    approve_scheme(records, "S1", by=_who(records, "HD-22"), at=NOW)
    assert {one.id for one in freeze(records, scheme).pools.objects} == {"J1"}
    scheme.district = PREFECTURE
    assert {one.id for one in freeze(records, scheme).pools.objects} == {"B1", "B2", "B3", "J1", "W1"}


def test_a_clue_goes_to_the_nearest_head_and_another_county_never_hears_of_it(records: Records) -> None:
    new = NewClue(
        ClueSource.COMPLAINT, NOW.date(), ("T-market",), "示例线索", object_id="J1", checklist_id="C1"
    )
    clue = register_clue(records, new, by=_who(records, "LI-22"), at=NOW)
    assert rows_of(records, Deadline, subject=clue.id)[0].asked_id == "HD-22"
    for other in ("LI-23", "HD-23"):
        reader = _who(records, other)
        assert {_refusal(own_clue, records, id, by=reader) for id in (clue.id, "X404")} == {"clues_not_yours"}
        assert open_clues(records, [clue.state], reader=reader) == []
    assert [one.id for one, _ in open_clues(records, [clue.state], reader=_who(records, "HD-market"))] == [
        clue.id
    ]
    assert own_clue(records, clue.id, by=_who(records, "LI-22")) is clue
    case = approve_clue(records, clue.id, by=_who(records, "HD-22"), at=NOW)
    assert case.district == JINGHE
    at_bole = NewClue(
        ClueSource.COMPLAINT, NOW.date(), ("T-market",), "示例线索", object_id="B1", checklist_id="C1"
    )
    far = register_clue(records, at_bole, by=_who(records, "HD-market"), at=NOW)
    assert rows_of(records, Deadline, subject=far.id)[0].asked_id == "HD-market"


def test_figures_and_rows_end_at_the_county(records: Records) -> None:
    asked = Wanted(year=2026, department="fire", district=WENQUAN)
    assert allowed(asked, _who(records, "HD-22")) == Wanted(year=2026, department="fire", district=JINGHE)
    of_fire = allowed(Wanted(year=2026, department="market"), _who(records, "HDF-23"))
    assert of_fire == Wanted(year=2026, department="fire", district=WENQUAN)
    assert allowed(asked, _who(records, "AU-22")) == Wanted(year=2026, department="fire", district=JINGHE)
    assert allowed(asked, _who(records, "HD-market")) == asked
    county = keeper_of("market", [Role.LIAISON], JINGHE)
    assert county == Keeper("market", JINGHE)
    assert not county.is_joint_office
    assert [sees_load_of(county, _who(records, one)) for one in ("LI-22", "LI-23", "OP", "HDF-23")] == [
        True, False, False, False,
    ]  # fmt: skip
    assert sees_load_of(Keeper("fire"), _who(records, "HDF-23"))
    row = {"departments": ("market",), "district": JINGHE}
    assert denial(county, "objects", row, row, {}) is None
    for place in (WENQUAN, PREFECTURE):
        assert denial(county, "objects", row, {**row, "district": place}, {}) == "not_your_district"
        assert denial(county, "objects", {**row, "district": place}, row, {}) == "not_your_district"
    assert denial(Keeper("fire"), "objects", None, {**row, "departments": ("fire",)}, {}) is None
    officers = {"O-22": JINGHE, "O-23": WENQUAN}
    records.add(*(a_person(id, roles=(Role.OFFICER,), district=one) for id, one in officers.items()))
    records.session.flush()
    records.add(*(an_inspector(id, district=one) for id, one in officers.items()))
    records.session.flush()
    records.add(
        *(
            Absence(inspector_id=id, first_day=NOW.date(), last_day=NOW.date(), cause="病假")
            for id in officers
        )
    )
    assert [one[0] for one in export_register(records, "absences", reader=county).rows] == ["O-22"]


def test_lists_of_schemes_end_at_the_level(records: Records) -> None:
    second = a_scheme("S2")
    second.district = JINGHE
    records.add(second)
    assert [one.id for one in schemes.led_by(records, "market", PREFECTURE)] == ["S1"]
    assert [one.id for one in schemes.led_within(records, "market", "")] == ["S1", "S2"]
    assert [one.id for one in schemes.led_within(records, "market", JINGHE)] == ["S2"]
    assert schemes.led_within(records, "market", WENQUAN) == []


def test_an_order_is_given_at_the_level_of_the_scheme_or_above(records: Records) -> None:
    scheme, visit = records.get(Scheme, "S1"), VisitTakenIn("B1", {"market/1": "market-1"})
    about: dict[str, Any] = {"origin": Origin.NAMED, "chosen_at": NOW, "at": NOW, "may_be_open": True}
    take_in(records, "S1", [visit], by=_who(records, "OP"), **about)
    held = records.get(Assignment, "S1.B1/market/1/1")
    for level, may in ((JINGHE, {"HD-market", "HD-22"}), (PREFECTURE, {"HD-market"})):
        scheme.district = level
        for head in ("HD-market", "HD-22", "HD-23", "HD-fire"):
            if head in may:
                refuse_ordering(records, held, by=_who(records, head))
            else:
                assert _refusal(refuse_ordering, records, held, by=_who(records, head)) == "not_yours"


def test_a_countys_head_sees_and_orders_no_officer_of_another_level(records: Records) -> None:
    records.add(a_person("O-22", roles=(Role.OFFICER,), district=JINGHE))
    records.session.flush()
    for officer, readers in (("market-1", {"HD-market"}), ("O-22", {"HD-market", "HD-22"})):
        for head in ("HD-market", "HD-22", "HD-23"):
            if head in readers:
                assert officer_message(records, officer, head=_who(records, head)).person == officer
            else:
                assert _refusal(officer_message, records, officer, head=_who(records, head)) == "not_yours"
