"""What is told of the registers (一单两库)."""

from dataclasses import dataclass
from datetime import date, datetime

from notifications.messages.message import Message


@dataclass(frozen=True)
class RegisterNews:
    """Of one register how many rows others changed, and how; `register` is a key of `labels.toml` as `register_…`."""

    register: str
    new: int
    changed: int
    deactivated: int
    reactivated: int


@dataclass(frozen=True)
class RegistersChanged(Message):
    """To a department's liaisons: others changed rows of theirs, all of them in one message."""

    department: str
    lines: tuple[RegisterNews, ...]
    at: datetime


@dataclass(frozen=True)
class RegisterLoadDone(Message):
    """To whoever filed a load for a later day: the day has come, and this is what it did."""

    number: int
    file_name: str
    lines: tuple[RegisterNews, ...]
    rejected: int
    effective_from: date


@dataclass(frozen=True)
class RegisterLoadFailed(Message):
    """To whoever filed a load for a later day: nothing of it was taken; `reason` is a key of
    `labels.toml` as `register_failed_…`."""

    number: int
    file_name: str
    reason: str
