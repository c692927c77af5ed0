"""A deadline as data: what it is called, what it stands on, how long it is, who is reminded when, who hears after it.

An installation's rules are a TOML file (`inspection.deadlines.reading`), loaded with a version; a deadline that runs
keeps the version it started with. Nothing here or above knows a number of days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class RuleName(StrEnum):
    """The clocks of the trade, in the order of a year's work."""

    PLAN_SUBMISSION = "plan_submission"
    PLAN_PUBLICATION = "plan_publication"
    SCHEME_APPROVAL = "scheme_approval"
    CLUE_DECISION = "clue_decision"
    CASE_VISIT = "case_visit"
    ANSWER = "answer"
    LEAVE_DECISION = "leave_decision"
    TEAM_CONFIRMATION = "team_confirmation"
    BRIEFING = "briefing"
    VISIT_WINDOW = "visit_window"
    SUBMISSION = "submission"
    REVIEW = "review"
    PUBLICITY = "publicity"
    ABNORMAL_LISTING = "abnormal_listing"
    CRIMINAL_TRANSFER = "criminal_transfer"
    POLICE_HANDOVER = "police_handover"
    CORRECTION = "correction"
    TRANSFER_RECEIPT = "transfer_receipt"
    APPROVAL = "approval"
    APPROVAL_MADE_UP = "approval_made_up"
    RECUSAL_APPLICATION = "recusal_application"
    RECTIFICATION = "rectification"
    DISCLOSURE = "disclosure"
    RECHECK = "recheck"
    CASE_FILING = "case_filing"
    POLICE_ANSWER = "police_answer"


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    """To the end of the n-th working day; the first day is not counted (民法典 201, 行政处罚法 85)."""
    DAYS = "days"
    """To the end of the n-th calendar day; the first day is not counted."""
    HOURS = "hours"
    """To the minute, nights and holidays counted."""
    DATE = "date"
    """To the end of one day of each year, such as `03-10`."""
    GIVEN = "given"
    """To the end of the day that the event itself brings, such as the last day of a scheme."""


class Party(StrEnum):
    """Who is reminded and who hears of what is overdue; who that is in person is looked up when it is needed."""

    ASKED = "asked"
    """The one person whose word is awaited: the drawn officer, the head who decides."""
    TEAM = "team"
    """Everybody of the confirmed team but experts, who only advise."""
    LEAD = "lead"
    REVIEWER = "reviewer"
    LIAISON = "liaison"
    HEAD = "head"
    JOINT_OFFICE = "joint_office"
    """联席会议办公室, which the notice puts at the market regulation office (二㈤): its liaisons, or its operators."""


class AtEnd(StrEnum):
    """What happens by itself when the time is over; each is a kind of due work."""

    NOTHING = ""
    LAPSE = "lapse"
    DECIDE_BY_DEFAULT = "decide_by_default"


class SpanUnit(StrEnum):
    HOURS = "h"
    DAYS = "d"
    WORKING_DAYS = "wd"


@dataclass(frozen=True)
class Span:
    """A distance in time, written `2h`, `3d`, `5wd`."""

    number: int
    unit: SpanUnit

    def __str__(self) -> str:
        return f"{self.number}{self.unit.value}"

    @property
    def plain(self) -> timedelta:
        """Without a calendar: what `h` and `d` mean, and what `wd` means at least."""
        hours = 1 if self.unit is SpanUnit.HOURS else 24
        return timedelta(hours=hours * self.number)


HALF, DUE = "half", "0"
Point = Span | str
"""When to remind: a span before the end, `half` of the time, or `0`, the end itself."""


@dataclass(frozen=True)
class Rung:
    """One step of a chain: so long after the end this party hears of it."""

    after: Span
    party: Party


@dataclass(frozen=True)
class DeadlineRule:
    """One clock. `length` counts in `unit` and is 0 where the unit is a date or given; `on` is (month, day) of a date.

    `from_event` names what starts it, for the reader of the table. With `scheme_sets_length` the hours that a scheme
    was filed with stand before `length`. An `urgent` one is told at any hour and in a message of its own; all others
    wait for the office when `office_hours_only`.
    """

    name: RuleName
    basis: str
    from_event: str
    unit: Unit
    length: int = 0
    on: tuple[int, int] | None = None
    scheme_sets_length: bool = False
    remind: tuple[Point, ...] = ()
    remind_whom: tuple[Party, ...] = ()
    office_hours_only: bool = True
    urgent: bool = False
    at_end: AtEnd = AtEnd.NOTHING
    escalate: tuple[Rung, ...] = ()

    @property
    def waits_for_office(self) -> bool:
        return self.office_hours_only and not self.urgent


Rules = dict[RuleName, DeadlineRule]


def as_toml(rules: Iterable[DeadlineRule]) -> str:
    """The rules as a file that can be changed and loaded again."""
    return "\n\n".join(_section(rule) for rule in rules) + "\n"


def _section(rule: DeadlineRule) -> str:
    lines = [f"[{rule.name}]", f"basis = {_quoted(rule.basis)}", f"from_event = {_quoted(rule.from_event)}"]
    lines.append(f"unit = {_quoted(rule.unit)}")
    if rule.on is not None:
        lines.append(f'on = "{rule.on[0]:02d}-{rule.on[1]:02d}"')
    if rule.unit not in {Unit.DATE, Unit.GIVEN}:
        lines.append(f"length = {rule.length}")
    lines += ["scheme_sets_length = true"] if rule.scheme_sets_length else []
    lines.append(f"remind = [{', '.join(_quoted(str(point)) for point in rule.remind)}]")
    lines.append(f"remind_whom = [{', '.join(_quoted(party) for party in rule.remind_whom)}]")
    lines.append(f"office_hours_only = {_yes_no(rule.office_hours_only)}")
    lines.append(f"urgent = {_yes_no(rule.urgent)}")
    lines += [f"at_end = {_quoted(rule.at_end)}"] if rule.at_end else []
    rungs = ", ".join(f'{{ after = "{rung.after}", party = "{rung.party}" }}' for rung in rule.escalate)
    return "\n".join([*lines, f"escalate = [{rungs}]"])


def _quoted(text: str) -> str:
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else f"\\U{ord(sign):08X}" for sign in escaped) + '"'


def _yes_no(value: bool) -> str:
    return "true" if value else "false"
