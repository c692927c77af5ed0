"""移送: a lead goes to the competent department, which signs for it, takes it on, passes it on or sends it back.

博州政办发〔2019〕33号 二㈢4: what others are competent for is handed to them in time; papers stay with whoever started.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.deadlines import end_deadline, start_deadline
from actions.follow_ups import ask_receipt
from actions.matter_access import (
    district_of,
    done_before,
    matter_for,
    require_speaker,
    speakers,
    tell_each,
)
from actions.matter_cards import transfer_card
from inspection.deadlines.rules import RuleName
from inspection.departments import DEPARTMENTS, is_within
from inspection.follow_ups import TransferOutcome
from inspection.refusals import IllegalStep, NotYours, Unacceptable
from inspection.states import TRANSFER, DeadlineStep, TransferState, TransferStep
from inspection.words import clean_words
from storage.store import Records
from storage.tables.inspections import Inspection, Transfer
from storage.tables.registers import Person


@dataclass(frozen=True)
class Program:
    """The receiving department's own system, which speaks for it over the API; `token` is the id of its token, and
    `district` the level that it is for."""

    token: str
    department: str
    district: str


Speaker = Person | Program


def receive_transfer(records: Records, transfer_id: str, *, by: Person, at: datetime) -> Transfer:
    """The competent department signs that it has it."""
    transfer = _locked(records, transfer_id)
    require_speaker(records, transfer.inspection_id, transfer.to_department, by)
    if transfer.state is not TransferState.OPENED:
        raise done_before(transfer.moved_at, at)
    _receive(records, transfer, by=by, at=at)
    _tell_sender(records, transfer, "received", by=by, at=at)
    return transfer


def _receive(records: Records, transfer: Transfer, *, by: Speaker, at: datetime) -> None:
    records.move(TRANSFER, transfer, TransferStep.RECEIVE, **_who(by), at=at)
    transfer.received_at, transfer.received_by, transfer.moved_at = at, _signature(by), at
    end_deadline(records, RuleName.TRANSFER_RECEIPT, transfer.id, at=at, by=_person(by))
    _start_case(records, transfer, at=at)


def accept_transfer(records: Records, transfer_id: str, *, by: Person, at: datetime) -> Transfer:
    """It is theirs, and they look into it; whether a case is filed is said later, within the time for that."""
    transfer = _received(records, transfer_id, by, at)
    _accept(records, transfer, by=by, at=at)
    _tell_sender(records, transfer, "accepted", by=by, at=at)
    return transfer


def _accept(records: Records, transfer: Transfer, *, by: Speaker, at: datetime) -> None:
    records.move(TRANSFER, transfer, TransferStep.ACCEPT, **_who(by), at=at)
    transfer.moved_at = at


def return_transfer(records: Records, transfer_id: str, words: str, *, by: Person, at: datetime) -> Transfer:
    """It is not theirs, for a reason that the sender reads."""
    words = clean_words(words)
    transfer = _received(records, transfer_id, by, at)
    _return(records, transfer, words, by=by, at=at)
    _tell_sender(records, transfer, "returned", by=by, at=at)
    return transfer


def _return(records: Records, transfer: Transfer, words: str, *, by: Speaker, at: datetime) -> None:
    records.move(TRANSFER, transfer, TransferStep.RETURN, **_who(by), at=at)
    transfer.moved_at, transfer.outcome_words = at, words
    end_deadline(records, RuleName.CASE_FILING, transfer.id, DeadlineStep.CANCEL, at=at, by=_person(by))
    matter = matter_for(records, transfer.inspection_id, transfer.from_department)
    start_deadline(records, RuleName.CASE_FILING, transfer.id, matter=matter, at=at)


def forward_transfer(
    records: Records, transfer_id: str, department: str, *, by: Person, at: datetime
) -> Transfer:
    """They know whose it is: it goes there, and the receipt is awaited anew. The sender sees it."""
    transfer = _received(records, transfer_id, by, at)
    _require_other(transfer, department)
    before = transfer.to_department
    records.move(
        TRANSFER, transfer, TransferStep.FORWARD, by=by.id, at=at, sender=before, receiver=department
    )
    end_deadline(records, RuleName.CASE_FILING, transfer.id, DeadlineStep.CANCEL, at=at, by=by)
    _hand_on(records, transfer, department, at=at)
    _tell_sender(records, transfer, "forwarded", by=by, at=at)
    return transfer


def send_again(records: Records, transfer_id: str, department: str, *, by: Person, at: datetime) -> Transfer:
    """The sender has it back and hands it to another department."""
    transfer = _locked(records, transfer_id)
    require_speaker(records, transfer.inspection_id, transfer.from_department, by)
    if transfer.state is not TransferState.RETURNED:
        raise done_before(transfer.moved_at, at)
    _require_other(transfer, department)
    records.move(TRANSFER, transfer, TransferStep.SEND_AGAIN, by=by.id, at=at, receiver=department)
    end_deadline(records, RuleName.CASE_FILING, transfer.id, DeadlineStep.CANCEL, at=at, by=by)
    _hand_on(records, transfer, department, at=at)
    return transfer


def close_transfer(
    records: Records,
    transfer_id: str,
    outcome: TransferOutcome,
    words: str = "",
    *,
    by: Person,
    at: datetime,
) -> Transfer:
    """What became of it: a case, no case for a reason, or the sender keeps what came back for a reason."""
    is_filed = outcome is TransferOutcome.FILED
    kept = clean_words(words) if words.strip() or not is_filed else ""
    transfer = _locked(records, transfer_id)
    is_kept = outcome is TransferOutcome.KEPT
    require_speaker(
        records, transfer.inspection_id, transfer.from_department if is_kept else transfer.to_department, by
    )
    if transfer.state is TransferState.CLOSED:
        raise done_before(transfer.closed_at, at)
    if transfer.state is not (TransferState.RETURNED if is_kept else TransferState.ACCEPTED):
        raise IllegalStep
    _close(records, transfer, outcome, kept, by=by, at=at)
    _tell_sender(records, transfer, "closed", by=by, at=at)
    return transfer


def _close(
    records: Records, transfer: Transfer, outcome: TransferOutcome, words: str, *, by: Speaker, at: datetime
) -> None:
    records.move(TRANSFER, transfer, TransferStep.CLOSE, **_who(by), at=at, outcome=outcome.value)
    transfer.outcome, transfer.outcome_words = outcome.value, words
    transfer.moved_at, transfer.closed_at = at, at
    end_deadline(records, RuleName.CASE_FILING, transfer.id, at=at, by=_person(by))


def settle_transfer(
    records: Records,
    transfer_id: str,
    outcome: TransferOutcome | None,
    words: str,
    *,
    by: Program,
    at: datetime,
) -> Transfer:
    """What a program says at once, by the steps that people take one by one: signed for where nobody has, and with an
    outcome taken on and closed, or sent back (`KEPT`: the sender has it again). The sender hears once where it stands.
    What stands there already changes nothing; raises `IllegalStep` where something else does.
    """
    transfer = _locked(records, transfer_id)
    require_receiver(records, transfer, by)
    steps = _steps_to(transfer, outcome)
    for step in steps:
        if step is TransferStep.RECEIVE:
            _receive(records, transfer, by=by, at=at)
        elif step is TransferStep.ACCEPT:
            _accept(records, transfer, by=by, at=at)
        elif step is TransferStep.RETURN:
            _return(records, transfer, clean_words(words), by=by, at=at)
        elif outcome is not None:
            kept = clean_words(words) if words.strip() or outcome is not TransferOutcome.FILED else ""
            _close(records, transfer, outcome, kept, by=by, at=at)
    if steps:
        _tell_sender(records, transfer, transfer.state.value, by=by, at=at)
    return transfer


def require_receiver(records: Records, transfer: Transfer, by: Program) -> None:
    """A program of the department that has the matter now, for its own level or those below it, as with its people."""
    level = district_of(records, transfer.inspection_id)
    if transfer.to_department != by.department or not is_within(level, by.district):
        raise NotYours


def _steps_to(transfer: Transfer, outcome: TransferOutcome | None) -> list[TransferStep]:
    """What is still to be done until the outcome that is reported stands; None is the receipt alone."""
    state, is_back = transfer.state, outcome is TransferOutcome.KEPT
    receive = [TransferStep.RECEIVE] if state is TransferState.OPENED else []
    if outcome is None or (is_back and state is TransferState.RETURNED):
        return receive
    if state is TransferState.CLOSED and transfer.outcome == outcome.value:
        return []
    if state in {TransferState.CLOSED, TransferState.RETURNED} or (
        is_back and state is TransferState.ACCEPTED
    ):
        raise IllegalStep("receipt_differs")
    if is_back:
        return [*receive, TransferStep.RETURN]
    accept = [] if state is TransferState.ACCEPTED else [TransferStep.ACCEPT]
    return [*receive, *accept, TransferStep.CLOSE]


def _person(by: Speaker) -> Person | None:
    return by if isinstance(by, Person) else None


def _signature(by: Speaker) -> str:
    """Who signed: a person's id, or `token:<id>`."""
    return by.id if isinstance(by, Person) else f"token:{by.token}"


