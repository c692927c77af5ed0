"""The rules of a scheme, checked again from the store alone: what an auditor would do, apart from what the actions did.

Nothing here calls an action. Each rule is one function over all rows of the scheme and says every case that breaks it.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from draw.verify import verify
from inspection.calendar.beijing import beijing_day
from inspection.calendar.calendar import PUBLICITY_WORKING_DAYS, Calendar
from inspection.checklists import companion_id, owner
from inspection.corrections import PublicationKind
from inspection.deadlines.rules import RuleName
from inspection.departments import EXPERTS
from inspection.forms.filling import Filling
from inspection.forms.form import Form, Kind
from inspection.leave import LeaveKind
from inspection.refusals import IllegalStep
from inspection.results import CATEGORIES, Category
from inspection.states import (
    ASSIGNMENT,
    CHECKLIST,
    CORRECTION,
    DEPARTMENT_REVIEW,
    INSPECTION,
    LEAVE_REQUEST,
    LIVE_ASSIGNMENTS,
    NO_VISITS,
    RESULT,
    TEAM,
    AssignmentState,
    ChecklistState,
    CorrectionState,
    DepartmentReviewState,
    InspectionState,
    ResultState,
    Table,
    next_state,
)
from storage import deadlines
from storage.calendars import calendar_as_of, calendar_of
from storage.files import FileFault, FileStore
from storage.scheme_report import WholeScheme, whole_scheme
from storage.store import Records
from storage.tables.inspections import (
    Answer,
    Assignment,
    DrawRecord,
    Inspection,
    JournalLine,
    Photo,
    Publication,
    Result,
    Transfer,
)

_HOLDING = LIVE_ASSIGNMENTS | {AssignmentState.COMPLETED}
_OVER = (InspectionState.VISITED, InspectionState.CLOSED)
_OWN_STEPS = frozenset({"assignment.accept", "assignment.withdraw", "assignment.ask_leave"})
_LEADS_STEPS = frozenset({"team.confirm", "inspection.end_visit", "result.submit"})
_REVIEWERS_STEPS = frozenset(
    {
        "result.approve",
        "result.return",
        "result.withdraw",
        "department_review.agree",
        "department_review.return",
        "correction.uphold",
        "correction.reject",
    }
)


@dataclass(frozen=True)
class Violation:
    """One case in which a rule does not hold: which rule, on what, and what is wrong with it."""

    rule: str
    subject: str
    detail: str


Found = Iterator[Violation]
Rule = Callable[[WholeScheme], Found]


def check_scheme(
    records: Records, scheme_id: str, at: datetime, *, files: FileStore | None = None
) -> list[Violation]:
    """Every violation in a scheme as it stands at `at`, in a settled order; with `files` the photos' bytes too.

    A scheme under way may be checked at any moment: what is not due yet is no violation. `NotFound` without the scheme.
    """
    whole = whole_scheme(records, scheme_id)
    found = chain.from_iterable(rule(whole) for rule in RULES)
    due, late = _publicity_due(whole, records), _late_publicity(whole, at)
    photos = _damaged_photos(whole, files) if files is not None else iter(())
    return sorted(chain(found, due, late, photos), key=lambda one: (one.rule, one.subject, one.detail))


# --- Seats and who sits on them --------------------------------------------------------------------------------------


def full_teams(whole: WholeScheme) -> Found:
    """`seats_per_department` officers of each department in every standing team, and the experts beside them; an open
    seat only where the draw itself says that it could not be filled."""
    departments = {person.id: person.department for person in whole.people}
    certified = {inspector.id: inspector.department for inspector in whole.inspectors}
    certified |= {expert.id: EXPERTS for expert in whole.experts}
    drawn = Counter(dict.fromkeys(whole.scheme.departments, whole.scheme.seats_per_department))
    drawn += Counter({EXPERTS: whole.scheme.expert_seats})
    could_not_fill = _seats_left_open(whole)
    for inspection in _standing(whole):
        named = Counter(seat.department for seat in whole.seats if seat.inspection_id == inspection.id)
        asked = named if inspection.selection_id is not None else drawn
        held = Counter(
            _department_of(one)
            for one in _holders(whole, inspection.id)
            if departments.get(one.person_id) == certified.get(one.person_id) == _department_of(one)
        )
        for department in {*asked, *held}:
            wanted = asked.get(department, 0)
            wanted -= sum(seat.startswith(f"{inspection.object_id}/{department}/") for seat in could_not_fill)
            if held[department] != wanted:
                yield Violation(
                    "full_team", inspection.id, f"{held[department]} officers of {department}, not {wanted}"
                )


def everybody_fits_the_seat(whole: WholeScheme) -> Found:
    """The lead may lead, everybody has what the scheme asks of the department, nobody holds more seats than agreed, and
    an expert is of the scheme's field."""
    fields = {one.id: one.field for one in whole.experts}
    officers = {one.id: one for one in whole.inspectors}
    leads = {seat.id for seat in whole.seats if seat.is_lead}
    held = [one for inspection in _standing(whole) for one in _holders(whole, inspection.id)]
    for one in held:
        if _department_of(one) == EXPERTS:
            if fields.get(one.person_id) != whole.scheme.expert_field:
                yield Violation("fit", one.id, f"{one.person_id} is no expert of {whole.scheme.expert_field}")
            continue
        officer = officers.get(one.person_id)
        if officer is None:
            yield Violation("fit", one.id, f"{one.person_id} is no inspector")
            continue
        if one.seat_id in leads and not officer.may_lead:
            yield Violation("fit", one.id, f"{one.person_id} may not lead")
        lacking = set(whole.scheme.qualifications.get(_department_of(one), ())) - set(officer.qualifications)
        if lacking:
            yield Violation("fit", one.id, f"{one.person_id} lacks {', '.join(sorted(lacking))}")
    for person, number in Counter(one.person_id for one in held).items():
        if person in officers and number > officers[person].capacity:
            yield Violation("fit", person, f"holds {number} seats, of {officers[person].capacity} at most")


