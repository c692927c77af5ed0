"""What happens when a time has come: each kind of due work and the action that does it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from actions.assigning import NAMES_OPEN
from actions.assignments import lapse_assignment
from actions.back_again import tell_back_again
from actions.ceremony import postpone_draw
from actions.escalating import escalate
from actions.leave import decide_by_default
from actions.live_progress import show_live_progress
from actions.monthly_digest import FOR_MONTH, digest_month, tell_month
from actions.object_names import open_names_of_scheme
from actions.register_loads import REGISTER_LOAD_DUE, do_waiting_load
from actions.register_news import REGISTER_NEWS, tell_register_news
from actions.reminding import remind
from actions.summaries import (
    FOR_JOINT_OFFICE,
    FOR_LEAD,
    FOR_LIAISON,
    list_overdue,
    summarize_for_leads,
    summarize_for_liaisons,
    tell_joint_office,
    tell_lead_of_day,
    tell_liaison_of_week,
)
from actions.summary_times import Summary
from storage.store import Records
from storage.tables.messaging import DueWork


class DueAction(Protocol):
    def __call__(self, records: Records, work: DueWork, *, at: datetime) -> None: ...


DUE_ACTIONS: Mapping[str, DueAction] = {
    "remind": remind,
    "escalate": escalate,
    Summary.LEADS: summarize_for_leads,
    Summary.LIAISONS: summarize_for_liaisons,
    Summary.OVERDUE: list_overdue,
    Summary.MONTH: digest_month,
    FOR_MONTH: tell_month,
    FOR_LEAD: tell_lead_of_day,
    FOR_LIAISON: tell_liaison_of_week,
    FOR_JOINT_OFFICE: tell_joint_office,
    "lapse": lapse_assignment,
    "decide_by_default": decide_by_default,
    "draw_due": postpone_draw,
    "back_again": tell_back_again,
    NAMES_OPEN: open_names_of_scheme,
    "live_progress": show_live_progress,
    REGISTER_NEWS: tell_register_news,
    REGISTER_LOAD_DUE: do_waiting_load,
}

OVERTAKEN_BY: Mapping[str, Collection[str]] = {
    "live_progress": ("live_progress",),
}
"""Words that only the newest of is worth saying, and what makes them pointless once it has come due too. What decides
something is not here: it is always done."""

ALONE = frozenset({"lapse", "decide_by_default"})
"""Whoever does one of these draws anew, and takes back what else was due for those seats."""


def do_due_work(records: Records, work: DueWork, *, at: datetime) -> None:
    """Does one piece of due work; a kind nobody knows is a fault, not a thing to pass over. What was done with another
    piece a moment ago is done."""
    if work.done_at is not None:
        return
    DUE_ACTIONS[work.kind](records, work, at=at)
