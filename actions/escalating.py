"""What is overdue climbs the chain that was frozen when its clock started, one party at a time, until it is done."""

from datetime import datetime

from actions.deadline_parties import Matter, people_of
from actions.deadlines import id_of, plan_escalation
from actions.reminding import about, is_closed
from actions.telling import tell
from inspection.calendar.beijing import beijing_day
from inspection.deadlines.rules import Party
from inspection.states import DeadlineState
from notifications.messages.deadlines import DeadlineOverdue
from storage import deputies
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.messaging import DueWork
from storage.tables.registers import Person


def escalate(records: Records, work: DueWork, *, at: datetime) -> None:
    """Tells the next party of the chain, or the one after where the register names nobody, and plans the one behind
    it. Outside the office it waits, unless the matter is urgent."""
    deadline = records.lock(Deadline, id_of(work.subject))
    if deadline.state is not DeadlineState.RUNNING:
        return
    if deadline.waits_for_office and is_closed(records, deadline, at):
        opens = calendar_of(records).next_office_moment(at, deadline.district)
        plan_escalation(records, deadline, f":{opens.isoformat()}", not_before=opens)
        return
    told: list[str] = []
    while not told and deadline.level < len(deadline.chain):
        party = Party(deadline.chain[deadline.level]["party"])
        told = _tell(records, deadline, party, at=at)
        deadline.level += 1
    records.journal("deadline.escalate", str(deadline.id), by=None, at=at, level=deadline.level, told=told)
    plan_escalation(records, deadline)


def _tell(records: Records, deadline: Deadline, party: Party, *, at: datetime) -> list[str]:
    """Gives who was told: each holder of the place, or who stands in today."""
    matter = Matter(deadline.department, deadline.district, deadline.inspection_id, deadline.asked_id)
    readers: dict[str, str] = {}
    for holder in people_of(records, party, matter):
        readers.setdefault(deputies.standing_in(records, holder, beijing_day(at)), holder)
    for reader, holder in readers.items():
        message = _message(records, deadline, party, reader, holder, at=at)
        tell(records, reader, message, key=f"overdue:{deadline.id}:{deadline.level}:{reader}", at=at)
    return list(readers)


def _message(
    records: Records, deadline: Deadline, party: Party, reader: str, holder: str, *, at: datetime
) -> DeadlineOverdue:
    return DeadlineOverdue(
        deadline=str(deadline.id),
        rule=deadline.rule,
        about=about(records, deadline),
        subject=deadline.subject,
        party=party,
        owners=tuple(records.get(Person, one).name for one in deadline.owners),
        due_at=deadline.due_at,
        stands_in_for=records.get(Person, holder).name if holder != reader else "",
        may_act=reader in deadline.owners,
        at=at,
    )