def no_one_twice(whole: WholeScheme) -> Found:
    for inspection in whole.inspections:
        for person, number in Counter(one.person_id for one in _holders(whole, inspection.id)).items():
            if number > 1:
                yield Violation("no_one_twice", inspection.id, f"{person} holds {number} seats")


def nobody_conflicted(whole: WholeScheme) -> Found:
    """Nobody seated with a declared interest, a lapsed certificate, an absence, or after having left that object."""
    interests = {(one.inspector_id, one.object_id) for one in whole.interests}
    certificates = {one.id: one.certificate_expires for one in whole.inspectors}
    certificates |= {one.id: date.max for one in whole.experts}
    left = {(one.person_id, one.inspection_id) for one in whole.assignments if one.state not in _HOLDING}
    away = {
        one.inspector_id
        for one in whole.absences
        if one.first_day <= whole.scheme.last_day and one.last_day >= whole.scheme.first_day
    }
    for inspection in _standing(whole):
        for one in _holders(whole, inspection.id):
            person = one.person_id
            if (person, inspection.object_id) in interests:
                yield Violation(
                    "conflict", one.id, f"{person} declared an interest in {inspection.object_id}"
                )
            if certificates.get(person, date.min) < whole.scheme.last_day:
                yield Violation(
                    "conflict", one.id, f"the certificate of {person} lapses before the window ends"
                )
            if person in away:
                yield Violation("conflict", one.id, f"{person} is absent within the window")
            if (person, inspection.id) in left:
                yield Violation("conflict", one.id, f"{person} had left this object before")


def seats_have_their_history(whole: WholeScheme) -> Found:
    """The people of a seat are numbered 1 to n, only the last may hold it, and of a standing inspection one does."""
    by_seat: defaultdict[str, list[Assignment]] = defaultdict(list)
    for one in whole.assignments:
        by_seat[one.seat_id].append(one)
    standing, replaced = _ids(_standing(whole)), _ids(whole.inspections) - _ids(_standing(whole))
    left_open, as_drawn = set(_seats_left_open(whole)), _draw_seats(whole)
    for seat in whole.seats:
        numbered = sorted((int(one.id.rsplit("/", 1)[1]), one) for one in by_seat[seat.id])
        if [number for number, _one in numbered] != list(range(1, len(numbered) + 1)):
            yield Violation("seat_history", seat.id, f"its people are numbered {[n for n, _one in numbered]}")
        holders = [number for number, one in numbered if one.state in _HOLDING]
        if seat.inspection_id in replaced and holders:
            yield Violation("seat_history", seat.id, "the object is gone, and somebody still holds the seat")
        if (
            seat.inspection_id in standing
            and holders != [len(numbered)]
            and as_drawn[seat.id] not in left_open
        ):
            yield Violation(
                "seat_history", seat.id, f"held by the persons numbered {holders} of {len(numbered)}"
            )


