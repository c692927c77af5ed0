"""责令改正: ordered with a date or at once, reported by the firm, checked again by the same officers, extended once.

A visit to check again takes nothing from the firm's yearly cap (国办发〔2024〕54号: re-check of rectification).
"""

from datetime import datetime

from actions.deadlines import end_deadline, start_deadline
from actions.follow_ups import open_transfer
from actions.matter_access import done_before, matter_for, require_staff, speakers, team_of, tell_each
from actions.matter_cards import follow_up_card
from actions.notices import number_document
from inspection.calendar.beijing import beijing_day
from inspection.deadlines.rules import RuleName
from inspection.deadlines.times import end_of
from inspection.follow_ups import CORRECTIONS, FollowUpKind, RecheckMethod
from inspection.frequency import CapExemption
from inspection.refusals import IllegalStep, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import FOLLOW_UP, DeadlineStep, FollowUpState, FollowUpStep
from inspection.words import clean_words
from storage.store import Records
from storage.tables.follow_ups import FollowUpMatter
from storage.tables.inspections import Inspection
from storage.tables.registers import Person

_CLOCK = {FollowUpKind.RECTIFY: RuleName.RECTIFICATION, FollowUpKind.DISCLOSE: RuleName.DISCLOSURE}
_RUNNING = (FollowUpState.ORDERED, FollowUpState.REPORTED)


def order_correction(
    records: Records,
    matter_id: str,
    *,
    is_immediate: bool = False,
    until: datetime | None = None,
    words: str = "",
    by: Person,
    at: datetime,
) -> FollowUpMatter:
    """What the firm must put right and until when: at once (to the end of the day), by a day that is named, or within
    the time of the rule. The order gets its number. Refuses a day that is not to come."""
    matter = _locked(records, matter_id, by)
    if matter.state is not FollowUpState.OPENED:
        raise done_before(matter.ordered_at, at)
    if until is not None and until <= at:
        raise Unacceptable("day_is_over")
    records.move(FOLLOW_UP, matter, FollowUpStep.ORDER, by=by.id, at=at)
    matter.ordered_at, matter.ordered_by, matter.is_immediate = at, by.id, is_immediate
    matter.order_words, matter.moved_at = clean_words(words) if words.strip() else "", at
    number_document(records, matter.kind, matter.id, department=matter.department, at=at)
    ends_at = end_of(beijing_day(at)) if is_immediate else until
    _restart(records, matter, at=at, ends_at=ends_at)
    _tell_others(records, matter, "ordered", by=by, at=at)
    return matter


def extend_correction(
    records: Records, matter_id: str, words: str, *, by: Person, at: datetime
) -> FollowUpMatter:
    """The time runs anew, once, for a reason."""
    words = clean_words(words)
    matter = _locked(records, matter_id, by)
    if matter.extended_at is not None:
        raise done_before(matter.extended_at, at)
    if matter.state is not FollowUpState.ORDERED:
        raise IllegalStep
    matter.extended_at, matter.extension_words, matter.is_immediate = at, words, False
    records.journal("follow_up.extend", matter.id, by=by.id, at=at)
    _restart(records, matter, at=at)
    _tell_others(records, matter, "extended", by=by, at=at)
    return matter


def report_correction(
    records: Records, matter_id: str, words: str, *, by: Person, at: datetime
) -> FollowUpMatter:
    """The firm says that it has put it right; now the same officers look again, within a time of its own."""
    words = clean_words(words)
    matter = _locked(records, matter_id, by)
    if matter.reported_at is not None:
        raise done_before(matter.reported_at, at)
    if matter.state is not FollowUpState.ORDERED:
        raise IllegalStep
    records.move(FOLLOW_UP, matter, FollowUpStep.REPORT, by=by.id, at=at)
    matter.reported_at, matter.report_words, matter.moved_at = at, words, at
    end_deadline(records, _CLOCK[FollowUpKind(matter.kind)], matter.id, at=at, by=by)
    about = matter_for(records, matter.inspection_id, matter.department, asked_id=matter.owner_id)
    matter.due_at = start_deadline(records, RuleName.RECHECK, matter.id, matter=about, at=at).due_at
    _tell_others(records, matter, "reported", by=by, at=at)
    return matter


def recheck_correction(
    records: Records,
    matter_id: str,
    method: RecheckMethod,
    *,
    is_corrected: bool,
    words: str = "",
    by: Person,
    at: datetime,
) -> FollowUpMatter:
    """The officers of the visit look again, on site or at the documents. What is not corrected becomes a lead of the
    department itself, with the clock of a case."""
    kept = clean_words(words) if words.strip() or not is_corrected else ""
    matter = _locked(records, matter_id, by)
    if matter.rechecked_at is not None:
        raise done_before(matter.rechecked_at, at)
    if matter.state not in _RUNNING:
        raise IllegalStep
    _require_same_officer(records, matter, by)
    step = FollowUpStep.CONFIRM if is_corrected else FollowUpStep.FAIL
    records.move(FOLLOW_UP, matter, step, by=by.id, at=at, method=method.value)
    matter.rechecked_at, matter.rechecked_by, matter.recheck_method = at, by.id, method.value
    matter.cap_exemption = CapExemption.RECHECK.value if method is RecheckMethod.VISIT else None
    matter.outcome_words, matter.moved_at, matter.closed_at = kept, at, at
    for rule in (_CLOCK[FollowUpKind(matter.kind)], RuleName.RECHECK):
        end_deadline(records, rule, matter.id, at=at, by=by)
    if not is_corrected:
        own = matter.department
        open_transfer(records, matter.inspection_id, matter.item_id, own, own, kept, by=by, at=at)
    _tell_others(records, matter, "rechecked", by=by, at=at)
    return matter


def _restart(
    records: Records, matter: FollowUpMatter, *, at: datetime, ends_at: datetime | None = None
) -> None:
    rule = _CLOCK[FollowUpKind(matter.kind)]
    about = matter_for(records, matter.inspection_id, matter.department, asked_id=matter.owner_id)
    end_deadline(records, rule, matter.id, DeadlineStep.CANCEL, at=at)
    matter.due_at = start_deadline(records, rule, matter.id, matter=about, at=at, ends_at=ends_at).due_at


def _locked(records: Records, matter_id: str, by: Person) -> FollowUpMatter:
    found = records.get(FollowUpMatter, matter_id)
    records.lock(Inspection, found.inspection_id)
    matter = records.lock(FollowUpMatter, matter_id)
    require_staff(records, matter.inspection_id, matter.department, by)
    if FollowUpKind(matter.kind) not in CORRECTIONS:
        raise IllegalStep
    return matter


def _require_same_officer(records: Records, matter: FollowUpMatter, by: Person) -> None:
    """Those who saw the fault look whether it is gone; once none of them is with the department any more, whoever
    speaks for it does."""
    team = [one.id for one in team_of(records, matter.inspection_id, matter.department) if one.is_active]
    if by.id in team or (not team and {Role.LIAISON, Role.HEAD} & set(by.roles)):
        return
    raise NotYours("recheck_same_officers")


def _tell_others(records: Records, matter: FollowUpMatter, what: str, *, by: Person, at: datetime) -> None:
    """The officer who found it, and the liaisons, but not whoever has just done it."""
    told = [matter.owner_id, *speakers(records, matter.inspection_id, matter.department)]
    card = follow_up_card(records, matter)
    key = f"follow_up:{matter.id}:{what}:{at.isoformat()}"
    tell_each(records, [one for one in told if one != by.id], card, key=key, at=at)
