"""What happens when a time has come: each kind of due work and the action that does it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from actions.assignments import lapse_assignment, remind_to_answer
from actions.back_again import tell_back_again
from actions.ceremony import postpone_draw
from actions.leave import decide_by_default
from actions.live_progress import show_live_progress
from actions.publicity import remind_publicity
from storage.store import Records
from storage.tables.messaging import DueWork


class DueAction(Protocol):
    def __call__(self, records: Records, work: DueWork, *, at: datetime) -> None: ...


DUE_ACTIONS: Mapping[str, DueAction] = {
    "remind_answer": remind_to_answer,
    "lapse": lapse_assignment,
    "decide_by_default": decide_by_default,
    "publicity": remind_publicity,
    "draw_due": postpone_draw,
    "back_again": tell_back_again,
    "live_progress": show_live_progress,
}

OVERTAKEN_BY: Mapping[str, Collection[str]] = {
    "remind_answer": ("remind_answer", "lapse"),
    "publicity": ("publicity",),
    "live_progress": ("live_progress",),
}
"""Words that only the newest of is worth saying, and what makes them pointless once it has come due too. What decides
something is not here: it is always done."""

ALONE = frozenset({"lapse", "decide_by_default"})
"""Whoever does one of these draws anew, and takes back what else was due for those seats."""


def do_due_work(records: Records, work: DueWork, *, at: datetime) -> None:
    """Does one piece of due work; a kind nobody knows is a fault, not a thing to pass over."""
    DUE_ACTIONS[work.kind](records, work, at=at)