def everybody_left_for_a_reason(whole: WholeScheme) -> Found:
    """Whoever left a seat had leave granted for a ground of that kind, let the time run out, was sent back by the lead,
    ordered off by a head, or was released from an object that is gone."""
    granted = {(one.assignment_id, one.kind) for one in whole.requests if one.state == "granted"}
    sent_back = {
        line.subject
        for line in whole.journal
        if line.verb == "assignment.send_back" and line.actor in _leads(whole, line.subject.split("/")[0])
    }
    gone = _ids(whole.inspections) - _ids(_standing(whole))
    for one in whole.assignments:
        is_over = None not in (one.answer_by, one.left_at) and one.left_at >= one.answer_by  # type: ignore[operator]
        reasons = {
            AssignmentState.RECUSED: (one.id, LeaveKind.RECUSAL) in granted,
            AssignmentState.UNAVAILABLE: (one.id, LeaveKind.UNAVAILABILITY) in granted,
            AssignmentState.LAPSED: is_over,
            AssignmentState.SENT_BACK: one.id in sent_back,
            AssignmentState.ORDERED_OFF: (one.id, "order") in granted,
            AssignmentState.RELEASED: one.inspection_id in gone,
        }
        if not reasons.get(one.state, True):
            yield Violation("seat_history", one.id, f"{one.state}, and nothing says why")


# --- Paths -----------------------------------------------------------------------------------------------------------


def paths_are_legal(whole: WholeScheme) -> Found:
    """The journal lines of each thing form a legal path of its table that ends where the thing stands."""
    lines = _lines(whole)
    for table, subject, state in _things(whole):
        steps = [line for line in lines.get(subject, []) if line.verb.partition(".")[0] == table.name]
        yield from _path(table, subject, state, [line for line in steps if "from" in line.details])


def people_were_drawn(whole: WholeScheme) -> Found:
    """Each assignment begins with the journal line of the draw, or, where nothing was drawn here, of the naming, and
    that line names the same person."""
    lines = _lines(whole)
    named = {one.id for one in whole.inspections if one.selection_id is not None}
    for one in whole.assignments:
        first = next(iter(lines.get(one.id, [])), None)
        verb = "assignment.name" if one.inspection_id in named else "assignment.draw"
        if first is None or (first.verb, first.details.get("person")) != (verb, one.person_id):
            yield Violation("seat_history", one.id, "the journal does not begin with the draw of this person")


def _path(table: Table, subject: str, state: str, lines: list[JournalLine]) -> Found:
    at = table.initial
    for line in lines:
        step = table.steps(line.verb.partition(".")[2])
        try:
            following = next_state(table, at, step)
        except IllegalStep:
            yield Violation("legal_path", subject, f"{table.name}: {step} from {at} is no step")
            return
        if (line.details["from"], line.details["to"]) != (at.value, following.value):
            yield Violation(
                "legal_path", subject, f"{table.name}: {step} is journalled from a state it did not have"
            )
            return
        at = following
    if at.value != state:
        yield Violation(
            "legal_path", subject, f"{table.name}: the journal ends in {at}, the row says {state}"
        )


def _things(whole: WholeScheme) -> Iterator[tuple[Table, str, str]]:
    rows: Mapping[Table, Iterable[tuple[str, str]]] = {
        INSPECTION: ((one.id, one.state) for one in whole.inspections),
        TEAM: ((one.inspection_id, one.state) for one in whole.teams),
        ASSIGNMENT: ((one.id, one.state) for one in whole.assignments),
        LEAVE_REQUEST: ((one.id, one.state) for one in whole.requests),
        CHECKLIST: ((one.id, one.state) for one in whole.parts),
        RESULT: ((one.inspection_id, one.state) for one in whole.results),
        DEPARTMENT_REVIEW: ((one.id, one.state) for one in whole.reviews),
        CORRECTION: ((one.id, one.state) for one in whole.corrections),
    }
    return ((table, subject, str(state)) for table, found in rows.items() for subject, state in found)


# --- Whose deeds -----------------------------------------------------------------------------------------------------


def deeds_are_ones_own(whole: WholeScheme) -> Found:
    """A seat is accepted by whoever was drawn for it, before the time is over; a team's steps are its lead's; a result
    is decided by somebody who is not of the team."""
    assignments = {one.id: one for one in whole.assignments}
    for line in whole.journal:
        held, inspection = assignments.get(line.subject), line.subject.split("/")[0]
        if line.verb in _OWN_STEPS and held is not None and line.actor != held.person_id:
            yield Violation(
                "own_deed", line.subject, f"{line.verb} by {line.actor}, drawn was {held.person_id}"
            )
        if line.verb in _LEADS_STEPS and line.actor not in _leads(whole, inspection):
            yield Violation("own_deed", line.subject, f"{line.verb} by {line.actor}, who does not lead")
        if line.verb in _REVIEWERS_STEPS and line.actor in _team(whole, inspection):
            yield Violation("own_deed", line.subject, f"{line.verb} by {line.actor}, who is of the team")
        if line.verb == "assignment.accept" and held and held.answer_by and line.at > held.answer_by:
            yield Violation("answer_time", line.subject, f"accepted at {line.at}, after {held.answer_by}")


