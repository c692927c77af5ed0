"""What other systems say over the API."""

from actions.exchange import acknowledge_delivery
from actions.transfer_receipts import Reported, report_receipt
from actions.transfers import Program
from inspection.refusals import NotFound
from web.api import models as m
from web.api.operation import Answer, Call
from web.api.reading import transfer_for, transfer_id


def give_receipt(call: Call) -> Answer:
    """Signed for, and with an outcome closed or sent back."""
    said: m.ReceiptIn = call.body
    reported = Reported(said.reference, said.outcome, said.words)
    by = Program(call.token.id, call.department, call.district)
    transfer, _ = report_receipt(call.records, transfer_id(call), reported, by=by, at=call.at)
    return Answer(transfer_for(call.records)(transfer, call.at))


def acknowledge(call: Call) -> Answer:
    """All of these, or none where one of them is not this platform's."""
    said: m.AcknowledgementIn = call.body
    if call.token.target is None:
        raise NotFound
    ids = [
        acknowledge_delivery(call.records, call.token.target, id, token=call.token.id, at=call.at).id
        for id in dict.fromkeys(said.ids)
    ]
    return Answer(m.AcknowledgementOut(acknowledged=ids))
