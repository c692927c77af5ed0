"""尽职照单免责: what an officer had to do by the list in each inspection, and what stands on record of it.

Source: notice 博州政办发〔2019〕33号 三㈡. Whoever inspected by the list is exempt, whoever did not answers for it;
so the record says of each duty when it was done, or plainly that nothing shows it. It says nothing about guilt.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ListedDuty(StrEnum):
    """One thing to be done, in the order of an inspection. Words stand in `labels.toml` as `proof_…`."""

    ANSWER = "answer"
    """Accept, recuse oneself or ask to be excused, within the time."""
    CERTIFICATE = "certificate"
    """A certificate that is valid on the day of the visit."""
    CHECK_IN = "check_in"
    IN_WINDOW = "in_window"
    """The visit took place on a day of the scheme."""
    QUESTIONS = "questions"
    """Every question of the own department's part has an answer."""
    PHOTOS = "photos"
    """Every question that wants a photo has one."""
    PART = "part"
    """The own department's part was finished."""
    SUBMISSION = "submission"
    """Of a lead: the result was submitted within its time."""
    PUBLICITY = "publicity"
    """The result was public in time."""


@dataclass(frozen=True)
class Done:
    """How it stands with one duty: `is_met` None where it is not due yet or was nobody's. `number` of `out_of` for what
    is counted; `distance_m` of a check-in to the registered place."""

    duty: ListedDuty
    is_met: bool | None
    at: datetime | None = None
    number: int | None = None
    out_of: int | None = None
    distance_m: int | None = None


@dataclass(frozen=True)
class Served:
    """One seat that the officer was drawn or named for. `way` is the state of the assignment; `journal` the SHA-256
    of what the journal holds of the officer's own deeds in this inspection, `publication` that of what was public."""

    inspection: str
    object: str
    scheme: str
    is_lead: bool
    way: str
    drawn_at: datetime
    duties: tuple[Done, ...]
    photos: tuple[str, ...]
    """SHA-256 of the officer's own."""
    deeds: int
    journal: str
    publication: str = ""
    is_drawn: bool = True
    """By a draw of ours; otherwise named, or drawn on another platform."""

    @property
    def missing(self) -> tuple[Done, ...]:
        return tuple(one for one in self.duties if one.is_met is False)


@dataclass(frozen=True)
class Diligence:
    """The record of one officer over a span of days of drawing, both included, as it stood at `at`."""

    person: str
    name: str
    department: str
    certificate_number: str
    first_day: date
    last_day: date
    at: datetime
    served: tuple[Served, ...]

    @property
    def visits(self) -> int:
        """Seats that were held on a visit."""
        return sum(one.way in {"confirmed", "completed"} for one in self.served)

    @property
    def met(self) -> int:
        return sum(done.is_met is True for one in self.served for done in one.duties)

    @property
    def missing(self) -> int:
        return sum(len(one.missing) for one in self.served)