def what_was_found_is_the_teams(whole: WholeScheme) -> Found:
    """Answers, photos and findings of a department come from officers who were drawn for it at that object."""
    drawn = {(one.inspection_id, _department_of(one), one.person_id) for one in whole.assignments}
    written = chain(
        ((*one.part_id.split("/"), one.answered_by, one.question_id) for one in whole.answers),
        ((one.inspection_id, one.department, one.sent_by, one.receipt) for one in whole.photos),
        ((one.inspection_id, one.department, one.entered_by, one.item_id) for one in whole.findings),
    )
    for inspection, department, person, what in written:
        if (inspection, department, person) not in drawn:
            yield Violation(
                "own_deed", f"{inspection}/{department}/{what}", f"by {person}, who was not drawn"
            )


# --- The field -------------------------------------------------------------------------------------------------------


def every_item_has_a_finding(whole: WholeScheme) -> Found:
    """After the visit every item that the object was drawn for stands in one of the national categories."""
    national = {category.value for category in Category}
    categories = {(one.inspection_id, one.item_id): one.category for one in whole.findings}
    for (inspected, item), category in categories.items():
        if category not in national:
            yield Violation("finding", f"{inspected}/{item}", f"{category} is no national category")
    for inspection in _over(whole):
        for item in inspection.items:
            if (inspection.id, item) not in categories:
                yield Violation("finding", f"{inspection.id}/{item}", "nothing was found on this item")


def important_noes_are_not_clean(whole: WholeScheme) -> Found:
    """A department that answered 否 to an important question can't say 未发现问题 or 合格."""
    forms, versions = _forms(whole), {one.id: one.checklist_version for one in whole.inspections}
    bad_parts = {
        answer.part_id
        for answer in whole.answers
        if answer.value == "no" and _is_important(forms.get(versions[_visit_of(answer)]), answer.question_id)
    }
    over = _ids(_over(whole))
    for finding in whole.findings:
        part = f"{finding.inspection_id}/{finding.department}"
        says_clean = (
            CATEGORIES[Category(finding.category)].is_clean if finding.category in CATEGORIES else False
        )
        if finding.inspection_id in over and part in bad_parts and says_clean:
            yield Violation("important_no", f"{finding.inspection_id}/{finding.item_id}", finding.category)


def answers_are_complete(whole: WholeScheme) -> Found:
    """After the visit the form of each inspection wants nothing more of a department that takes part: every question
    that must be answered is, a 否 has its note, and what asks for a photo has one. A part that is open again is being
    put right."""
    forms = _forms(whole)
    open_again = {one.id for one in whole.parts if one.state is ChecklistState.OPEN}
    for visited in _over(whole):
        form = forms.get(visited.checklist_version)
        if form is None:
            yield Violation("answer", visited.id, f"no checklist of version {visited.checklist_version}")
            continue
        for gap in Filling(form, _recorded(whole, visited.id, form)).open():
            asked = form.question(gap.id)
            department = owner(asked.department, whole.scheme.departments) if asked is not None else None
            if asked is not None and department and f"{visited.id}/{department}" not in open_again:
                yield Violation("answer", f"{visited.id}/{gap.id}", f"{asked.kind}: {gap.problem}")


def _forms(whole: WholeScheme) -> dict[int | None, Form]:
    return {one.version: Form.parse(one.xform) for one in whole.checklists}


def _visit_of(answer: Answer) -> str:
    return answer.part_id.split("/")[0]


def _is_important(form: Form | None, question_id: str) -> bool:
    question = form.question(question_id) if form else None
    return question is not None and question.is_important


def _recorded(whole: WholeScheme, inspection_id: str, form: Form) -> dict[str, str]:
    """Answers, notes and photos under the questions that they answer."""
    recorded: dict[str, str] = {}
    for answer in whole.answers:
        if _visit_of(answer) == inspection_id:
            recorded[answer.question_id] = answer.value
            recorded |= _beside(form, answer.question_id, "note", answer.note)
    for photo in whole.photos:
        if photo.inspection_id == inspection_id:
            own = {photo.question_id: photo.receipt} if _is_picture(form, photo.question_id) else {}
            recorded |= own or _beside(form, photo.question_id, "photo", photo.receipt)
    return recorded


