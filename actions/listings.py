"""Listings: 列入经营异常名录 for whom nobody can reach, 联合惩戒 that a head proposes; made and lifted."""

from datetime import datetime

from actions.case_files import reopen_for
from actions.deadlines import end_deadline
from actions.matter_access import district_of, done_before, require_head, require_speaker, speakers, tell_each
from actions.matter_cards import follow_up_card
from inspection.deadlines.rules import RuleName
from inspection.follow_ups import FollowUpKind
from inspection.refusals import IllegalStep, Incomplete
from inspection.roles import Role
from inspection.states import FOLLOW_UP, DeadlineStep, FollowUpState, FollowUpStep
from inspection.words import clean_words
from storage import follow_ups, people, results
from storage.store import Records
from storage.tables.follow_ups import FollowUpMatter
from storage.tables.inspections import Inspection
from storage.tables.registers import Person

_LISTED = (FollowUpKind.LISTING, FollowUpKind.PUNISHMENT)


def propose_punishment(
    records: Records, inspection_id: str, words: str, *, by: Person, at: datetime
) -> FollowUpMatter:
    """A head of a department of the visit proposes joint punishment, with its basis in law; one at a time."""
    words = clean_words(words)
    inspection = records.lock(Inspection, inspection_id)
    require_head(records, inspection_id, by.department, by)
    require_part(records, inspection, by)
    if results.newest_publication(records, inspection_id) is None:
        raise Incomplete("result_not_public")
    found = [
        one
        for one in follow_ups.of_inspection(records, inspection_id)
        if one.kind == FollowUpKind.PUNISHMENT and one.department == by.department
    ]
    for one in found:
        if one.state in {FollowUpState.OPENED, FollowUpState.LISTED}:
            raise done_before(one.moved_at, at)
    matter = FollowUpMatter(
        id=f"{inspection_id}/p{_number(records, inspection_id)}",
        inspection_id=inspection_id,
        kind=FollowUpKind.PUNISHMENT.value,
        department=by.department,
        state=FollowUpState.OPENED,
        words=words,
        opened_at=at,
        opened_by=by.id,
        moved_at=at,
    )
    records.add(matter)
    records.journal("follow_up.open", matter.id, by=by.id, at=at, kind=matter.kind)
    reopen_for(records, inspection_id, "新的后续处理", by=by, at=at)
    told = [one for one in speakers(records, inspection_id, by.department) if one != by.id]
    tell_each(records, told, follow_up_card(records, matter), key=f"follow_up:{matter.id}", at=at)
    return matter


def list_matter(records: Records, matter_id: str, *, by: Person, at: datetime) -> FollowUpMatter:
    """The firm was put on the list."""
    matter = _locked(records, matter_id)
    require_speaker(records, matter.inspection_id, matter.department, by)
    if matter.state is not FollowUpState.OPENED:
        raise done_before(matter.moved_at, at)
    records.move(FOLLOW_UP, matter, FollowUpStep.LIST, by=by.id, at=at)
    matter.moved_at, matter.closed_at = at, at
    end_deadline(records, RuleName.ABNORMAL_LISTING, matter.id, at=at, by=by)
    _tell_others(records, matter, "listed", by=by, at=at)
    return matter


def lift_matter(records: Records, matter_id: str, words: str, *, by: Person, at: datetime) -> FollowUpMatter:
    """The firm was taken off the list, for a reason; of a joint punishment that is the head's word."""
    words = clean_words(words)
    matter = _locked(records, matter_id)
    _require_decider(records, matter, by)
    if matter.state is FollowUpState.LIFTED:
        raise done_before(matter.moved_at, at)
    records.move(FOLLOW_UP, matter, FollowUpStep.LIFT, by=by.id, at=at)
    matter.moved_at, matter.closed_at, matter.outcome_words = at, at, words
    reopen_for(records, matter.inspection_id, "移出名单", by=by, at=at)
    _tell_others(records, matter, "lifted", by=by, at=at)
    return matter


def drop_matter(records: Records, matter_id: str, words: str, *, by: Person, at: datetime) -> FollowUpMatter:
    """It turns out that no listing is due: the firm was reached after all, the basis does not hold."""
    words = clean_words(words)
    matter = _locked(records, matter_id)
    _require_decider(records, matter, by)
    if matter.state is not FollowUpState.OPENED:
        raise done_before(matter.moved_at, at)
    records.move(FOLLOW_UP, matter, FollowUpStep.DROP, by=by.id, at=at)
    matter.moved_at, matter.closed_at, matter.outcome_words = at, at, words
    end_deadline(records, RuleName.ABNORMAL_LISTING, matter.id, DeadlineStep.CANCEL, at=at, by=by)
    _tell_others(records, matter, "dropped", by=by, at=at)
    return matter


def require_part(records: Records, inspection: Inspection, by: Person) -> None:
    """The person's department takes part in the visit, or was handed something of it."""
    departments = departments_of(records, inspection)
    if by.department not in departments:
        raise IllegalStep("not_our_visit")


def departments_of(records: Records, inspection: Inspection) -> set[str]:
    """Who has to do with a visit: the authorities of its scheme, and those that it was transferred to."""
    handed = results.transfers(records, inspection.id)
    items = {competent for _item, competent in results.items(records, inspection)}
    return items | {one.to_department for one in handed} | {one.from_department for one in handed}


def _number(records: Records, inspection_id: str) -> int:
    found = follow_ups.of_inspection(records, inspection_id)
    return sum(one.kind == FollowUpKind.PUNISHMENT for one in found) + 1


def _locked(records: Records, matter_id: str) -> FollowUpMatter:
    records.lock(Inspection, records.get(FollowUpMatter, matter_id).inspection_id)
    matter = records.lock(FollowUpMatter, matter_id)
    if FollowUpKind(matter.kind) not in _LISTED:
        raise IllegalStep
    return matter


def _require_decider(records: Records, matter: FollowUpMatter, by: Person) -> None:
    if matter.kind == FollowUpKind.PUNISHMENT:
        require_head(records, matter.inspection_id, matter.department, by)
    else:
        require_speaker(records, matter.inspection_id, matter.department, by)


def _tell_others(records: Records, matter: FollowUpMatter, what: str, *, by: Person, at: datetime) -> None:
    heads = [
        one.id
        for one in people.nearest(
            records, Role.HEAD, matter.department, district_of(records, matter.inspection_id)
        )
    ]
    told = [
        *speakers(records, matter.inspection_id, matter.department),
        *(heads if matter.kind == FollowUpKind.PUNISHMENT else []),
    ]
    card = follow_up_card(records, matter)
    key = f"follow_up:{matter.id}:{what}"
    tell_each(records, [one for one in told if one != by.id], card, key=key, at=at)
