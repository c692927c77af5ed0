"""The messages of the field, made from the rows as they stand: the same card for a reply and for a notice."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from actions.on_site import joint_reviewers, officer_on_site, require_reviewer
from actions.review_lines import review_lines, waiting_for
from inspection.calendar.beijing import beijing_day
from inspection.checklists import missing, progress
from inspection.departments import DEPARTMENTS, department_name
from inspection.refusals import Incomplete, NotYours, Unacceptable
from inspection.results import Category, FindingGap, FollowUp, Method, allowed, finding_gaps
from inspection.states import (
    RESULT_IN_HAND,
    ChecklistState,
    DepartmentReviewState,
    InspectionState,
    ResultState,
)
from notifications.messages.message import Message
from notifications.messages.results import (
    AskFinding,
    AskFindingWords,
    AskFollowUp,
    AskMethods,
    AskReceiver,
    DepartmentReviewCard,
    FindingLine,
    FindingNews,
    FindingsKept,
    JointSummary,
    NoLine,
    ResultPublished,
    ResultSubmitted,
    ReviewCard,
)
from notifications.messages.visits import Overview, PartLine, VisitCard, VisitEnded, VisitStarted
from storage import assignments, checklists, results
from storage.assignments import Member
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.inspections import ChecklistPart, DepartmentReview, Finding, Inspection, Result
from storage.tables.registers import InspectionItem, Person, Scheme
from storage.veils import shown_object


def object_name(records: Records, inspection: Inspection) -> str:
    return shown_object(records, inspection).name


def visit_card(
    records: Records, inspection: Inspection, member: Member
) -> VisitCard | VisitStarted | VisitEnded:
    """What a member of a confirmed team sees of the visit: before the start, while it goes on, or after it."""
    if inspection.ended_at is not None:
        return ended_card(records, inspection)
    registered = shown_object(records, inspection)
    scheme = records.get(Scheme, inspection.scheme_id)
    department = member.seat.department
    found = progress(checklists.entries(records, inspection, department))
    mine: dict[str, Any] = {
        "inspection": inspection.id,
        "object": registered.name,
        "department": department,
        "questions": found.questions,
        "photos_wanted": found.photos_wanted,
        "is_lead": member.seat.is_lead,
        "has_notice": scheme.needs_approval,
    }
    if inspection.started_at is not None:
        starter = results.last_journalled(records, "inspection.start_visit", inspection.id)
        person = records.find(Person, starter.actor) if starter and starter.actor else None
        return VisitStarted(**mine, starter=person.name if person else "", started_at=inspection.started_at)
    return VisitCard(
        **mine,
        address=registered.address,
        departments=tuple(scheme.departments),
        first_day=scheme.first_day,
        last_day=scheme.last_day,
    )


def ended_card(records: Records, inspection: Inspection) -> VisitEnded:
    """The visit is over: since when, and by when its result is public."""
    assert inspection.ended_at is not None
    due = due_of(records, inspection)
    return VisitEnded(
        inspection=inspection.id,
        object=object_name(records, inspection),
        ended_at=inspection.ended_at,
        publicity_due=due,
        is_provisional=is_due_provisional(records, inspection, due),
    )


def overview_card(records: Records, inspection: Inspection, *, at: datetime) -> Overview:
    """How far every department is; ready when each part is finished and each finding can stand."""
    lines = finding_lines(records, inspection)
    parts = tuple(
        _part_line(records, inspection, part, lines) for part in checklists.parts(records, inspection.id)
    )
    return Overview(
        inspection=inspection.id,
        object=object_name(records, inspection),
        parts=parts,
        is_ready=inspection.state is InspectionState.VISITING and not open_ends(records, inspection),
        at=at,
        scheme=inspection.scheme_id,
    )


def _part_line(
    records: Records, inspection: Inspection, part: ChecklistPart, lines: tuple[FindingLine, ...]
) -> PartLine:
    found = progress(checklists.entries(records, inspection, part.department))
    own = [line for line in lines if line.department == part.department]
    return PartLine(
        department=part.department,
        state=part.state.value,
        answered=found.answered,
        questions=found.questions,
        photos=found.photos,
        photos_wanted=found.photos_wanted,
        findings=sum(not line.gaps for line in own),
        items=len(own),
    )


def open_ends(records: Records, inspection: Inspection) -> list[tuple[str, str]]:
    """What keeps the visit from ending, as (department, key of a label); empty when nothing does."""
    ends = [
        (part.department, "gap_part")
        for part in checklists.parts(records, inspection.id)
        if part.state is ChecklistState.OPEN
        or missing(checklists.entries(records, inspection, part.department))
    ]
    ends += [
        (line.department, f"finding_gap_{gap}")
        for line in finding_lines(records, inspection)
        for gap in line.gaps[:1]
    ]
    return list(dict.fromkeys(ends))


def may_reopen(records: Records, inspection: Inspection, department: str) -> bool:
    """Whether this department's finished or locked part may be opened again: until submission, and after a return or
    an objection that names it. What its reviewer is looking at, or has agreed to, stays as it is."""
    if inspection.state not in {InspectionState.VISITING, InspectionState.VISITED, InspectionState.CLOSED}:
        return False
    if records.get(Result, inspection.id).state not in RESULT_IN_HAND:
        return False
    review = records.find(DepartmentReview, f"{inspection.id}/{department}")
    if review is None:
        return inspection.state is not InspectionState.CLOSED
    return review.state in {DepartmentReviewState.OPEN, DepartmentReviewState.RETURNED}


def finding_lines(
    records: Records, inspection: Inspection, department: str | None = None
) -> tuple[FindingLine, ...]:
    """Every item of the scheme, or of one department, with what was found and what that still wants."""
    entered = results.findings(records, inspection.id)
    return tuple(
        _finding_line(records, inspection, item, competent, entered.get(item.id))
        for item, competent in results.items(records, inspection)
        if department in (None, competent)
    )


def _finding_line(
    records: Records, inspection: Inspection, item: InspectionItem, department: str, finding: Finding | None
) -> FindingLine:
    entries = checklists.entries(records, inspection, department)
    category = Category(finding.category) if finding else None
    words = finding.words if finding else ""
    follow_ups = tuple(finding.follow_ups) if finding else ()
    transfer_to = finding.transfer_to if finding else None
    gaps = finding_gaps(category, entries, words=words, follow_ups=follow_ups, transfer_to=transfer_to)
    methods = tuple(finding.methods) if finding else ()
    return FindingLine(
        item.id, item.title, department, category, words, follow_ups, transfer_to, tuple(gaps), methods
    )


def finding_card(
    records: Records,
    inspection: Inspection,
    person: Person,
    item_id: str | None = None,
    news: FindingNews | None = None,
) -> Message:
    """What the person's department is asked next about its findings; with `item_id`, the category of that item."""
    member = officer_on_site(records, inspection.id, person)
    lines = finding_lines(records, inspection, member.seat.department)
    if item_id is not None:
        line = _line_of(lines, item_id)
        return _ask(records, inspection, lines, line, FindingGap.CATEGORY, person, news)
    open_line = next((line for line in lines if line.gaps), None)
    if open_line is not None:
        return _ask(records, inspection, lines, open_line, open_line.gaps[0], person, news)
    return FindingsKept(
        inspection=inspection.id,
        object=object_name(records, inspection),
        department=member.seat.department,
        findings=lines,
        is_lead=member.seat.is_lead,
        is_over=inspection.ended_at is not None,
        news=news,
    )


