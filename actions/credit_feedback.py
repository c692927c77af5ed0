"""信用反馈: what results say about firms goes to whoever keeps the credit classes; no class is changed here.

博州政办发〔2019〕33号 二㈣3: results become part of a firm's credit record; the class is set by the register's side.
"""

from collections.abc import Sequence
from datetime import datetime

from inspection.refusals import Unacceptable
from inspection.states import CREDIT_FEEDBACK, FeedbackState, FeedbackStep
from storage import follow_ups
from storage.store import Records
from storage.tables.follow_ups import CreditFeedback
from storage.tables.inspections import Inspection
from storage.tables.registers import RegisteredObject, Scheme

COLUMNS = ("inspection", "object", "credit_code", "name", "scheme", "class", "result", "direction", "made_at")
Row = tuple[str, ...]


def send_feedback(records: Records, *, by: str | None, at: datetime) -> list[Row]:
    """All that waits, as rows for the register's side in the order of `COLUMNS`; it counts as sent from now on."""
    waiting = follow_ups.feedback(records, FeedbackState.WAITING)
    for one in waiting:
        _move(records, one, FeedbackStep.SEND, by=by, at=at)
    return [_row(records, one) for one in waiting]


def sent_feedback(records: Records) -> list[Row]:
    """All that was sent and not answered yet."""
    return [_row(records, one) for one in follow_ups.feedback(records, FeedbackState.SENT)]


def settle_feedback(
    records: Records, inspection_ids: Sequence[str], *, is_taken: bool, by: str | None, at: datetime
) -> None:
    """The register's side has taken these up, or has left the class as it was. All of them or none."""
    for id in inspection_ids:
        row = records.find(CreditFeedback, id)
        if row is None:
            raise Unacceptable("no_feedback", inspection=id)
        if row.state is not FeedbackState.SENT:
            raise Unacceptable("feedback_not_sent", inspection=id)
    for id in inspection_ids:
        step = FeedbackStep.TAKE if is_taken else FeedbackStep.LEAVE
        _move(records, records.lock(CreditFeedback, id), step, by=by, at=at)


def _move(records: Records, row: CreditFeedback, step: FeedbackStep, *, by: str | None, at: datetime) -> None:
    records.move(CREDIT_FEEDBACK, row, step, by=by, at=at)
    row.moved_at = at


def _row(records: Records, row: CreditFeedback) -> Row:
    registered = records.get(RegisteredObject, row.object_id)
    scheme = records.get(Scheme, records.get(Inspection, row.inspection_id).scheme_id)
    return (
        row.inspection_id,
        registered.id,
        registered.credit_code,
        registered.name,
        scheme.name,
        registered.credit_class,
        row.result,
        row.direction,
        row.made_at.isoformat(),
    )