def _who(by: Speaker) -> Mapping[str, Any]:
    """For the journal."""
    return {"by": by.id} if isinstance(by, Person) else {"by": None, "token": by.token}


def require_choosing(records: Records, transfer_id: str, *, by: Person) -> Transfer:
    """The lead, while this person may say where it goes next; refuses before a list of departments is shown."""
    transfer = records.get(Transfer, transfer_id)
    if transfer.state is TransferState.RETURNED:
        require_speaker(records, transfer.inspection_id, transfer.from_department, by)
    elif transfer.state is TransferState.RECEIVED:
        require_speaker(records, transfer.inspection_id, transfer.to_department, by)
    else:
        require_party(records, transfer, by)
        raise IllegalStep
    return transfer


def require_party(records: Records, transfer: Transfer, by: Person) -> None:
    """Somebody who speaks for the sender or the receiver."""
    if by.department not in {transfer.from_department, transfer.to_department}:
        raise NotYours
    require_speaker(records, transfer.inspection_id, by.department, by)


def _locked(records: Records, transfer_id: str) -> Transfer:
    records.lock(Inspection, records.get(Transfer, transfer_id).inspection_id)
    return records.lock(Transfer, transfer_id)


def _received(records: Records, transfer_id: str, by: Person, at: datetime) -> Transfer:
    transfer = _locked(records, transfer_id)
    require_speaker(records, transfer.inspection_id, transfer.to_department, by)
    if transfer.state is TransferState.OPENED:
        raise IllegalStep("sign_first")
    if transfer.state is not TransferState.RECEIVED:
        raise done_before(transfer.moved_at, at)
    return transfer


def _require_other(transfer: Transfer, department: str) -> None:
    if department not in DEPARTMENTS or department == transfer.to_department:
        raise Unacceptable("receiver_unknown")


def _hand_on(records: Records, transfer: Transfer, department: str, *, at: datetime) -> None:
    transfer.to_department, transfer.moved_at = department, at
    transfer.received_at, transfer.received_by, transfer.outcome_words = None, None, ""
    ask_receipt(records, transfer, at=at)


def _start_case(records: Records, transfer: Transfer, *, at: datetime) -> None:
    matter = matter_for(records, transfer.inspection_id, transfer.to_department)
    start_deadline(records, RuleName.CASE_FILING, transfer.id, matter=matter, at=at)


def _tell_sender(records: Records, transfer: Transfer, what: str, *, by: Speaker, at: datetime) -> None:
    told = [
        one
        for one in speakers(records, transfer.inspection_id, transfer.from_department)
        if one != _signature(by)
    ]
    card = transfer_card(records, transfer, department=transfer.from_department)
    tell_each(records, told, card, key=f"transfer:{transfer.id}:{what}:{at.isoformat()}", at=at)
