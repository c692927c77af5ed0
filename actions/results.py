"""The joint result: submitted by the lead, returned or approved by a reviewer, published in the same moment."""

from collections.abc import Iterable
from datetime import datetime

from actions.access import require_lead
from actions.case_files import open_case_file
from actions.deadline_parties import matter_of
from actions.deadlines import end_deadline, start_deadline
from actions.field_cards import (
    finding_lines,
    object_name,
    open_ends,
    published_card,
    review_card,
)
from actions.follow_ups import open_follow_ups
from actions.on_site import require_reviewer, reviewers
from actions.publishing import publish_result
from actions.telling import tell
from actions.visits import lock_parts
from inspection.deadlines.rules import RuleName
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete
from inspection.roles import Role
from inspection.states import (
    ASSIGNMENT,
    CHECKLIST,
    INSPECTION,
    RESULT,
    SCHEME,
    AssignmentState,
    AssignmentStep,
    ChecklistState,
    ChecklistStep,
    InspectionState,
    InspectionStep,
    ResultState,
    ResultStep,
    SchemeState,
    SchemeStep,
)
from inspection.words import clean_words
from notifications.messages.message import Message
from notifications.messages.results import ResultReturned, ResultSentBack
from storage import assignments, checklists, due, people, results
from storage.store import Records
from storage.tables.inspections import Inspection, Publication, Result
from storage.tables.registers import Person, Scheme


