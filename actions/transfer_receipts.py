"""What the receiving department's own system says of a transfer: that it was received, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from actions.deadlines import end_deadline
from inspection.deadlines.rules import RuleName
from inspection.refusals import IllegalStep, Incomplete, NotYours
from inspection.states import TRANSFER, TransferState, TransferStep
from storage.store import Records
from storage.tables.exchange import ReportedReceipt
from storage.tables.inspections import Transfer

NEED_WORDS = frozenset({"no_case", "returned"})
"""Outcomes that say no; whoever handed the matter over must hear why."""


@dataclass(frozen=True)
class Reported:
    """`outcome` is None while only the receipt is reported; else `case_filed`, `no_case` or `returned`."""

    reference: str
    outcome: str | None
    words: str


def report_receipt(
    records: Records, transfer_id: str, reported: Reported, *, department: str, token: str, at: datetime
) -> tuple[Transfer, ReportedReceipt]:
    """The transfer is received, and with an outcome closed. The same once more changes nothing; another outcome than
    was reported before is refused."""
    transfer = records.lock(Transfer, transfer_id)
    if transfer.to_department != department:
        raise NotYours
    if reported.outcome in NEED_WORDS and not reported.words.strip():
        raise Incomplete("receipt_words")
    receipt = _receipt(records, transfer, reported, token=token, at=at)
    if reported.reference not in ("", receipt.reference):
        raise IllegalStep("receipt_differs", outcome=receipt.outcome or "")
    if reported.outcome is not None and receipt.outcome is None:
        records.move(
            TRANSFER, transfer, TransferStep.CLOSE, by=None, at=at, token=token, outcome=reported.outcome
        )
        receipt.outcome, receipt.words, receipt.outcome_at = reported.outcome, reported.words.strip(), at
    elif reported.outcome is not None and receipt.outcome != reported.outcome:
        raise IllegalStep("receipt_differs", outcome=receipt.outcome or "")
    return transfer, receipt


def _receipt(
    records: Records, transfer: Transfer, reported: Reported, *, token: str, at: datetime
) -> ReportedReceipt:
    receipt = records.find(ReportedReceipt, transfer.id)
    if receipt is not None:
        return receipt
    if transfer.state is TransferState.OPENED:
        records.move(TRANSFER, transfer, TransferStep.RECEIVE, by=None, at=at, token=token)
        end_deadline(records, RuleName.TRANSFER_RECEIPT, transfer.id, at=at)
    receipt = ReportedReceipt(
        transfer_id=transfer.id, token_id=token, reference=reported.reference, received_at=at
    )
    records.add(receipt)
    return receipt
