"""When something can't be handed over to another platform."""

from dataclasses import dataclass

from inspection.exchange import DeliveryKind
from notifications.messages.message import Message


@dataclass(frozen=True)
class DeliveryDead(Message):
    """To the administrators: a platform does not take what it should; `reason` is its own word, or ours for why it
    could not be asked."""

    target: str
    kind: DeliveryKind
    subject: str
    number: int
    tries: int
    reason: str

    def slot(self) -> str | None:
        return f"exchange:{self.target}"
