"""Reminders go out: what falls due for one person at about the same time is one message, re-checked as it is sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from actions.assigning import visit_of
from actions.deadlines import id_of, is_wished, plan_reminder, reminder_key
from actions.field_cards import object_name
from actions.publicity import publicity_nears
from actions.telling import tell
from inspection.deadlines.rules import RuleName
from inspection.states import AssignmentState
from notifications.messages.assignments import AnswerReminder
from notifications.messages.deadlines import SHOWN, ReminderDigest, ReminderLine
from notifications.messages.message import Message
from storage import deadlines, due
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.inspections import Assignment, Inspection
from storage.tables.messaging import DueWork
from storage.tables.registers import Scheme

WINDOW = timedelta(minutes=5)
"""What falls due for the same person within so long is told with what is due now."""
GRACE = timedelta(minutes=15)
"""A reminder for the closing of the office may be told so much later; beyond, it waits for the next opening."""
_OF_A_YEAR = frozenset({RuleName.PLAN_SUBMISSION.value, RuleName.PLAN_PUBLICATION.value})
Told = list[tuple[DueWork, Deadline]]


def remind(records: Records, work: DueWork, *, at: datetime) -> None:
    """Tells the person of `work` all that is due for them by now; an urgent matter in a message of its own."""
    together = [work, *due.also_due(records, work, until=at + WINDOW)]
    running = deadlines.running_of(records, {id_of(one.subject) for one in together})
    bundle: Told = []
    for one in together:
        deadline = running.get(id_of(one.subject))
        if deadline is None or _comes_too_late(one, deadline, at):
            due.finish(one, at=at, outcome=due.SUPERSEDED)
        elif deadline.waits_for_office and not is_wished(one) and is_closed(records, deadline, at):
            _put_off(records, one, deadline, at=at)
        elif deadline.is_urgent:
            _tell(records, [(one, deadline)], at=at)
        else:
            bundle.append((one, deadline))
    if bundle:
        _tell(records, bundle, at=at)


def reminder_line(records: Records, deadline: Deadline) -> ReminderLine:
    """How a matter reads in a list."""
    return ReminderLine(
        rule=deadline.rule,
        about=about(records, deadline),
        subject=deadline.subject,
        due_at=deadline.due_at,
    )


def about(records: Records, deadline: Deadline) -> str:
    """The name of the firm that it concerns, or the id of what has no firm; of a department's plan its year."""
    if deadline.rule == RuleName.SCHEME_APPROVAL:
        return records.get(Scheme, deadline.subject).name
    if deadline.inspection_id is None:
        return deadline.subject.partition("/")[0] if deadline.rule in _OF_A_YEAR else deadline.subject
    return object_name(records, records.get(Inspection, deadline.inspection_id))


def _comes_too_late(work: DueWork, deadline: Deadline, at: datetime) -> bool:
    """The clock stood still, and the end is over by now: what comes next is the end's own business."""
    return deadline.due_at <= at and work.due_at < deadline.due_at


def is_closed(records: Records, deadline: Deadline, at: datetime) -> bool:
    """Whether the offices of its district are, for so long that nothing may be said any more."""
    return calendar_of(records).last_office_moment(at, deadline.district) < at - GRACE


def _put_off(records: Records, work: DueWork, deadline: Deadline, *, at: datetime) -> None:
    """To the next opening; where that would be too late nothing more is said."""
    due.finish(work, at=at, outcome=due.SUPERSEDED)
    opens = calendar_of(records).next_office_moment(at, deadline.district)
    if opens < deadline.due_at and work.person_id is not None:
        plan_reminder(records, deadline, work.person_id, f"opening:{opens.isoformat()}", at=opens)


def _tell(records: Records, told: Told, *, at: datetime) -> None:
    first = told[0][0]
    assert first.id is not None
    assert first.person_id is not None
    for work, _deadline in told:
        due.finish(work, at=at, outcome=due.told_with(first.id))
    matters = list({deadline.id: deadline for _work, deadline in told}.values())
    message = _message(records, matters, str(first.id), at=at)
    subject, while_state = None, None
    if isinstance(message, AnswerReminder):
        subject, while_state = message.assignment, AssignmentState.NOTIFIED.value
    tell(
        records,
        first.person_id,
        message,
        key=reminder_key(first.id),
        at=at,
        subject=subject,
        while_state=while_state,
    )


def _message(records: Records, matters: Sequence[Deadline], work: str, *, at: datetime) -> Message:
    """One matter may have a message of its own kind, with all that can be pressed there."""
    [first, *others] = matters
    if not others and first.rule == RuleName.ANSWER:
        assignment = records.get(Assignment, first.subject)
        visit = visit_of(records, records.get(Inspection, assignment.inspection_id))
        return AnswerReminder(assignment=assignment.id, visit=visit, answer_by=first.due_at, work=work)
    if not others and first.rule == RuleName.PUBLICITY:
        return publicity_nears(records, records.get(Inspection, first.subject), work=work, at=at)
    shown = sorted(matters, key=lambda one: (one.due_at, one.id or 0))
    return ReminderDigest(
        work=work,
        lines=tuple(reminder_line(records, one) for one in shown[:SHOWN]),
        more=max(0, len(shown) - SHOWN),
        is_urgent=first.is_urgent,
        at=at,
    )
