"""What happens when a time has come: each kind of due work and the action that does it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from actions.assignments import lapse_assignment
from actions.back_again import tell_back_again
from actions.ceremony import postpone_draw
from actions.escalating import escalate
from actions.leave import decide_by_default
from actions.live_progress import show_live_progress
from actions.reminding import remind
from storage.store import Records
from storage.tables.messaging import DueWork


class DueAction(Protocol):
    def __call__(self, records: Records, work: DueWork, *, at: datetime) -> None: ...


DUE_ACTIONS: Mapping[str, DueAction] = {
    "remind": remind,
    "escalate": escalate,
    "lapse": lapse_assignment,
    "decide_by_default": decide_by_default,
    "draw_due": postpone_draw,
    "back_again": tell_back_again,
    "live_progress": show_live_progress,
}


def do_due_work(records: Records, work: DueWork, *, at: datetime) -> None:
    """Does one piece of due work; a kind nobody knows is a fault, not a thing to pass over. What was done with another
    piece a moment ago is done."""
    if work.done_at is not None:
        return
    DUE_ACTIONS[work.kind](records, work, at=at)
