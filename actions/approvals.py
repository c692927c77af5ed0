"""A scheme is submitted, countersigned, approved or returned (博州政办发〔2019〕33号, 二㈢2).

Only an approved one can be announced; what a list brings as approved on paper is approved."""

from collections.abc import Iterable
from datetime import datetime

from actions.access import require_operator
from actions.clue_links import give_back_clues, take_up_clues
from actions.deadline_parties import Matter
from actions.deadlines import end_deadline, start_deadline
from actions.rights import found, require
from actions.scheme_cards import approval_card, countersign_card, expected_draw
from actions.scheme_drafts import fields_of, has_time, unreadable_of
from actions.telling import tell
from inspection.deadlines.rules import RuleName
from inspection.departments import PREFECTURE
from inspection.refusals import (
    AlreadyDone,
    IllegalStep,
    Incomplete,
    Refusal,
    Unacceptable,
)
from inspection.rights import Deed
from inspection.roles import Role
from inspection.schemes import DRAWN_KINDS, SchemeKind, missing_parts
from inspection.states import (
    COUNTERSIGN,
    SCHEME,
    CountersignState,
    CountersignStep,
    DeadlineStep,
    SchemeState,
    SchemeStep,
)
from inspection.words import clean_words
from notifications.messages.approval import SchemeApproved, SchemeObjected, SchemeReturned, SchemeWithdrawn
from storage import approvals, deadlines, people
from storage.store import Records
from storage.tables.registers import Person, Scheme
from storage.tables.schemes import Countersignature

WORDS_LIMIT = 500


# --- The operator ----------------------------------------------------------------------------------------------------


def submit_scheme(records: Records, scheme_id: str, *, by: Person, at: datetime) -> Scheme:
    """The operator puts a draft before the head of the lead department; the heads of the joining departments are asked
    to countersign. Refuses `scheme_incomplete` with the parts that are missing, and what no draw could be announced
    with."""
    scheme = require_operator(records, scheme_id, by)
    if scheme.state is SchemeState.SUBMITTED and scheme.submitted_at is not None:
        raise AlreadyDone(what="done_submitted_scheme", done_at=scheme.submitted_at)
    if scheme.state is not SchemeState.DRAFTED:
        raise IllegalStep
    _submit(records, scheme, by=by, at=at)
    return scheme


def withdraw_scheme(records: Records, scheme_id: str, *, by: Person, at: datetime) -> Scheme:
    """The operator takes it back, to change it: before the decision, or after it as long as nothing was announced. It
    needs a new approval then."""
    scheme = require_operator(records, scheme_id, by)
    if scheme.state is SchemeState.DRAFTED:
        raise IllegalStep("scheme_is_draft")
    withdraw(records, scheme, by=by, at=at)
    return scheme


def abandon_scheme(records: Records, scheme_id: str, *, by: Person, at: datetime) -> Scheme:
    """The operator gives a draft up; it stays in the record as void."""
    scheme = require_operator(records, scheme_id, by)
    if scheme.state is not SchemeState.DRAFTED:
        raise IllegalStep
    records.move(SCHEME, scheme, SchemeStep.VOID, by=by.id, at=at)
    give_back_clues(records, scheme, by=by, at=at)
    return scheme


# --- The head of the lead department ---------------------------------------------------------------------------------


def approve_scheme(records: Records, scheme_id: str, *, by: Person, at: datetime) -> Scheme:
    """The head approves: it may be announced. Refuses anybody else, a second decision, and one that was withdrawn."""
    scheme = _to_decide(records, scheme_id, by)
    _decide(records, scheme, SchemeStep.APPROVE, "", by=by, at=at)
    take_up_clues(records, scheme, by=by, at=at)
    for operator in people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district):
        message = SchemeApproved(
            scheme=scheme.id,
            name=scheme.name,
            by=by.name,
            is_drawn=SchemeKind(scheme.kind) in DRAWN_KINDS,
            at=at,
        )
        tell(records, operator.id, message, key=_key("approved", scheme, operator), at=at)
    return scheme


def return_scheme(records: Records, scheme_id: str, words: str, *, by: Person, at: datetime) -> Scheme:
    """The head returns it with words, which the operators read."""
    scheme = _to_decide(records, scheme_id, by)
    if not words.strip():
        raise Incomplete("words_needed")
    _decide(records, scheme, SchemeStep.RETURN, clean_words(words, WORDS_LIMIT), by=by, at=at)
    for operator in people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district):
        message = SchemeReturned(scheme=scheme.id, name=scheme.name, by=by.name, words=scheme.decision_words)
        tell(records, operator.id, message, key=_key("returned", scheme, operator), at=at)
    return scheme


def refuse_deciding(records: Records, scheme_id: str, *, by: Person) -> Scheme:
    """The same refusals as a decision, before anybody is asked for words."""
    return _to_decide(records, scheme_id, by)


# --- The heads of the joining departments ----------------------------------------------------------------------------


