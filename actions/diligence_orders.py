"""The own record of duties, asked for in a chat: made beside the conversation and sent there, as papers are."""

from datetime import date, datetime

from actions.diligence import read_diligence
from actions.paper_orders import reader_of, say, settle
from actions.picture_orders import order_picture, ordered
from inspection.calendar.beijing import beijing_day
from inspection.diligence import Diligence
from inspection.refusals import NotYours
from inspection.roles import Role
from inspection.states import PaperOrderStep
from notifications.buttons.pictures import PictureKind
from notifications.catalogue import label
from notifications.messages.diligence import DiligenceMade
from notifications.messages.pictures import PictureOrdered
from storage import paper_orders
from storage.store import Records
from storage.tables.messaging import PaperOrder
from storage.tables.registers import Person


def order_diligence(records: Records, *, by: Person, channel: str, chat: str, at: datetime) -> PictureOrdered:
    """Writes down that this officer wants the own record of this year; refuses who is none."""
    if Role.OFFICER not in by.roles:
        raise NotYours("diligence_not_yours")
    return order_picture(records, PictureKind.DILIGENCE, by=by, channel=channel, chat=chat, at=at)


def diligence_of(records: Records, order: PaperOrder, *, at: datetime) -> Diligence:
    """This year's record of whoever asked, as it is now."""
    reader, today = reader_of(records, order), beijing_day(at)
    return read_diligence(records, reader.id, date(today.year, 1, 1), today, by=reader, at=at)


def diligence_made(records: Records, order_id: int, sha256: str, found: Diligence, *, at: datetime) -> bool:
    """The paper lies in the file store: closes the order and writes what is said and sent. False, and nothing changed,
    where somebody else has done it meanwhile."""
    order = paper_orders.lock_awaited(records, order_id)
    if order is None:
        return False
    settle(records, order, PaperOrderStep.MAKE, at=at)
    order.sha256 = sha256
    say(records, order, ordered(records, order, is_made=True), "told", is_fresh=False, at=at)
    name = f"{label('picture_diligence', 'zh')}-{found.person}-{found.last_day.year}.pdf"
    say(records, order, DiligenceMade(found, sha256, name), "paper", is_fresh=True, at=at)
    return True