def _is_picture(form: Form, question_id: str) -> bool:
    question = form.question(question_id)
    return question is not None and question.kind in {Kind.IMAGE, Kind.FILE}


def _beside(form: Form, question_id: str, which: str, value: str) -> dict[str, str]:
    id = companion_id(form, question_id, which)
    return {id: value} if id and value else {}


def _damaged_photos(whole: WholeScheme, files: FileStore) -> Found:
    for photo in whole.photos:
        subject = f"{photo.inspection_id}/{photo.question_id}/{photo.receipt}"
        if photo.receipt != f"R-{photo.sha256[:8].upper()}":
            yield Violation("photo", subject, "the receipt is not that of the bytes")
        yield from _stored_as_received(photo, subject, files)


def _stored_as_received(photo: Photo, subject: str, files: FileStore) -> Found:
    try:
        data = files.read(photo.sha256)
    except FileFault as fault:
        yield Violation(
            "photo", subject, f"{type(fault).__name__}: the bytes that were received are not there"
        )
        return
    if hashlib.sha256(data).hexdigest() != photo.sha256 or len(data) != photo.size:
        yield Violation("photo", subject, "the bytes are not those that were received")


# --- Publicity -------------------------------------------------------------------------------------------------------


def _publicity_due(whole: WholeScheme, records: Records) -> Found:
    """The due date is the last of the rule's working days after the day on which the visit ended, counted one by one:
    on the calendar that holds, or that held when the result was published, for what is public is not moved any more."""
    ended = {one.id: one.ended_at for one in whole.inspections}
    for result in whole.results:
        end, due = ended[result.inspection_id], result.publicity_due
        if (end is None) != (due is None):
            yield Violation(
                "publicity_due", result.inspection_id, f"visit ended at {end}, publicity due {due}"
            )
        elif end is not None and due is not None and not _is_due(records, result, end, due):
            yield Violation("publicity_due", result.inspection_id, f"{due} for a visit that ended at {end}")


def published_as_decided(whole: WholeScheme) -> Found:
    """What is closed is published; the bundle is the one that was digested, and says what was found."""
    newest: dict[str, Publication] = {}
    for one in whole.publications:
        if hashlib.sha256(one.bundle.encode()).hexdigest() != one.digest:
            yield Violation(
                "publication", f"{one.inspection_id}/{one.version}", "the digest is another text's"
            )
        newest[one.inspection_id] = one
    for inspection in whole.inspections:
        is_published, is_closed = inspection.id in newest, inspection.state is InspectionState.CLOSED
        if is_published != is_closed:
            yield Violation("publication", inspection.id, f"{inspection.state}, published: {is_published}")
    due = {result.inspection_id: result.publicity_due for result in whole.results}
    settled = {one.inspection_id for one in whole.results if one.state is ResultState.PUBLISHED}
    for one in newest.values():
        if one.kind == PublicationKind.WITHDRAWAL and json.loads(one.bundle)["details"]:
            yield Violation("publication", one.inspection_id, "was withdrawn and still says what was found")
        if one.inspection_id in settled:
            yield from _says_what_was_found(whole, one)
        if one.due != due[one.inspection_id]:
            yield Violation("publication", one.inspection_id, f"due {one.due}, but the result says {due}")


def versions_are_what_was_published(whole: WholeScheme) -> Found:
    """Versions are numbered from 1, each as the journal saw it come out; another than the first has its cause: an
    objection that was upheld and names it, or the end of publicity."""
    digests = {
        (line.subject, line.details.get("version")): line.details.get("digest")
        for line in whole.journal
        if line.verb == "publication.add"
    }
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    corrected = {
        (one.inspection_id, one.corrected_version): one.reason
        for one in whole.corrections
        if one.state is CorrectionState.CORRECTED
    }
    withdrawn = {line.subject for line in whole.journal if line.verb == "result.withdraw"}
    for one in whole.publications:
        subject = f"{one.inspection_id}/{one.version}"
        numbers[one.inspection_id].append(one.version)
        if digests.get((one.inspection_id, one.version)) != one.digest:
            yield Violation("publication", subject, "is not what the journal saw published")
        if (
            one.kind == PublicationKind.CORRECTION
            and corrected.get((one.inspection_id, one.version)) != one.reason
        ):
            yield Violation("correction", subject, "no objection was upheld for it with this reason")
        if one.kind == PublicationKind.WITHDRAWAL and one.inspection_id not in withdrawn:
            yield Violation("correction", subject, "withdrawn, and nobody withdrew it")
        if (one.kind == PublicationKind.RESULT) != (one.version == 1):
            yield Violation("correction", subject, f"version {one.version} is a {one.kind}")
    for inspection, found in numbers.items():
        if found != list(range(1, len(found) + 1)):
            yield Violation("publication", inspection, f"its versions are numbered {found}")