def submit_result(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Result:
    """The lead hands the joint result to the reviewers of the lead department; nothing may be open."""
    inspection = records.lock(Inspection, inspection_id)
    require_lead(records, inspection_id, by)
    result = _result(records, inspection_id)
    if result.state not in {ResultState.DRAFT, ResultState.RETURNED} and result.submitted_at is not None:
        raise AlreadyDone(what="done_submitted_result", done_at=result.submitted_at)
    if inspection.state is not InspectionState.VISITED:
        raise IllegalStep
    ends = open_ends(records, inspection)
    if ends:
        raise Incomplete("result_incomplete", lines=ends)
    lock_parts(records, inspection_id, by=by, at=at)
    records.move(RESULT, result, ResultStep.SUBMIT, by=by.id, at=at)
    result.submitted_at, result.submitted_by = at, by.id
    _next_clock(records, inspection, RuleName.SUBMISSION, RuleName.REVIEW, by=by, at=at)
    scheme = records.get(Scheme, inspection.scheme_id)
    card, key = review_card(records, inspection), f"review:{inspection_id}:{result.returns}"
    _tell_all(records, reviewers(records, scheme), card, key, at=at)
    return result


def return_result(records: Records, inspection_id: str, words: str, *, by: Person, at: datetime) -> Result:
    """A reviewer sends the result back with words; the parts are unlocked, lead and officers hear why."""
    kept = clean_words(words)
    inspection = records.lock(Inspection, inspection_id)
    require_reviewer(records, inspection, by)
    result = _result(records, inspection_id)
    refuse_decided(result)
    records.move(RESULT, result, ResultStep.RETURN, by=by.id, at=at, words=kept)
    result.reviewed_at, result.reviewed_by, result.review_words = at, by.id, kept
    result.returns += 1
    _next_clock(records, inspection, RuleName.REVIEW, RuleName.SUBMISSION, by=by, at=at)
    for part in checklists.parts(records, inspection_id):
        if part.state is ChecklistState.LOCKED:
            records.move(CHECKLIST, part, ChecklistStep.UNLOCK, by=by.id, at=at)
    _tell_the_return(records, inspection, result, by=by, at=at)
    return result


def approve_result(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Publication:
    """A reviewer approves: the result is published in the same moment, transfers are opened, the inspection closes.

    The scheme's lock comes before the inspection's, as everywhere; with its last inspection the scheme is finished.
    """
    scheme = records.lock(Scheme, records.get(Inspection, inspection_id).scheme_id)
    inspection = records.lock(Inspection, inspection_id)
    require_reviewer(records, inspection, by)
    result = _result(records, inspection_id)
    refuse_decided(result)
    records.move(RESULT, result, ResultStep.APPROVE, by=by.id, at=at)
    result.reviewed_at, result.reviewed_by = at, by.id
    lines = finding_lines(records, inspection)
    open_follow_ups(records, inspection_id, lines, by=by, at=at)
    records.move(RESULT, result, ResultStep.PUBLISH, by=by.id, at=at)
    result.published_at = at
    published = publish_result(records, inspection, lines, by=by, at=at)
    _close(records, inspection, scheme, by=by, at=at)
    _tell_publication(records, inspection, scheme, by=by, at=at)
    return published


def _next_clock(
    records: Records, inspection: Inspection, done: RuleName, next_: RuleName, *, by: Person, at: datetime
) -> None:
    end_deadline(records, done, inspection.id, at=at, by=by)
    start_deadline(records, next_, inspection.id, matter=matter_of(records, inspection), at=at)


def _result(records: Records, inspection_id: str) -> Result:
    return records.lock(Result, inspection_id)


def refuse_decided(result: Result) -> None:
    """The second press of a reviewer, or another reviewer's, hears what was decided and when."""
    if result.state is ResultState.PUBLISHED and result.published_at is not None:
        raise AlreadyDone(what="done_published_result", done_at=result.published_at)
    if result.state is ResultState.RETURNED and result.reviewed_at is not None:
        raise AlreadyDone(what="done_returned_result", done_at=result.reviewed_at)
    if result.state is not ResultState.SUBMITTED:
        raise IllegalStep


def _close(records: Records, inspection: Inspection, scheme: Scheme, *, by: Person, at: datetime) -> None:
    records.move(INSPECTION, inspection, InspectionStep.CLOSE, by=by.id, at=at)
    open_case_file(records, inspection, at=at)
    due.cancel(records, inspection.id, at=at)
    for rule in (RuleName.REVIEW, RuleName.PUBLICITY):
        end_deadline(records, rule, inspection.id, at=at, by=by)
    for member in assignments.members(records, inspection.id):
        if member.assignment is not None and member.assignment.state is AssignmentState.CONFIRMED:
            records.move(ASSIGNMENT, member.assignment, AssignmentStep.COMPLETE, by=by.id, at=at)
    if scheme.state is SchemeState.DRAWN and results.still_under_way(records, scheme.id) == 0:
        records.move(SCHEME, scheme, SchemeStep.FINISH, by=None, at=at)


def _tell_the_return(
    records: Records, inspection: Inspection, result: Result, *, by: Person, at: datetime
) -> None:
    about = {
        "inspection": inspection.id,
        "object": object_name(records, inspection),
        "words": result.review_words,
    }
    for member in assignments.members(records, inspection.id):
        held = member.assignment
        if held is not None and held.state is AssignmentState.CONFIRMED:
            message = ResultReturned(**about, at=at, is_lead=member.seat.is_lead)
            tell(records, held.person_id, message, key=f"returned:{held.id}:{result.returns}", at=at)
    others = [one for one in reviewers(records, records.get(Scheme, inspection.scheme_id)) if one.id != by.id]
    sent_back = ResultSentBack(**about, at=at)
    _tell_all(records, others, sent_back, f"sent_back:{inspection.id}:{result.returns}", at=at)


def _tell_publication(
    records: Records, inspection: Inspection, scheme: Scheme, *, by: Person, at: datetime
) -> None:
    lead = scheme.departments[0]
    team = [member.person for member in assignments.members(records, inspection.id) if member.person]
    told = [*team, *people.with_role(records, Role.OPERATOR, lead), *reviewers(records, scheme)]
    others = {person.id: person for person in told if person.id != by.id}.values()
    _tell_all(records, others, published_card(records, inspection), f"published:{inspection.id}:1", at=at)


def _tell_all(records: Records, told: Iterable[Person], message: Message, key: str, *, at: datetime) -> None:
    for person in told:
        tell(records, person.id, message, key=f"{key}:{person.id}", at=at)