def methods_card(
    records: Records, inspection: Inspection, person: Person, item_id: str, news: FindingNews | None = None
) -> AskMethods:
    """By which methods an item of the person's department was checked; it must have a finding."""
    member = officer_on_site(records, inspection.id, person)
    lines = finding_lines(records, inspection, member.seat.department)
    line = _line_of(lines, item_id)
    if line.category is None:
        raise Incomplete("finding_needs_category")
    about = _about_line(records, inspection, lines, line, news)
    return AskMethods(**about, methods=tuple(Method(one) for one in line.methods))


def _line_of(lines: tuple[FindingLine, ...], item_id: str) -> FindingLine:
    line = next((line for line in lines if line.item == item_id), None)
    if line is None:
        raise NotYours
    return line


def _about_line(
    records: Records,
    inspection: Inspection,
    lines: tuple[FindingLine, ...],
    line: FindingLine,
    news: FindingNews | None,
) -> dict[str, Any]:
    return {
        "inspection": inspection.id,
        "object": object_name(records, inspection),
        "item": line.item,
        "title": line.title,
        "place": lines.index(line) + 1,
        "items": len(lines),
        "news": news,
    }


def _ask(
    records: Records,
    inspection: Inspection,
    lines: tuple[FindingLine, ...],
    line: FindingLine,
    gap: FindingGap,
    person: Person,
    news: FindingNews | None,
) -> Message:
    about = _about_line(records, inspection, lines, line, news)
    if gap in {FindingGap.CATEGORY, FindingGap.CONTRADICTION} or line.category is None:
        choices = allowed(checklists.entries(records, inspection, line.department))
        return AskFinding(
            **about,
            category=line.category,
            categories=tuple(choices),
            has_important_no=Category.CLEAN not in choices,
        )
    if gap is FindingGap.WORDS:
        return AskFindingWords(**about, category=line.category)
    if gap is FindingGap.FOLLOW_UP:
        return AskFollowUp(**about, category=line.category)
    follow_up = FollowUp(line.follow_ups[0])
    return AskReceiver(
        **about, follow_up=follow_up, departments=_receivers(records, inspection, line, person)
    )


