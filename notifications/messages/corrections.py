"""Objections to what is public: registered, decided, put right; and publicity that is over."""

from dataclasses import dataclass
from datetime import datetime

from notifications.buttons.checklists import PartAct, PartButton
from notifications.buttons.results import ResultAct, ResultButton
from notifications.messages.message import Choice, Choices, Message


@dataclass(frozen=True)
class ObjectionRegistered(Message):
    """To whoever decides: somebody objects to a published result. What is said stands on the page, and only there.
    `raised_by` is a key of `labels.toml` as `raised_by_…`."""

    inspection: str
    object: str
    raised_by: str
    registrar: str
    department: str
    at: datetime


@dataclass(frozen=True)
class ObjectionDecided(Message):
    """To whoever registered it, and to the others who might have decided; the reason is public."""

    inspection: str
    object: str
    is_upheld: bool
    reason: str
    at: datetime


@dataclass(frozen=True)
class CorrectionOpened(Message):
    """To the officers of the departments whose findings were found wrong, and to the lead: until when, and how."""

    inspection: str
    object: str
    reason: str
    departments: tuple[str, ...]
    is_named: bool
    is_lead: bool
    due_at: datetime

    def choices(self) -> Choices:
        part = ((Choice("open_checklist", PartButton(PartAct.SUMMARY, self.inspection)),),)
        view = ((Choice("view_result", ResultButton(ResultAct.VIEW, self.inspection)),),)
        return (*(part if self.is_named else ()), *(view if self.is_lead else ()))


@dataclass(frozen=True)
class PublicationWithdrawn(Message):
    """To everybody who saw it published; `cause` is a key of `labels.toml` as `withdrawal_…`."""

    inspection: str
    object: str
    cause: str
    reason: str
    at: datetime
