"""涉嫌犯罪案件移送: two officers form the group, the head decides within 3 days, the police have it within 24 hours.

Source: 行政执法机关移送涉嫌犯罪案件的规定. The words are private: no message carries more than the firm and the visit.
"""

from datetime import datetime

from actions.case_files import reopen_for
from actions.deadlines import end_deadline, start_deadline
from actions.deciders import deciders
from actions.matter_access import (
    district_of,
    done_before,
    matter_for,
    require_speaker,
    require_staff,
    speakers,
    team_of,
)
from actions.matter_cards import crime_card
from actions.telling import tell
from inspection.deadlines.rules import RuleName
from inspection.departments import EXPERTS
from inspection.refusals import IllegalStep, Incomplete, NotYours, Unacceptable
from inspection.states import CRIME, OPEN_CRIMES, CrimeState, CrimeStep
from inspection.words import clean_words
from storage import assignments, follow_ups
from storage.store import Records
from storage.tables.follow_ups import SuspectedCrime
from storage.tables.inspections import Inspection
from storage.tables.registers import Person

GROUP = 2
"""Officers who form the group that looks into it."""
RECEIPT_LIMIT = 100
LATER = "新的后续材料"
"""Why a case file is open again, as all its readers see it: neither what came nor from whom."""


def report_crime(
    records: Records, inspection_id: str, item_id: str, words: str, *, by: Person, at: datetime
) -> SuspectedCrime:
    """An officer of the visit, a liaison or a head reports a finding as a suspected crime; two officers of the visit
    form the group, and the head of the authority must decide, at any hour."""
    words = clean_words(words)
    inspection = records.lock(Inspection, inspection_id)
    require_staff(records, inspection_id, by.department, by)
    if inspection.started_at is None:
        raise Incomplete("visit_not_started")
    standing = follow_ups.crimes_of(records, inspection_id)
    for one in standing:
        if one.department == by.department and one.item_id == item_id and one.state in OPEN_CRIMES:
            raise done_before(one.reported_at, at)
    group = _group(records, inspection_id, by)
    head = next(iter(deciders(records, by.department, district_of(records, inspection_id))), None)
    if head is None:
        raise Unacceptable("no_head", department=by.department)
    crime = SuspectedCrime(
        id=f"{inspection_id}/c{len(standing) + 1}",
        inspection_id=inspection_id,
        item_id=item_id,
        department=by.department,
        state=CrimeState.REPORTED,
        words=words,
        group=group,
        decider_id=head.id,
        reported_at=at,
        reported_by=by.id,
        moved_at=at,
    )
    records.add(crime)
    records.journal("crime.report", crime.id, by=by.id, at=at, group=group)
    reopen_for(records, inspection_id, LATER, by=None, at=at)
    matter = matter_for(records, inspection_id, by.department, asked_id=head.id)
    start_deadline(records, RuleName.CRIMINAL_TRANSFER, crime.id, matter=matter, at=at)
    _tell(records, crime, "reported", by=by, at=at)
    return crime


def decide_crime(
    records: Records, crime_id: str, *, is_approved: bool, words: str = "", by: Person, at: datetime
) -> SuspectedCrime:
    """The head hands it to the police, or does not, in words; within 24 hours of a yes it must be there."""
    kept = clean_words(words) if words.strip() or not is_approved else ""
    crime = _locked(records, crime_id)
    if by.id != crime.decider_id:
        raise NotYours
    if crime.state is not CrimeState.REPORTED:
        raise done_before(crime.decided_at, at)
    step = CrimeStep.APPROVE if is_approved else CrimeStep.REFUSE
    records.move(CRIME, crime, step, by=by.id, at=at)
    crime.decided_at, crime.decision_words, crime.moved_at = at, kept, at
    end_deadline(records, RuleName.CRIMINAL_TRANSFER, crime.id, at=at, by=by)
    if is_approved:
        matter = matter_for(records, crime.inspection_id, crime.department, asked_id=crime.group[0])
        start_deadline(records, RuleName.POLICE_HANDOVER, crime.id, matter=matter, at=at)
    _tell(records, crime, "decided", by=by, at=at)
    return crime