def _receivers(
    records: Records, inspection: Inspection, line: FindingLine, person: Person
) -> tuple[tuple[str, str], ...]:
    """The departments of the visit first, then all others; notifying needs another department than one's own."""
    scheme = records.get(Scheme, inspection.scheme_id)
    ids = dict.fromkeys([*scheme.departments, *DEPARTMENTS])
    if FollowUp.NOTIFY in line.follow_ups:
        ids.pop(line.department, None)
    return tuple((one, department_name(one, person.language)) for one in ids)


def joint_facts(records: Records, inspection: Inspection) -> dict[str, Any]:
    """What the joint summary and the reviewer's card both show."""
    registered = shown_object(records, inspection)
    scheme = records.get(Scheme, inspection.scheme_id)
    due = due_of(records, inspection)
    return {
        "inspection": inspection.id,
        "object": registered.name,
        "credit_code": registered.credit_code,
        "scheme": scheme.name,
        "departments": tuple(scheme.departments),
        "ended_at": inspection.ended_at,
        "publicity_due": due,
        "is_provisional": is_due_provisional(records, inspection, due),
        "answers": sum(
            progress(checklists.entries(records, inspection, department)).answered
            for department in scheme.departments
        ),
        "noes": _noes(records, inspection, scheme.departments),
        "photos": len(checklists.photos(records, inspection.id)),
        "findings": finding_lines(records, inspection),
        "reviews": review_lines(records, inspection),
    }


def department_review_card(
    records: Records, inspection: Inspection, review: DepartmentReview
) -> DepartmentReviewCard:
    """What the reviewers of one department look at."""
    result = records.get(Result, inspection.id)
    assert result.submitted_at is not None
    lead, due = records.find(Person, result.submitted_by), due_of(records, inspection)
    photos = checklists.photos(records, inspection.id)
    return DepartmentReviewCard(
        inspection=inspection.id,
        object=object_name(records, inspection),
        scheme=records.get(Scheme, inspection.scheme_id).name,
        department=review.department,
        lead=lead.name if lead else "",
        submitted_at=result.submitted_at,
        publicity_due=due,
        is_provisional=is_due_provisional(records, inspection, due),
        noes=_noes(records, inspection, [review.department]),
        photos=sum(one.department == review.department for one in photos),
        findings=finding_lines(records, inspection, review.department),
        returns=review.returns,
    )


