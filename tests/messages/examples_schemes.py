"""What the operator reads about a scheme and its draw; firms and codes are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime

from inspection.supervision.rules import ItemKind, ShareFinding
from notifications.messages.message import Message
from notifications.messages.schemes import (
    AskNamesHour,
    DrawAnnounced,
    DrawFinished,
    DrawInfeasible,
    ObjectReplaced,
    RedrawInfeasible,
    SchemeCard,
    SchemeLine,
    SchemeList,
    StratumLine,
)

HOUR = datetime(2026, 7, 12, 16, 0, tzinfo=UTC)
ID, NAME, DRAW = "2026-07", "2026年餐饮单位联合抽查", "D-2026-07-1"
DIGEST = "sha256:" + "4f1d20c97ab35e86" * 4
ANCHOR = "sha256:" + "b80e6a1934d7f52c" * 4

CARD = SchemeCard(
    id=ID,
    name=NAME,
    state="drawn",
    departments=("market", "fire", "health"),
    seats_per_department=2,
    first_day=date(2026, 7, 13),
    last_day=date(2026, 7, 24),
    progress=(
        ("assembling", 31),
        ("ready", 12),
        ("visiting", 4),
        ("gone_reported", 1),
        ("replaced", 2),
        ("visited", 6),
        ("closed", 9),
    ),
)
ANNOUNCED = DrawAnnounced(
    scheme=ID,
    name=NAME,
    draw=DRAW,
    strata=(StratumLine("C、D类", 74, 37), StratumLine("A、B类", 812, 25)),
    objects=886,
    inspectors=143,
    left_out=(("cap", 12), ("closed", 3)),
    digest=DIGEST,
    anchor=ANCHOR,
    sources=("州人大代表 甲某", "体彩排列5 第26320期开奖号码"),
    due=datetime(2026, 7, 2, 3, 0, tzinfo=UTC),
)
INFEASIBLE = DrawInfeasible(
    scheme=ID,
    name=NAME,
    draw=DRAW,
    department="fire",
    qualifications=("消防监督",),
    district="same",
    leads=False,
    seats=tuple(f"000041/fire/{number}" for number in range(1, 15)),
)
UNFILLED = RedrawInfeasible(
    scheme=NAME,
    round=7,
    department="health",
    qualifications=("公共场所卫生",),
    leads=False,
    objects=("博乐市赛湖明珠餐饮有限责任公司",),
)

EXAMPLES: list[Message] = [
    AskNamesHour(scheme=ID, name=NAME, current=None, first_day=date(2026, 7, 13)),
    AskNamesHour(scheme=ID, name="<b>*_[示例]_*", current=HOUR, first_day=date(2026, 7, 13)),
    replace(CARD, state="drafted", progress=(), names_open_at=HOUR),
    SchemeList(
        schemes=(
            SchemeLine(ID, NAME, "drawn"),
            SchemeLine("2026-09", "2026年加油站<b>联合</b>*_[抽查]_*", "filed"),
        )
    ),
    SchemeList(schemes=()),
    CARD,
    *(replace(CARD, state=state, progress=()) for state in ("filed", "announced", "voided")),
    replace(CARD, state="drafted", progress=(), missing=("objects", "handling"), returned="比例偏低。"),
    replace(CARD, state="drafted", progress=(), head="古丽"),
    replace(CARD, state="submitted", progress=(), head="古丽"),
    replace(CARD, state="filed", kind="case", progress=()),
    replace(CARD, may_supplement=True, unread=7),
    replace(CARD, state="finished", first_day=CARD.last_day, progress=(("replaced", 2), ("closed", 62))),
    ANNOUNCED,
    replace(
        ANNOUNCED,
        shares=(
            ShareFinding("<b>C、D类</b>", "D", ItemKind.KEY, False, False, "25%", "30%", "示例"),
            ShareFinding("A、B类", "A", ItemKind.GENERAL, True, False, "33.3%", "5%", "示例"),
        ),
    ),
    replace(ANNOUNCED, left_out=(), strata=(StratumLine("全部", 886, 44),)),
    replace(ANNOUNCED, strata=tuple(StratumLine(f"C类 · 第{one}片", 40, 8) for one in range(1, 16))),
    DrawFinished(
        scheme=ID,
        name=NAME,
        draw=DRAW,
        objects=62,
        seats=372,
        inputs=(("州人大代表 甲某", "730591"), ("体彩排列5 第26320期开奖号码", "0 5 2 7 1")),
        digest=DIGEST,
    ),
    INFEASIBLE,
    replace(INFEASIBLE, qualifications=(), district="any", seats=("000041/fire/1",)),
    replace(INFEASIBLE, department="market", qualifications=(), leads=True, seats=("000041/market/1",)),
    UNFILLED,
    replace(UNFILLED, qualifications=(), objects=("甲天下超市", "温泉县<b>泉水</b>*_[宾馆]_*")),
    ObjectReplaced(inspection=f"{ID}.000041", gone="博乐市老街旅社", cause="revoked", drawn="博乐市新城宾馆"),
    ObjectReplaced(inspection=f"{ID}.000041", gone="博乐市老街旅社", cause="closed", drawn=""),
]
