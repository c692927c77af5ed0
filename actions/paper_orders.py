"""A paper is asked for in a chat, made beside the conversation, and sent there once; pictures go the same way.

The press writes an order and nothing more: setting a sheet with thirty photos takes seconds, in which no transaction
is to be open.
"""

from datetime import datetime

from actions.field_cards import object_name
from actions.letters import prepare_letter
from actions.papers import note_read, require_paper
from actions.telling import answer
from inspection.refusals import Refusal, Unacceptable
from inspection.states import PAPER_ORDER, InspectionState, PaperOrderState, PaperOrderStep
from notifications.buttons.papers import PaperKind
from notifications.buttons.pictures import PictureKind
from notifications.catalogue import label, refusal_sentence
from notifications.messages.message import Message
from notifications.messages.papers import PaperMade, PaperOrdered, PaperRefused
from notifications.messages.pictures import PictureRefused
from storage import assignments, paper_orders
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.messaging import PaperOrder
from storage.tables.registers import Person, Scheme

_ENDINGS = {PaperKind.WINDOW: "ics", PaperKind.CHECK: "png"}


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
    prepare_letter(records, require_paper(records, inspection_id, kind, by=by), kind, at=at)
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
    paper_orders.keep(records, order)
    return _ordered(records, order)


def paper_made(records: Records, order_id: int, sha256: str, *, is_draft: bool, at: datetime) -> bool:
    """The paper lies in the file store: closes the order and writes what is said and sent. False, and nothing
    changed, where somebody else has done it meanwhile."""
    order = paper_orders.lock_awaited(records, order_id)
    if order is None:
        return False
    settle(records, order, PaperOrderStep.MAKE, at=at)
    order.sha256 = sha256
    kind, inspection_id = PaperKind(order.kind), inspection_of(order)
    note_read(records, inspection_id, kind, by=order.person_id, at=at)
    say(records, order, _ordered(records, order, is_made=True), "told", is_fresh=False, at=at)
    made = PaperMade(
        inspection=inspection_id,
        object=_object(records, order),
        paper=kind,
        is_draft=is_draft,
        sha256=sha256,
        file_name=f"{label(f'paper_{kind}', 'zh')}-{inspection_id}.{_ENDINGS.get(kind, 'pdf')}",
        may_submit=is_draft and _is_lead_after_visit(records, order),
    )
    say(records, order, made, "paper", is_fresh=True, at=at)
    return True


def paper_refused(records: Records, order_id: int, refusal: Refusal, *, at: datetime) -> bool:
    """It can't be made: closes the order and says why, in the place where it said that it was being made."""
    order = paper_orders.lock_awaited(records, order_id)
    if order is None:
        return False
    settle(records, order, PaperOrderStep.REFUSE, at=at)
    order.error = refusal.sentence
    sentence = refusal_sentence(refusal, reader_of(records, order).language)
    say(records, order, _refused(records, order, sentence), "told", is_fresh=False, at=at)
    return True


def paper_given_up(records: Records, order_id: int, *, at: datetime) -> bool:
    """It was tried often enough, and the fault is ours."""
    return paper_refused(records, order_id, Unacceptable("paper_not_made"), at=at)


def settle(records: Records, order: PaperOrder, step: PaperOrderStep, *, at: datetime) -> None:
    """The order has come to its end; what of is in the journal."""
    subject = {"inspection": order.inspection_id} if order.inspection_id else {"scheme": order.scheme_id}
    records.move(PAPER_ORDER, order, step, by=order.person_id, at=at, paper=order.kind, **subject)
    order.claimed_until, order.settled_at = None, at


def name_of(records: Records, order: PaperOrder) -> str:
    """What the picture is of: the scheme's name, or that of whoever asked."""
    if order.scheme_id is not None:
        return records.get(Scheme, order.scheme_id).name
    return reader_of(records, order).name


def inspection_of(order: PaperOrder) -> str:
    """Of a paper, which is always that of a visit."""
    assert order.inspection_id is not None
    return order.inspection_id


def _refused(records: Records, order: PaperOrder, sentence: str) -> Message:
    if order.inspection_id is None:
        kind, name = PictureKind(order.kind), name_of(records, order)
        return PictureRefused(picture=kind, scheme=order.scheme_id or "", name=name, sentence=sentence)
    return PaperRefused(
        inspection=order.inspection_id,
        object=_object(records, order),
        paper=PaperKind(order.kind),
        sentence=sentence,
    )


def _ordered(
    records: Records, order: PaperOrder, *, is_repeat: bool = False, is_made: bool = False
) -> PaperOrdered:
    return PaperOrdered(
        inspection=inspection_of(order),
        object=_object(records, order),
        paper=PaperKind(order.kind),
        ordered_at=order.ordered_at,
        is_repeat=is_repeat,
        is_made=is_made,
    )


def say(
    records: Records, order: PaperOrder, message: Message, what: str, *, is_fresh: bool, at: datetime
) -> None:
    """Into the chat that it was asked for in; `what` tells apart what is said of one order."""
    answer(
        records,
        message,
        language=reader_of(records, order).language,
        channel=order.channel,
        chat=order.chat,
        key=f"paper:{order.id}:{what}",
        is_fresh=is_fresh,
        at=at,
        person_id=order.person_id,
    )


def reader_of(records: Records, order: PaperOrder) -> Person:
    """Who asked."""
    return records.get(Person, order.person_id)


def _object(records: Records, order: PaperOrder) -> str:
    return object_name(records, records.get(Inspection, inspection_of(order)))


def _is_lead_after_visit(records: Records, order: PaperOrder) -> bool:
    lead = assignments.lead_of(records, inspection_of(order))
    is_visited = records.get(Inspection, inspection_of(order)).state is InspectionState.VISITED
    return is_visited and lead is not None and lead.person_id == order.person_id
