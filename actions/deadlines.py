"""Clocks of the trade: started by an event, ended by the deed that was awaited, in the transaction of either."""

from datetime import date, datetime

from actions.deadline_parties import Matter, people_of
from actions.summary_times import plan_summaries
from inspection.deadlines.rules import AtEnd, DeadlineRule, RuleName, Unit
from inspection.deadlines.times import due_at, escalation_times, reminder_times
from inspection.states import DEADLINE, DeadlineState, DeadlineStep
from storage import deadlines, due, outbox
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.messaging import DueWork
from storage.tables.registers import Person

REMIND, ESCALATE = "remind", "escalate"
_WISHED = "wished:"


def start_deadline(
    records: Records,
    name: RuleName,
    subject: str,
    *,
    matter: Matter,
    at: datetime,
    ends_at: datetime | None = None,
    hours: int | None = None,
    day: date | None = None,
) -> Deadline:
    """Starts the clock of a rule for `subject`, as the rules stand now; one that ran for the same is cancelled.

    `matter` says whom and what it concerns. `ends_at` is an end that was promised before and holds whatever the rule
    says; `hours` and `day` are what `inspection.deadlines.times.due_at` takes.
    """
    end_deadline(records, name, subject, DeadlineStep.CANCEL, at=at)
    if deadlines.standing_rules(records)[0] == 0:
        deadlines.keep_rules(records, {}, at=at)
        plan_summaries(records, at=at)
    version, rules = deadlines.standing_rules(records)
    rule = rules[name]
    ends_at = ends_at or due_at(rule, at, calendar_of(records), hours=hours, day=day)
    owners = list(dict.fromkeys(id for party in rule.remind_whom for id in people_of(records, party, matter)))
    deadline = Deadline(
        rule=name.value,
        version=version,
        subject=subject,
        inspection_id=matter.inspection_id,
        department=matter.department,
        district=matter.district,
        asked_id=matter.asked_id,
        owners=owners,
        started_at=at,
        due_at=ends_at,
        is_urgent=rule.urgent,
        waits_for_office=rule.waits_for_office,
        chain=_chain(records, rule, ends_at, matter.district),
        state=DeadlineState.RUNNING,
    )
    records.add(deadline)
    _plan_reminders(records, deadline, rule, after=at)
    if rule.at_end is not AtEnd.NOTHING:
        key = f"{rule.at_end}:{subject}:{at.isoformat()}"
        due.plan(records, kind=rule.at_end.value, subject=subject, due_at=ends_at, key=key)
    plan_escalation(records, deadline)
    return deadline


def _plan_reminders(
    records: Records, deadline: Deadline, rule: DeadlineRule, *, after: datetime, cause: str = ""
) -> None:
    """As far as they are to come; `cause` tells them from earlier ones."""
    calendar = calendar_of(records)
    times = reminder_times(rule, deadline.started_at, deadline.due_at, calendar, deadline.district)
    for reminder in times:
        for person_id in deadline.owners if reminder.at > after else ():
            plan_reminder(records, deadline, person_id, f"{reminder.point}{cause}", at=reminder.at)


def counted_end(records: Records, name: RuleName, subject: str, started_at: datetime) -> datetime:
    """When the clock that runs for this ends on the calendar that holds now; where none runs, as the rules stand."""
    deadline = deadlines.running(records, name, subject)
    rules = (
        deadlines.rules_of(records, deadline.version) if deadline else deadlines.standing_rules(records)[1]
    )
    return due_at(rules[name], started_at, calendar_of(records))


def recount_deadlines(records: Records, *, by: str | None, at: datetime) -> None:
    """The calendar has changed: what counts in working days and runs ends when it says now. The parties of a chain
    stay; its moments move with the end."""
    for deadline in deadlines.all_running(records):
        rule = deadlines.rules_of(records, deadline.version)[RuleName(deadline.rule)]
        if rule.unit is not Unit.WORKING_DAYS:
            continue
        new = due_at(rule, deadline.started_at, calendar_of(records))
        if new == deadline.due_at:
            continue
        facts = {"rule": deadline.rule, "old": deadline.due_at.isoformat(), "new": new.isoformat()}
        records.journal("deadline.recounted", str(deadline.id), by=by, at=at, **facts)
        due.cancel(records, work_subject(deadline), at=at)
        deadline.due_at, deadline.chain = new, _chain(records, rule, new, deadline.district)
        cause = f":{at.isoformat()}"
        _plan_reminders(records, deadline, rule, after=at, cause=cause)
        plan_escalation(records, deadline, cause)


