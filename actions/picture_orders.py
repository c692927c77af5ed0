"""A picture is asked for in a chat, drawn beside the conversation, and sent there once, as papers are."""

from datetime import datetime

from actions.due_calendar import due_for_person
from actions.paper_orders import name_of, reader_of, say, settle
from actions.scheme_progress import read_progress, require_watcher
from inspection.states import PaperOrderState, PaperOrderStep
from notifications.buttons.pictures import PictureKind
from notifications.catalogue import label
from notifications.messages.message import Message
from notifications.messages.pictures import DueMade, PictureOrdered, ProgressMade
from notifications.pictures.facts import Picture, Progress
from storage import paper_orders
from storage.store import Records
from storage.tables.messaging import PaperOrder
from storage.tables.registers import Person


def order_progress(
    records: Records, scheme_id: str, *, by: Person, channel: str, chat: str, at: datetime
) -> PictureOrdered:
    """Writes down that this person wants to see how far the scheme is, and gives what is said at once; asked for again
    while it is in work, it is drawn once. Refuses as `require_watcher` does."""
    require_watcher(records, scheme_id, by)
    order = _wanted(PictureKind.PROGRESS, by, channel, chat, at)
    order.scheme_id = scheme_id
    return _ordered_once(records, order)


def order_due(records: Records, *, by: Person, channel: str, chat: str, at: datetime) -> PictureOrdered:
    """The same for what is due for this person."""
    return order_picture(records, PictureKind.DUE, by=by, channel=channel, chat=chat, at=at)


def order_picture(
    records: Records, kind: PictureKind, *, by: Person, channel: str, chat: str, at: datetime
) -> PictureOrdered:
    """The same for any kind that is about whoever asks."""
    return _ordered_once(records, _wanted(kind, by, channel, chat, at))


def picture_of(records: Records, order: PaperOrder, *, at: datetime) -> Picture:
    """What is to be drawn, as it is now; refuses whoever may not see it any more."""
    reader = reader_of(records, order)
    if order.scheme_id is not None:
        return read_progress(records, order.scheme_id, by=reader, at=at)
    return due_for_person(records, reader, at=at)


def picture_made(records: Records, order_id: int, sha256: str, picture: Picture, *, at: datetime) -> bool:
    """The picture lies in the file store: closes the order and writes what is said and sent. False, and nothing
    changed, where somebody else has done it meanwhile."""
    order = paper_orders.lock_awaited(records, order_id)
    if order is None:
        return False
    settle(records, order, PaperOrderStep.MAKE, at=at)
    order.sha256 = sha256
    say(records, order, ordered(records, order, is_made=True), "told", is_fresh=False, at=at)
    say(records, order, _made(records, order, sha256, picture), "paper", is_fresh=True, at=at)
    return True


def _made(records: Records, order: PaperOrder, sha256: str, picture: Picture) -> Message:
    title = label(f"picture_{order.kind}", reader_of(records, order).language)
    if isinstance(picture, Progress):
        return ProgressMade(picture, sha256, f"{title}-{picture.scheme}.png")
    return DueMade(picture, sha256, f"{title}-{picture.today}.png")


def _ordered_once(records: Records, order: PaperOrder) -> PictureOrdered:
    standing = paper_orders.standing(
        records,
        kind=order.kind,
        scheme_id=order.scheme_id,
        person_id=order.person_id,
        channel=order.channel,
        chat=order.chat,
    )
    if standing is not None:
        return ordered(records, standing, is_repeat=True)
    paper_orders.keep(records, order)
    return ordered(records, order)


def _wanted(kind: PictureKind, by: Person, channel: str, chat: str, at: datetime) -> PaperOrder:
    return PaperOrder(
        kind=kind.value,
        person_id=by.id,
        channel=channel,
        chat=chat,
        state=PaperOrderState.AWAITED,
        ordered_at=at,
        due_at=at,
    )


def ordered(
    records: Records, order: PaperOrder, *, is_repeat: bool = False, is_made: bool = False
) -> PictureOrdered:
    """What is said of an order in its own place."""
    return PictureOrdered(
        picture=PictureKind(order.kind),
        scheme=order.scheme_id or "",
        name=name_of(records, order),
        ordered_at=order.ordered_at,
        is_repeat=is_repeat,
        is_made=is_made,
    )