def departments_have_agreed(whole: WholeScheme) -> Found:
    """What is published was agreed to for every department, by somebody who was never drawn for that visit: of the
    department itself, or of the lead department."""
    drawn = {(one.inspection_id, one.person_id) for one in whole.assignments}
    standing = {
        one.inspection_id
        for one in whole.results
        if one.state in (ResultState.APPROVED, ResultState.PUBLISHED)
    }
    for review in whole.reviews:
        if review.inspection_id in standing and review.state is not DepartmentReviewState.AGREED:
            yield Violation("department_review", review.id, f"{review.state}, and the result is published")
        if review.decided_by and (review.inspection_id, review.decided_by) in drawn:
            yield Violation("department_review", review.id, f"decided by {review.decided_by}, who was drawn")


def officers_are_not_named(whole: WholeScheme) -> Found:
    """Names of officers are no part of publicity. A name that also stands in the firm's own proves nothing."""
    for one in whole.publications:
        said = one.bundle.replace(one.object_name, "")
        for person in whole.people:
            if f'"{person.name}"' in said or person.id in said:
                yield Violation("publication", one.inspection_id, f"names {person.id}")


def transfers_follow_findings(whole: WholeScheme) -> Found:
    """A published finding that names a receiving department opened a transfer to it, and no other did; one that a
    correction has changed since did so before. A correction that failed opens one to the department itself. It is with
    whoever it was handed to last."""
    closed = {one.id for one in whole.inspections if one.state is InspectionState.CLOSED}
    wanted = {
        (f"{one.inspection_id}/{one.item_id}", one.transfer_to)
        for one in whole.findings
        if one.transfer_to and one.inspection_id in closed
    }
    handed = {one.id: _receivers(whole, one) for one in whole.transfers}
    opened = {(id, receivers[0]) for id, receivers in handed.items()}
    corrected = {one.inspection_id for one in whole.corrections if one.decided_at and one.departments}
    wanted = {one for one in wanted if one[0].split("/")[0] not in corrected} | {
        one for one in opened if one[0].split("/")[0] in corrected and _named_once(whole, *one)
    }
    wanted |= {
        (one.id, one.from_department) for one in whole.transfers if _was_not_corrected(whole, one.id)
    } & opened
    for subject, receiver in wanted ^ opened:
        fault = "not opened" if (subject, receiver) in wanted else "opened without a finding"
        yield Violation("transfer", subject, f"to {receiver}: {fault}")
    for one in whole.transfers:
        if one.to_department != handed[one.id][-1]:
            detail = f"is with {one.to_department}, was handed to {handed[one.id][-1]}"
            yield Violation("transfer", one.id, detail)


def _receivers(whole: WholeScheme, transfer: Transfer) -> list[str]:
    """Who has had it, by the journal: whom it was opened to, whom it was passed on or sent again to."""
    verbs = {"transfer.open": "to", "transfer.forward": "receiver", "transfer.send_again": "receiver"}
    found = [
        str(line.details.get(verbs[line.verb], ""))
        for line in whole.journal
        if line.subject == transfer.id and line.verb in verbs
    ]
    return found or [""]


def _was_not_corrected(whole: WholeScheme, transfer_id: str) -> bool:
    """Whether a correction of this finding failed, which makes it a lead of the department itself."""
    return any(
        line.verb == "follow_up.fail" and line.subject.startswith(f"{transfer_id}/") for line in whole.journal
    )


def _named_once(whole: WholeScheme, subject: str, receiver: str) -> bool:
    """Whether this finding ever named this department, by the journal."""
    return any(
        line.verb == "finding.receiver" and line.subject == subject and line.details.get("to") == receiver
        for line in whole.journal
    )


def _late_publicity(whole: WholeScheme, at: datetime) -> Found:
    published = {one.inspection_id for one in whole.publications}
    for result in whole.results:
        due = result.publicity_due
        if due is not None and result.inspection_id not in published and beijing_day(at) > due:
            yield Violation("publicity_late", result.inspection_id, f"was due {due} and is not published")
    for one in whole.publications:
        if one.version == 1 and beijing_day(one.published_at) > one.due:
            yield Violation(
                "publicity_late", one.inspection_id, f"was due {one.due}, came {one.published_at}"
            )