def countersign(records: Records, countersignature_id: str, *, by: Person, at: datetime) -> Countersignature:
    """The head of a joining department agrees."""
    row = _to_countersign(records, countersignature_id, by)
    if row.state is CountersignState.SIGNED and row.said_at is not None:
        raise AlreadyDone(what="done_countersigned", done_at=row.said_at)
    _say(records, row, CountersignStep.SIGN, "", by=by, at=at)
    return row


def object_to_scheme(
    records: Records, countersignature_id: str, words: str, *, by: Person, at: datetime
) -> Countersignature:
    """The head of a joining department objects, with words that the operators read and the lead's head sees on the
    card. It does not stop the decision."""
    row = _to_countersign(records, countersignature_id, by)
    if row.state is CountersignState.OBJECTED and row.said_at is not None:
        raise AlreadyDone(what="done_objected", done_at=row.said_at)
    if not words.strip():
        raise Incomplete("words_needed")
    _say(records, row, CountersignStep.OBJECT, clean_words(words, WORDS_LIMIT), by=by, at=at)
    scheme = records.get(Scheme, row.scheme_id)
    message = SchemeObjected(scheme=scheme.id, name=scheme.name, department=row.department, words=row.words)
    for operator in people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district):
        key = f"objected:{row.id}:{at.isoformat()}:{operator.id}"
        tell(records, operator.id, message, key=key, at=at)
    return row


def refuse_countersigning(records: Records, countersignature_id: str, *, by: Person) -> Countersignature:
    """The same refusals, before anybody is asked for words."""
    return _to_countersign(records, countersignature_id, by)


# --- What a list brings ----------------------------------------------------------------------------------------------


def settle_loaded_schemes(records: Records, loaded: Iterable[str], *, by: str | None, at: datetime) -> None:
    """After a list was loaded: what it says was approved on paper is filed; what is complete and waits for nobody yet
    goes to the head; what the head had approved here and the list has changed goes there again."""
    person = records.find(Person, by) if by else None
    for scheme_id in loaded:
        scheme = records.lock(Scheme, scheme_id)
        if scheme.paper_approver and scheme.paper_approved_on:
            _file(records, scheme, by=person, at=at)
            continue
        if scheme.state is SchemeState.SUBMITTED or (
            scheme.state is SchemeState.FILED and scheme.decided_at is not None
        ):
            withdraw(records, scheme, by=person, at=at)
        if scheme.state is SchemeState.DRAFTED:
            try:
                with records.attempt():
                    _submit(records, scheme, by=person, at=at)
            except Refusal:
                continue  # it stays a draft, and its card says what is missing


def _file(records: Records, scheme: Scheme, *, by: Person | None, at: datetime) -> None:
    if scheme.state not in (SchemeState.DRAFTED, SchemeState.SUBMITTED):
        return
    end_deadline(records, RuleName.SCHEME_APPROVAL, scheme.id, at=at, by=by)
    _end_countersigning(records, scheme, at=at)
    records.move(SCHEME, scheme, SchemeStep.FILE, by=by.id if by else None, at=at)


# --- Together --------------------------------------------------------------------------------------------------------


def _submit(records: Records, scheme: Scheme, *, by: Person | None, at: datetime) -> None:
    refuse_gaps(records, scheme)
    expected_draw(records, scheme, at=at)
    lead = scheme.departments[0]
    head = people.head_of(records, lead, scheme.district)
    if head is None:
        raise Incomplete("no_head", department=lead)
    scheme.submissions += 1
    scheme.submitted_at, scheme.submitted_by = at, by.id if by else None
    scheme.decided_at, scheme.decided_by, scheme.decision_words = None, None, ""
    records.session.flush()
    records.move(
        SCHEME, scheme, SchemeStep.SUBMIT, by=by.id if by else None, at=at, submission=scheme.submissions
    )
    _ask_joining_heads(records, scheme, at=at)
    own = scheme.district if scheme.district != PREFECTURE else ""
    matter = Matter(department=lead, district=own, asked_id=head.id)
    start_deadline(records, RuleName.SCHEME_APPROVAL, scheme.id, matter=matter, at=at)
    tell(records, head.id, approval_card(records, scheme, at=at), key=_key("submitted", scheme, head), at=at)


def refuse_gaps(records: Records, scheme: Scheme) -> None:
    """Refuses a scheme that lacks one of its eight parts, or a reason that must be given, and a form of which something
    can't be read."""
    unreadable = unreadable_of(records, scheme)
    if unreadable:
        raise Unacceptable("scheme_unreadable", count=len(unreadable))
    parts = missing_parts(scheme, has_time=has_time(scheme))
    if parts:
        raise Incomplete("scheme_incomplete", parts=parts)
    if scheme.draft and not scheme.plan_id and not scheme.temporary_reason:
        raise Incomplete("scheme_reason_needed")
    if not scheme.is_list_public and not scheme.list_withheld_basis:
        raise Incomplete("list_basis_needed")