def _chain(records: Records, rule: DeadlineRule, ends_at: datetime, district: str) -> list[dict[str, str]]:
    rungs = escalation_times(rule, ends_at, calendar_of(records), district)
    return [{"party": rung.party.value, "at": rung.at.isoformat()} for rung in rungs]


def plan_reminder(records: Records, deadline: Deadline, person_id: str, point: str, *, at: datetime) -> None:
    """One person is reminded of it at this moment; `point` names the occasion, and each happens once."""
    key = f"{REMIND}:{deadline.id}:{person_id}:{point}"
    due.plan(records, kind=REMIND, subject=work_subject(deadline), due_at=at, key=key, person_id=person_id)


def plan_wished_reminder(
    records: Records, deadline: Deadline, person_id: str, *, wished_at: datetime, at: datetime
) -> None:
    """The person asked to be reminded then, in the office or not."""
    plan_reminder(records, deadline, person_id, f"{_WISHED}{wished_at.isoformat()}", at=at)


def is_wished(work: DueWork) -> bool:
    """Whether the person asked for this reminder."""
    return f":{_WISHED}" in work.key


def plan_escalation(
    records: Records, deadline: Deadline, cause: str = "", *, not_before: datetime | None = None
) -> None:
    """The next rung of the chain, if there is one; `cause` tells it from one that was planned before."""
    if deadline.level < len(deadline.chain):
        at = datetime.fromisoformat(deadline.chain[deadline.level]["at"])
        at = max(at, not_before or at)
        key = f"{ESCALATE}:{deadline.id}:{deadline.level}{cause}"
        due.plan(records, kind=ESCALATE, subject=work_subject(deadline), due_at=at, key=key)


def end_deadline(
    records: Records,
    name: RuleName,
    subject: str,
    step: DeadlineStep = DeadlineStep.MEET,
    *,
    at: datetime,
    by: Person | None = None,
) -> None:
    """The awaited deed was done (too late, when the end is over), it can't be done any more, or nobody needs it. All
    that was still to be said about it is taken back. Nothing happens where no such clock runs."""
    deadline = deadlines.running(records, name, subject)
    if deadline is None:
        return
    if step is DeadlineStep.MEET and at > deadline.due_at:
        step = DeadlineStep.MISS
    records.move(DEADLINE, deadline, step, by=by.id if by else None, at=at, rule=name.value)
    deadline.ended_at = at
    due.cancel(records, work_subject(deadline), at=at)
    _take_back(records, deadline, at=at)


def _take_back(records: Records, deadline: Deadline, *, at: datetime) -> None:
    """A reminder of it that nobody has read yet is not sent; what else stood in that message is told again without
    it."""
    told = {reminder_key(work.outcome): work for work in due.told_about(records, work_subject(deadline))}
    dropped = outbox.take_back(records, told) if told else set()
    for work in (told[key] for key in dropped):
        others = due.told_works(records, str(work.outcome).removeprefix("told:"), work.person_id or "")
        running = deadlines.running_of(records, {id_of(one.subject) for one in others})
        for other in running.values():
            plan_reminder(records, other, work.person_id or "", f"again:{work.id}", at=at)


def reminder_key(work: int | str | None) -> str:
    """Of the outbox line that a reminder goes out as; `work` is its due work, or `told:<id>`."""
    return f"reminder:{str(work).removeprefix('told:')}"


def work_subject(deadline: Deadline) -> str:
    """What its reminders and escalations bear as their subject."""
    return f"{deadlines.WORK_SUBJECT}{deadline.id}"


def id_of(work_subject: str) -> int:
    return int(work_subject.removeprefix(deadlines.WORK_SUBJECT))
