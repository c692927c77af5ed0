"""What follows from a visit, on the screen of those who handle it: a card for each matter, with its next step."""

from dataclasses import dataclass
from datetime import datetime

from inspection.follow_ups import FollowUpKind
from inspection.states import CrimeState, FollowUpState, TransferState
from notifications.buttons.matters import (
    MatterAct,
    MatterButton,
    MatterKind,
    MatterListButton,
    TransferToButton,
)
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish

PAGE = 8
"""Matters on one screen."""
_A, _F, _T, _C = MatterAct, FollowUpState, TransferState, CrimeState


def matter_slot(kind: MatterKind, subject: str) -> str:
    """One place for each matter."""
    return f"matter:{kind}:{subject}"


@dataclass(frozen=True)
class _MatterCard(Message):
    """What every card names; `title` is that of the item, empty where there is none."""

    id: str
    inspection: str
    object: str
    title: str

    def _choices(self, kind: MatterKind, *rows: tuple[MatterAct, ...]) -> Choices:
        return tuple(
            tuple(Choice(f"matter_act_{act.name.lower()}", MatterButton(act, kind, self.id)) for act in row)
            for row in rows
            if row
        )


@dataclass(frozen=True)
class FollowUpCard(_MatterCard):
    """A correction or a listing; `due_at` is the end of the clock that runs, None where none does."""

    kind: FollowUpKind
    state: FollowUpState
    department: str
    words: str
    order_words: str
    due_at: datetime | None
    is_immediate: bool
    is_extended: bool
    report_words: str
    outcome_words: str
    moved_at: datetime

    def slot(self) -> str | None:
        return matter_slot(MatterKind.FOLLOW_UP, self.id)

    def choices(self) -> Choices:
        is_listing = self.kind in {FollowUpKind.LISTING, FollowUpKind.PUNISHMENT}
        rows = _OF_LISTING.get(self.state, ()) if is_listing else _OF_CORRECTION.get(self.state, ())
        if self.is_extended:
            rows = tuple(tuple(one for one in row if one is not _A.EXTEND) for row in rows)
        further = () if self.kind is FollowUpKind.PUNISHMENT else (_FURTHER,)
        return self._choices(MatterKind.FOLLOW_UP, *rows, *further)


_FURTHER = (_A.REPORT_CRIME, _A.PUNISH)
_RECHECK = ((_A.CORRECTED_SEEN, _A.CORRECTED_READ), (_A.NOT_CORRECTED,))
_OF_CORRECTION: dict[FollowUpState, tuple[tuple[MatterAct, ...], ...]] = {
    _F.OPENED: ((_A.ORDER_TERM, _A.ORDER_NOW),),
    _F.ORDERED: ((_A.REPORT, _A.EXTEND), *_RECHECK),
    _F.REPORTED: _RECHECK,
}
_OF_LISTING: dict[FollowUpState, tuple[tuple[MatterAct, ...], ...]] = {
    _F.OPENED: ((_A.LIST, _A.DROP),),
    _F.LISTED: ((_A.LIFT,),),
}


@dataclass(frozen=True)
class TransferCard(_MatterCard):
    """A lead, as the sender or the receiver sees it."""

    state: TransferState
    sender: str
    receiver: str
    is_receiver: bool
    summary: str
    due_at: datetime | None
    outcome: str
    outcome_words: str
    moved_at: datetime

    def slot(self) -> str | None:
        return matter_slot(MatterKind.TRANSFER, self.id)

    def choices(self) -> Choices:
        rows = (_OF_RECEIVER if self.is_receiver else _OF_SENDER).get(self.state, ())
        if self.state is _T.RETURNED and self.sender == self.receiver:
            rows = _OF_SENDER[self.state]
        further = () if self.is_receiver and self.sender != self.receiver else (_FURTHER,)
        return self._choices(MatterKind.TRANSFER, *rows, *further)


_OF_RECEIVER: dict[TransferState, tuple[tuple[MatterAct, ...], ...]] = {
    _T.OPENED: ((_A.RECEIVE,),),
    _T.RECEIVED: ((_A.ACCEPT,), (_A.FORWARD, _A.RETURN)),
    _T.ACCEPTED: ((_A.FILED, _A.NOT_FILED),),
}
_OF_SENDER: dict[TransferState, tuple[tuple[MatterAct, ...], ...]] = {
    _T.RETURNED: ((_A.AGAIN, _A.KEEP),),
}


@dataclass(frozen=True)
class CrimeCard(_MatterCard):
    """A suspected crime. What happened stands on no card: those who may know read it on the desk."""

    state: CrimeState
    department: str
    due_at: datetime | None
    is_decider: bool
    receipt: str
    is_copied: bool
    moved_at: datetime

    def slot(self) -> str | None:
        return matter_slot(MatterKind.CRIME, self.id)

    def choices(self) -> Choices:
        if self.state is _C.REPORTED:
            return self._choices(MatterKind.CRIME, (_A.APPROVE, _A.REFUSE)) if self.is_decider else ()
        rows: list[tuple[MatterAct, ...]] = []
        if self.state is _C.APPROVED:
            rows.append((_A.HAND_OVER,))
        if self.state is _C.HANDED_OVER:
            rows.append((_A.POLICE_FILED, _A.POLICE_DECLINED))
        if self.receipt and not self.is_copied:
            rows.append((_A.COPY,))
        return self._choices(MatterKind.CRIME, *rows)


@dataclass(frozen=True)
class MatterLine:
    kind: MatterKind
    id: str
    object: str
    what: str
    """A key of `labels.toml`."""
    state: str
    """A key of `labels.toml`."""
    due_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True)
class MatterList(Message):
    """`/matters`: what of the reader's department is open after visits, what ends first on top; a page of it."""

    lines: tuple[MatterLine, ...]
    page: int
    pages: int
    total: int
    overdue: int

    def slot(self) -> str | None:
        return "matters"

    def choices(self) -> Choices:
        rows: list[tuple[Choice, ...]] = [
            (Choice(one.object, MatterButton(_A.VIEW, one.kind, one.id), is_text=True, mark=f"{place}."),)
            for place, one in enumerate(self.lines, start=1)
        ]
        turns = []
        if self.page > 0:
            turns.append(Choice("earlier_page", MatterListButton(str(self.page - 1))))
        if self.page + 1 < self.pages:
            turns.append(Choice("later_page", MatterListButton(str(self.page + 1))))
        return (*rows, *((tuple(turns),) if turns else ()))


@dataclass(frozen=True)
class AskMatterWords(Message):
    """Words that go with a step: a reason, a report, a number; `act` names the question, as `ask_matter_…`."""

    act: MatterAct
    kind: MatterKind
    id: str
    object: str

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return matter_slot(self.kind, self.id)

    def choices(self) -> Choices:
        return ((Choice("back", MatterButton(_A.VIEW, self.kind, self.id)),),)


@dataclass(frozen=True)
class AskTransferTo(Message):
    """Where does the lead go? `departments` are (id, name)."""

    id: str
    object: str
    departments: tuple[tuple[str, str], ...]

    def slot(self) -> str | None:
        return matter_slot(MatterKind.TRANSFER, self.id)

    def choices(self) -> Choices:
        back = Choice("back", MatterButton(_A.VIEW, MatterKind.TRANSFER, self.id))
        rows = tuple(
            (Choice(name, TransferToButton(self.id, id), is_text=True),) for id, name in self.departments
        )
        return (*rows, (back,))
