"""What stands in the letters around a visit, gathered from what is stored."""

from datetime import datetime

from actions.field_cards import finding_lines
from actions.notices import number_document, shown_number, visits_this_year
from inspection.calendar.beijing import beijing_day
from inspection.departments import department_name
from inspection.follow_ups import FollowUpKind
from inspection.refusals import Incomplete
from inspection.states import AssignmentState, FollowUpState
from notifications.buttons.papers import PaperKind
from notifications.catalogue import label
from notifications.papers.facts import (
    CorrectionOrderPaper,
    Found,
    InspectionNoticePaper,
    Officer,
    ResultNoticePaper,
    TransferLetterPaper,
)
from storage import assignments, follow_ups, notices, people, results, settings
from storage.store import Records
from storage.tables.follow_ups import FollowUpMatter, InspectionNotice
from storage.tables.inspections import Inspection, Transfer
from storage.tables.registers import InspectionItem, Scheme
from storage.veils import shown_object

CONTACT, COMPLAINTS = "notice_contact:", "notice_complaints"
"""Settings: how an authority is reached, by its id, and where one complains."""
_SEATED = frozenset({AssignmentState.CONFIRMED, AssignmentState.COMPLETED})


def prepare_letter(records: Records, inspection: Inspection, kind: PaperKind, *, at: datetime) -> None:
    """Takes the number of a letter that gets it when somebody first wants it; all others have theirs, or need none."""
    if kind is PaperKind.RESULT_NOTICE:
        lead = records.get(Scheme, inspection.scheme_id).departments[0]
        number_document(records, kind.value, inspection.id, department=lead, at=at)


def require_letter(records: Records, inspection: Inspection, kind: PaperKind) -> None:
    """Refuses a notice that was not made, and a result notice before the result is public."""
    if kind is PaperKind.NOTICE and records.find(InspectionNotice, inspection.id) is None:
        raise Incomplete("notice_not_made")
    if kind is PaperKind.RESULT_NOTICE and results.newest_publication(records, inspection.id) is None:
        raise Incomplete("result_not_public")


def notice_letter(records: Records, inspection: Inspection) -> InspectionNoticePaper:
    notice = records.get(InspectionNotice, inspection.id)
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = shown_object(records, inspection)
    lead = scheme.departments[0]
    return InspectionNoticePaper(
        number=notice.number,
        object=registered.name,
        credit_code=registered.credit_code,
        address=registered.address,
        scheme=scheme.name,
        departments=tuple(scheme.departments),
        items=tuple(
            (item.title, competent, item.basis) for item, competent in results.items(records, inspection)
        ),
        first_day=scheme.first_day,
        last_day=scheme.last_day,
        officers=officers_of(records, inspection),
        visits=tuple(visits_this_year(records, inspection, at=notice.issued_at)),
        year=beijing_day(notice.issued_at).year,
        code=notice.code,
        contact=settings.value(records, f"{CONTACT}{lead}") or department_name(lead),
        complaints=settings.value(records, COMPLAINTS) or label("complaints_example", "zh"),
        issued_at=notice.issued_at,
        check_url=notice.check_url,
    )


def result_letter(records: Records, inspection: Inspection) -> ResultNoticePaper:
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = shown_object(records, inspection)
    published = results.newest_publication(records, inspection.id)
    number = notices.number_of(records, PaperKind.RESULT_NOTICE.value, inspection.id)
    notice = records.find(InspectionNotice, inspection.id)
    if published is None or number is None or inspection.started_at is None or inspection.ended_at is None:
        raise Incomplete("result_not_public")
    return ResultNoticePaper(
        number=shown_number(number),
        object=registered.name,
        credit_code=registered.credit_code,
        address=registered.address,
        scheme=scheme.name,
        departments=tuple(scheme.departments),
        started_at=inspection.started_at,
        ended_at=inspection.ended_at,
        findings=tuple(
            Found(
                title=line.title,
                department=line.department,
                category=line.category.value if line.category else "",
                words=line.words,
                follow_ups=line.follow_ups,
                transfer_to=line.transfer_to or "",
            )
            for line in finding_lines(records, inspection)
        ),
        published_at=published.published_at,
        notice_number=notice.number if notice else "",
    )


def order_letter(records: Records, matter: FollowUpMatter) -> CorrectionOrderPaper:
    """Refuses a correction that was not ordered yet: it has no number and no date."""
    number = notices.number_of(records, matter.kind, matter.id)
    if matter.state is FollowUpState.OPENED or matter.ordered_at is None or number is None:
        raise Incomplete("order_not_given")
    inspection = records.get(Inspection, matter.inspection_id)
    registered = shown_object(records, inspection)
    item = records.find(InspectionItem, matter.item_id)
    return CorrectionOrderPaper(
        number=shown_number(number),
        object=registered.name,
        credit_code=registered.credit_code,
        address=registered.address,
        department=matter.department,
        item=item.title if item else "",
        basis=item.basis if item else "",
        found=matter.words,
        demands=matter.order_words,
        ordered_at=matter.ordered_at,
        due_at=None if matter.is_immediate else matter.due_at,
        is_disclosure=matter.kind == FollowUpKind.DISCLOSE,
        officers=officers_of(records, inspection, matter.department),
    )


def transfer_letter(records: Records, transfer: Transfer) -> TransferLetterPaper:
    number = notices.number_of(records, "transfer", transfer.id)
    inspection = records.get(Inspection, transfer.inspection_id)
    registered = shown_object(records, inspection)
    item = records.find(InspectionItem, transfer.item_id)
    return TransferLetterPaper(
        number=shown_number(number) if number else "",
        object=registered.name,
        credit_code=registered.credit_code,
        address=registered.address,
        scheme=records.get(Scheme, inspection.scheme_id).name,
        from_department=transfer.from_department,
        to_department=transfer.to_department,
        item=item.title if item else "",
        basis=item.basis if item else "",
        summary=transfer.summary,
        documents=tuple((one.file_name, one.sha256) for one in follow_ups.documents(records, transfer.id)),
        opened_at=transfer.opened_at,
    )


def officers_of(
    records: Records, inspection: Inspection, department: str | None = None
) -> tuple[Officer, ...]:
    """Who sits on the confirmed team, or who of one department does, with certificate numbers."""
    members = [
        one
        for one in assignments.members(records, inspection.id)
        if one.person and one.assignment and one.assignment.state in _SEATED
    ]
    shown = [one for one in members if department in {None, one.seat.department}]
    certificates = people.certificates(records, [one.person.id for one in shown if one.person])
    return tuple(
        Officer(
            name=one.person.name,
            department=one.seat.department,
            certificate_number=certificates[one.person.id].certificate_number
            if one.person.id in certificates
            else "",
            is_lead=one.seat.is_lead,
        )
        for one in shown
        if one.person
    )
