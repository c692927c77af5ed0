"""行政检查通知书: made before the visit with its number, served on the party, and what the paper says.

Source: the documents of 2025 under 国办发〔2024〕54号: authority, basis, items, time, officers and numbers, how many
inspections this year, rights, discipline.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from actions.approval_check import require_approvals
from actions.field_cards import object_name
from actions.object_names import require_names_open
from actions.recusal_applications import require_recorder
from inspection.calendar.beijing import beijing_day
from inspection.departments import department_name
from inspection.follow_ups import Service
from inspection.frequency import ListedVisits, visits_in_year
from inspection.refusals import AlreadyDone, Incomplete, Unacceptable
from inspection.states import NOTICE, InspectionState, NoticeState, NoticeStep
from notifications.catalogue import label
from notifications.messages.visit_approvals import AskService, NoticeCard
from storage import draws, notices, results
from storage.store import Records
from storage.tables.follow_ups import DocumentNumber, InspectionNotice
from storage.tables.inspections import Inspection
from storage.tables.registers import Person, RegisteredObject, Scheme

_CODE_LENGTH = 16
_MAY_ISSUE = frozenset({InspectionState.READY, InspectionState.VISITING})
_A_YEAR = timedelta(days=366)


def issue_notice(
    records: Records, inspection_id: str, *, secret: bytes, by: Person, at: datetime
) -> InspectionNotice:
    """The notice of a visit whose team is confirmed and whose heads agree; a second time gives the same one.

    `secret` (32 random bytes) makes the code that stands on it.
    """
    inspection = records.lock(Inspection, inspection_id)
    require_recorder(records, inspection, by)
    standing = records.find(InspectionNotice, inspection_id)
    if standing is not None:
        return standing
    if inspection.state not in _MAY_ISSUE:
        raise Incomplete("team_not_confirmed")
    require_names_open(records, inspection)
    require_approvals(records, inspection)
    scheme = records.get(Scheme, inspection.scheme_id)
    taken = number_document(records, "notice", inspection_id, department=scheme.departments[0], at=at)
    digest = hashlib.sha256(secret + inspection_id.encode()).digest()
    notice = InspectionNotice(
        inspection_id=inspection_id,
        number=taken,
        code=base64.b32encode(digest).decode()[:_CODE_LENGTH],
        state=NoticeState.ISSUED,
        issued_at=at,
        issued_by=by.id,
    )
    records.add(notice)
    records.journal("notice.issue", inspection_id, by=by.id, at=at, number=taken)
    return notice


def serve_notice(
    records: Records, inspection_id: str, service: Service, *, by: Person, at: datetime
) -> InspectionNotice:
    """How the notice reached the party, written down by somebody of the team; an unserved one hinders no visit."""
    inspection = records.lock(Inspection, inspection_id)
    require_recorder(records, inspection, by)
    notice = records.find(InspectionNotice, inspection_id)
    if notice is None:
        raise Incomplete("notice_not_made")
    notice = records.lock(InspectionNotice, inspection_id)
    if notice.state is NoticeState.SERVED and notice.served_at is not None:
        raise AlreadyDone(what="done_served", done_at=notice.served_at)
    records.move(NOTICE, notice, NoticeStep.SERVE, by=by.id, at=at, service=service.value)
    notice.service, notice.served_at, notice.served_by = service.value, at, by.id
    return notice


def notice_card(records: Records, inspection_id: str, *, by: Person) -> NoticeCard:
    """The notice as the team sees it."""
    inspection = records.get(Inspection, inspection_id)
    require_recorder(records, inspection, by)
    notice = records.find(InspectionNotice, inspection_id)
    if notice is None:
        raise Incomplete("notice_not_made")
    served_by = records.find(Person, notice.served_by) if notice.served_by else None
    return NoticeCard(
        inspection=inspection_id,
        object=object_name(records, inspection),
        number=notice.number,
        issued_at=notice.issued_at,
        service=Service(notice.service) if notice.service else None,
        served_at=notice.served_at,
        served_by=served_by.name if served_by else "",
        has_result=results.newest_publication(records, inspection_id) is not None,
    )


def ask_service(records: Records, inspection_id: str, *, by: Person) -> AskService:
    card = notice_card(records, inspection_id, by=by)
    if card.served_at is not None:
        raise AlreadyDone(what="done_served", done_at=card.served_at)
    return AskService(inspection=inspection_id, object=card.object, number=card.number)


def number_document(records: Records, kind: str, subject: str, *, department: str, at: datetime) -> str:
    """The number of a document of this kind about this thing, taken when it is first asked for (文号, 示例)."""
    year = beijing_day(at).year
    taken = notices.take_number(records, kind, subject, department=department, year=year, at=at)
    return shown_number(taken)


def shown_number(taken: DocumentNumber) -> str:
    """`市场监管局检通〔2026〕3号`: the words before the year are an example, each authority has its own."""
    word = label(f"document_word_{taken.kind}", "zh")
    return f"{department_name(taken.department)}{word}〔{taken.year}〕{taken.number}号"


def visits_this_year(records: Records, inspection: Inspection, *, at: datetime) -> Sequence[tuple[str, int]]:
    """For each authority of the scheme: how often it visits this firm this year, this visit included."""
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = records.get(RegisteredObject, inspection.object_id)
    day = scheme.first_day
    between = (day - _A_YEAR, day + _A_YEAR)
    own = draws.own_visits(records, between=between, object_id=registered.id).get(registered.id, [])
    listed = ListedVisits(
        in_all=registered.visits_this_year,
        by_department=registered.visits_by_department,
        counted_on=registered.visits_counted_on,
        last_on=registered.last_inspected_on,
    )
    year = beijing_day(at).year
    return [(one, visits_in_year(year, one, listed, own)) for one in scheme.departments]


def notice_of_code(records: Records, typed: str) -> InspectionNotice:
    """The notice that bears this code, however it was typed; refuses in the same words whatever is wrong with it."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    notice = notices.by_code(records, code) if len(code) == _CODE_LENGTH else None
    if notice is None:
        raise Unacceptable("notice_unknown")
    return notice
