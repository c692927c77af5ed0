"""A checklist with questions of every kind, filled in on phones by the officers of two departments."""

import csv
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from actions.export_answers import AnswerFormat, export_answers
from actions.keep_attachment import keep_attachment
from inspection.checklists import AnswerValue
from inspection.states import ChecklistState
from notifications.buttons.answers import OptionAct, OptionButton, ReviewButton, option_key
from notifications.buttons.checklists import AnswerButton, PartAct, PartButton, QuestionAct, QuestionButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.outgoing import Outgoing
from storage.files import FileStore
from storage.tables.inspections import Answer, ChecklistPart, Inspection, JournalLine
from storage.tables.registers import Checklist, Person
from tests.builders import checklist_of_markdown, made_checklist
from tests.field.pictures import a_picture
from tests.journeys.stages import ENROLLED, Stage, everybody_enrolled
from tests.journeys.town import Town
from tests.journeys.visit import Team, Visit, confirmed_team
from tests.made_forms import Compliance
from tests.stores import on_both

FORM = (Path(__file__).parent / "cold_store.md").read_text(encoding="utf-8")


class Filled:
    """The visit with its phones; each act gives what stands on the phone of who did it."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.town, self.id, self.who = visit, visit.town, visit.id, visit.lead

    def screen(self, who: str = "") -> Outgoing:
        """The message of the checklist that was touched last."""
        work = [one for one in self.town.shown(who or self.who) if one.slot == f"work:{self.id}"]
        return work[-1]

    def press(self, words: str, who: str = "") -> Outgoing:
        """Presses what bears these words, perhaps behind a mark."""
        keys = [key for row in self.screen(who).rows for key in row]
        data = next(
            (key.data for key in keys if key.label.split(" ", 1)[-1] == words or key.label == words), None
        )
        assert data is not None, (words, [key.label for key in keys])
        self.town.press_data(who or self.who, data)
        return self.screen(who)

    def type(self, words: str, who: str = "") -> Outgoing:
        self.town.type(who or self.who, words)
        return self.screen(who)

    def last(self, who: str = "") -> Outgoing:
        return self.town.shown(who or self.who)[-1]

    def show(self, question: str, who: str = "") -> Outgoing:
        self.town.press_data(who or self.who, QuestionButton(QuestionAct.SHOW, self.id, question))
        return self.screen(who)

    def answers(self, department: str = "market") -> dict[str, str]:
        rows = [one for one in self.visit.rows(Answer) if one.part_id == f"{self.id}/{department}"]
        return {one.question_id: one.value for one in rows}


def being_filled(town: Town, files: FileStore, team: Team | None = None) -> Filled:
    """A visit that has begun, with the checklist of every kind of question open on the lead's phone."""
    return Filled(Visit(town, files, team or _opened(town)))


def _opened(town: Town) -> Team:
    with town.store.transaction("test") as records:
        made = checklist_of_markdown(FORM)
        row = records.get(Checklist, ("C1", 1))
        row.xform, row.digest = made.xform, made.digest
    team = confirmed_team(town)
    town.press_data(team.lead, VisitButton(VisitAct.START, team.id))
    town.read_all()
    town.press_data(team.lead, PartButton(PartAct.OPEN, team.id))
    return team


def _enrolled_and_opened(town: Town) -> Team:
    everybody_enrolled(town)
    return _opened(town)


OPENED = Stage(_enrolled_and_opened)


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Stage[Any]:
    return OPENED if "filled" in request.fixturenames else ENROLLED


@pytest.fixture
def filled(town: Town, tmp_path: Path) -> Filled:
    return being_filled(town, FileStore(tmp_path / "files"), OPENED.cast(town.store))


def to_the_fridges(filled: Filled) -> None:
    """Everything before the cabinets."""
    filled.press("是")
    filled.press("博乐市")
    filled.press("青得里街道")
    filled.press("肉类")
    filled.press("水产")
    filled.press("选好了")
    filled.type("12")
    filled.press("昨天")
    filled.press("现在")
    filled.town.send_place(filled.who, 44.9, 82.07)


def fill_in(filled: Filled) -> None:
    to_the_fridges(filled)
    filled.press("冷冻")
    filled.type("-17.5")
    filled.press("填第2个")
    filled.press("冷藏")
    filled.type("4")
    filled.press("没有了")
    filled.type("门封老化")
    filled.town.send_photo(filled.who, keep_attachment(filled.visit.files, a_picture(), file_name="IMG.jpg"))
    filled.press("已阅知")


