"""One object from the filed scheme to the public result, with every turn that people can take on the way."""

from collections.abc import Iterator
from typing import Any

from actions.keep_attachment import keep_attachment
from inspection.checklists import AnswerValue
from inspection.leave import Ground, Verdict
from inspection.states import AssignmentState
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton, DecisionButton
from notifications.buttons.checklists import AnswerButton, PartAct, PartButton
from notifications.buttons.results import ResultAct, ResultButton
from notifications.buttons.visits import VisitAct, VisitButton
from storage.files import FileStore
from storage.tables.inspections import Assignment, Inspection, LeaveRequest, Seat
from storage.tables.registers import RegisteredObject
from tests.actions.story import rows_of
from tests.field.pictures import a_picture
from tests.journeys.town import Town


class Journey:
    """`stages()` plays on to the next stage and gives its name."""

    def __init__(self, town: Town, files: FileStore) -> None:
        self.town, self.files, self.id = town, files, ""

    def stages(self) -> Iterator[str]:
        yield from self._draw()
        yield from self._leave()
        yield from self._team()
        yield from self._begin()
        yield from self._fill_in()
        yield from self._review()

    def gone(self) -> Iterator[str]:
        """The same up to a confirmed team, whose object then turns out to be gone."""
        for _stage in self._draw():
            pass
        self._accept_all()
        self.town.press(self.lead, "confirm_team")
        self.town.press(self.lead, "report_gone")
        self.town.press(self.lead, "gone_closed")
        yield "reported gone"
        self.town.press("OP", "confirm_gone")
        yield "another object was drawn"

    def _draw(self) -> Iterator[str]:
        self.town.type("OP", "/schemes")
        self.town.press_text("OP", "示例餐饮联合抽查")
        yield "the scheme is filed"
        self.town.press("OP", "scheme_prepare")
        self.town.press("OP", "public_value_name")
        yield "the name of a public value is asked"
        self.town.type("OP", "示例彩票第1期")
        self.town.press_text("OP", "☑ 人大代表 人员W1")
        yield "the witness is not to be invited"
        self.town.press_text("OP", "☐ 人大代表 人员W1")
        self.town.press("OP", "scheme_announce")
        yield "announced"
        yield from self._inputs()
        self.town.press("OP", "scheme_draw")
        self.id = self.rows(Inspection)[0].id
        yield "drawn"

    def _inputs(self) -> Iterator[str]:
        for side in "416":
            self.town.press_text("W1", f"{side}点")
        yield "the witness has rolled three times"
        self.town.press("OP", "scheme_sources")
        self.town.press("W1", "number_send")
        self.town.press("OP", "scheme_void")
        yield "the reason for giving up is asked"
        self.town.press("OP", "back")
        self.town.press("OP", "enter_public_value")
        yield "the public value is asked"
        self.town.type("OP", "0 5 2 7 1")
        yield "the public value was entered once"
        self.town.press("RV", "enter_public_value")
        self.town.type("RV", "0 5 2 7 1")
        yield "all public inputs are in"

    def _leave(self) -> Iterator[str]:
        one, other = self.holders("fire")
        self.town.press(one, "recuse")
        self.town.press(one, f"ground_{Ground.BANQUET}")
        yield "asked for a reason"
        self.town.press(one, "file_without_words")
        self.town.press(other, "unavailable")
        self.town.press(other, f"ground_{Ground.ON_LEAVE}")
        self.town.type(other, "家里老人住院")
        yield "two have asked to leave"
        for request in self.rows(LeaveRequest):
            verdict = Verdict.GRANT if request.ground == Ground.BANQUET else Verdict.REFUSE
            self.town.press_data("HD-fire", DecisionButton(verdict, request.id))
        self._accept_all()
        yield "one was granted, one refused, and all have accepted"
        ordered = self.holders("fire")[1]
        self.town.type("HD-fire", "/officers")
        self.town.press_text("HD-fire", f"人员{ordered}（1）")
        self.town.press("HD-fire", "order_off", object=self.object_name)
        yield "the head is asked why"
        self.town.type("HD-fire", "与该店正有诉讼")
        self._accept_all()
        yield "one was ordered off, and the substitute has accepted"

    def _team(self) -> Iterator[str]:
        doubter = self.holders("fire")[0]
        self.town.press(doubter, "withdraw")
        self.town.press(doubter, "accept")
        self.town.press(self.lead, "send_back")
        self.town.press(self.lead, "seat_of", person=f"人员{self.market}")
        yield "a seat is to be sent back"
        self.town.type(self.lead, "请另抽一位懂冷库的同事")
        yield "a seat was sent back"
        self._accept_all()
        self.town.press(self.lead, "confirm_team")
        yield "the team is confirmed"

    def _begin(self) -> Iterator[str]:
        self.town.send_place(self.market, 44.9, 82.07)
        self.town.type(self.market, "/where")
        yield "a place came before the start"
        self.town.press(self.market, "start_visit")
        fire = self.holders("fire")[0]
        self.town.press(fire, "report_gone")
        self.town.press(fire, "gone_moved")
        yield "reported gone on site"
        self.town.press("OP", "reject_gone")
        self.town.press_data(self.lead, VisitButton(VisitAct.CARD, self.id))
        self.town.press(self.lead, "open_checklist")
        self.town.press(self.lead, "answer_yes")
        self._photo(self.lead, "red")
        self.town.press(self.lead, "answer_no")
        yield "a note is asked"
        self._answer(self.market, "q1", AnswerValue.NOT_APPLICABLE)
        yield "a colleague means another answer"
        self._photo(self.market, "green", caption="99")
        self.town.press(self.market, "stray_discard")
        self._photo(self.market, "olive", caption="99")
        yield "a photo belongs nowhere"

    def _fill_in(self) -> Iterator[str]:
        self.town.press(self.lead, "quick_expired")
        self.town.press(self.lead, "finish_part")
        self.town.press(self.lead, "enter_findings")
        self.town.press(self.lead, "category_corrected")
        self.town.press(self.lead, "methods")
        self.town.press(self.lead, "method_testing", mark="☐")
        yield "the lead's part is done"
        fire = self.holders("fire")[1]
        self.town.press_data(fire, PartButton(PartAct.OPEN, self.id))
        self._answer(fire, "q3", AnswerValue.YES)
        self._photo(fire, "blue")
        self._answer(fire, "q4", AnswerValue.NOT_APPLICABLE)
        self.town.press(fire, "finish_part")
        self.town.press(fire, "enter_findings")
        self.town.press(fire, "category_pending")
        yield "words on a finding are asked"
        self.town.type(fire, "后门堆放液化气瓶")
        self.town.press(fire, "follow_up_notify")
        self.town.press_text(fire, "住建局")
        yield "all parts are done"
        self.town.press_data(self.lead, VisitButton(VisitAct.OVERVIEW, self.id))
        self.town.press(self.lead, "end_visit")
        yield "the visit has ended"
        self._answer(self.lead, "q2", AnswerValue.NOT_APPLICABLE)
        self._photo(self.lead, "silver", caption="2")
        yield "an answer and a photo came after the end"

    def _review(self) -> Iterator[str]:
        self.town.press(self.lead, "submit_result")
        yield "submitted"
        self.town.press("HD-fire", "return_findings")
        self.town.press("HD-fire", "back")
        self.town.press("HD-fire", "agree_findings")
        self.town.press("RV", "return_result")
        self.town.press("RV", "return_only", department="消防救援支队")
        yield "the reviewer is asked why"
        self.town.type("RV", "请补写后门情况")
        fire = self.holders("fire")[1]
        self.town.press(fire, "open_checklist")
        self.town.press(fire, "reopen_part")
        yield "returned, and a part is open again"
        self.town.press(fire, "finish_part")
        self.town.press_data(self.lead, ResultButton(ResultAct.SUBMIT, self.id))
        self.town.press("HD-fire", "agree_findings")
        self.town.press("RV", "approve_result")
        yield "public"

    # Who is who now.

    @property
    def lead(self) -> str:
        return self._holder(is_lead=True)

    @property
    def market(self) -> str:
        """The lead's colleague."""
        return self._holder(is_lead=False)

    def holders(self, department: str) -> list[str]:
        """Who sits for a department, by seat."""
        left = {
            AssignmentState.RECUSED,
            AssignmentState.UNAVAILABLE,
            AssignmentState.SENT_BACK,
            AssignmentState.ORDERED_OFF,
        }
        seated = [one for one in self.rows(Assignment) if one.state not in left]
        return [one.person_id for one in seated if f"/{department}/" in one.seat_id]

    def rows(self, kind: type[Any]) -> list[Any]:
        with self.town.store.reading() as records:
            return rows_of(records, kind)

    @property
    def object_name(self) -> str:
        (inspection,) = (one for one in self.rows(Inspection) if one.id == self.id)
        names: dict[str, str] = {one.id: one.name for one in self.rows(RegisteredObject)}
        return names[inspection.object_id]

    def _holder(self, *, is_lead: bool) -> str:
        first, second = self.holders("market")
        seats = {one.id: one.is_lead for one in self.rows(Seat)}
        assert seats[f"{self.id}/market/1"]
        return first if is_lead else second

    def _accept_all(self) -> None:
        for one in self.rows(Assignment):
            if one.state is AssignmentState.NOTIFIED:
                self.town.press_data(one.person_id, AssignmentButton(AssignmentAnswer.ACCEPT, one.id))

    def _answer(self, who: str, question: str, value: AnswerValue) -> None:
        self.town.press_data(who, AnswerButton(value, self.id, question))

    def _photo(self, who: str, colour: str, caption: str = "") -> None:
        sent = keep_attachment(self.files, a_picture(colour=colour), file_name="IMG.jpg")
        self.town.send_photo(who, sent, caption)
