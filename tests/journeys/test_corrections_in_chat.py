"""A published result that was found wrong, as its people see it on their phones until the corrected one is public."""

from datetime import timedelta
from pathlib import Path

import pytest

from actions.corrections import register_objection, uphold_objection
from inspection.checklists import AnswerValue
from inspection.corrections import RaisedBy
from notifications.buttons.results import DepartmentReviewAct, DepartmentReviewButton
from storage.files import FileStore
from storage.tables.inspections import Correction, Publication
from storage.tables.registers import Person
from tests.journeys.town import Town
from tests.journeys.visit import Visit


@pytest.fixture
def visit(town: Town, tmp_path: Path) -> Visit:
    return Visit(town, FileStore(tmp_path / "files"))


def test_a_correction_goes_from_the_objection_to_the_next_version_on_the_phones(visit: Visit) -> None:
    town = visit.town
    visit.play_to_submission()
    town.press("HD-fire", "return_findings")
    town.type("HD-fire", "请写明后门情况")
    assert "只有本部门" in town.hears(visit.fire, "result_returned").text
    assert "其他部门已同意的部分不变" in town.hears(visit.lead, "result_returned").text
    town.press(visit.lead, "view_result")
    assert "退回的意见：“请写明后门情况”" in town.hears(visit.lead, "joint_summary").text
    town.press(visit.lead, "submit_result")
    visit.agree()
    town.press("RV", "approve_result")
    town.wait(timedelta(minutes=5))
    visit.read_all()

    with town.store.transaction("test") as records:
        operator, reviewer = records.get(Person, "OP"), records.get(Person, "RV")
        objection = register_objection(
            records, visit.id, RaisedBy.FIRM, "后门不是本店的", by=operator, at=town.now
        )
        uphold_objection(records, objection.id, "经核实门牌有误", ["fire"], by=reviewer, at=town.now)
    town.settle()
    assert "后门不是本店的" not in town.hears("HD-market", "objection_registered").text
    assert "最迟" in town.hears(visit.fire, "correction_opened").text
    assert "重新提交" in town.hears(visit.lead, "correction_opened").text
    assert set(town.holders_who_hear("correction_opened")) == {visit.other_fire}, "market was not named"
    visit.read_all()
    town.type(visit.lead, "/where")
    assert "重新提交" in town.hears(visit.lead, "in_field").text
    town.type(visit.fire, "/where")
    assert "补正本部门" in town.hears(visit.fire, "in_field").text

    town.press(visit.fire, "open_checklist")
    town.press(visit.fire, "reopen_part")
    visit.answer(visit.fire, "q4", AnswerValue.NOT_APPLICABLE)
    town.press(visit.fire, "finish_part")
    visit.read_all()
    town.press(visit.lead, "view_result")
    town.hears(visit.lead, "joint_summary")
    town.press(visit.lead, "submit_result")
    assert "还在等消防救援支队" in town.hears("RV", "review_card").text
    town.press_data("RV", DepartmentReviewButton(DepartmentReviewAct.AGREE, visit.id, "fire"))
    visit.refused("RV")
    visit.agree()
    town.press("RV", "approve_result")
    heard = town.hears(visit.fire, "result_published").text
    assert "更正后的结果已公示" in heard
    assert "经核实门牌有误" in heard
    assert [one.version for one in visit.rows(Publication)] == [1, 2]
    assert [one.corrected_version for one in visit.rows(Correction)] == [2]