@on_both
def test_every_kind_of_question_is_answered_with_the_thumb_and_recorded(filled: Filled) -> None:
    assert "请先核对温度表" in filled.screen().text
    assert "是否取得许可" in filled.screen().text
    fill_in(filled)
    assert filled.answers() == {
        "q1": "yes",
        "q2": "bole",
        "q3": "qingdeli",
        "q4": "meat fish",
        "q5": "12",
        "q6": "2026-11-23",
        "q7": "10:00:00.000+08:00",
        "q8": "44.9 82.07 0 0",
        "q9.1": "frozen",
        "q10.1": "-17.5",
        "q9.2": "cold",
        "q10.2": "4",
        "r1": "2",
        "q11": "门封老化",
        "q13": "OK",
    }
    summary = filled.screen()
    assert summary.kind == "checklist_summary"
    assert "还缺" not in summary.text
    filled.town.press_data(filled.who, PartButton(PartAct.FINISH, filled.id))
    with filled.town.store.reading() as records:
        assert records.get(ChecklistPart, f"{filled.id}/market").state is ChecklistState.FINISHED


def test_what_one_department_answers_decides_what_the_other_is_asked(filled: Filled) -> None:
    fire = filled.visit.fire
    filled.town.press_data(fire, PartButton(PartAct.OPEN, filled.id))
    assert "报警是否有效" in filled.screen(fire).text
    to_the_fridges(filled)
    filled.town.press_data(fire, PartButton(PartAct.SUMMARY, filled.id))
    assert "0/2题" in filled.screen(fire).text
    filled.show("q5")
    filled.press("清除")
    filled.type("3")
    filled.town.press_data(fire, PartButton(PartAct.SUMMARY, filled.id))
    assert "0/1题" in filled.screen(fire).text


def test_a_cascading_list_follows_and_an_old_choice_is_asked_again(filled: Filled) -> None:
    filled.press("是")
    assert "精河镇" not in str(filled.press("博乐市").rows)
    filled.press("克尔根卓街道")
    filled.show("q2")
    filled.press("精河县")
    card = filled.show("q3")
    assert "不再相符" in card.text
    assert filled.answers()["q3"] == "kelgen"
    filled.press("精河镇")
    assert filled.answers()["q3"] == "chengzhen"


def test_a_value_that_the_form_forbids_is_refused_in_the_forms_own_words(filled: Filled) -> None:
    filled.show("q5")
    filled.town.type(filled.who, "300")
    assert filled.last().text == "没有记录：台数应在1到99之间。"
    filled.town.type(filled.who, "十二台")
    assert "不是整数" in filled.last().text
    filled.show("q6")
    filled.town.type(filled.who, "2026-11-30")
    assert "日期不能晚于今天" in filled.last().text
    assert filled.answers() == {}


def test_what_becomes_irrelevant_is_kept_and_not_asked(filled: Filled) -> None:
    fill_in(filled)
    filled.show("q10.1")
    filled.type("-20")
    assert filled.answers()["q11"] == "门封老化"
    filled.town.press_data(filled.who, ReviewButton(filled.id, "0"))
    assert "超温的原因" not in filled.screen().text
    filled.show("q10.1")
    filled.type("-17")
    filled.town.press_data(filled.who, ReviewButton(filled.id, "0"))
    assert "门封老化" in filled.screen().text


def test_a_choice_pressed_twice_or_on_an_old_screen_changes_nothing(filled: Filled) -> None:
    filled.show("q4")
    take = OptionButton(OptionAct.TAKE, filled.id, "q4", option_key("fish"))
    filled.town.press_data(filled.who, take)
    filled.town.press_data(filled.who, take)
    assert filled.answers()["q4"] == "fish"
    gone = OptionButton(OptionAct.TAKE, filled.id, "q3", option_key("chengzhen"))
    filled.town.press_data(filled.who, gone)
    assert "已不再提供" in filled.last().text


def test_one_more_is_added_once_and_taken_away_with_a_question(filled: Filled) -> None:
    fill_in(filled)
    filled.show("r1")
    add = next(key.data for row in filled.screen().rows for key in row if key.label == "填第3个")
    filled.town.press_data(filled.who, add)
    filled.town.press_data(filled.who, add)
    assert filled.answers()["r1"] == "3"
    filled.press("冷藏")
    filled.show("r1")
    assert "去掉第3个" in filled.press("去掉第3个").text
    filled.press("去掉")
    assert filled.answers()["r1"] == "2"
    assert "q9.3" not in filled.answers()
    (removed,) = [one for one in filled.visit.rows(JournalLine) if one.verb == "group.remove"]
    assert removed.details["answers"] == {"q9.3": "cold"}


