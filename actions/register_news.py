"""One message to a department's liaisons when others have changed rows of theirs, however many rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from actions.telling import tell
from inspection.registration.changes import VERSIONED, ChangeKind
from inspection.rights import Deed, roles_for
from inspection.roles import Role
from notifications.messages.registers import RegisterNews, RegistersChanged
from storage import due, people
from storage import register_history as history
from storage.store import Records
from storage.tables.messaging import DueWork
from storage.tables.register_history import RegisterVersion
from storage.tables.registers import Person

REGISTER_NEWS = "register_news"
_BUNDLED_FOR = timedelta(minutes=30)
"""What follows within this time is told in the same message."""


def plan_news(records: Records, version: RegisterVersion, departments: Iterable[str], *, after: int) -> None:
    """`after` is the last line of the feed before this version. The first version of a register changes nothing of
    anybody's: it is what there is."""
    if version.number == 1:
        return
    actor = records.find(Person, version.loaded_by) if version.loaded_by else None
    for department in sorted(departments):
        is_own = actor is not None and actor.department == department
        if not is_own and not due.is_planned(records, REGISTER_NEWS, f"{department}:"):
            subject = f"{department}:{after}"
            due.plan(records, kind=REGISTER_NEWS, subject=subject, due_at=version.loaded_at + _BUNDLED_FOR)


def tell_register_news(records: Records, work: DueWork, *, at: datetime) -> None:
    """All that others changed since; whoever keeps registers for the department is no other."""
    department, _, after = work.subject.partition(":")
    own = [
        person.id
        for role in sorted(roles_for(Deed.KEEP_REGISTERS))
        for person in people.with_role(records, role, department)
    ]
    counts = history.counted_for(records, department, after=int(after), without=own)
    if not counts:
        return
    lines = tuple(
        RegisterNews(register, *(counts.get((register, kind), 0) for kind in ChangeKind))
        for register in VERSIONED
        if any(one == register for one, _ in counts)
    )
    for person in people.with_role(records, Role.LIAISON, department):
        message = RegistersChanged(department=department, lines=lines, at=at)
        tell(records, person.id, message, key=f"{work.key}:{person.id}", at=at)
