"""What the receiving department's own system says of a transfer: that it was received, and what came of it. It moves
the transfer by the same steps as its people do; under which number the other side keeps it is kept beside it."""

from dataclasses import dataclass
from datetime import datetime

from actions.transfers import Program, require_receiver, settle_transfer
from inspection.follow_ups import TransferOutcome
from inspection.refusals import IllegalStep, Incomplete
from storage.store import Records
from storage.tables.exchange import ApiToken, ReportedReceipt
from storage.tables.inspections import Transfer

NEED_WORDS = frozenset({"no_case", "returned"})
"""Outcomes that say no; whoever handed the matter over must hear why."""
_OUTCOMES = {
    "case_filed": TransferOutcome.FILED,
    "no_case": TransferOutcome.NOT_FILED,
    "returned": TransferOutcome.KEPT,
}


@dataclass(frozen=True)
class Reported:
    """`outcome` is None while only the receipt is reported; else `case_filed`, `no_case` or `returned`."""

    reference: str
    outcome: str | None
    words: str


def report_receipt(
    records: Records, transfer_id: str, reported: Reported, *, by: Program, at: datetime
) -> tuple[Transfer, ReportedReceipt]:
    """The transfer is signed for, and with an outcome closed or sent back. The same once more changes nothing; another
    outcome or reference than stands is refused."""
    require_receiver(records, records.get(Transfer, transfer_id), by)
    if reported.outcome in NEED_WORDS and not reported.words.strip():
        raise Incomplete("receipt_words")
    _require_same_reference(records, transfer_id, reported.reference)
    outcome = _OUTCOMES[reported.outcome] if reported.outcome else None
    transfer = settle_transfer(records, transfer_id, outcome, reported.words, by=by, at=at)
    receipt = _receipt(records, transfer, by=by, at=at)
    if receipt.reference != reported.reference != "":
        receipt.reference = reported.reference
        said = {"token": by.token, "reference": reported.reference}
        records.journal("transfer.report", transfer.id, by=None, at=at, **said)
    if reported.outcome is not None and receipt.outcome is None:
        receipt.outcome, receipt.words, receipt.outcome_at = reported.outcome, reported.words.strip(), at
    return transfer, receipt


def _require_same_reference(records: Records, transfer_id: str, reference: str) -> None:
    receipt = records.find(ReportedReceipt, transfer_id)
    if receipt is None or not is_current(records, records.get(Transfer, transfer_id), receipt):
        return
    if reference and receipt.reference and reference != receipt.reference:
        raise IllegalStep("receipt_differs")


def _receipt(records: Records, transfer: Transfer, *, by: Program, at: datetime) -> ReportedReceipt:
    """What this department's system has said so far. Once the matter was handed on, what was said before stands in the
    journal alone."""
    receipt = records.find(ReportedReceipt, transfer.id)
    if receipt is None:
        receipt = ReportedReceipt(transfer_id=transfer.id, token_id=by.token, received_at=at)
        records.add(receipt)
    elif not is_current(records, transfer, receipt):
        receipt.token_id, receipt.reference, receipt.received_at = by.token, "", at
        receipt.outcome, receipt.words, receipt.outcome_at = None, "", None
    return receipt


def is_current(records: Records, transfer: Transfer, receipt: ReportedReceipt) -> bool:
    """Whether it speaks of the matter as it lies with the department that has it now, not of a time before that."""
    is_ours = records.get(ApiToken, receipt.token_id).department == transfer.to_department
    signed_at = transfer.received_at
    return is_ours and signed_at is not None and receipt.received_at >= signed_at