def _ask_joining_heads(records: Records, scheme: Scheme, *, at: datetime) -> None:
    for department in scheme.departments[1:]:
        head = people.nearest_head(records, department, scheme.district)
        row = Countersignature(
            id=f"{scheme.id}/{scheme.submissions}/{department}",
            scheme_id=scheme.id,
            submission=scheme.submissions,
            department=department,
            asked_id=head.id if head else None,
            state=CountersignState.ASKED,
        )
        records.add(row)
        if head is not None:
            message = countersign_card(records, row, at=at)
            tell(records, head.id, message, key=f"countersign:{row.id}", at=at)


def withdraw(records: Records, scheme: Scheme, *, by: Person | None, at: datetime) -> None:
    """Back to a draft; whoever was asked hears that nothing is to be decided any more."""
    was_waiting = scheme.state is SchemeState.SUBMITTED
    if scheme.draft:  # witnesses may have been invited since it was written
        scheme.draft = fields_of(scheme)
    records.move(SCHEME, scheme, SchemeStep.WITHDRAW, by=by.id if by else None, at=at)
    clock = deadlines.running(records, RuleName.SCHEME_APPROVAL, scheme.id)
    end_deadline(records, RuleName.SCHEME_APPROVAL, scheme.id, DeadlineStep.CANCEL, at=at, by=by)
    asked = [one for one in _end_countersigning(records, scheme, at=at) if one.asked_id is not None]
    if was_waiting and clock is not None and clock.asked_id is not None:
        message = SchemeWithdrawn(scheme=scheme.id, name=scheme.name, is_countersign=False, at=at)
        key = f"withdrawn:{scheme.id}:{scheme.submissions}:{clock.asked_id}"
        tell(records, clock.asked_id, message, key=key, at=at)
    for row in asked if was_waiting else ():
        message = SchemeWithdrawn(scheme=scheme.id, name=scheme.name, is_countersign=True, at=at)
        tell(records, row.asked_id or "", message, key=f"withdrawn:{row.id}", at=at)


def _end_countersigning(records: Records, scheme: Scheme, *, at: datetime) -> list[Countersignature]:
    """What nobody has said by the decision is not said any more; gives whoever was asked."""
    rows = approvals.countersignatures(records, scheme)
    for row in rows:
        if row.state is CountersignState.ASKED:
            records.move(COUNTERSIGN, row, CountersignStep.END, by=None, at=at)
    return rows


def _to_decide(records: Records, scheme_id: str, by: Person) -> Scheme:
    scheme = found(records, Scheme, scheme_id, Deed.APPROVE_SCHEME)
    require(Deed.APPROVE_SCHEME, by, of=scheme.departments[0], in_=scheme.district)
    scheme = records.lock(Scheme, scheme_id)
    if scheme.decided_at is not None and scheme.state is not SchemeState.SUBMITTED:
        is_approved = not scheme.decision_words
        raise AlreadyDone(
            what="done_approved_scheme" if is_approved else "done_returned_scheme", done_at=scheme.decided_at
        )
    if scheme.state is SchemeState.DRAFTED:
        raise IllegalStep("scheme_was_withdrawn")
    if scheme.state is not SchemeState.SUBMITTED:
        raise IllegalStep
    return scheme


def _decide(
    records: Records, scheme: Scheme, step: SchemeStep, words: str, *, by: Person, at: datetime
) -> None:
    records.move(SCHEME, scheme, step, by=by.id, at=at, submission=scheme.submissions)
    scheme.decided_at, scheme.decided_by, scheme.decision_words = at, by.id, words
    end_deadline(records, RuleName.SCHEME_APPROVAL, scheme.id, at=at, by=by)
    _end_countersigning(records, scheme, at=at)


def _to_countersign(records: Records, countersignature_id: str, by: Person) -> Countersignature:
    row = records.get(Countersignature, countersignature_id)
    level = records.get(Scheme, row.scheme_id).district
    require(Deed.COUNTERSIGN, by, of=row.department, in_=level)
    scheme = records.lock(Scheme, row.scheme_id)
    row = records.lock(Countersignature, countersignature_id)
    if scheme.state is not SchemeState.SUBMITTED or row.submission != scheme.submissions:
        raise IllegalStep("countersigning_over")
    return row


def _say(
    records: Records, row: Countersignature, step: CountersignStep, words: str, *, by: Person, at: datetime
) -> None:
    records.move(COUNTERSIGN, row, step, by=by.id, at=at)
    row.words, row.said_at, row.said_by = words, at, by.id
    records.session.flush()
    _show_decider(records, row, at=at)


def _show_decider(records: Records, row: Countersignature, *, at: datetime) -> None:
    """The card on the phone of whoever decides changes in place, without a sound."""
    scheme = records.get(Scheme, row.scheme_id)
    clock = deadlines.running(records, RuleName.SCHEME_APPROVAL, scheme.id)
    if clock is not None and clock.asked_id is not None:
        message = approval_card(records, scheme, at=at)
        key = f"countersigned:{row.id}:{at.isoformat()}"
        tell(records, clock.asked_id, message, key=key, at=at, is_fresh=False)


def _key(what: str, scheme: Scheme, person: Person) -> str:
    return f"{what}:{scheme.id}:{scheme.submissions}:{person.id}"
