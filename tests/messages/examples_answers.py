"""Examples of questions with choices, figures and days, of repeated groups and of the checklist as a whole."""

from datetime import UTC, datetime
from typing import Any

from inspection.checklists import Gap
from inspection.forms.form import Kind
from notifications.buttons.answers import option_key
from notifications.messages.answers import (
    AnswerAfterEnd,
    AnswerStands,
    AskAnswer,
    AskExceptions,
    AskMore,
    ComplianceKept,
    ExceptLine,
    KeptValue,
    LeftValue,
    Option,
    ReviewAnswers,
    ReviewLine,
    ValuesKept,
)
from notifications.messages.checklists import AnswerNews

AT = datetime(2026, 5, 15, 3, 20, tzinfo=UTC)
_ABOUT: dict[str, Any] = {"inspection": "S1.E0042", "object": "天山小馆<b>分店</b>"}
_ASKED: dict[str, Any] = {
    **_ABOUT,
    "question": "q7.2",
    "number": "7-2",
    "place": 8,
    "questions": 14,
    "basis": "",
    "is_important": False,
    "is_required": True,
    "answer": "",
    "previous": "q6.2",
    "following": "q8.2",
}

_GROUP: dict[str, Any] = {**_ABOUT, "question": "r1", "group": "冷库", "previous": "", "following": ""}


def _options(*words: str, on: tuple[int, ...] = ()) -> tuple[Option, ...]:
    return tuple(Option(option_key(one), one, place in on) for place, one in enumerate(words))


EXAMPLES = [
    AskAnswer(
        **_ASKED | {"is_important": True, "basis": "食品安全法54"},
        kind=Kind.DECIMAL,
        text="冷冻柜的温度（℃）",
        hint="看柜外的温度表。",
        trail=("冷库 2/3",),
        shown=("请先核对温度表是否检定。", "应不高于：-18"),
        news=AnswerNews("6-2", "frozen", AT, False, words="冷冻"),
    ),
    AskAnswer(
        **_ASKED | {"answer": "冷藏"}, kind=Kind.SELECT_ONE, text="这台柜子是哪一种？",
        options=_options("冷藏", "冷冻", "留样", on=(0,)),
    ),
    AskAnswer(
        **_ASKED, kind=Kind.SELECT_MULTIPLE, text="柜内存放哪些食品？（可多选）",
        options=_options("肉类及其制品", "水产品", "乳制品", "速冻米面食品", on=(1,)), page=1, pages=2,
    ),
    AskAnswer(
        **_ASKED | {"is_required": False}, kind=Kind.SELECT_ONE, text="发现的问题属于哪一种？",
        options=_options(
            "冷藏、冷冻设备不能正常运转，或者温度达不到食品标签标明的贮存要求",
            "贮存位置与地面、墙面的距离不足",
            "其他",
        ),
    ),
    AskAnswer(**_ASKED | {"answer": "2026年5月14日"}, kind=Kind.DATE, text="最近一次除霜是哪一天？", is_misfit=True),
    AskAnswer(**_ASKED, kind=Kind.TIME, text="读数的时间"),
    AskAnswer(**_ASKED, kind=Kind.DATETIME, text="取样的时间"),
    AskAnswer(**_ASKED, kind=Kind.INTEGER, text="共有几台柜子？"),
    AskAnswer(**_ASKED | {"is_required": False}, kind=Kind.TEXT, text="还有什么要说明？"),
    AskAnswer(**_ASKED, kind=Kind.GEOPOINT, text="冷库的位置"),
    AskAnswer(**_ASKED, kind=Kind.IMAGE, text="温度表照片", photos=1),
    AskAnswer(**_ASKED, kind=Kind.FILE, text="检定证书"),
    AskAnswer(**_ASKED, kind=Kind.ACKNOWLEDGE, text="进入冷库前须穿防寒服，两人同行。"),
    AskAnswer(**_ASKED | {"answer": "12"}, kind=Kind.INTEGER, text="共有几台柜子？", is_locked=True),
    AskMore(
        **_ABOUT, question="r1", group="冷库", count=2, is_done=False, previous="q8.2", following="q9",
        news=AnswerNews("8-2", "OK", AT, False, words="已阅知"),
    ),
    AskMore(**_GROUP, count=0, is_done=False),
    AskMore(**_GROUP, count=2, is_done=True, is_locked=True),
    AskMore(**_GROUP, count=2, is_done=False, asks_removal=True),
    AnswerStands(
        inspection="S1.E0042", question="q7.2", number="7-2", text="冷冻柜的温度（℃）", standing="-19", by="赵立新",
        at=AT, given="-17.5",
    ),
    AnswerAfterEnd(**_ABOUT, question="q7.2", number="7-2", given="-17.5", ended_at=AT, may_reopen=True),
    AnswerAfterEnd(**_ABOUT, question="q7.2", number="7-2", given="-17.5", ended_at=AT, may_reopen=False),
    ReviewAnswers(
        **_ABOUT, department="market", page=0, pages=2, answered=3, questions=17, shown=("最低温度：-19",),
        lines=(
            ReviewLine("q1", "1", "已出示执法证件并说明来意", False, False, "是", "", 1, ()),
            ReviewLine("q2", "2", "食品、原料是否在保质期内", True, True, "否", "三袋面粉过期", 0, (Gap.PHOTO,)),
            ReviewLine("q3", "3", "冷冻柜的温度（℃）", False, False, "-19", "", 0, (Gap.MISFIT,)),
            ReviewLine("q4", "4", "温度表照片", False, False, "", "", 2, ()),
            ReviewLine("q5", "5", "还有什么要说明？", False, False, "", "", 0, (Gap.ANSWER,)),
        ),
    ),
    AskExceptions(
        **_ABOUT,
        lines=(
            ExceptLine("q1", "1", "已出示执法证件并说明来意", False, False),
            ExceptLine("q2", "2", "食品、原料是否在保质期内", True, True),
            ExceptLine("q3", "3", "是否查验供货者资质", False, False),
        ),
    ),
    AskExceptions(**_ABOUT, lines=(ExceptLine("q2", "2", "食品、原料是否在保质期内", True, False),)),
    ComplianceKept("S1.E0042", ("1", "3", "4"), ("2",), ("5",)),
    ComplianceKept("S1.E0042", (), ()),
    ValuesKept(
        "S1.E0042",
        kept=(KeptValue("5", "12"), KeptValue("10-1", "-17.5", is_repeat=True)),
        left=(LeftValue("6", "大后天", "“大后天”看不出是哪一天，没有记录。请按 2026-11-26 这样输入。"),),
        open=("6", "冷库"),
    ),
    ValuesKept("S1.E0042", kept=(KeptValue("5", "12"),), left=(), open=()),
    ValuesKept(
        "S1.E0042", kept=(), left=(LeftValue("99", "12", "检查表里没有这一题，请点【汇总】查看题号。"),), open=("6",)
    ),
]  # fmt: skip
