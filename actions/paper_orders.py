"""A paper is asked for in a chat, made beside the conversation, and sent there once.

The press writes an order and nothing more: setting a sheet with thirty photos takes seconds, in which no transaction
is to be open.
"""

from datetime import datetime

from actions.field_cards import object_name
from actions.papers import note_read, require_paper
from actions.telling import answer
from inspection.refusals import Refusal, Unacceptable
from inspection.states import PAPER_ORDER, InspectionState, PaperOrderState, PaperOrderStep
from notifications.buttons.papers import PaperKind
from notifications.catalogue import label, refusal_sentence
from notifications.messages.message import Message
from notifications.messages.papers import PaperMade, PaperOrdered, PaperRefused
from storage import assignments, paper_orders
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.messaging import PaperOrder
from storage.tables.registers import Person


def order_paper(
    records: Records,
    inspection_id: str,
    kind: PaperKind,
    *,
    by: Person,
    channel: str,
    chat: str,
    at: datetime,
) -> PaperOrdered:
    """Writes down that this person wants the paper in this chat, and gives what is said at once. Asked for again while
    it is in work, it is made once. Refuses as `actions.papers.read_paper` does."""
    require_paper(records, inspection_id, kind, by=by)
    order = paper_orders.standing(
        records, inspection_id=inspection_id, kind=kind.value, person_id=by.id, channel=channel, chat=chat
    )
    if order is not None:
        return _ordered(records, order, is_repeat=True)
    order = PaperOrder(
        inspection_id=inspection_id,
        kind=kind.value,
        person_id=by.id,
        channel=channel,
        chat=chat,
        state=PaperOrderState.AWAITED,
        ordered_at=at,
        due_at=at,
    )
    records.add(order)
    return _ordered(records, order)


def paper_made(records: Records, order_id: int, sha256: str, *, is_draft: bool, at: datetime) -> bool:
    """The paper lies in the file store: closes the order and writes what is said and sent. False, and nothing
    changed, where somebody else has done it meanwhile."""
    order = paper_orders.lock_awaited(records, order_id)
    if order is None:
        return False
    _settle(records, order, PaperOrderStep.MAKE, at=at)
    order.sha256 = sha256
    kind = PaperKind(order.kind)
    note_read(records, order.inspection_id, kind, by=order.person_id, at=at)
    _say(records, order, _ordered(records, order, is_made=True), "told", is_fresh=False, at=at)
    made = PaperMade(
        inspection=order.inspection_id,
        object=_object(records, order),
        paper=kind,
        is_draft=is_draft,
        sha256=sha256,
        file_name=f"{label(f'paper_{kind}', 'zh')}-{order.inspection_id}.pdf",
        may_submit=is_draft and _is_lead_after_visit(records, order),
    )
    _say(records, order, made, "paper", is_fresh=True, at=at)
    return True


def paper_refused(records: Records, order_id: int, refusal: Refusal, *, at: datetime) -> bool:
    """It can't be made: closes the order and says why, in the place where it said that it was being made."""
    order = paper_orders.lock_awaited(records, order_id)
    if order is None:
        return False
    _settle(records, order, PaperOrderStep.REFUSE, at=at)
    order.error = refusal.sentence
    refused = PaperRefused(
        inspection=order.inspection_id,
        object=_object(records, order),
        paper=PaperKind(order.kind),
        sentence=refusal_sentence(refusal, _reader(records, order).language),
    )
    _say(records, order, refused, "told", is_fresh=False, at=at)
    return True


def paper_given_up(records: Records, order_id: int, *, at: datetime) -> bool:
    """It was tried often enough, and the fault is ours."""
    return paper_refused(records, order_id, Unacceptable("paper_not_made"), at=at)


def _settle(records: Records, order: PaperOrder, step: PaperOrderStep, *, at: datetime) -> None:
    records.move(
        PAPER_ORDER, order, step, by=order.person_id, at=at, inspection=order.inspection_id, paper=order.kind
    )
    order.claimed_until, order.settled_at = None, at


def _ordered(
    records: Records, order: PaperOrder, *, is_repeat: bool = False, is_made: bool = False
) -> PaperOrdered:
    return PaperOrdered(
        inspection=order.inspection_id,
        object=_object(records, order),
        paper=PaperKind(order.kind),
        ordered_at=order.ordered_at,
        is_repeat=is_repeat,
        is_made=is_made,
    )


def _say(
    records: Records, order: PaperOrder, message: Message, what: str, *, is_fresh: bool, at: datetime
) -> None:
    answer(
        records,
        message,
        language=_reader(records, order).language,
        channel=order.channel,
        chat=order.chat,
        key=f"paper:{order.id}:{what}",
        is_fresh=is_fresh,
        at=at,
        person_id=order.person_id,
    )


def _reader(records: Records, order: PaperOrder) -> Person:
    return records.get(Person, order.person_id)


def _object(records: Records, order: PaperOrder) -> str:
    return object_name(records, records.get(Inspection, order.inspection_id))


def _is_lead_after_visit(records: Records, order: PaperOrder) -> bool:
    lead = assignments.lead_of(records, order.inspection_id)
    is_visited = records.get(Inspection, order.inspection_id).state is InspectionState.VISITED
    return is_visited and lead is not None and lead.person_id == order.person_id
