"""What follows from a result: opened when it is approved, owned until it is closed."""

from collections.abc import Iterable
from datetime import datetime

from actions.deadlines import start_deadline
from actions.exchange import hand_over_transfer
from actions.matter_access import matter_for, speakers, tell_each
from actions.matter_cards import follow_up_card, transfer_card
from actions.notices import number_document
from inspection.deadlines.rules import RuleName
from inspection.follow_ups import FollowUpKind, feedback_of, follow_up_id, kinds_of
from inspection.states import FeedbackState, FollowUpState, TransferState
from notifications.messages.results import FindingLine
from storage import results
from storage.store import Records
from storage.tables.follow_ups import CreditFeedback, FollowUpMatter
from storage.tables.inspections import Inspection, Transfer
from storage.tables.registers import Person, Scheme

_CLOCK = {
    FollowUpKind.RECTIFY: RuleName.RECTIFICATION,
    FollowUpKind.DISCLOSE: RuleName.DISCLOSURE,
    FollowUpKind.LISTING: RuleName.ABNORMAL_LISTING,
}


def open_follow_ups(
    records: Records, inspection_id: str, lines: Iterable[FindingLine], *, by: Person, at: datetime
) -> None:
    """Opens a transfer for every finding that names who receives the matter, a correction or a listing where the
    finding asks for one, and the line for the credit classes. What stands already is left as it is, so that a result
    may be gone over again after it was corrected."""
    found = list(lines)
    for line in found:
        if line.transfer_to is not None:
            open_transfer(
                records, inspection_id, line.item, line.department, line.transfer_to, line.words, by=by, at=at
            )
        for kind in kinds_of(line.category, line.follow_ups):
            _open_matter(records, inspection_id, line, kind, by=by, at=at)
    _open_feedback(records, inspection_id, found, at=at)


def open_transfer(
    records: Records,
    inspection_id: str,
    item_id: str,
    sender: str,
    receiver: str,
    words: str,
    *,
    by: Person,
    at: datetime,
) -> Transfer:
    """One lead for one item; the receiving department is asked for its receipt within the time of the rule."""
    standing = records.find(Transfer, f"{inspection_id}/{item_id}")
    if standing is not None:
        return standing
    transfer = Transfer(
        id=f"{inspection_id}/{item_id}",
        inspection_id=inspection_id,
        item_id=item_id,
        from_department=sender,
        to_department=receiver,
        summary=words,
        state=TransferState.OPENED,
        opened_at=at,
        moved_at=at,
    )
    records.add(transfer)
    records.journal("transfer.open", transfer.id, by=by.id, at=at, to=receiver)
    hand_over_transfer(records, transfer, at=at)
    number_document(records, "transfer", transfer.id, department=sender, at=at)
    ask_receipt(records, transfer, at=at)
    return transfer


def ask_receipt(records: Records, transfer: Transfer, *, at: datetime) -> None:
    """The clock of the receipt runs for the department that is to sign, and its liaisons get the card."""
    matter = matter_for(records, transfer.inspection_id, transfer.to_department)
    start_deadline(records, RuleName.TRANSFER_RECEIPT, transfer.id, matter=matter, at=at)
    card = transfer_card(records, transfer, department=transfer.to_department)
    key = f"transfer:{transfer.id}:{at.isoformat()}"
    tell_each(
        records, speakers(records, transfer.inspection_id, transfer.to_department), card, key=key, at=at
    )


def _open_matter(
    records: Records, inspection_id: str, line: FindingLine, kind: FollowUpKind, *, by: Person, at: datetime
) -> None:
    id = follow_up_id(inspection_id, line.item, kind)
    if records.find(FollowUpMatter, id) is not None:
        return
    finding = results.findings(records, inspection_id).get(line.item)
    matter = FollowUpMatter(
        id=id,
        inspection_id=inspection_id,
        item_id=line.item,
        kind=kind.value,
        department=line.department,
        owner_id=finding.entered_by if finding else None,
        state=FollowUpState.OPENED,
        words=line.words,
        opened_at=at,
        opened_by=by.id,
        moved_at=at,
    )
    records.add(matter)
    records.journal("follow_up.open", id, by=by.id, at=at, kind=kind.value)
    about = matter_for(records, inspection_id, line.department, asked_id=matter.owner_id)
    matter.due_at = start_deadline(records, _CLOCK[kind], id, matter=about, at=at).due_at
    card = follow_up_card(records, matter)
    tell_each(records, speakers(records, inspection_id, line.department), card, key=f"follow_up:{id}", at=at)


def _open_feedback(
    records: Records, inspection_id: str, lines: Iterable[FindingLine], *, at: datetime
) -> None:
    if records.find(CreditFeedback, inspection_id) is not None:
        return
    inspection = records.get(Inspection, inspection_id)
    result, direction = feedback_of(line.category for line in lines)
    records.add(
        CreditFeedback(
            inspection_id=inspection_id,
            object_id=inspection.object_id,
            department=records.get(Scheme, inspection.scheme_id).departments[0],
            result=result.value,
            direction=direction.value,
            state=FeedbackState.WAITING,
            made_at=at,
            moved_at=at,
        )
    )
    records.journal("credit_feedback.make", inspection_id, by=None, at=at, result=result, direction=direction)