def test_two_who_answer_the_same_question_see_it_and_the_later_one_decides(filled: Filled) -> None:
    other = filled.visit.market
    filled.show("q5")
    filled.type("12")
    filled.show("q5", other)
    filled.type("15", other)
    told = filled.last(other)
    assert told.kind == "answer_stands"
    assert "12" in told.text
    assert filled.answers()["q5"] == "12"
    filled.town.press_text(other, "改成我的答案")
    assert filled.answers()["q5"] == "15"


def test_a_version_that_is_loaded_later_changes_no_running_checklist(filled: Filled) -> None:
    filled.press("是")
    with filled.town.store.transaction("test") as records:
        newer = checklist_of_markdown(FORM.replace("是否取得许可", "是否取得新许可"))
        newer.version = 2
        records.add(newer)
    assert "是否取得许可" in filled.show("q1").text
    with filled.town.store.reading() as records:
        assert records.get(Inspection, filled.id).checklist_version == 1


def test_the_reader_of_english_reads_the_forms_english(filled: Filled) -> None:
    with filled.town.store.transaction("test") as records:
        records.get(Person, filled.who).language = "en"
    assert "How many cabinets" in filled.show("q5").text


def test_a_column_in_uyghur_is_read_by_whoever_reads_uyghur(filled: Filled) -> None:
    """The language of the form need not be one of ours: its words come in it, all others in Chinese."""
    made = checklist_of_markdown(FORM.replace("English (en)", "ئۇيغۇرچە (ug)"))
    with filled.town.store.transaction("test") as records:
        row = records.get(Checklist, ("C1", 1))
        row.xform, row.digest = made.xform, made.digest
        records.get(Inspection, filled.id).answers_revision += 1
        records.get(Person, filled.who).language = "ug"
    card = filled.show("q5")
    assert "How many cabinets" in card.text
    assert "请输入整数" in card.text


def test_fourteen_questions_take_sixteen_taps(town: Town, tmp_path: Path) -> None:
    made = made_checklist([Compliance(f"示例问题{number}", "market") for number in range(1, 15)])
    with town.store.transaction("test") as records:
        row = records.get(Checklist, ("C1", 1))
        row.xform, row.digest = made.xform, made.digest
    visit = Visit(town, FileStore(tmp_path / "files"))
    town.press_data(visit.lead, VisitButton(VisitAct.START, visit.id))
    taps = 0
    for label in ("open_checklist", *["answer_yes"] * 14, "finish_part"):
        town.press(visit.lead, label)
        taps += 1
    assert taps == 16
    with town.store.reading() as records:
        assert records.get(ChecklistPart, f"{visit.id}/market").state is ChecklistState.FINISHED


def test_everything_else_complies_in_three_taps(filled: Filled) -> None:
    fire = filled.visit.fire
    filled.show("q5")
    filled.type("12")
    filled.town.press_data(fire, PartButton(PartAct.SUMMARY, filled.id))
    filled.press("除个别外都合规", fire)
    filled.press("15", fire)
    filled.press("1题“是”，1题“否”", fire)
    assert filled.answers("fire") == {"q14": "yes", "q15": "no"}
    assert filled.screen(fire).kind == "ask_note"


def test_everything_else_complies_in_one_message(filled: Filled) -> None:
    fire = filled.visit.fire
    filled.town.type(fire, "除15题外都是")
    assert filled.answers("fire") == {"q15": "no"}
    filled.town.type(fire, "15 否 主机故障")
    filled.show("q5")
    filled.type("12")
    filled.town.type(fire, "其余都是")
    assert filled.answers("fire") == {"q14": "yes", "q15": "no"}


def test_answers_of_every_kind_come_in_one_message(filled: Filled) -> None:
    """What was typed where there was no signal, in the order in which the questions come up."""
    words = "1：否 过期；2：精河；3：精河镇；4：肉类、水产；5：12；6：昨天；7：9点半；9-1：冷冻；10-1：-17.5"
    words += "；11：门封老化；13：ok"
    filled.town.type(filled.who, words)
    told = filled.last()
    assert told.kind == "values_kept"
    assert "没有记录" not in told.text
    assert {id: value for id, value in filled.answers().items() if id != "r1"} == {
        "q1": "no",
        "q2": "jinghe",
        "q3": "chengzhen",
        "q4": "meat fish",
        "q5": "12",
        "q6": "2026-11-23",
        "q7": "09:30:00.000+08:00",
        "q9.1": "frozen",
        "q10.1": "-17.5",
        "q11": "门封老化",
        "q13": "OK",
    }
    filled.town.type(filled.who, "5：三百\n10-1：-17.5")
    assert "不是整数" in filled.last().text
    assert "此前已记录" in filled.last().text


