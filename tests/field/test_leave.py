"""The closed list of grounds against the trade's own: 行政处罚法 43, 公务员回避规定, and what is no recusal at all."""

import pytest

from inspection.leave import GROUND_RULES, Ground, LeaveKind, Verdict
from notifications.catalogue import label, render
from notifications.messages.assignments import AskGround

RECUSAL, UNAVAILABLE = LeaveKind.RECUSAL, LeaveKind.UNAVAILABILITY

GROUNDS = {
    "A1": (RECUSAL, None, ("本人就是检查对象", "法定代表人", "负责人", "投资人", "雇员")),
    "A2": (RECUSAL, None, ("夫妻",)),
    "A3": (RECUSAL, None, ("直系血亲",)),
    "A4": (RECUSAL, None, ("三代以内旁系血亲",)),
    "A5": (RECUSAL, None, ("近姻亲",)),
    "A6": (RECUSAL, None, ("本人或近亲属", "直接利害关系")),
    "A7": (RECUSAL, None, ("本人或近亲属", "代理人", "顾问", "鉴定", "检测")),
    "A8": (RECUSAL, Verdict.GRANT, ("其他", "影响公正")),
    "B1": (RECUSAL, Verdict.GRANT, ("宴请", "付费的活动")),
    "B2": (RECUSAL, Verdict.GRANT, ("索取", "收受", "财物", "利益")),
    "B3": (RECUSAL, Verdict.GRANT, ("违反规定会见",)),
    "B4": (RECUSAL, Verdict.GRANT, ("推荐", "介绍", "代理人")),
    "B5": (RECUSAL, Verdict.GRANT, ("借用", "款物")),
    "B6": (RECUSAL, Verdict.GRANT, ("其他不正当行为",)),
    "C1": (UNAVAILABLE, Verdict.REFUSE, ("请假", "病休")),
    "C2": (UNAVAILABLE, Verdict.REFUSE, ("出差",)),
    "C3": (UNAVAILABLE, Verdict.REFUSE, ("培训",)),
    "C4": (UNAVAILABLE, Verdict.REFUSE, ("借调",)),
    "C5": (UNAVAILABLE, Verdict.REFUSE, ("工作冲突",)),
    "C6": (UNAVAILABLE, Verdict.REFUSE, ("到期", "遗失")),
    "C7": (UNAVAILABLE, Verdict.REFUSE, ("资质不符",)),
    "C8": (UNAVAILABLE, Verdict.REFUSE, ("已调离",)),
}
"""Kind, what holds when the head is silent (None: it holds at once), and the words that must stand on the button.

A recusal that an enterprise applies for or a head orders is no choice of an officer and stands in no list here.
"""

KIN = (
    "祖父母、外祖父母、父母、子女、孙子女、外孙子女",
    "伯叔姑舅姨、兄弟姐妹、堂表兄弟姐妹、侄子女、甥子女",
    "配偶的父母，配偶的兄弟姐妹及其配偶，子女的配偶及子女配偶的父母，三代以内旁系血亲的配偶",
    "持股、借贷、租赁、担保、任职、兼职、供货",
    "近年曾在该单位任职、师生、同乡密友、诉讼或重大纠纷、举报人",
)


def test_the_list_is_closed() -> None:
    assert [ground.value for ground in Ground] == list(GROUNDS)


@pytest.mark.parametrize("code", GROUNDS)
def test_a_ground_has_its_kind_its_default_and_its_words(code: str) -> None:
    kind, default, words = GROUNDS[code]
    rule = GROUND_RULES[Ground(code)]
    assert (rule.kind, rule.default, rule.holds_at_once) == (kind, default, default is None)
    assert all(word in label(f"ground_{code}", "zh") for word in words)


def test_who_counts_as_kin_or_as_interested_is_said_in_full_where_one_chooses() -> None:
    shown = render(AskGround(assignment="S1.B1/market/1/1", object="甲店", kind=RECUSAL), "zh")
    assert all(words in shown.text for words in KIN)
    assert len(shown.rows) == 14 + 1


def test_leave_and_recusal_never_stand_in_one_list() -> None:
    """Unavailability is counted apart and needs consent, or it becomes an escape from a duty."""
    for kind in LeaveKind:
        shown = render(AskGround(assignment="S1.B1/market/1/1", object="甲店", kind=kind), "zh")
        letters = {
            key.data.split(":")[1][0] for row in shown.rows for key in row if key.data.startswith("gr:")
        }
        assert letters == ({"A", "B"} if kind is RECUSAL else {"C"})
