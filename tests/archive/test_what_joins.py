"""What else belongs into a file: who chose where nothing was drawn here, approvals, clues, objections, follow-ups; who
may read what of it, what keeps it from being archived, and what opens it again."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.archive_check import check_package, to_check
from actions.archive_package import take_package, zip_chunks
from actions.corrections import register_objection, reject_objection, withdraw_publication
from actions.crimes import LATER, decide_crime, report_crime
from actions.exchange import hand_over, set_target
from actions.listings import lift_matter, list_matter, propose_punishment
from inspection.corrections import RaisedBy, WithdrawalCause
from inspection.exchange import DeliveryKind
from inspection.refusals import Incomplete
from inspection.states import (
    ApprovalState,
    ArchiveState,
    BriefingState,
    ClueState,
    CountersignState,
)
from storage.tables.archives import CaseFile
from storage.tables.clues import Clue
from storage.tables.exchange import Delivery, ForeignBatch
from storage.tables.follow_ups import InspectionApproval
from storage.tables.inspections import Inspection, JournalLine, Selection
from storage.tables.registers import Person, Scheme
from storage.tables.schemes import Briefing, Countersignature
from tests.actions.story import changing
from tests.archive.published import Published, a_published_visit
from tests.papers.sheets import needs_a_font

pytestmark = needs_a_font

OBJECTED, SUSPECTED, TOLD = "我们不服这个结果", "夜里偷运危险品", "邻居说仓库里有气味"


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Published]:
    with a_published_visit("sqlite", tmp_path) as published:
        published.settle_transfers()
        yield published


def _package(case: Published, by: str | None = None) -> zipfile.ZipFile:
    with case.store.transaction("test") as records:
        reader = records.get(Person, by) if by else None
        taken = take_package(records, case.inspection, by=reader, at=case.story.at, place="cli")
    return zipfile.ZipFile(io.BytesIO(b"".join(zip_chunks(taken, case.files))))


def _read(package: zipfile.ZipFile, ending: str) -> Any:
    (name,) = (one for one in package.namelist() if one.endswith(ending))
    return json.loads(package.read(name))


def _waiting(case: Published) -> int:
    with pytest.raises(Incomplete) as refused:
        case.archive()
    assert refused.value.sentence == "archive_open_ends"
    return int(str(refused.value.facts["number"]))


def _file(case: Published) -> CaseFile:
    file: CaseFile = case.story.row(CaseFile, case.inspection)
    return file


def test_where_nothing_was_drawn_the_file_says_who_chose_and_why(case: Published) -> None:
    with changing(case.store) as records:
        inspection = records.lock(Inspection, case.inspection)
        place = {"platform": "省平台", "batch": "7"}
        selection = Selection(
            id="N-S1-1", scheme_id="S1", origin="elsewhere", chosen_at=case.story.at, entered_at=case.story.at,
            entered_by="OP", **place,
        )  # fmt: skip
        records.add(selection)
        records.session.flush()
        batch = ForeignBatch(
            digest="d", scheme_id="S1", selection_id="N-S1-1", content='{"batch":"7"}', brought_by="OP",
            brought_at=case.story.at, **place,
        )  # fmt: skip
        records.add(batch)
        inspection.draw_id, inspection.selection_id = None, "N-S1-1"
    case.archive()
    package = _package(case)
    chosen = [name for name in package.namelist() if name.startswith("02-draw/")]
    assert chosen == [
        f"02-draw/{one}" for one in ("selection.json", "foreign-batch.json", "brought-in.json", "README.txt")
    ]
    assert _read(package, "selection.json")["platform"] == "省平台"
    assert package.read("02-draw/foreign-batch.json") == b'{"batch":"7"}'
    assert "不是在本系统抽取的" in package.read("02-draw/README.txt").decode()
    titles = {one["path"]: one["title"] for one in _read(package, "index.json")["parts"]}
    assert "抽中" not in titles["03-list/drawn.json"]
    with case.store.reading() as records:
        what = to_check(records, case.inspection, by=None)
    assert check_package(what, case.files).flaws == ()


def test_whatever_is_open_keeps_the_file_open_and_what_comes_later_opens_it_again(case: Published) -> None:
    story, id = case.story, case.inspection
    approval = f"{id}/fire"
    with changing(case.store) as records:
        state, at = ApprovalState.TO_MAKE_UP, story.at
        records.add(
            InspectionApproval(
                id=approval, inspection_id=id, scheme_id="S1", department="fire", state=state, asked_at=at
            )
        )
    story.do(register_objection, id, RaisedBy.FIRM, OBJECTED, "13900000000", by="OP")
    story.do(propose_punishment, id, "失信联合惩戒备忘录", by="HD-market")
    story.do(report_crime, id, "T-fire", SUSPECTED, by=case.fire)
    assert _waiting(case) == 4
    story.do(reject_objection, f"{id}/c1", "证据充分", by="RV")
    story.do(list_matter, f"{id}/p1", by="LI-market")
    assert _waiting(case) == 2
    with changing(case.store) as records:
        records.lock(InspectionApproval, approval).state = ApprovalState.MADE_UP
    assert _waiting(case) == 1
    with changing(case.store) as records:
        head = records.get(Person, "HD-fire")
        decide_crime(records, f"{id}/c1", is_approved=False, words="不构成犯罪", by=head, at=story.at)
    case.archive()

    assert _file(case).state is ArchiveState.ARCHIVED
    story.do(lift_matter, f"{id}/p1", "已履行", by="HD-market")
    assert (_file(case).state, _file(case).package) == (ArchiveState.REOPENED, 1)
    case.archive()
    story.do(report_crime, id, "T-market", SUSPECTED, by=case.lead)
    assert (_file(case).state, _file(case).package) == (ArchiveState.REOPENED, 2)
    assert (_file(case).reopen_reason, _file(case).reopened_by) == (LATER, None)
    with changing(case.store) as records:
        head = records.get(Person, "HD-market")
        decide_crime(records, f"{id}/c2", is_approved=False, words="不构成犯罪", by=head, at=story.at)
    case.archive()
    story.do(withdraw_publication, id, WithdrawalCause.TIME_UP, "期限届满", by="RV")
    assert (_file(case).state, _file(case).reopen_reason) == (ArchiveState.REOPENED, "停止公示")
    case.archive()
    versions = [one["kind"] for one in _read(_package(case), "signatures/versions.json")]
    assert versions == ["result", "withdrawal"]


def test_private_words_lie_in_parts_of_their_own_and_the_index_tells_nothing_of_a_crime(
    case: Published,
) -> None:
    story, id = case.story, case.inspection
    _add_what_was_said_before(case)
    story.do(register_objection, id, RaisedBy.FIRM, OBJECTED, "13900000000", by="OP")
    story.do(reject_objection, f"{id}/c1", "证据充分", by="RV")
    story.do(report_crime, id, "T-fire", SUSPECTED, by=case.fire)
    with changing(case.store) as records:
        set_target(records, "province", "", at=story.at)
        hand_over(records, DeliveryKind.RESULT, id, 1, {"inspection": id}, at=story.at)
        head = records.get(Person, "HD-fire")
        decide_crime(records, f"{id}/c1", is_approved=False, words="不构成犯罪", by=head, at=story.at)
    case.archive()
    for reader, seen in (
        ("AU", {OBJECTED, "13900000000", TOLD, SUSPECTED}),
        ("HD-market", {OBJECTED, "13900000000", TOLD}),
        ("HD-fire", {SUSPECTED}),
        ("OP", set()),
        ("RV", set()),
    ):
        package = _package(case, reader)
        whole = b"".join(package.read(name) for name in package.namelist()).decode(errors="ignore")
        words = (OBJECTED, "13900000000", TOLD, SUSPECTED)
        assert {one for one in words if one in whole} == seen, reader
        if reader not in {"AU", "HD-fire"}:
            assert not any(said in whole for said in ("crime", "犯罪", "criminal")), reader
    package = _package(case, "AU")
    apart = _read(package, "apart/fire.json")
    assert [one["id"] for one in apart["crimes"]] == [f"{id}/c1"]
    verbs = {line["verb"] for line in apart["journal"]}
    assert verbs >= {"crime.report", "crime.refuse"}
    assert any(verb.startswith("deadline.") for verb in verbs)
    clocks = [line.subject for line in story.rows(JournalLine) if "criminal" in json.dumps(line.details)]
    assert clocks
    assert {line["subject"] for line in apart["journal"]} >= set(clocks)
    assert _read(package, "approval/scheme.json")["countersignatures"][0]["department"] == "fire"
    (briefed,) = _read(package, "briefing/briefings.json")["briefings"]
    assert briefed["read_at"] is not None
    assert _read(package, "clue/clues.json")[0]["source"] == "complaint"
    (delivery,) = _read(package, "exchange/deliveries.json")
    (kept,) = story.rows(Delivery)
    assert (delivery["id"], delivery["sha256"]) == (kept.id, kept.sha256)


def _add_what_was_said_before(case: Published) -> None:
    """Of the scheme and the team, as other chapters tell it."""
    at = case.story.at - timedelta(days=3)
    with changing(case.store) as records:
        records.lock(Scheme, "S1").submitted_at = at
        records.add(
            Countersignature(
                id="S1/1/fire", scheme_id="S1", submission=1, department="fire", state=CountersignState.SIGNED,
                said_at=at, said_by="HD-fire",
            ),
            Briefing(
                id=f"{case.inspection}/fire/1/1/b1", assignment_id=f"{case.inspection}/fire/1/1",
                inspection_id=case.inspection, person_id=case.fire, state=BriefingState.READ, sent_at=at, read_at=at,
            ),
            Clue(
                id="X1", source="complaint", received_on=at.date(), department="market", district="652701",
                words=TOLD, state=ClueState.CLOSED, registered_at=at, scheme_id="S1",
                object_id=case.inspection.partition(".")[2],
            ),
        )  # fmt: skip