def _says_what_was_found(whole: WholeScheme, publication: Publication) -> Found:
    found = {
        one.item_id: one.category
        for one in whole.findings
        if one.inspection_id == publication.inspection_id and one.category in CATEGORIES
    }
    items = next((one.items for one in whole.inspections if one.id == publication.inspection_id), [])
    wanted = [CATEGORIES[Category(found[item])].title for item in items if item in found]
    said = [matter["raninsCheckResName"] for matter in json.loads(publication.bundle)["details"]]
    if said != wanted:
        yield Violation("publication", publication.inspection_id, f"says {said}, found was {wanted}")


def _is_due(records: Records, result: Result, ended_at: datetime, due: date) -> bool:
    """A result published before the year of its due date began was counted by an estimate of that year's holidays,
    which a later version of the program knows better."""
    if result.published_at is None:
        calendar = calendar_of(records)
    elif beijing_day(result.published_at).year < due.year:
        return True
    else:
        calendar = calendar_as_of(records, result.published_at)
    return due == _last_day(calendar, beijing_day(ended_at), _working_days(records, result.inspection_id))


def _working_days(records: Records, inspection_id: str) -> int:
    """As many as the rule says that the visit's clock was started by; a visit of before there were rules had 20."""
    clock = deadlines.newest(records, RuleName.PUBLICITY, inspection_id)
    if clock is None:
        return PUBLICITY_WORKING_DAYS
    return deadlines.rules_of(records, clock.version)[RuleName.PUBLICITY].length


def _last_day(calendar: Calendar, day: date, left: int) -> date:
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day


# --- The draw --------------------------------------------------------------------------------------------------------


def draws_recompute(whole: WholeScheme) -> Found:
    """The separate verifier recomputes every draw from the published files."""
    for draw in whole.draws:
        if draw.transcript is None:
            continue
        files = {
            "announcement.json": draw.announcement.encode(),
            "objects.jsonl": draw.objects.encode(),
            "inspectors.jsonl": draw.inspectors.encode(),
            "exclusions.jsonl": draw.exclusions.encode(),
        }
        difference = verify(draw.transcript.encode(), files)
        if difference is not None:
            yield Violation("draw", draw.id, difference)


def inputs_are_the_sources(whole: WholeScheme) -> Found:
    """What a draw took in is what its sources gave, each before it ran: a witness's own number, or a public value that
    two people have entered."""
    for draw in _drawn(whole):
        assert draw.transcript is not None
        taken = {one["source"]: one["value"] for one in json.loads(draw.transcript)["inputs"]}
        sources = [one for one in whole.sources if one.draw_id == draw.id]
        if taken != {one.name: one.value for one in sources}:
            yield Violation("inputs", draw.id, "the draw took in something else than its sources gave")
        for one in sources:
            if one.given_at is None or draw.drawn_at is None or one.given_at > draw.drawn_at:
                yield Violation("inputs", f"{draw.id}/{one.number}", "was not given before the draw")
            if one.witness_id is not None and one.given_by != one.witness_id:
                yield Violation("inputs", f"{draw.id}/{one.number}", f"was given by {one.given_by}")
            if one.witness_id is None and one.first_by in (None, one.given_by):
                yield Violation("inputs", f"{draw.id}/{one.number}", "was not entered by two people")


def seats_are_as_drawn(whole: WholeScheme) -> Found:
    """Whoever the transcript leaves on a seat holds it in the store, and everybody in the store was drawn there."""
    drawn: dict[str, str] = {}
    for draw in _drawn(whole):
        drawn |= _holders_by_transcript(_rounds(draw))
    as_drawn = _draw_seats(whole)
    seated = {
        as_drawn[one.seat_id]: one.person_id
        for inspection in _standing(whole)
        for one in _holders(whole, inspection.id)
        if inspection.selection_id is None
    }
    for seat in sorted(drawn.keys() | seated.keys()):
        if drawn.get(seat) != seated.get(seat):
            yield Violation("draw", seat, f"drawn was {drawn.get(seat)}, seated is {seated.get(seat)}")


def objects_are_as_drawn(whole: WholeScheme) -> Found:
    drawn = {one["id"] for draw in _drawn(whole) for held in _rounds(draw) for one in held["objects"]}
    visited = {one.object_id for one in whole.inspections if one.selection_id is None}
    for one in sorted(drawn ^ visited):
        yield Violation("draw", one, "drawn without an inspection" if one in drawn else "never drawn")


