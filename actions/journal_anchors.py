"""The journal's daily anchor: its head, signed and public, so that nobody can write the journal anew behind it."""

from datetime import date, datetime, time, timedelta

from actions.public_bundles import Change, freeze
from inspection.calendar.beijing import BEIJING
from inspection.journal_chain import START, Anchor
from inspection.open_data import BundleKind
from storage import chain, publicity
from storage.store import Records

ANCHOR_HOUR = time(18)
"""Beijing time: when the offices close, so that a day's work is anchored on that day."""


def anchor_due(records: Records, *, at: datetime) -> date | None:
    """The day whose anchor is to be made now. One that was missed while nothing ran is made up for, of several the
    last; the first ever waits for its hour."""
    here = at.astimezone(BEIJING)
    is_time = here.time() >= ANCHOR_HOUR
    day = here.date() if is_time else here.date() - timedelta(days=1)
    last = publicity.last_bundle(records, BundleKind.JOURNAL)
    if last is not None:
        return day if last.subject < day.isoformat() else None
    return day if is_time and chain.head(records.session) != START else None


def anchor_journal(records: Records, *, at: datetime) -> Anchor | None:
    """Makes the head public if it is time; gives the anchor that was made."""
    day = anchor_due(records, at=at)
    if day is None:
        return None
    anchor = Anchor(day, chain.head(records.session))
    freeze(records, Change(BundleKind.JOURNAL, day.isoformat(), anchor.content, anchor.link.hash, 1), at=at)
    return anchor
