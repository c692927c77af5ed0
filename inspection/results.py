"""检查结果: the national categories for published results, how a visit was done, and what follows from it.

Categories 1–9 and 12 are those of the national publicity system, 6 and 7 in the wording of 2024/25; 10 and 11 are the
pair for sampling and testing. The order of the national interface is not public, so `number` is only our own order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from inspection.checklists import AnswerValue, Entry


class Category(StrEnum):
    CLEAN = "clean"
    UNDISCLOSED = "undisclosed"
    CONCEALED = "concealed"
    UNREACHABLE = "unreachable"
    UNCOOPERATIVE = "uncooperative"
    CORRECTED = "corrected"
    PENDING = "pending"
    NO_ACTIVITY = "no_activity"
    CLOSED_DOWN = "closed_down"
    PASSED = "passed"
    FAILED = "failed"
    OTHER = "other"


class Method(StrEnum):
    """检查方式, several may apply."""

    ON_SITE = "on_site"
    IN_WRITING = "in_writing"
    MONITORING = "monitoring"
    TESTING = "testing"
    OTHER_AUTHORITY = "other_authority"
    COMMISSIONED = "commissioned"


class FollowUp(StrEnum):
    """后续处置."""

    NONE = "none"
    STOPPED = "stopped"
    RECTIFY = "rectify"
    CASE = "case"
    NOTIFY = "notify"
    OTHER = "other"


class FindingGap(StrEnum):
    """What a finding still wants before the visit can end."""

    CATEGORY = "category"
    CONTRADICTION = "contradiction"
    """It says 未发现问题 or 合格 although an important question was answered 否."""
    WORDS = "words"
    FOLLOW_UP = "follow_up"
    RECEIVER = "receiver"


@dataclass(frozen=True)
class CategoryRule:
    """`title` is the national wording. `follow_up` is what follows by itself, None where the officer must choose."""

    number: int
    title: str
    english: str
    follow_up: FollowUp | None = FollowUp.NONE
    needs_words: bool = False
    is_clean: bool = False
    """Says that nothing was wrong, which an important 否 forbids."""
    is_negative: bool = False
    """Counts against the firm: what is public of it may be objected to, and ends some day."""
    is_repairable: bool = False
    """The firm may apply for repair of its credit (notice of Sichuan and Chongqing, 2025)."""
    rolls_up_to: Category | None = None
    """Under which category statistics add it up; None where it stands for itself."""


_C, _F = Category, FollowUp
CATEGORIES = MappingProxyType({
    _C.CLEAN: CategoryRule(1, "未发现问题", "No problem found", is_clean=True),
    _C.UNDISCLOSED: CategoryRule(
        2, "未按规定公示应当公示的信息", "Required information not disclosed", _F.RECTIFY,
        is_negative=True, is_repairable=True, rolls_up_to=_C.PENDING,
    ),
    _C.CONCEALED: CategoryRule(
        3, "公示信息隐瞒真实情况、弄虚作假", "Disclosed information conceals the truth", None, True,
        is_negative=True, rolls_up_to=_C.PENDING,
    ),
    _C.UNREACHABLE: CategoryRule(
        4, "通过登记的住所（经营场所）无法联系", "Cannot be reached at the registered address", _F.STOPPED,
        is_negative=True, is_repairable=True, rolls_up_to=_C.PENDING,
    ),
    _C.UNCOOPERATIVE: CategoryRule(
        5, "不配合检查情节严重", "Serious refusal to cooperate", None, True, is_negative=True
    ),
    _C.CORRECTED: CategoryRule(
        6, "发现问题，依法责令立即改正或者限期改正", "Problem found, correction ordered", _F.RECTIFY,
        is_negative=True, is_repairable=True,
    ),
    _C.PENDING: CategoryRule(
        7, "发现问题，待后续调查处理", "Problem found, further handling pending", None, True,
        is_negative=True, is_repairable=True,
    ),
    _C.NO_ACTIVITY: CategoryRule(
        8, "未发现开展本次抽查涉及的经营活动", "The inspected activity is not carried on", is_clean=True
    ),
    _C.CLOSED_DOWN: CategoryRule(
        9, "已关闭停业或正在组织清算", "Closed down or in liquidation", _F.STOPPED
    ),
    _C.PASSED: CategoryRule(10, "合格", "Passed", is_clean=True, rolls_up_to=_C.CLEAN),
    _C.FAILED: CategoryRule(
        11, "不合格", "Failed", None, True, is_negative=True, is_repairable=True, rolls_up_to=_C.PENDING
    ),
    _C.OTHER: CategoryRule(
        12, "其他情形", "Other", needs_words=True, is_negative=True, is_repairable=True
    ),
})  # fmt: skip

METHODS = MappingProxyType({
    Method.ON_SITE: "实地检查",
    Method.IN_WRITING: "书面检查",
    Method.MONITORING: "网络监测",
    Method.TESTING: "检验检测",
    Method.OTHER_AUTHORITY: "行政部门检查结果或专业意见",
    Method.COMMISSIONED: "委托专业机构辅助",
})  # fmt: skip

FOLLOW_UPS = MappingProxyType({
    _F.NONE: "无需后续处置",
    _F.STOPPED: "停止检查，反馈日常监管部门处理",
    _F.RECTIFY: "责令（限期）改正，日常监管跟踪",
    _F.CASE: "发现案件线索，固定证据后移送办案机构",
    _F.NOTIFY: "违反其他部门规定，抄告相关部门",
    _F.OTHER: "其他",
})  # fmt: skip

CHOSEN_FOLLOW_UPS = (_F.RECTIFY, _F.CASE, _F.NOTIFY, _F.OTHER)
"""Among these an officer chooses where a category leaves it open."""

TRANSFERRING = frozenset({_F.CASE, _F.NOTIFY})
"""These hand the matter to a department, which must be named; approval opens a `Transfer` for it."""

_NOTHING_WRONG = (_C.CLEAN, _C.PASSED, _C.CORRECTED, _C.PENDING)
_SOMETHING_WRONG = (_C.CORRECTED, _C.PENDING, _C.UNDISCLOSED, _C.CONCEALED, _C.FAILED)
_NOTHING_APPLIES = (_C.NO_ACTIVITY, _C.CLOSED_DOWN, _C.UNREACHABLE)


def has_important_no(entries: Sequence[Entry]) -> bool:
    return any(entry.is_important and entry.is_no for entry in entries)


def is_allowed(category: Category, entries: Sequence[Entry]) -> bool:
    """Whether the answers let an item end so: an important 否 can't end as 未发现问题 or 合格, nor as an activity that
    nobody found."""
    return not (CATEGORIES[category].is_clean and has_important_no(entries))


def usual_follow_up(category: Category, entries: Sequence[Entry]) -> FollowUp | None:
    """What follows by itself, None where the officer must choose: also from 其他情形 where an important question was
    answered 否, which would else be left without any handling."""
    usual = CATEGORIES[category].follow_up
    return None if usual is FollowUp.NONE and has_important_no(entries) and category is _C.OTHER else usual


def rolled_up(category: Category) -> Category:
    """Under which category statistics count it: what violates a rule under 待后续处理, 合格 under 未发现问题."""
    return CATEGORIES[category].rolls_up_to or category


def allowed(entries: Sequence[Entry]) -> list[Category]:
    """Every category the answers permit, the likeliest first, for the thumb. A 否 on an ordinary question forbids
    nothing, but what says that nothing was wrong then stands last."""
    values = {entry.value for entry in entries if entry.is_compliance}
    first: tuple[Category, ...]
    last: tuple[Category, ...]
    if AnswerValue.NO in values:
        first, last = _SOMETHING_WRONG, (_C.OTHER, _C.PASSED, _C.CLEAN)
    elif values == {AnswerValue.NOT_APPLICABLE}:
        first, last = _NOTHING_APPLIES, (_C.OTHER,)
    else:
        first, last = _NOTHING_WRONG, (_C.OTHER,)
    rest = tuple(category for category in Category if category not in {*first, *last})
    return [category for category in (*first, *rest, *last) if is_allowed(category, entries)]


def finding_gaps(
    category: Category | None,
    entries: Sequence[Entry],
    *,
    words: str = "",
    follow_ups: Sequence[str] = (),
    transfer_to: str | None = None,
) -> list[FindingGap]:
    """What one item's finding still wants, in the order in which it is asked; empty when it can stand."""
    if category is None:
        return [FindingGap.CATEGORY]
    if not is_allowed(category, entries):
        return [FindingGap.CONTRADICTION]
    gaps = []
    if CATEGORIES[category].needs_words and not words:
        gaps.append(FindingGap.WORDS)
    says_none = list(follow_ups) == [FollowUp.NONE.value]
    is_unhandled = says_none and usual_follow_up(category, entries) is not FollowUp.NONE
    if not follow_ups or is_unhandled:
        gaps.append(FindingGap.FOLLOW_UP)
    if TRANSFERRING.intersection(follow_ups) and not transfer_to:
        gaps.append(FindingGap.RECEIVER)
    return gaps