def _holders_by_transcript(rounds: list[dict[str, Any]]) -> dict[str, str]:
    holders: dict[str, str] = {}
    for held in rounds:
        for vacancy in held["vacated"]:
            gone = [
                s for s in holders if s == vacancy.get("seat") or s.split("/")[0] == vacancy.get("object")
            ]
            for seat in gone:
                del holders[seat]
        holders |= {one["seat"]: one["inspector"] for one in held["seats"]}
    return holders


def _draw_seats(whole: WholeScheme) -> dict[str, str]:
    """Of each seat how the draw calls it, `<object>/<department>/<n>`."""
    objects = {one.id: one.object_id for one in whole.inspections}
    return {
        seat.id: objects[seat.inspection_id] + seat.id.removeprefix(seat.inspection_id)
        for seat in whole.seats
    }


def _seats_left_open(whole: WholeScheme) -> list[str]:
    """Seats, `<object>/<department>/<n>`, that the draw's last round could not fill, or that wait for somebody to be
    named."""
    as_drawn = _draw_seats(whole)
    left_open = [as_drawn[seat] for seat in _seats_to_name(whole)]
    for draw in _drawn(whole):
        rounds = _rounds(draw)
        if rounds[-1]["infeasible"] is not None:
            filled = _holders_by_transcript(rounds)
            left_open += [as_drawn[seat.id] for seat in whole.seats if as_drawn[seat.id] not in filled]
    return left_open


def _seats_to_name(whole: WholeScheme) -> list[str]:
    waiting = {
        one.id
        for one in whole.inspections
        if one.selection_id is not None and one.state is InspectionState.ASSEMBLING
    }
    held = {one.seat_id for one in whole.assignments if one.state in _HOLDING}
    return [one.id for one in whole.seats if one.inspection_id in waiting and one.id not in held]


def _drawn(whole: WholeScheme) -> list[DrawRecord]:
    return [draw for draw in whole.draws if draw.drawn_at is not None and draw.voided_at is None]


def _rounds(draw: DrawRecord) -> list[dict[str, Any]]:
    rounds: list[dict[str, Any]] = json.loads(draw.transcript or '{"rounds":[]}')["rounds"]
    return rounds


# --- Reading the rows ------------------------------------------------------------------------------------------------


def _standing(whole: WholeScheme) -> list[Inspection]:
    return [one for one in whole.inspections if one.state not in NO_VISITS]


def _over(whole: WholeScheme) -> list[Inspection]:
    return [one for one in whole.inspections if one.state in _OVER]


def _holders(whole: WholeScheme, inspection_id: str) -> list[Assignment]:
    return [one for one in whole.assignments if one.inspection_id == inspection_id and one.state in _HOLDING]


def _team(whole: WholeScheme, inspection_id: str) -> set[str]:
    """Whoever holds a seat there."""
    return {one.person_id for one in _holders(whole, inspection_id)}


def _leads(whole: WholeScheme, inspection_id: str) -> set[str]:
    """Whoever was ever drawn for the lead's seat there."""
    seats = {seat.id for seat in whole.seats if seat.inspection_id == inspection_id and seat.is_lead}
    return {one.person_id for one in whole.assignments if one.seat_id in seats}


def _department_of(assignment: Assignment) -> str:
    return assignment.seat_id.split("/")[1]


def _ids(inspections: Iterable[Inspection]) -> set[str]:
    return {one.id for one in inspections}


def _lines(whole: WholeScheme) -> dict[str, list[JournalLine]]:
    lines: defaultdict[str, list[JournalLine]] = defaultdict(list)
    for line in whole.journal:
        lines[line.subject].append(line)
    return lines


RULES: tuple[Rule, ...] = (
    full_teams,
    everybody_fits_the_seat,
    no_one_twice,
    nobody_conflicted,
    seats_have_their_history,
    everybody_left_for_a_reason,
    people_were_drawn,
    paths_are_legal,
    deeds_are_ones_own,
    what_was_found_is_the_teams,
    every_item_has_a_finding,
    important_noes_are_not_clean,
    answers_are_complete,
    published_as_decided,
    versions_are_what_was_published,
    departments_have_agreed,
    officers_are_not_named,
    transfers_follow_findings,
    draws_recompute,
    inputs_are_the_sources,
    seats_are_as_drawn,
    objects_are_as_drawn,
)
