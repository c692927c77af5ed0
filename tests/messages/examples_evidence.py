"""What operators read when stored evidence is not what it was; everybody is invented."""

from dataclasses import replace
from datetime import UTC, datetime

from notifications.messages.checklists import PhotoKept
from notifications.messages.evidence import EvidenceDamaged, EvidenceMended, EvidencePlace
from notifications.messages.message import Message

AT = datetime(2026, 7, 13, 2, 30, tzinfo=UTC)
SHA256 = "1a2b3c4d" + "0" * 56
PLACE = EvidencePlace(
    object="博乐市赛湖明珠餐饮有限责任公司", number="3", sender="阿卜杜热合曼·吐尔逊", received_at=AT
)
DAMAGED = EvidenceDamaged(
    receipt="R-1A2B3C4D",
    sha256=SHA256,
    is_missing=False,
    since=datetime(2026, 7, 20, 9, 5, tzinfo=UTC),
    places=(PLACE, replace(PLACE, object="温泉县<b>泉水</b>*_[宾馆]_*", number="")),
)
KEPT = PhotoKept(
    inspection="S1.E0042",
    question="q3",
    number="3",
    receipt="R-1A2B3C4D",
    photos=3,
    photos_wanted=4,
    here=1,
    is_repeat=False,
    at=AT,
    lacking=("7",),
)

EXAMPLES: list[Message] = [
    replace(KEPT, taken_at="2026-07-13 10:11:12", has_place=True),
    replace(
        KEPT,
        lacking=("7", "9", "11-2", "12", "15", "18", "20", "24"),
        is_original=False,
        explains_original=True,
    ),
    replace(KEPT, lacking=(), is_document=True),
    DAMAGED,
    replace(DAMAGED, is_missing=True, places=(PLACE,) * 7),
    EvidenceMended(receipt="R-1A2B3C4D", sha256=SHA256, at=AT),
]
