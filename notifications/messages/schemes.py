"""What the operator of the lead department hears about a scheme and its draw."""

from dataclasses import dataclass
from datetime import date, datetime

from inspection.schemes import DRAWN_KINDS
from inspection.supervision.rules import ShareFinding
from notifications.buttons.approval import SupplementAct, SupplementButton
from notifications.buttons.pictures import ProgressButton
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish


@dataclass(frozen=True)
class SchemeLine:
    """One scheme in a list."""

    id: str
    name: str
    state: str


@dataclass(frozen=True)
class SchemeList(Message):
    schemes: tuple[SchemeLine, ...]

    def slot(self) -> str | None:
        return "schemes"

    def choices(self) -> Choices:
        return tuple(
            (Choice(scheme.name, SchemeButton(SchemeAct.VIEW, scheme.id), is_text=True),)
            for scheme in self.schemes
        )


@dataclass(frozen=True)
class SchemeCard(Message):
    """One scheme with its numbers and the one step that is next."""

    id: str
    name: str
    state: str
    departments: tuple[str, ...]
    seats_per_department: int
    first_day: date
    last_day: date
    progress: tuple[tuple[str, int], ...]
    """(state of inspections, number), in the order of the life of an inspection."""
    kind: str = "random"
    missing: tuple[str, ...] = ()
    """Of a draft: which of the eight parts it lacks."""
    head: str = ""
    """Of a submitted one: who decides."""
    returned: str = ""
    """Of a draft that came back: what the head wants changed."""
    may_supplement: bool = False
    """Some teams are confirmed and briefed."""
    unread: int = 0
    """Briefings that nobody has read yet."""
    names_open_at: datetime | None = None
    """From when on the firms are named; None where they are named at once."""

    def slot(self) -> str | None:
        return f"scheme:{self.id}"

    def choices(self) -> Choices:
        acts = {"announced": SchemeAct.SOURCES, "submitted": SchemeAct.WITHDRAW}
        if self.kind in DRAWN_KINDS:
            acts["filed"] = SchemeAct.PREPARE
        if not self.missing:
            acts["drafted"] = SchemeAct.SUBMIT
        refresh = Choice("refresh", SchemeButton(SchemeAct.VIEW, self.id))
        if self.state == "drafted" and self.missing:
            return ((Choice("scheme_hour", SchemeButton(SchemeAct.HOUR, self.id)), refresh),)
        if self.state not in acts:
            supplement = Choice("supplement", SupplementButton(SupplementAct.ASK, self.id))
            more = ((supplement,),) if self.may_supplement else ()
            picture = Choice("progress_picture", ProgressButton(self.id))
            return (*more, (refresh, picture)) if self.progress else (*more, (refresh,))
        act = acts[self.state]
        hour = Choice("scheme_hour", SchemeButton(SchemeAct.HOUR, self.id))
        beside = (hour, refresh) if self.state == "drafted" else (refresh,)
        return ((Choice(f"scheme_{act.name.lower()}", SchemeButton(act, self.id)),), beside)


@dataclass(frozen=True)
class AskNamesHour(Message):
    """Of a draft: from which hour on the drawn firms are named."""

    scheme: str
    name: str
    current: datetime | None
    first_day: date

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"scheme:{self.scheme}"

    def choices(self) -> Choices:
        return ((Choice("back", SchemeButton(SchemeAct.VIEW, self.scheme)),),)


@dataclass(frozen=True)
class StratumLine:
    name: str
    size: int
    quota: int


@dataclass(frozen=True)
class DrawAnnounced(Message):
    """Everything is frozen: what will be drawn from what, and the fingerprints that were published."""

    scheme: str
    name: str
    draw: str
    strata: tuple[StratumLine, ...]
    objects: int
    inspectors: int
    left_out: tuple[tuple[str, int], ...]
    digest: str
    anchor: str
    sources: tuple[str, ...]
    due: datetime
    shares: tuple[ShareFinding, ...] = ()
    """What stands outside the rules of supervision and may be drawn all the same."""

    def slot(self) -> str | None:
        return f"scheme:{self.scheme}"

    def choices(self) -> Choices:
        return ((Choice("scheme_sources", SchemeButton(SchemeAct.SOURCES, self.scheme)),),)


@dataclass(frozen=True)
class DrawFinished(Message):
    scheme: str
    name: str
    draw: str
    objects: int
    seats: int
    inputs: tuple[tuple[str, str], ...]
    """(source, value) of every public input, in the announced order."""
    digest: str

    def slot(self) -> str | None:
        return f"scheme:{self.scheme}"

    def choices(self) -> Choices:
        return ((Choice("refresh", SchemeButton(SchemeAct.VIEW, self.scheme)),),)


@dataclass(frozen=True)
class DrawInfeasible(Message):
    """Nothing was drawn: which department has too few people, in the draw's own sentence of facts."""

    scheme: str
    name: str
    draw: str
    department: str
    qualifications: tuple[str, ...]
    district: str
    """The rule that holds: `same`, `other` or `any`."""
    leads: bool
    """Only leads' seats lack somebody: too few may lead."""
    seats: tuple[str, ...]
    """The smallest set of seats that compete for too few people, as the draw names them."""


@dataclass(frozen=True)
class RedrawInfeasible(Message):
    """A vacant seat could not be filled; it stays open and visible."""

    scheme: str
    round: int
    department: str
    qualifications: tuple[str, ...]
    leads: bool
    objects: tuple[str, ...]


@dataclass(frozen=True)
class ObjectReplaced(Message):
    """To the operator, in place of the question: the object that has gone, and the one drawn for it."""

    inspection: str
    gone: str
    cause: str
    drawn: str
    moved_to: str = ""
    """The county of the prefecture that it was handed to."""

    def slot(self) -> str | None:
        return f"gone:{self.inspection}"
