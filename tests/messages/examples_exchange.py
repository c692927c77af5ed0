"""What an administrator reads when another platform does not take what it should."""

from dataclasses import replace

from inspection.exchange import DeliveryKind
from notifications.messages.exchange import DeliveryDead
from notifications.messages.message import Message

DEAD = DeliveryDead(
    target="region",
    kind=DeliveryKind.PUBLICITY,
    subject="2026-07.000041",
    number=128,
    tries=1,
    reason='422 {"error":"字段 insDate 缺失"}',
)

EXAMPLES: list[Message] = [
    DEAD,
    replace(DEAD, kind=DeliveryKind.TRANSFER, tries=80, reason="<b>*_[ConnectTimeout]_*"),
    replace(DEAD, reason=""),
]
