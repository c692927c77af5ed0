"""What a lead hears about the team."""

from dataclasses import dataclass
from datetime import date, datetime

from notifications.buttons.assignments import SendBackButton, TeamAct, TeamButton
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish


@dataclass(frozen=True)
class SeatLine:
    """One seat as the lead sees it. `person` is empty while it is open; `certificate_expires` None without one."""

    department: str
    person: str
    assignment: str
    state: str
    certificate_number: str
    certificate_expires: date | None
    is_certificate_valid: bool
    is_lead: bool


@dataclass(frozen=True)
class _AboutTeam(Message):
    inspection: str
    object: str
    scheme: str
    first_day: date
    last_day: date
    seats: tuple[SeatLine, ...]

    def slot(self) -> str | None:
        return f"team:{self.inspection}"


@dataclass(frozen=True)
class TeamView(_AboutTeam):
    """The team as it stands; nothing to confirm yet."""

    def choices(self) -> Choices:
        return ((Choice("refresh", TeamButton(TeamAct.VIEW, self.inspection)),),)


@dataclass(frozen=True)
class TeamReady(_AboutTeam):
    """Everybody accepted: the lead confirms, or sends a seat back; without valid certificates only that."""

    is_drawn: bool = True

    def choices(self) -> Choices:
        send_back = (Choice("send_back", TeamButton(TeamAct.CHOOSE_SEAT, self.inspection)),)
        if not all(seat.is_certificate_valid for seat in self.seats):
            return (send_back,)
        return ((Choice("confirm_team", TeamButton(TeamAct.CONFIRM, self.inspection)),), send_back)


@dataclass(frozen=True)
class ChooseSeat(_AboutTeam):
    """Which seat is to go back to the draw."""

    is_drawn: bool = True

    def choices(self) -> Choices:
        seats = tuple(
            (Choice("seat_of", SendBackButton(seat.assignment), {"person": seat.person}),)
            for seat in self.seats
            if seat.assignment and not seat.is_lead
        )
        return (*seats, (Choice("back", TeamButton(TeamAct.VIEW, self.inspection)),))


@dataclass(frozen=True)
class AskSendBackWords(Message):
    """The reason, which the officer will read."""

    inspection: str
    person: str
    is_drawn: bool = True

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"team:{self.inspection}"

    def choices(self) -> Choices:
        return ((Choice("back", TeamButton(TeamAct.VIEW, self.inspection)),),)


@dataclass(frozen=True)
class SeatRedrawn(Message):
    """To the lead after sending a seat back: what happens now."""

    inspection: str
    object: str
    person: str
    is_drawn: bool = True

    def slot(self) -> str | None:
        return f"team:{self.inspection}"


@dataclass(frozen=True)
class TeamReopened(Message):
    """To the lead: a seat fell vacant after everybody had accepted."""

    inspection: str
    object: str
    department: str
    is_drawn: bool = True

    def slot(self) -> str | None:
        return f"team:{self.inspection}"


@dataclass(frozen=True)
class TeamConfirmed(_AboutTeam):
    """To the lead, in place of the question; `may_have_group` where there is a messenger with groups."""

    confirmed_at: datetime
    may_have_group: bool = False
    unread: tuple[str, ...] = ()
    """Who has not read the briefing yet, by name."""

    def choices(self) -> Choices:
        if not self.may_have_group:
            return ()
        return ((Choice("make_group", TeamButton(TeamAct.GROUP, self.inspection)),),)
