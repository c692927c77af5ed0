"""What operator, witnesses and colleagues read while a draw's public inputs come in; names and codes are invented."""

from dataclasses import replace
from datetime import UTC, datetime

from notifications.messages.ceremony import (
    AskPublicValue,
    AskPublicValueName,
    AskVoidReason,
    CeremonyCard,
    DrawPostponed,
    DrawRecorded,
    DrawSources,
    DrawVoided,
    EntriesDiffer,
    EntryAgreed,
    EntryKept,
    NumberCheck,
    NumberTaken,
    SecondEntryAsked,
    SourceLine,
    WitnessInvited,
    WitnessLine,
)
from notifications.messages.message import Message

ID, NAME, DRAW = "2026-07", "2026年餐饮单位联合抽查", "D-2026-07-1"
DIGEST, ANCHOR = "4f1d20c97ab35e86" * 4, "b80e6a1934d7f52c" * 4
LOTTERY = "体彩排列5 第26320期开奖号码"
DUE = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)

CARD = CeremonyCard(
    scheme=ID,
    name=NAME,
    witnesses=(
        WitnessLine("W1", "云砚岫", "州人大代表", is_invited=True),
        WitnessLine("W2", "石荞", "博州日报<b>记者</b>", is_invited=False),
    ),
    public_value=LOTTERY,
)
SOURCES = DrawSources(
    scheme=ID,
    name=NAME,
    draw=DRAW,
    due=DUE,
    sources=(
        SourceLine("州人大代表 云砚岫", is_witness=True, is_given=True, is_entered_once=False),
        SourceLine("州政协委员 石荞", is_witness=True, is_given=False, is_entered_once=False),
        SourceLine(LOTTERY, is_witness=False, is_given=False, is_entered_once=False),
    ),
)
RECORDED = DrawRecorded(
    draw=DRAW,
    name=NAME,
    objects=62,
    seats=372,
    inputs=(("州人大代表 云砚岫", "426"), (LOTTERY, "0 5 2 7 1")),
    digest=DIGEST,
)

EXAMPLES: list[Message] = [
    CARD,
    replace(CARD, public_value="", witnesses=tuple(replace(one, is_invited=False) for one in CARD.witnesses)),
    replace(CARD, public_value="", witnesses=()),
    AskPublicValueName(scheme=ID, current=""),
    AskPublicValueName(scheme=ID, current=LOTTERY),
    WitnessInvited(draw=DRAW, name=NAME, objects=886, inspectors=143, digest=DIGEST, anchor=ANCHOR, due=DUE),
    NumberCheck(draw=DRAW, digits="426"),
    NumberCheck(draw=DRAW, digits="3" * 24),
    NumberCheck(draw=DRAW, digits=""),
    NumberTaken(draw=DRAW, digits="426", at=DUE),
    AskPublicValue(draw=DRAW, name=NAME, source=LOTTERY),
    EntryKept(draw=DRAW, source=LOTTERY, value="0 5 2 7 1"),
    EntryAgreed(draw=DRAW, source=LOTTERY, value="0 5 2 7 1"),
    SecondEntryAsked(draw=DRAW, name=NAME, source=LOTTERY, first="甲某"),
    EntriesDiffer(draw=DRAW, name=NAME, source=LOTTERY),
    SOURCES,
    replace(SOURCES, sources=(*SOURCES.sources[:2], replace(SOURCES.sources[2], is_entered_once=True))),
    replace(SOURCES, sources=tuple(replace(one, is_given=True) for one in SOURCES.sources)),
    DrawPostponed(scheme=ID, name=NAME, draw=DRAW, missing=("州政协委员 石荞", LOTTERY)),
    AskVoidReason(scheme=ID, draw=DRAW),
    DrawVoided(draw=DRAW, name=NAME, reason="见证人因故不能参加，<b>另行</b>公告。"),
    RECORDED,
]
