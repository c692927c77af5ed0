"""When stored evidence is not what it was: to those who answer for the scheme, once."""

from dataclasses import dataclass
from datetime import datetime

from notifications.messages.message import Message


@dataclass(frozen=True)
class EvidencePlace:
    """One use of the file: which visit, which question, who sent it when."""

    object: str
    number: str
    sender: str
    received_at: datetime


@dataclass(frozen=True)
class _AboutEvidence(Message):
    receipt: str
    sha256: str

    def slot(self) -> str | None:
        return f"evidence:{self.sha256[:32]}"


@dataclass(frozen=True)
class EvidenceDamaged(_AboutEvidence):
    """The bytes are gone (`is_missing`), or are others than those that were received."""

    is_missing: bool
    since: datetime
    places: tuple[EvidencePlace, ...]


@dataclass(frozen=True)
class EvidenceMended(_AboutEvidence):
    """In place of that, in silence: the same bytes are there again."""

    at: datetime
