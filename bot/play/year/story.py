"""What is special about whom in the year: everything that is not simply done. Counted by the order in which it comes,
so that the story is told whatever the draws choose."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle
from types import MappingProxyType

from inspection.checklists import AnswerValue
from inspection.leave import Ground, Verdict
from inspection.results import CATEGORIES, Category, FollowUp


@dataclass(frozen=True)
class Leave:
    """Somebody asks to leave: the ground, the words, and what the head says (None where nobody is asked)."""

    ground: Ground
    words: str
    verdict: Verdict | None = None


_G, _V, _C = Ground, Verdict, Category
_LEAVES: Mapping[int, Leave] = MappingProxyType({
    # the n-th seat of the year that somebody is asked for
    2: Leave(_G.SPOUSE, "我爱人在这家单位工作。"),
    5: Leave(_G.ON_LEAVE, "已批准的年休假正好在检查期内。", _V.GRANT),
    8: Leave(_G.OTHER_RELATION, "负责人是我的大学同学，来往较多。", _V.GRANT),
    12: Leave(_G.TRAINING, "那几天可能有线上培训，时间没有定。", _V.REFUSE),
    23: Leave(_G.KIN_BY_MARRIAGE, "经营者是我妻子的弟弟。"),
    31: Leave(_G.GIFT, "他们曾给我送过购物卡，已退回并报告。", _V.GRANT),
    47: Leave(_G.BANQUET, "去年参加过他们请的饭局，人很多，特此说明。", _V.REFUSE),
})  # fmt: skip
_SILENT = frozenset({10, 38})
_SENT_BACK = 3
"""The n-th team that its lead looks at: one seat is sent back."""
_GONE = 4
_RETURNED = 2
_FIRM_APPLIES = 5
_DEPARTMENT_RETURNS = 6
_CATEGORIES = (
    _C.CLEAN, _C.CORRECTED, _C.CLEAN, _C.PENDING, _C.UNDISCLOSED, _C.CLEAN, _C.UNREACHABLE, _C.PASSED,
    _C.NO_ACTIVITY, _C.CONCEALED, _C.CLEAN, _C.CORRECTED, _C.UNCOOPERATIVE, _C.CLOSED_DOWN, _C.CLEAN, _C.FAILED,
    _C.OTHER, _C.CLEAN, _C.PENDING, _C.CLEAN,
)  # fmt: skip
"""What is found, one item after the other: every category of the nation within two dozen findings."""
_FOLLOW_UPS = (FollowUp.NOTIFY, FollowUp.RECTIFY, FollowUp.CASE, FollowUp.OTHER)

WITNESS_NUMBER = "416"
NO_WORDS = "现场看到与要求不符，已当场告知负责人。"
FOUND_WORDS = "经核对，情况如上，已拍照留存。（示例）"
RETURN_WORDS = "第二项的处理措施请再核对，确认后重新提交。"
SCHEME_RETURN_WORDS = "请补充安全注意事项后再报。"
SEND_BACK_WORDS = "该同志本周已安排夜间执勤，请另抽一名。"
REPORT_WORDS = "已按要求整改，照片附后。"
NOT_CORRECTED_WORDS = "复查时仍未整改到位。"
NOT_FILED_WORDS = "当场已经清除，未造成后果。"
RETURN_LEAD_WORDS = "不在我局管辖范围内。"
CRIME_WORDS = "涉嫌销售伪劣产品，数额较大。"
RECEIPT_WORDS = "示例公受〔2026〕1号"
PUNISH_WORDS = "示例严重违法失信名单管理办法"
CORRECTION_WORDS = "公示内容与现场记录不一致，请核对。"


@dataclass
class Story:
    """How far it is told: everything that can happen once has its turn in the order of what comes."""

    told: Counter[str] = field(default_factory=Counter)
    """How often each thing happened; the summary shows it."""
    leaves: dict[str, Leave] = field(default_factory=dict)
    """By assignment."""
    _turns: Counter[str] = field(default_factory=Counter)
    _findings: dict[tuple[str, str], Category] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._categories, self._follow_ups = cycle(_CATEGORIES), cycle(_FOLLOW_UPS)

    def turn(self, what: str) -> int:
        """The how-manieth this is, from 1."""
        self._turns[what] += 1
        return self._turns[what]

    def is_turn(self, what: str, number: int) -> bool:
        return self.turn(what) == number

    # --- Seats and teams ---

    def leave_of(self, assignment: str, number: int) -> Leave | None:
        """Why the person who is asked as the `number`-th leaves the seat; None for all who simply accept."""
        leave = _LEAVES.get(number)
        if leave is not None:
            self.leaves[assignment] = leave
        return leave

    def keeps_silent(self, number: int) -> bool:
        return number in _SILENT

    def sends_back(self) -> bool:
        return self.is_turn("team looked at", _SENT_BACK)

    def verdict_on(self, assignment: str) -> Verdict:
        """What the head says; a firm that applies is right."""
        leave = self.leaves.get(assignment)
        return leave.verdict if leave is not None and leave.verdict is not None else Verdict.GRANT

    # --- Visits ---

    def has_gone(self, visit: int) -> bool:
        return visit == _GONE

    def firm_applies(self, visit: int) -> bool:
        return visit == _FIRM_APPLIES

    def category_of(self, inspection: str, department: str) -> Category:
        """What this department finds there."""
        key = (inspection, department)
        if key not in self._findings:
            self._findings[key] = next(self._categories)
        return self._findings[key]

    def change_finding(self, inspection: str, department: str, category: Category) -> None:
        """What is found when they look again."""
        self._findings[inspection, department] = category

    def answer(self, inspection: str, department: str, *, is_important: bool) -> AnswerValue:
        """An ordinary question is answered 否 where something is found."""
        category = self.category_of(inspection, department)
        if is_important or CATEGORIES[category].is_clean:
            return AnswerValue.YES
        return AnswerValue.NO if CATEGORIES[category].is_negative else AnswerValue.YES

    def follow_up(self) -> FollowUp:
        return next(self._follow_ups)

    # --- Results ---

    def returns_result(self) -> bool:
        return self.is_turn("result looked at", _RETURNED)

    def returns_findings(self) -> bool:
        return self.is_turn("findings looked at", _DEPARTMENT_RETURNS)
