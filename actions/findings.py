"""Findings: each item of the department ends in a national category, with what follows from it."""

from dataclasses import dataclass
from datetime import datetime

from actions.on_site import changeable_part
from actions.visits import tell_lead_progress
from inspection.departments import DEPARTMENTS
from inspection.refusals import IllegalStep, Incomplete, NotYours, Unacceptable
from inspection.results import (
    CHOSEN_FOLLOW_UPS,
    TRANSFERRING,
    Category,
    FollowUp,
    Method,
    is_allowed,
    usual_follow_up,
)
from inspection.states import ChecklistState
from inspection.words import clean_words
from storage import checklists, results
from storage.store import Records
from storage.tables.inspections import Finding, Inspection
from storage.tables.registers import Person


@dataclass(frozen=True)
class Entered:
    """What stands in a finding since `at`; `is_repeat` when it stood there already and nothing was changed."""

    finding: Finding
    at: datetime
    is_repeat: bool


def enter_finding(
    records: Records, inspection_id: str, item_id: str, category: Category, *, by: Person, at: datetime
) -> Entered:
    """Puts an item of the officer's department into a category; what follows from another category is forgotten."""
    inspection, department = _changeable(records, inspection_id, item_id, by)
    if not is_allowed(category, checklists.entries(records, inspection, department)):
        raise Unacceptable("category_contradicts", category=f"category_{category}")
    finding = records.find(Finding, (inspection_id, item_id))
    old = finding.category if finding else None
    if finding is not None and old == category:
        return _repeated(records, finding, "category")
    if finding is None:
        finding = Finding(
            inspection_id=inspection_id,
            item_id=item_id,
            department=department,
            category=category.value,
            methods=[Method.ON_SITE.value],
            entered_at=at,
            entered_by=by.id,
        )
        records.add(finding)
    usual = usual_follow_up(category, checklists.entries(records, inspection, department))
    finding.category, finding.transfer_to = category.value, None
    finding.follow_ups = [usual.value] if usual else []
    return _entered(records, inspection, finding, "category", old, category.value, by=by, at=at)


def describe_finding(
    records: Records, inspection_id: str, item_id: str, words: str, *, by: Person, at: datetime
) -> Entered:
    """Keeps what was found, in the officer's words."""
    kept = clean_words(words)
    inspection, _ = _changeable(records, inspection_id, item_id, by)
    finding = _standing(records, inspection_id, item_id)
    if finding.words == kept:
        return _repeated(records, finding, "words")
    old, finding.words = finding.words, kept
    return _entered(records, inspection, finding, "words", old, kept, by=by, at=at)


def choose_follow_up(
    records: Records, inspection_id: str, item_id: str, follow_up: FollowUp, *, by: Person, at: datetime
) -> Entered:
    """What follows, where the category leaves it open; another one forgets who was to receive the matter."""
    inspection, department = _changeable(records, inspection_id, item_id, by)
    finding = _standing(records, inspection_id, item_id)
    entries = checklists.entries(records, inspection, department)
    if usual_follow_up(Category(finding.category), entries) is not None or follow_up not in CHOSEN_FOLLOW_UPS:
        raise IllegalStep
    if finding.follow_ups == [follow_up.value]:
        return _repeated(records, finding, "follow_up")
    old, finding.follow_ups, finding.transfer_to = finding.follow_ups, [follow_up.value], None
    return _entered(records, inspection, finding, "follow_up", "".join(old), follow_up.value, by=by, at=at)


def choose_receiver(
    records: Records, inspection_id: str, item_id: str, receiver: str, *, by: Person, at: datetime
) -> Entered:
    """The department that receives the matter when the result is approved."""
    inspection, department = _changeable(records, inspection_id, item_id, by)
    finding = _standing(records, inspection_id, item_id)
    if receiver not in DEPARTMENTS:
        raise Unacceptable("unknown_button")
    if not TRANSFERRING.intersection(finding.follow_ups):
        raise Unacceptable("receiver_not_needed")
    if FollowUp.NOTIFY in finding.follow_ups and receiver == department:
        raise Unacceptable("receiver_is_us")
    if finding.transfer_to == receiver:
        return _repeated(records, finding, "receiver")
    old, finding.transfer_to = finding.transfer_to, receiver
    return _entered(records, inspection, finding, "receiver", old, receiver, by=by, at=at)


def change_method(
    records: Records,
    inspection_id: str,
    item_id: str,
    method: Method,
    *,
    is_used: bool,
    by: Person,
    at: datetime,
) -> Entered:
    """Says of one method whether the item was checked by it; one method at least remains."""
    inspection, _ = _changeable(records, inspection_id, item_id, by)
    finding = _standing(records, inspection_id, item_id)
    used = set(finding.methods)
    if (method.value in used) is is_used:
        return _repeated(records, finding, "methods")
    used ^= {method.value}
    if not used:
        raise Unacceptable("method_needed")
    old, finding.methods = finding.methods, [one.value for one in Method if one.value in used]
    was, now = "+".join(old), "+".join(finding.methods)
    return _entered(records, inspection, finding, "methods", was, now, by=by, at=at)


def _changeable(records: Records, inspection_id: str, item_id: str, by: Person) -> tuple[Inspection, str]:
    """The inspection, locked, and the officer's department; findings follow a finished part and are its own."""
    inspection = records.lock(Inspection, inspection_id)
    part = changeable_part(records, inspection, by)
    competent = {item.id: department for item, department in results.items(records, inspection)}
    if competent.get(item_id) != part.department:
        raise NotYours
    if part.state is ChecklistState.OPEN:
        raise Incomplete("part_not_finished")
    return inspection, part.department


def _standing(records: Records, inspection_id: str, item_id: str) -> Finding:
    finding = records.find(Finding, (inspection_id, item_id))
    if finding is None:
        raise Incomplete("finding_needs_category")
    return finding


def _entered(
    records: Records,
    inspection: Inspection,
    finding: Finding,
    what: str,
    old: str | None,
    new: str,
    *,
    by: Person,
    at: datetime,
) -> Entered:
    finding.entered_at, finding.entered_by = at, by.id
    subject = f"{inspection.id}/{finding.item_id}"
    records.journal(f"finding.{what}", subject, by=by.id, at=at, **{"from": old, "to": new})
    tell_lead_progress(records, inspection, cause=f"{what}:{finding.item_id}", by=by, at=at)
    return Entered(finding, at, is_repeat=False)


def _repeated(records: Records, finding: Finding, what: str) -> Entered:
    """The same again: since when it has stood so. What was never chosen stands since the finding was entered."""
    records.session.flush()
    subject = f"{finding.inspection_id}/{finding.item_id}"
    chosen = results.last_journalled(records, f"finding.{what}", subject)
    return Entered(finding, chosen.at if chosen else finding.entered_at, is_repeat=True)
