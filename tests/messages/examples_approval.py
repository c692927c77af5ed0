"""A scheme before the heads, and what teams are briefed with; people and firms are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime

from notifications.messages.approval import (
    AskObjection,
    AskSchemeReturnWords,
    CountersignAsked,
    CountersignLine,
    SchemeApproved,
    SchemeDecided,
    SchemeObjected,
    SchemeParts,
    SchemeReturned,
    SchemeSubmitted,
    SchemeWithdrawn,
)
from notifications.messages.briefing import (
    AskSupplement,
    Briefed,
    BriefedMember,
    BriefingsUnread,
    PartOfDepartment,
    SupplementSent,
)
from notifications.messages.message import Message
from notifications.messages.schemes import StratumLine

AT = datetime(2026, 7, 2, 3, 30, tzinfo=UTC)
ID, NAME = "R26-003", "2026年餐饮单位联合抽查"
MARKUP = "2026年<b>加油站</b>*_[抽查]_*"

SUBMITTED = SchemeSubmitted(
    scheme=ID,
    name=NAME,
    kind="random",
    departments=("market", "fire"),
    operator="周立新",
    first_day=date(2026, 7, 13),
    last_day=date(2026, 7, 24),
    strata=(StratumLine("餐饮A级", 1204, 24), StratumLine("餐饮D级", 45, 27)),
    strata_more=0,
    officers=204,
    temporary_reason="",
    cap_exemption="",
    list_withheld_basis="",
    is_list_public=True,
    at_cap=0,
    clues=0,
    names_open_at=datetime(2026, 7, 12, 16, 0, tzinfo=UTC),
    countersigned=(CountersignLine("fire", "asked", ""),),
    decide_by=datetime(2026, 7, 4, 15, 59, tzinfo=UTC),
)
_ASKED = {
    name: getattr(SUBMITTED, name)
    for name in SUBMITTED.__dataclass_fields__
    if name not in ("countersigned", "decide_by")
}
COUNTERSIGN = CountersignAsked(**_ASKED, countersignature=f"{ID}/1/fire", state="asked", words="")
PARTS = SchemeParts(
    scheme=ID,
    name=NAME,
    plan="餐饮服务单位联合抽查",
    items=("餐饮服务食品安全检查", "人员密集场所消防检查"),
    objects=("餐饮A级（A、企业）：2%", "餐饮D级（D）：60%"),
    content="食品安全、用气安全。",
    method="实地检查",
    level="州、县（市）",
    first_day=date(2026, 7, 13),
    last_day=date(2026, 7, 24),
    requirements="进门先出示证件。",
    handling="检查结束后20个工作日内公示。",
    key_points="先看许可，再看后厨。",
    notes="两人以上同时在场。",
)
BRIEFED = Briefed(
    briefing=f"{ID}.BL00041/fire/1/1/b1",
    inspection=f"{ID}.BL00041",
    object="博乐市老街旅社",
    district="652701",
    scheme=NAME,
    first_day=date(2026, 7, 13),
    last_day=date(2026, 7, 24),
    team=(
        BriefedMember("market", "周立新", True),
        BriefedMember("market", "木合塔尔", False),
        BriefedMember("fire", "李卫", False),
    ),
    own=PartOfDepartment("fire", ("人员密集场所消防检查",), 12),
    others=(PartOfDepartment("market", ("餐饮服务食品安全检查", "营业执照检查"), 1),),
    is_expert=False,
    key_points="先看疏散通道，再看用气。",
    notes="两人以上同时在场；不透露抽查对象。",
    supplement="",
    read_at=None,
)

EXAMPLES: list[Message] = [
    SUBMITTED,
    replace(
        SUBMITTED,
        name=MARKUP,
        kind="special",
        operator="",
        strata=tuple(StratumLine(f"第{one}片", 40, 8) for one in range(1, 9)),
        strata_more=3,
        temporary_reason="近期投诉集中。",
        cap_exemption="complaint",
        is_list_public=False,
        list_withheld_basis="示例法第10条",
        at_cap=1,
        clues=5,
        countersigned=(
            CountersignLine("fire", "signed", ""),
            CountersignLine("health", "objected", "我局本月有全员培训，请改到下旬。"),
        ),
        departments=("market", "fire", "health"),
    ),
    replace(
        SUBMITTED, strata=(), officers=0, countersigned=(), last_day=date(2026, 7, 13), clues=1, at_cap=12
    ),
    replace(SUBMITTED, kind="full_coverage", strata=(StratumLine("危险化学品", 14, 14),), officers=28),
    COUNTERSIGN,
    replace(COUNTERSIGN, state="signed"),
    replace(COUNTERSIGN, state="objected", words="人手<b>不够</b>，请改期。"),
    replace(COUNTERSIGN, state="over"),
    PARTS,
    replace(
        PARTS, name=MARKUP, plan="", key_points="", notes="", content="", countersignature=f"{ID}/1/fire"
    ),
    AskSchemeReturnWords(scheme=ID, name=MARKUP),
    AskObjection(countersignature=f"{ID}/1/fire", scheme=ID, name=MARKUP),
    SchemeDecided(scheme=ID, name=NAME, is_approved=True, words="", at=AT),
    SchemeDecided(scheme=ID, name=MARKUP, is_approved=False, words="比例偏低，请按D级60%重报。", at=AT),
    SchemeWithdrawn(scheme=ID, name=MARKUP, is_countersign=False, at=AT),
    SchemeWithdrawn(scheme=ID, name=NAME, is_countersign=True, at=AT),
    SchemeApproved(scheme=ID, name=MARKUP, by="古丽", is_drawn=True, at=AT),
    SchemeApproved(scheme="Q26-001", name=NAME, by="古丽", is_drawn=False, at=AT),
    SchemeReturned(scheme=ID, name=MARKUP, by="古丽", words="比例偏低，请按D级60%重报。"),
    SchemeObjected(scheme=ID, name=MARKUP, department="fire", words="我队本月有全员培训。"),
    BRIEFED,
    replace(BRIEFED, object="温泉县<b>泉水</b>*_[宾馆]_*", read_at=AT, key_points="", notes=""),
    replace(BRIEFED, is_expert=True, own=PartOfDepartment("expert", (), 0), last_day=BRIEFED.first_day),
    replace(BRIEFED, briefing=f"{ID}.BL00041/fire/1/1/b2", supplement="请增带一次性测温计。"),
    BriefingsUnread(
        inspection=BRIEFED.inspection, object="温泉县<b>泉水</b>*_[宾馆]_*", people=("李卫", "木合塔尔")
    ),
    AskSupplement(scheme=ID, name=MARKUP, people=1),
    AskSupplement(scheme=ID, name=NAME, people=24),
    SupplementSent(scheme=ID, name=MARKUP, people=24, teams=6, words="请增带一次性测温计。"),
    SupplementSent(scheme=ID, name=NAME, people=4, teams=1, words="请增带一次性测温计。"),
]