def test_a_time_that_is_typed_for_a_question_is_no_answer_to_another(filled: Filled) -> None:
    filled.show("q7")
    filled.type("9:30")
    assert filled.answers() == {"q7": "09:30:00.000+08:00"}


def test_an_important_no_of_a_form_rules_out_that_nothing_was_found(filled: Filled) -> None:
    filled.town.press_data(filled.who, AnswerButton(AnswerValue.NO, filled.id, "q1"))
    assert filled.screen().kind == "ask_note"


def test_a_review_shows_every_answer_and_leads_to_each(filled: Filled) -> None:
    fill_in(filled)
    filled.town.press_data(filled.who, ReviewButton(filled.id, "0"))
    text = filled.screen().text
    assert "肉类、水产" in text
    assert "2026年11月23日" in text
    assert "44.90000, 82.07000" in text
    assert filled.press("5").text.startswith("5. 共有几台柜子")


def test_an_answer_after_the_end_opens_the_part_again_when_it_is_meant(filled: Filled) -> None:
    fill_in(filled)
    filled.show("q5")
    with filled.town.store.transaction("test") as records:
        for part in ("market", "fire"):
            records.get(ChecklistPart, f"{filled.id}/{part}").state = ChecklistState.LOCKED
    filled.town.type(filled.who, "13")
    assert filled.last().kind == "answer_after_end"
    assert filled.answers()["q5"] == "12"
    filled.town.press_text(filled.who, "重新打开并记录")
    assert filled.answers()["q5"] == "13"


def _export(filled: Filled, wanted: AnswerFormat) -> str:
    with filled.town.store.reading() as records:
        return export_answers(records, filled.id, wanted, language="zh")


def test_answers_leave_as_an_instance_that_other_tools_read(filled: Filled) -> None:
    fill_in(filled)
    data = ElementTree.fromstring(_export(filled, AnswerFormat.XML))
    assert (data.tag, data.get("id")) == ("data", "C1")
    assert [(one.findtext("sort"), one.findtext("temp")) for one in data.findall("fridge")] == [
        ("frozen", "-17.5"),
        ("cold", "4"),
    ]
    assert data.findtext("reason") == "门封老化"
    assert data.findtext("meta/instanceID") == f"shuangsuiji:{filled.id}"
    filled.show("q10.1")
    filled.type("-20")
    assert ElementTree.fromstring(_export(filled, AnswerFormat.XML)).find("reason") is None


def test_answers_leave_as_json_and_as_a_table_without_formulas(filled: Filled) -> None:
    fill_in(filled)
    filled.show("q11")
    filled.type("=HYPERLINK(1)")
    nested = json.loads(_export(filled, AnswerFormat.JSON))
    assert nested["foods"] == ["meat", "fish"]
    assert [one["temp"] for one in nested["fridge"]] == [-17.5, 4.0]
    rows = {row["number"]: row for row in csv.DictReader(StringIO(_export(filled, AnswerFormat.CSV)))}
    assert (rows["4"]["value"], rows["4"]["answer"]) == ("meat fish", "肉类、水产")
    assert rows["10-1"]["value"] == "-17.5"
    assert rows["11"]["value"] == "'=HYPERLINK(1)"


def test_the_overview_follows_in_place_and_never_rings(filled: Filled) -> None:
    lead, fire = filled.who, filled.visit.fire
    filled.town.press_data(lead, VisitButton(VisitAct.OVERVIEW, filled.id))
    filled.visit.read_all()
    before = len(filled.town.shown(lead))
    filled.town.press_data(fire, AnswerButton(AnswerValue.YES, filled.id, "q15"))
    filled.town.wait(timedelta(seconds=25))
    shown = filled.town.hears(lead, "overview")
    assert "1/1" in shown.text
    assert len(filled.town.shown(lead)) == before


def test_an_overview_that_nobody_opened_is_not_pushed(filled: Filled) -> None:
    filled.visit.read_all()
    filled.town.press_data(filled.visit.fire, AnswerButton(AnswerValue.YES, filled.id, "q15"))
    filled.town.wait(timedelta(seconds=25))
    assert not any(one.kind == "overview" for one in filled.town.shown(filled.who))


def test_the_town_is_quiet_afterwards(filled: Filled) -> None:
    fill_in(filled)
    filled.visit.read_all()
    filled.town.wait(timedelta(minutes=1))
    filled.town.nobody_hears_more()
