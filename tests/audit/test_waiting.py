"""What waits for a head, and what follows a visit, has somebody who can do it and a time until when."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from actions.audit import FlawKind, audit
from actions.next_steps import SEEN_TO_WITHIN, Step, next_steps
from inspection.roles import Role
from inspection.states import (
    ApprovalState,
    ClueState,
    CountersignState,
    CrimeState,
    FollowUpState,
    InspectionState,
    SchemeState,
)
from storage.store import Store
from storage.tables.clues import Clue
from storage.tables.follow_ups import FollowUpMatter, InspectionApproval, SuspectedCrime
from storage.tables.inspections import Inspection
from storage.tables.registers import Person, Scheme
from storage.tables.schemes import Countersignature
from tests.actions.story import a_drawn_story
from tests.builders import NOW, a_person, a_scheme
from tests.stores import an_empty_store, on_both

HEAD, SPEAKING = ("HD-fire",), ("HD-fire", "LI-fire")
GROUP = ("fire-1", "fire-2")
JINGHE, WENQUAN = "652722", "652723"


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with an_empty_store(getattr(request, "param", "sqlite"), tmp_path) as opened:
        yield opened


def _matter(id: str, state: FollowUpState, kind: str, visit: str) -> FollowUpMatter:
    about: dict[str, Any] = {"inspection_id": visit, "department": "fire", "owner_id": "fire-1"}
    return FollowUpMatter(id=id, kind=kind, state=state, opened_at=NOW, moved_at=NOW, **about)


def _crime(id: str, state: CrimeState, visit: str) -> SuspectedCrime:
    about: dict[str, Any] = {"inspection_id": visit, "department": "fire", "group": list(GROUP)}
    told: dict[str, Any] = {"decider_id": "HD-fire", "reported_at": NOW, "reported_by": "fire-1"}
    return SuspectedCrime(id=id, state=state, moved_at=NOW, **about, **told)


def _clue() -> Clue:
    about: dict[str, Any] = {"source": "complaint", "received_on": NOW.date(), "district": "652701"}
    return Clue(
        id="C9", department="fire", object_id="B1", state=ClueState.RECEIVED, registered_at=NOW, **about
    )


def _approval(id: str, state: ApprovalState, visit: str) -> InspectionApproval:
    about: dict[str, Any] = {"inspection_id": visit, "scheme_id": "S1"}
    return InspectionApproval(id=id, department=id.rpartition("/")[2], state=state, asked_at=NOW, **about)


def _countersignature(department: str, asked: str | None) -> Countersignature:
    about: dict[str, Any] = {"scheme_id": "S9", "submission": 1, "state": CountersignState.ASKED}
    return Countersignature(id=f"S9/1/{department}", department=department, asked_id=asked, **about)


def _rows(visit: str) -> list[tuple[SQLModel, Step, tuple[str, ...]]]:
    """What is open, what must happen next and who can do it."""
    scheme = a_scheme("S9")
    scheme.state, scheme.submissions, scheme.submitted_at = SchemeState.SUBMITTED, 1, NOW
    opened, reported = FollowUpState.OPENED, FollowUpState.REPORTED
    handed, correct = CrimeState.HANDED_OVER, (*SPEAKING, "fire-1")
    return [
        (scheme, Step.APPROVE_SCHEME, ("HD-market",)),
        (_countersignature("fire", "HD-fire"), Step.COUNTERSIGN, HEAD),
        (_clue(), Step.DECIDE_CLUE, HEAD),
        (_approval(f"{visit}/fire", ApprovalState.TO_MAKE_UP, visit), Step.APPROVE_VISIT, HEAD),
        (_approval(f"{visit}/tax", ApprovalState.AWAITED, visit), Step.APPROVE_VISIT, ("HD-market",)),
        (_matter(f"{visit}/T-fire/r", opened, "rectify", visit), Step.ORDER_CORRECTION, correct),
        (_matter(f"{visit}/T-fire/d", reported, "disclose", visit), Step.RECHECK, correct),
        (_matter(f"{visit}/T-fire/l", opened, "listing", visit), Step.DECIDE_LISTING, SPEAKING),
        (_matter(f"{visit}/p1", opened, "punishment", visit), Step.DECIDE_LISTING, HEAD),
        (_crime(f"{visit}/c1", CrimeState.REPORTED, visit), Step.DECIDE_CRIME, HEAD),
        (_crime(f"{visit}/c2", CrimeState.APPROVED, visit), Step.HAND_OVER_CRIME, (*SPEAKING, *GROUP)),
        (_crime(f"{visit}/c3", handed, visit), Step.NOTE_POLICE_ANSWER, (*SPEAKING, *GROUP)),
    ]


@on_both
def test_each_of_them_is_known_with_its_owner_and_a_loss_of_the_last_owner_is_found(store: Store) -> None:
    story = a_drawn_story(store)
    [visit] = story.inspections()
    rows = _rows(visit)
    expected = {str(row.id): (step, owners) for row, step, owners in rows}  # type: ignore[attr-defined]
    with store.transaction("test") as records:
        records.add(a_person("LI-fire", department="fire", roles=(Role.LIAISON,)))
        # a department without a head is not waited for, nor is what has come to its end
        done = _matter(f"{visit}/T-market/r", FollowUpState.CORRECTED, "rectify", visit)
        records.add(done, rows[0][0])
        records.session.flush()
        records.add(*(row for row, _, _ in rows[1:]), _countersignature("tax", None))
    with store.reading() as records:
        found = {one.subject: one for one in next_steps(records) if one.subject in expected}
        known = {one.subject for one in next_steps(records)}
        assert {id: (one.step, one.owners) for id, one in found.items()} == expected
        assert {one.due_at for one in found.values()} == {NOW + SEEN_TO_WITHIN}
        assert not {f"{visit}/T-market/r", "S9/1/tax"} & known
        assert audit(records, NOW + timedelta(seconds=1)) == []
    with store.transaction("test") as records:
        records.get(Person, "HD-fire").is_active = False
    with store.reading() as records:
        ownerless = {one.subject for one in audit(records, NOW) if one.kind is FlawKind.NO_OWNER}
    assert ownerless == {"S9/1/fire", "C9", f"{visit}/p1", f"{visit}/c1"}


_OWN_LEVEL = (Step.APPROVE_SCHEME,)
_NEAREST = (Step.APPROVE_VISIT,)


def test_what_is_a_countys_waits_for_the_county_and_for_those_above_where_they_may(store: Store) -> None:
    story = a_drawn_story(store)
    [visit] = story.inspections()
    rows = [row for row, _, _ in _rows(visit)]
    people = [
        a_person(
            f"{role[:2]}-{department}-{level[-2:]}", department=department, roles=(role,), district=level
        )
        for role in (Role.HEAD, Role.LIAISON)
        for department in ("market", "fire")
        for level in (JINGHE, WENQUAN)
    ]
    with store.transaction("test") as records:
        records.get(Scheme, "S1").district = JINGHE
        records.get(Inspection, visit).state = InspectionState.GONE_REPORTED
        for row in rows:
            if isinstance(row, Scheme | Clue):
                row.district = JINGHE
            for name in ("asked_id", "decider_id"):
                if hasattr(row, name):
                    setattr(row, name, "gone")
        records.add(a_person("op-market-22", roles=(Role.OPERATOR,), district=JINGHE))
        records.add(*people, a_person("gone", department="fire", roles=(Role.HEAD,)), rows[0])
        records.get(Person, "gone").is_active = False
        records.session.flush()
        records.add(*rows[1:])
    with store.reading() as records:
        every = list(next_steps(records))
    assert [one.owners for one in every if one.step is Step.VERIFY_GONE] == [("op-market-22",)]
    waiting = {str(row.id) for row in rows}  # type: ignore[attr-defined]
    steps = [one for one in every if one.subject in waiting]
    owners = {(one.subject, one.step): set(one.owners) - {*GROUP} for one in steps}
    assert len(owners) == len(rows)
    for (subject, step), found in owners.items():
        part = "market" if step in _OWN_LEVEL or subject.endswith("tax") else "fire"
        heads = {f"he-{part}-22"} | (set() if step in _OWN_LEVEL + _NEAREST else {f"HD-{part}"})
        speakers = heads | {f"li-{part}-22"}
        assert found in (heads, speakers), (subject, step)
    crimes = [found for (_, step), found in owners.items() if step is Step.HAND_OVER_CRIME]
    assert crimes == [{"HD-fire", "he-fire-22", "li-fire-22"}]