def _noes(records: Records, inspection: Inspection, departments: Sequence[str]) -> tuple[NoLine, ...]:
    lines, filling = [], checklists.filling(records, inspection)
    for department in departments:
        texts = {
            one.id: filling.label(one, "zh") for one in checklists.questions(records, inspection, department)
        }
        lines += [
            NoLine(entry.number, texts[entry.question_id], entry.note, department)
            for entry in checklists.entries(records, inspection, department)
            if entry.is_no
        ]
    return tuple(lines)


def due_of(records: Records, inspection: Inspection) -> date:
    """The last day of publicity; the visit must have ended."""
    due = records.get(Result, inspection.id).publicity_due
    if due is None:
        raise Unacceptable("illegal_step")
    return due


def is_due_provisional(records: Records, inspection: Inspection, due: date) -> bool:
    """Whether a notice that counts for this due date is still to come."""
    first = beijing_day(inspection.ended_at).year if inspection.ended_at else due.year
    calendar = calendar_of(records)
    return any(calendar.is_provisional(year) for year in range(first, due.year + 1))


def summary_of_result(records: Records, inspection: Inspection) -> JointSummary:
    result = records.get(Result, inspection.id)
    return JointSummary(**joint_facts(records, inspection), review_words=result.review_words)


def submitted_card(records: Records, inspection: Inspection) -> ResultSubmitted:
    result = records.get(Result, inspection.id)
    assert result.submitted_at is not None
    due = due_of(records, inspection)
    return ResultSubmitted(
        inspection=inspection.id,
        object=object_name(records, inspection),
        submitted_at=result.submitted_at,
        publicity_due=due,
        is_provisional=is_due_provisional(records, inspection, due),
        reviewers=tuple(person.name for person in joint_reviewers(records, inspection)),
        departments=waiting_for(records, inspection),
    )


def review_card(records: Records, inspection: Inspection) -> ReviewCard:
    result = records.get(Result, inspection.id)
    assert result.submitted_at is not None
    lead = records.find(Person, result.submitted_by)
    return ReviewCard(
        **joint_facts(records, inspection),
        lead=lead.name if lead else "",
        submitted_at=result.submitted_at,
        returns=result.returns,
        waiting_for=waiting_for(records, inspection),
    )


def published_card(records: Records, inspection: Inspection) -> ResultPublished:
    published = results.newest_publication(records, inspection.id)
    assert published is not None
    assert inspection.ended_at is not None
    ended_on, published_on = beijing_day(inspection.ended_at), beijing_day(published.published_at)
    return ResultPublished(
        inspection=inspection.id,
        object=published.object_name,
        published_at=published.published_at,
        publicity_due=published.due,
        working_day=calendar_of(records).working_days_from(ended_on, published_on),
        findings=finding_lines(records, inspection),
        transfers=len(results.transfers(records, inspection.id)),
        digest=published.digest,
        version=published.version,
        reason=published.reason,
    )


def result_card(records: Records, inspection: Inspection, person: Person, *, at: datetime) -> Message:
    """The result as it stands, for the lead or for a reviewer; refuses anybody else."""
    lead = assignments.lead_of(records, inspection.id)
    is_lead = lead is not None and lead.person_id == person.id
    if not is_lead:
        require_reviewer(records, inspection, person)
    state = records.get(Result, inspection.id).state
    if state in {ResultState.PUBLISHED, ResultState.WITHDRAWN}:
        return published_card(records, inspection)
    if state is ResultState.SUBMITTED:
        return submitted_card(records, inspection) if is_lead else review_card(records, inspection)
    if is_lead and inspection.state in {InspectionState.VISITED, InspectionState.CLOSED}:
        return summary_of_result(records, inspection)
    return overview_card(records, inspection, at=at)
