"""The story that the play tells: who leaves which seat and why, which object has gone, what is found where.

Everything follows from what is visible: the list of drawn objects gives each inspection its place in the story, and an
assignment's id says whose turn it is. So a play that is broken off goes on the same way, and two plays of one scheme
have equal totals although the draw chose other objects and people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from inspection.checklists import AnswerValue
from inspection.leave import Ground, Verdict
from inspection.results import Category, FollowUp
from notifications.buttons.checklists import QuickNote

LEAST = 12
"""Objects that the story needs to be told whole."""
PUBLIC_VALUE = "0 5 2 7 1"
WITNESS_NUMBER = "416"
SEND_BACK_WORDS = "该同志本周已安排夜间执勤，请另抽一名。"
RETURN_WORDS = "第二项的处理措施请再核对，确认后重新提交。"
OTHER_WORDS = "门店正在装修，检查涉及的区域暂未使用，已拍照留存。"


@dataclass(frozen=True)
class Leave:
    """Somebody asks to leave: the ground, the words, and what the head says (None where nobody is asked)."""

    ground: Ground
    words: str
    verdict: Verdict | None = None


_G, _V = Ground, Verdict
_LEAVES: Mapping[tuple[int, int, int, int], Leave] = MappingProxyType({
    # (place in the story, department, seat, n-th person of that seat)
    (0, 0, 2, 1): Leave(_G.SPOUSE, "我爱人在这家单位工作。"),
    (0, 0, 2, 2): Leave(_G.INTEREST, "我家把铺面租给了这家单位。"),
    (1, 1, 1, 1): Leave(_G.OTHER_RELATION, "负责人是我的大学同学，来往较多。", _V.GRANT),
    (2, 2, 2, 1): Leave(_G.BANQUET, "去年参加过他们请的饭局，人很多，特此说明。", _V.REFUSE),
    (4, 1, 2, 1): Leave(_G.ON_LEAVE, "已批准的年休假正好在检查期内。", _V.GRANT),
    (5, 2, 1, 1): Leave(_G.TRAINING, "那几天可能有线上培训，时间没有定。", _V.REFUSE),
    (9, 2, 1, 1): Leave(_G.KIN_BY_MARRIAGE, "经营者是我妻子的弟弟。"),
    (11, 1, 1, 1): Leave(_G.GIFT, "他们曾给我送过购物卡，已退回并报告。", _V.GRANT),
})  # fmt: skip
_SILENT = (3, 0, 2, 1)
_THINKS_TWICE = (6, 0, 1, 1)
_SENT_BACK = (7, 1, 2, 1)
_GONE = 8
_RETURNED = 10

_WORDS_FOR_NO = "现场看到与要求不符，已当场告知负责人。"


@dataclass(frozen=True)
class Story:
    """The story of one drawn scheme: its inspections in the order of their ids, its departments with the lead first."""

    inspections: Sequence[str]
    departments: Sequence[str]

    def leave_of(self, assignment: str) -> Leave | None:
        """Why this person asks to leave; None for all who simply accept."""
        return _LEAVES.get(self._turn(assignment))

    def keeps_silent(self, assignment: str) -> bool:
        return self._turn(assignment) == _SILENT

    def thinks_twice(self, assignment: str) -> bool:
        """Accepts, takes it back, accepts again."""
        return self._turn(assignment) == _THINKS_TWICE

    def is_sent_back(self, assignment: str) -> bool:
        return self._turn(assignment) == _SENT_BACK

    def sends_back_in(self, inspection: str) -> bool:
        """Whether the lead of this team sends a seat back."""
        return self._place(inspection) == _SENT_BACK[0]

    def has_gone(self, inspection: str) -> bool:
        return self._place(inspection) == _GONE

    def is_returned(self, inspection: str) -> bool:
        return self._place(inspection) == _RETURNED

    @property
    def silent(self) -> str:
        """The assignment that nobody answers."""
        return self._assignment(_SILENT)

    @property
    def twice_thought(self) -> str:
        return self._assignment(_THINKS_TWICE)

    @property
    def after_sending_back(self) -> str:
        """The assignment that fills the seat which the lead sent back."""
        place, department, seat, number = _SENT_BACK
        return self._assignment((place, department, seat, number + 1))

    def checks_in(self, inspection: str) -> bool:
        """Whether those who fill in a checklist of this inspection send where they are."""
        return self._place(inspection) % 4 == 0

    def is_first_of_department(self, assignment: str) -> bool:
        """The officer who fills in the department's part."""
        return assignment.split("/")[2] == "1"

    def is_lead(self, assignment: str) -> bool:
        return assignment.split("/")[1:3] == [self.departments[0], "1"]

    def answer(self, inspection: str, question: int, *, is_important: bool) -> AnswerValue:
        """Mostly 是; some 否, rarely on an important question, and some 不适用."""
        place = self._place(inspection)
        if (place * 7 + question * 3) % (37 if is_important else 19) == 0:
            return AnswerValue.NO
        if not is_important and (place + question * 5) % 17 == 0:
            return AnswerValue.NOT_APPLICABLE
        return AnswerValue.YES

    def note(self, inspection: str, question: int) -> str | QuickNote:
        """One of the usual notes, or now and then words of one's own."""
        number = self._place(inspection) + question
        return _WORDS_FOR_NO if number % 3 == 0 else tuple(QuickNote)[number % len(QuickNote)]

    def category(self, inspection: str, item: str, offered: Sequence[Category]) -> Category:
        """What the answers suggest, and here and there something else that is offered."""
        number = self._place(inspection) + sum(item.encode())
        wanted = {3: Category.UNDISCLOSED, 5: Category.PENDING, 8: Category.OTHER, 11: Category.CORRECTED}
        chosen = wanted.get(number % 13, offered[0])
        return chosen if chosen in offered else offered[0]

    def follow_up(self, inspection: str, item: str) -> FollowUp:
        number = self._place(inspection) + sum(item.encode())
        return (FollowUp.CASE, FollowUp.NOTIFY, FollowUp.RECTIFY)[number % 3]

    def _place(self, inspection: str) -> int:
        """An inspection that came in later, for an object that had gone, stands behind all others."""
        try:
            return self.inspections.index(inspection)
        except ValueError:
            return len(self.inspections)

    def _turn(self, assignment: str) -> tuple[int, int, int, int]:
        inspection, department, seat, number = assignment.split("/")
        return (self._place(inspection), self.departments.index(department), int(seat), int(number))

    def _assignment(self, turn: tuple[int, int, int, int]) -> str:
        place, department, seat, number = turn
        return f"{self.inspections[place]}/{self.departments[department]}/{seat}/{number}"