def hand_over_crime(
    records: Records, crime_id: str, receipt: str, *, by: Person, at: datetime
) -> SuspectedCrime:
    """The police have it: the number of their receipt. They answer within 3 days."""
    receipt = clean_words(receipt, RECEIPT_LIMIT)
    crime = _locked(records, crime_id)
    _require_group(records, crime, by)
    if crime.handed_over_at is not None:
        raise done_before(crime.handed_over_at, at)
    if crime.state is not CrimeState.APPROVED:
        raise IllegalStep
    records.move(CRIME, crime, CrimeStep.HAND_OVER, by=by.id, at=at)
    crime.handed_over_at, crime.handed_over_by, crime.receipt, crime.moved_at = at, by.id, receipt, at
    end_deadline(records, RuleName.POLICE_HANDOVER, crime.id, at=at, by=by)
    matter = matter_for(records, crime.inspection_id, crime.department, asked_id=by.id)
    start_deadline(records, RuleName.POLICE_ANSWER, crime.id, matter=matter, at=at)
    _tell(records, crime, "handed_over", by=by, at=at)
    return crime


def copy_to_procuratorate(records: Records, crime_id: str, *, by: Person, at: datetime) -> SuspectedCrime:
    """The procuratorate was sent its copy."""
    crime = _locked(records, crime_id)
    _require_group(records, crime, by)
    if crime.copied_at is not None:
        raise done_before(crime.copied_at, at)
    if crime.handed_over_at is None:
        raise IllegalStep
    crime.copied_at = at
    records.journal("crime.copy", crime.id, by=by.id, at=at)
    reopen_for(records, crime.inspection_id, LATER, by=None, at=at)
    return crime


def note_police_answer(
    records: Records, crime_id: str, *, is_filed: bool, words: str = "", by: Person, at: datetime
) -> SuspectedCrime:
    """The police have filed a case, or not, for a reason that they gave."""
    kept = clean_words(words) if words.strip() or not is_filed else ""
    crime = _locked(records, crime_id)
    _require_group(records, crime, by)
    if crime.answered_at is not None:
        raise done_before(crime.answered_at, at)
    if crime.state is not CrimeState.HANDED_OVER:
        raise IllegalStep
    records.move(CRIME, crime, CrimeStep.FILE if is_filed else CrimeStep.DECLINE, by=by.id, at=at)
    crime.answered_at, crime.answer_words, crime.moved_at = at, kept, at
    end_deadline(records, RuleName.POLICE_ANSWER, crime.id, at=at, by=by)
    _tell(records, crime, "answered", by=by, at=at)
    return crime


def require_reader(records: Records, crime: SuspectedCrime, by: Person) -> None:
    """The head who decides, the group, and who speaks for the department; a crime is nobody else's to know."""
    if by.id == crime.decider_id or by.id in crime.group:
        return
    require_speaker(records, crime.inspection_id, crime.department, by)


def _require_group(records: Records, crime: SuspectedCrime, by: Person) -> None:
    if by.id not in crime.group:
        require_speaker(records, crime.inspection_id, crime.department, by)


def _group(records: Records, inspection_id: str, by: Person) -> list[str]:
    """The officers of the reporting department first, then others of the visit; two at least, as for any case."""
    own = team_of(records, inspection_id, by.department)
    others = [
        member.person
        for member in assignments.members(records, inspection_id)
        if member.person and member.seat.department not in {by.department, EXPERTS}
    ]
    found = list(dict.fromkeys(one.id for one in (*own, *others) if one.is_active))
    if len(found) < GROUP:
        raise Incomplete("crime_needs_two")
    return found[:GROUP]


def _locked(records: Records, crime_id: str) -> SuspectedCrime:
    records.lock(Inspection, records.get(SuspectedCrime, crime_id).inspection_id)
    return records.lock(SuspectedCrime, crime_id)


def _tell(records: Records, crime: SuspectedCrime, what: str, *, by: Person, at: datetime) -> None:
    """Each their own card: what may be done on it is not the same for all."""
    for person in dict.fromkeys(
        [*crime.group, crime.decider_id, *speakers(records, crime.inspection_id, crime.department)]
    ):
        if person != by.id:
            card = crime_card(records, crime, reader_id=person)
            tell(records, person, card, key=f"crime:{crime.id}:{what}:{person}", at=at)
