"""What people read about a year's plan; names are invented, one of them with markup."""

from dataclasses import replace
from datetime import UTC, date, datetime

from notifications.messages.message import Message
from notifications.messages.planning import (
    OfficeView,
    OwnFiling,
    PlanAmended,
    PlanCard,
    PlanFiled,
    PlanOpened,
    PlanPublished,
    PlanReturned,
)

DUE = datetime(2027, 3, 10, 15, 59, tzinfo=UTC)
OUT = datetime(2027, 4, 10, 15, 59, tzinfo=UTC)
MARKUP = "<b>*_[餐饮]_*联合抽查"
CARD = PlanCard(year=2027, is_published=False, number="", own=None, office=None)
OWN = OwnFiling(state="draft", lines=2, due=DUE, words="")
AMENDED = PlanAmended(
    year=2027,
    plan="P2027-03",
    name=MARKUP,
    change="changed",
    reason="与换证高峰冲突，推迟一个月。",
    first_day=date(2027, 6, 1),
    last_day=date(2027, 7, 31),
    by="周立新",
)

EXAMPLES: list[Message] = [
    PlanOpened(year=2027, due=DUE),
    PlanFiled(year=2027, department="fire", lines=(MARKUP, "公众聚集场所联合抽查"), by="周立新"),
    PlanFiled(year=2027, department="fire", lines=tuple(f"示例项目{n}" for n in range(1, 13)), by="周立新"),
    PlanFiled(year=2027, department="post", lines=(), by="周立新"),
    PlanReturned(year=2027, words="“<b>餐饮</b>”请写明抽查比例。", by="王丽", due=DUE),
    PlanPublished(year=2027, number="博州示例发〔2027〕1号", lines=14, led=2, joined=3),
    PlanPublished(year=2027, number="博州示例发〔2027〕1号", lines=14, led=0, joined=1),
    AMENDED,
    replace(AMENDED, change="added"),
    replace(AMENDED, change="withdrawn"),
    replace(CARD, own=OWN),
    replace(CARD, own=replace(OWN, lines=0)),
    replace(CARD, own=replace(OWN, state="returned", words="“<b>餐饮</b>”请写明抽查比例。")),
    replace(CARD, own=replace(OWN, state="filed", due=None)),
    replace(CARD, own=OWN, office=OfficeView(filed=23, missing=("fire", "post"), due=OUT)),
    replace(
        CARD,
        office=OfficeView(
            filed=0,
            missing=("market", "fire", "post", "tax", "civil", "labour", "water", "land", "road"),
            due=OUT,
        ),
    ),
    replace(CARD, office=OfficeView(filed=26, missing=(), due=None)),
    replace(
        CARD, is_published=True, number="博州示例发〔2027〕1号", own=replace(OWN, state="merged", due=None)
    ),
]
