"""What is said while a draw is prepared and its public inputs come in: to operator, witnesses and colleagues."""

from dataclasses import dataclass
from datetime import datetime

from notifications.buttons.ceremony import EntryButton, InviteAct, InviteButton, NumberAct, NumberButton
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish

MOST_DIGITS = 24
"""Of a witness's number, so that it fits into a button."""


@dataclass(frozen=True)
class WitnessLine:
    """Somebody who may be invited."""

    id: str
    name: str
    title: str
    is_invited: bool


@dataclass(frozen=True)
class _OnScheme(Message):
    """One card for a scheme: each replaces the one before."""

    scheme: str

    def slot(self) -> str | None:
        return f"scheme:{self.scheme}"


@dataclass(frozen=True)
class _ForWitness(Message):
    draw: str

    def slot(self) -> str | None:
        return f"witness:{self.draw}"


@dataclass(frozen=True)
class _OfEntry(Message):
    """About the public value of a draw, to one of those who may enter it."""

    draw: str

    def slot(self) -> str | None:
        return f"entry:{self.draw}"


@dataclass(frozen=True)
class CeremonyCard(_OnScheme):
    """Before the announcement: who is invited, and which public value the draw will take in."""

    name: str
    witnesses: tuple[WitnessLine, ...]
    public_value: str

    @property
    def has_source(self) -> bool:
        """Without one nobody outside could vouch for the draw, and it can't be announced."""
        return bool(self.public_value) or any(one.is_invited for one in self.witnesses)

    def choices(self) -> Choices:
        announce = Choice("scheme_announce", SchemeButton(SchemeAct.ANNOUNCE, self.scheme))
        return (
            *((self._choice(one),) for one in self.witnesses),
            (Choice("public_value_name", SchemeButton(SchemeAct.NAME, self.scheme)),),
            *(((announce,),) if self.has_source else ()),
            (Choice("back", SchemeButton(SchemeAct.VIEW, self.scheme)),),
        )

    def _choice(self, one: WitnessLine) -> Choice:
        act = InviteAct.LEAVE_OUT if one.is_invited else InviteAct.INVITE
        return Choice(
            f"{one.title} {one.name}".strip(),
            InviteButton(act, self.scheme, one.id),
            is_text=True,
            mark="☑" if one.is_invited else "☐",
        )


@dataclass(frozen=True)
class AskPublicValueName(_OnScheme):
    current: str

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def choices(self) -> Choices:
        return ((Choice("back", SchemeButton(SchemeAct.PREPARE, self.scheme)),),)


@dataclass(frozen=True)
class WitnessInvited(_ForWitness):
    """To a witness: everything is frozen, here are the fingerprints, and what is asked of you."""

    name: str
    objects: int
    inspectors: int
    digest: str
    anchor: str
    due: datetime

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def choices(self) -> Choices:
        return _dice(self.draw, "")


@dataclass(frozen=True)
class NumberCheck(_ForWitness):
    """The witness's number as it was read, before it is given for good."""

    digits: str

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def choices(self) -> Choices:
        send = Choice("number_send", NumberButton(NumberAct.SEND, self.draw, self.digits))
        clear = Choice("number_clear", NumberButton(NumberAct.LOOK, self.draw, ""))
        return (*_dice(self.draw, self.digits), (send, clear)) if self.digits else _dice(self.draw, "")


@dataclass(frozen=True)
class NumberTaken(_ForWitness):
    """The witness's number is in and stays."""

    digits: str
    at: datetime


@dataclass(frozen=True)
class AskPublicValue(_OfEntry):
    """From each of the two who enter it, without the other's entry."""

    name: str
    source: str

    def wish(self) -> Wish | None:
        return Wish.TEXT


@dataclass(frozen=True)
class EntryKept(_OfEntry):
    """The first of the two entries; it counts once somebody else has entered the same."""

    source: str
    value: str


@dataclass(frozen=True)
class EntryAgreed(_OfEntry):
    source: str
    value: str


@dataclass(frozen=True)
class SecondEntryAsked(_OfEntry):
    """To the colleagues: somebody has entered the public value, another person must enter it too."""

    name: str
    source: str
    first: str

    def choices(self) -> Choices:
        return ((Choice("enter_public_value", EntryButton(self.draw)),),)


@dataclass(frozen=True)
class EntriesDiffer(_OfEntry):
    """To both: the two entries were not the same, and neither counts."""

    name: str
    source: str

    def choices(self) -> Choices:
        return ((Choice("enter_public_value", EntryButton(self.draw)),),)


@dataclass(frozen=True)
class SourceLine:
    """One announced source and how far it is; of a public value the first entry may have been made."""

    name: str
    is_witness: bool
    is_given: bool
    is_entered_once: bool


@dataclass(frozen=True)
class DrawSources(_OnScheme):
    """To the operator: which public inputs are in. With the last one the draw may run, and can't be given up."""

    name: str
    draw: str
    due: datetime
    sources: tuple[SourceLine, ...]

    @property
    def is_complete(self) -> bool:
        return all(one.is_given for one in self.sources)

    def choices(self) -> Choices:
        if self.is_complete:
            return ((Choice("scheme_draw", SchemeButton(SchemeAct.DRAW, self.scheme)),),)
        enter = Choice("enter_public_value", EntryButton(self.draw))
        asks = any(not one.is_witness and not one.is_given for one in self.sources)
        return (
            *(((enter,),) if asks else ()),
            (Choice("refresh", SchemeButton(SchemeAct.SOURCES, self.scheme)),),
            (Choice("scheme_void", SchemeButton(SchemeAct.VOID, self.scheme)),),
        )


@dataclass(frozen=True)
class DrawPostponed(Message):
    """To the operator: the time is over and these are missing. The draw waits; nothing takes their place."""

    scheme: str
    name: str
    draw: str
    missing: tuple[str, ...]

    def choices(self) -> Choices:
        return ((Choice("scheme_sources", SchemeButton(SchemeAct.SOURCES, self.scheme)),),)


@dataclass(frozen=True)
class AskVoidReason(_OnScheme):
    """Why the draw is given up; the reason is public."""

    draw: str

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def choices(self) -> Choices:
        return ((Choice("back", SchemeButton(SchemeAct.SOURCES, self.scheme)),),)


@dataclass(frozen=True)
class DrawVoided(Message):
    """To all who took part: the draw was given up, why, and that it stays on the record."""

    draw: str
    name: str
    reason: str


@dataclass(frozen=True)
class DrawRecorded(Message):
    """To all who took part: what was drawn, and the fingerprint of the record they can check."""

    draw: str
    name: str
    objects: int
    seats: int
    inputs: tuple[tuple[str, str], ...]
    digest: str


def _dice(draw: str, digits: str) -> Choices:
    """Six sides, in two rows for a thumb; none when no more digits fit."""
    if len(digits) >= MOST_DIGITS:
        return ()
    sides = [
        Choice("die_side", NumberButton(NumberAct.LOOK, draw, f"{digits}{side}"), {"side": side})
        for side in range(1, 7)
    ]
    return (tuple(sides[:3]), tuple(sides[3:]))
