"""Proves that everything open has a next step with an owner and a time, and that nothing due has been left lying."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from actions.next_steps import NextStep, Step, next_steps
from storage import open_matters, publicity
from storage.store import Records

PATIENCE = timedelta(minutes=5)
"""Nothing due may be older."""
UNSIGNED_PATIENCE = timedelta(minutes=1)
"""The signer comes round every second."""


class FlawKind(StrEnum):
    STUCK = "stuck"
    """Open, in a state in which nobody can do anything."""
    NO_OWNER = "no_owner"
    """Nobody who is active may do what comes next."""
    NO_TIME = "no_time"
    """Nothing says until when it must be done."""
    NO_DEADLINE = "no_deadline"
    """A deadline has passed, and nothing is planned that would see to it."""
    LATE_WORK = "late_work"
    """Due work that nobody has done."""
    LATE_LETTER = "late_letter"
    """A message that could go and that nobody has tried to send."""
    LATE_UPDATE = "late_update"
    """Something that came in and was not worked on."""
    UNSIGNED = "unsigned"
    """Public for more than a minute, and not signed."""


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """`subject` is an id; `about` says more (the step that has no owner, the kind of work). `department` leads the
    scheme; empty where the whole installation is ill."""

    department: str
    kind: FlawKind
    subject: str
    about: str = ""


def audit(records: Records, at: datetime) -> list[Flaw]:
    """Every flaw there is, in a settled order; empty while all is well."""
    since = at - PATIENCE
    steps = list(next_steps(records))
    return sorted({*_of_steps(steps), *_without_deadline(records, steps, since), *_late(records, since)})


def _of_steps(steps: list[NextStep]) -> Iterator[Flaw]:
    for one in steps:
        if one.step is Step.STUCK:
            yield Flaw(one.department, FlawKind.STUCK, one.subject)
            continue
        if not one.owners:
            yield Flaw(one.department, FlawKind.NO_OWNER, one.subject, one.step)
        if one.due_at is None:
            yield Flaw(one.department, FlawKind.NO_TIME, one.subject, one.step)


_SEEN_TO = frozenset({Step.GIVE_NUMBER, Step.ENTER_VALUE, Step.SUBMIT_RESULT, Step.REVIEW_RESULT})
"""Steps that the clock cannot take itself: once their time is over, there must have been a reminder at least."""


def _without_deadline(records: Records, steps: list[NextStep], since: datetime) -> Iterator[Flaw]:
    answers = {one.subject: one.department for one in steps if one.step is Step.ANSWER}
    decisions = {one.subject: one.department for one in steps if one.step is Step.DECIDE_LEAVE}
    for assignment, _inspection in open_matters.lapsing_by_nothing(records, since):
        if assignment in answers:
            yield Flaw(answers[assignment], FlawKind.NO_DEADLINE, assignment, Step.ANSWER)
    for request in open_matters.undecided_by_nothing(records, since):
        if request in decisions:
            yield Flaw(decisions[request], FlawKind.NO_DEADLINE, request, Step.DECIDE_LEAVE)
    over = {
        one.subject: one
        for one in steps
        if one.step in _SEEN_TO and one.due_at is not None and one.due_at < since
    }
    for subject in open_matters.without_any_work(records, sorted(over)):
        yield Flaw(over[subject].department, FlawKind.NO_DEADLINE, subject, over[subject].step)


def _late(records: Records, since: datetime) -> Iterator[Flaw]:
    """These are the whole installation's: it is not the lead department that can set a process going again."""
    kinds = (
        (FlawKind.LATE_WORK, open_matters.late_work),
        (FlawKind.LATE_LETTER, open_matters.late_letters),
        (FlawKind.LATE_UPDATE, open_matters.late_updates),
    )
    for kind, late in kinds:
        for subject, about in late(records, since):
            yield Flaw("", kind, subject, about)
    for about, subject in publicity.unsigned_since(records, since + PATIENCE - UNSIGNED_PATIENCE):
        yield Flaw("", FlawKind.UNSIGNED, subject, about)
