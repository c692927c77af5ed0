"""An objection is registered, decided and put right as another version; publicity ends; and every page shows it."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import Session

from actions.checklists import answer_question, finish_part, reopen_part
from actions.corrections import (
    register_objection,
    reject_objection,
    uphold_objection,
    withdraw_publication,
)
from actions.department_reviews import agree_findings
from actions.findings import choose_follow_up, describe_finding, enter_finding
from actions.next_steps import Step, next_steps
from actions.results import approve_result, submit_result
from actions.rule_check import check_scheme
from inspection.corrections import RaisedBy, WithdrawalCause
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotYours, Unacceptable
from inspection.results import Category, FollowUp
from inspection.roles import Role
from inspection.states import ChecklistState, CorrectionState, ResultState
from storage import publicity, web_sessions
from storage.growing import unguard
from storage.publicity import Wanted
from storage.result_counts import categories
from storage.store import Records, Store
from storage.tables.deadlines import Deadline
from storage.tables.inspections import ChecklistPart, Correction, JournalLine, Publication, Result, Transfer
from storage.tables.messaging import OutboxLine
from tests.actions.story import Story, changing
from tests.builders import a_person
from tests.papers.visits import Visit, a_submitted_visit, play_once
from tests.stores import an_empty_store
from tests.web.houses import House, a_client, a_house
from web.cookies import COOKIE
from web.visitors import token_digest

SECRET = "后厨的气瓶是隔壁老王家的，电话13900000000"
REASON = "经核实，后门液化气瓶属于相邻商户"


def a_published_visit(store: Store, folder: Path) -> tuple[Story, str, str, str]:
    """A public result with a 否 and a transfer; with its inspection, the lead, and an officer of the fire brigade."""
    story, inspection, _files = play_once(_publish, store, folder)
    lead, fire = (story.assignments(seat_id=f"{inspection}/{seat}")[-1] for seat in ("market/1", "fire/1"))
    return story, inspection, lead.person_id, fire.person_id


def _publish(store: Store, folder: Path) -> Visit:
    story, inspection, files = a_submitted_visit(store, folder)
    with changing(store) as records:
        records.add(
            a_person("LI", roles=(Role.LIAISON,)), a_person("LI-tax", department="tax", roles=(Role.LIAISON,))
        )
    story.do(agree_findings, inspection, "fire", by="HD-fire")
    story.do(approve_result, inspection, by="RV")
    story.later(days=1)
    return story, inspection, files


def _steps(story: Story) -> list[tuple[Step, tuple[str, ...]]]:
    with story.store.reading() as records:
        return [(one.step, one.owners) for one in next_steps(records)]


def _violations(story: Story) -> list[str]:
    with story.store.reading() as records:
        return [f"{one.rule} {one.subject}: {one.detail}" for one in check_scheme(records, "S1", story.at)]


def test_an_upheld_objection_is_put_right_as_another_version_in_time(store: Store, tmp_path: Path) -> None:
    story, inspection, lead, fire = a_published_visit(store, tmp_path)
    first = story.rows(Publication)[0]
    for stranger in ("RV", fire, "LI-tax"):
        refused = story.refuses(NotYours, register_objection, inspection, RaisedBy.FIRM, SECRET, by=stranger)
        assert refused.sentence == "objection_not_yours"
    objection = story.do(register_objection, inspection, RaisedBy.FIRM, SECRET, "13900000000", by="LI").id
    assert "objection_registered" in story.told("RV")
    assert "objection_registered" in story.told("HD-market")
    assert story.rows(Deadline, rule="correction") == [], "the clock starts when it is found wrong"
    assert (Step.DECIDE_OBJECTION, ("HD-market", "RV")) in _steps(story)
    for stranger in ("OP", "LI", "HD-fire", lead):
        refused = story.refuses(NotYours, uphold_objection, objection, REASON, ["fire"], by=stranger)
        assert refused.sentence == "correction_not_yours"
    story.refuses(Unacceptable, uphold_objection, objection, REASON, [], by="RV")
    story.refuses(Unacceptable, uphold_objection, objection, REASON, ["tax"], by="RV")

    story.do(uphold_objection, objection, REASON, ["fire"], by="RV")
    (clock,) = story.rows(Deadline, rule="correction")
    assert clock.due_at - story.at < timedelta(days=8)
    assert story.row(Result, inspection).state is ResultState.CORRECTING
    story.refuses(AlreadyDone, reject_objection, objection, "改主意", by="HD-market")
    assert _violations(story) == [], "what is being put right breaks no rule"
    assert (Step.CORRECT_RESULT, ("OP", "RV")) in _steps(story)
    story.refuses(IllegalStep, enter_finding, inspection, "T-market", Category.PASSED, by=lead)
    clean = story.refuses(Unacceptable, enter_finding, inspection, "T-fire", Category.CLEAN, by=fire)
    assert clean.sentence == "category_contradicts", "the 否 stands until it is answered anew"

    story.do(reopen_part, inspection, by=fire)
    story.do(answer_question, inspection, "q3", "yes", by=fire)
    with changing(store) as records:
        part = records.get(ChecklistPart, f"{inspection}/fire")
        assert part.state is ChecklistState.OPEN
    from_here = [line.details for line in story.rows(JournalLine, verb="answer.value")]
    assert {"from": "no", "to": "yes"} in from_here, "what was answered before stays in the journal"
    _finish(story, inspection, fire)
    story.do(enter_finding, inspection, "T-fire", Category.CLEAN, by=fire)
    story.later(hours=2)
    story.do(submit_result, inspection, by=lead)
    early = story.refuses(IllegalStep, withdraw_publication, inspection, WithdrawalCause.ERROR, "误", by="RV")
    assert early.sentence == "correction_in_review"
    story.do(agree_findings, inspection, "fire", by="HD-fire")
    story.do(approve_result, inspection, by="RV")

    kept, second = story.rows(Publication)
    assert (kept.bundle, kept.digest) == (first.bundle, first.digest)
    told = json.loads(second.bundle)
    assert (told["version"], told["correctionOf"], told["correctionReason"]) == (2, 1, REASON)
    assert "correctionOf" not in json.loads(first.bundle)
    assert [one["raninsCheckResName"] for one in told["details"]] == ["未发现问题", "未发现问题"]
    done = story.row(Correction, objection)
    assert (done.state, done.corrected_version) == (CorrectionState.CORRECTED, 2)
    assert [one.state for one in story.rows(Deadline, rule="correction")] == ["met"]
    assert len(story.rows(Transfer)) == 1, "what was handed over before is not handed over again"
    assert _violations(story) == []
    said = json.dumps([one.body for one in story.rows(OutboxLine)], ensure_ascii=False)
    journal = json.dumps([one.details for one in story.rows(JournalLine)], ensure_ascii=False)
    assert SECRET not in said + journal
    assert "13900000000" not in said + journal
    with store.reading() as records:
        assert publicity.results(records, Wanted(), limit=5).rows[0].version == 2
        assert categories(records, "S1") == {Category.CLEAN: 2}


def _finish(story: Story, inspection: str, officer: str) -> None:
    from_part = story.row(ChecklistPart, f"{inspection}/fire")
    assert from_part.state is ChecklistState.OPEN
    story.do(finish_part, inspection, by=officer)


@pytest.fixture
def light(tmp_path: Path) -> Iterator[Store]:
    with an_empty_store("sqlite", tmp_path) as opened:
        yield opened


def _sign_in(house: House, door: httpx.Client, person: str) -> None:
    token, at = f"of-{person}", house.clock()
    with house.store.transaction() as records:
        if web_sessions.session_chat(records, token_digest(token), at=at) is None:
            expires = at + timedelta(days=1)
            web_sessions.open_session(records, token_digest(token), chat=person, at=at, expires_at=expires)
    door.cookies.set(COOKIE, token)


def test_the_desk_registers_and_decides_and_the_public_reads_every_version(
    light: Store, tmp_path: Path
) -> None:
    story, inspection, lead, fire = a_published_visit(light, tmp_path)
    house = a_house(light, tmp_path)
    house.clock.now = story.at
    with a_client(house) as door:
        assert door.get("/desk/corrections").status_code == 401
        _sign_in(house, door, fire)
        assert door.get("/desk/corrections").status_code == 404, "an officer registers nothing"
        _sign_in(house, door, "LI")
        assert "异议与更正" in door.get("/desk").text
        shown = door.get(f"/desk/corrections?inspection={inspection}").text
        assert f'value="{inspection}"' in shown
        assert "停止公示" not in shown, "a liaison ends no publicity"
        form = {"inspection": inspection, "raised_by": "firm", "words": f"{SECRET}<b>", "contact": ""}
        for wrong, status, says in (
            ({"words": " "}, 409, "没有读到文字"),
            ({"raised_by": "cat"}, 409, "列出的选项"),
            ({"words": "字" * 1001}, 409, "1001"),
            ({"inspection": "S1.B9"}, 409, "没有公示结果"),
            ({"words": "字" * 20_000}, 413, "无法识别"),
        ):
            answer = door.post("/desk/corrections", data={**form, **wrong})
            assert (answer.status_code, says in answer.text) == (status, True), (wrong, answer.text[-600:])
        assert story.rows(Correction) == []
        registered = door.post("/desk/corrections", data=form)
        assert registered.status_code == 303
        page = registered.headers["location"]
        assert "&lt;b&gt;" in door.get(page).text
        assert door.post(page, data={"verdict": "reject", "reason": "不对"}).status_code == 404

        _sign_in(house, door, "OP")
        assert door.get(page).status_code == 404, "the words are for whoever registered them and who decides"
        assert SECRET not in door.get("/desk/corrections").text
        _sign_in(house, door, "RV")
        shown = door.get(page).text
        assert SECRET in shown
        for label in re.findall(r'<label for="([\w-]+)"', shown):
            assert f'id="{label}"' in shown
        assert door.post(page, data={"reason": REASON}).status_code == 409, (
            "neither wrong nor right was chosen"
        )
        decided = door.post(page, data={"verdict": "uphold", "reason": REASON, "department_fire": "1"})
        assert decided.status_code == 303
        assert door.post(page, data={"verdict": "reject", "reason": "再来"}).status_code == 409

        story.do(enter_finding, inspection, "T-fire", Category.OTHER, by=fire)
        story.do(describe_finding, inspection, "T-fire", "气瓶属于相邻商户", by=fire)
        unhandled = story.refuses(Incomplete, submit_result, inspection, by=lead)
        assert unhandled.facts["lines"] == [("fire", "finding_gap_follow_up")], (
            "an important 否 is not left so"
        )
        story.do(choose_follow_up, inspection, "T-fire", FollowUp.RECTIFY, by=fire)
        story.do(submit_result, inspection, by=lead)
        story.do(agree_findings, inspection, "fire", by="HD-fire")
        story.do(approve_result, inspection, by="RV")

        door.cookies.clear()
        newest = door.get(f"/results/{inspection}").text
        assert "第1个工作日" in newest or "当日" in newest, "the first version kept the time"
        assert REASON in newest
        assert "原为“发现问题，待后续调查处理”，更正为“其他情形”" in newest
        old = door.get(f"/results/{inspection}?version=1").text
        assert "这是第1版，已于" in old
        assert "<td>发现问题，待后续调查处理</td>" in old
        assert door.get(f"/results/{inspection}?version=3").status_code == 404
        assert json.loads(door.get(f"/results/{inspection}.json?version=1").text)["version"] == 1
        assert SECRET not in newest + old

        _sign_in(house, door, "LI")
        end = {"inspection": inspection, "cause": "penalty_ended", "reason": "相关处罚已停止公示"}
        assert door.post("/desk/withdrawals", data=end).status_code == 404
        _sign_in(house, door, "HD-market")
        assert door.post("/desk/withdrawals", data={**end, "cause": "x"}).status_code == 409
        ended = door.post("/desk/withdrawals", data=end)
        assert (ended.status_code, ended.headers["location"]) == (303, f"/results/{inspection}")
        again = door.post("/desk/withdrawals", data=end)
        assert "没有重复办理" in again.text
        door.cookies.clear()
        for number in ("", "?version=1", "?version=2"):
            shown = door.get(f"/results/{inspection}{number}").text
            assert "已于" in shown
            assert "停止公示" in shown
            assert not re.search("其他情形|待后续调查处理", shown), "what was found is shown no more"
        told = json.loads(door.get(f"/results/{inspection}.json").text)
        assert (told["details"], told["withdrawnFor"], told["version"]) == ([], "penalty_ended", 3)
        assert door.get(f"/results/{inspection}.json?version=1").status_code == 404
        assert story.rows(Publication)[0].object_name not in door.get("/results").text
    assert story.row(Result, inspection).state is ResultState.WITHDRAWN
    assert _violations(story) == []
    gone = story.refuses(Unacceptable, register_objection, inspection, RaisedBy.OTHER, "又一个异议", by="OP")
    assert gone.sentence == "not_public"


def test_what_is_done_to_versions_by_hand_is_found(light: Store, tmp_path: Path) -> None:
    story, inspection, lead, fire = a_published_visit(light, tmp_path)
    objection = story.do(register_objection, inspection, RaisedBy.OTHER, "看错了门牌", by="OP").id
    story.do(reject_objection, objection, "现场照片与记录一致", by="HD-market")
    assert story.row(Correction, objection).state is CorrectionState.REJECTED
    objection = story.do(register_objection, inspection, RaisedBy.OFFICE, "自查发现", by="OP").id
    story.do(uphold_objection, objection, REASON, ["fire"], by="RV")
    story.do(enter_finding, inspection, "T-fire", Category.CORRECTED, by=fire)
    story.do(submit_result, inspection, by=lead)
    story.do(agree_findings, inspection, "fire", by="HD-fire")
    story.do(approve_result, inspection, by="RV")
    assert _violations(story) == []
    for forgery, says in (
        (
            "UPDATE publication SET bundle = replace(bundle, '其', '某') || ' ' WHERE version = 1",
            "another text",
        ),
        ("UPDATE publication SET reason = '没有理由' WHERE version = 2", "no objection was upheld"),
        ("UPDATE publication SET version = 4 WHERE version = 2", "numbered [1, 4]"),
        ("DELETE FROM publication WHERE version = 1", "numbered [2]"),
        ("UPDATE correction SET state = 'registered' WHERE state = 'corrected'", "journal ends in corrected"),
        (f"UPDATE department_review SET decided_by = '{fire}' WHERE department = 'fire'", "who was drawn"),
        ("UPDATE department_review SET state = 'asked' WHERE department = 'fire'", "the result is published"),
        ("UPDATE finding SET category = 'clean' WHERE department = 'fire'", "clean"),
    ):
        with light.engine.connect() as connection:
            unguard(connection)
            connection.execute(text(forgery))
            with Session(connection) as session:
                found = check_scheme(Records(session), "S1", story.at)
            connection.rollback()
        assert any(says in one.detail for one in found), (forgery, found)
