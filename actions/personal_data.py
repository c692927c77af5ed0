"""What we hold of a person: given out to that person, and taken away when they have left (docs/personal-data.md)."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from actions.menus import forget_menu
from inspection.refusals import Unacceptable
from inspection.states import LIVE_ASSIGNMENTS
from notifications.messages.my_data import MyData
from storage import people, personal
from storage.store import Records
from storage.tables.registers import Person

STAYS = ("assignment", "leave_request", "check_in", "photo", "answer", "journal_line", "draw_record")
"""What the law keeps of somebody's work in office: the case files and the evidence of the draws."""


def own_data(records: Records, person_id: str, *, by: Person | None, at: datetime) -> bytes:
    """Everything about the person as JSON, table by table; that it was given out is journalled."""
    records.get(Person, person_id)
    content = dict(personal.rows_about(records, person_id))
    records.journal("person.export", person_id, by=by.id if by else None, at=at)
    head = {"person": person_id, "made_at": at}
    written = json.dumps(head | content, ensure_ascii=False, indent=1, default=_plain)
    return f"{written}\n".encode()


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def my_data(records: Records, person: Person) -> MyData:
    """How much it is, and where the person gets all of it."""
    counted = {table: len(rows) for table, rows in personal.rows_about(records, person.id)}
    return MyData(
        accounts=counted["channel_account"],
        messages=counted.get("inbox_update", 0) + counted["outbox_line"],
        seats=counted["assignment"],
        places=counted["check_in"],
        photos=counted["photo"],
        steps=counted["journal_line"],
    )


def erase_person(records: Records, person_id: str, *, at: datetime) -> Mapping[str, int]:
    """Somebody who has left: the name becomes the number, accounts and all that was said in chats go; gives how many
    rows of each table. What `STAYS` names only the number any more.

    Refuses `person_active` while the register has them, and `person_on_duty` while they hold a seat.
    """
    person = records.lock(Person, person_id)
    if person.is_active:
        raise Unacceptable("person_active", person=person_id)
    seats = personal.live_seats(records, person_id, tuple(LIVE_ASSIGNMENTS))
    if seats:
        raise Unacceptable("person_on_duty", person=person_id, seats=seats)
    for account in people.accounts_of(records, person_id):
        forget_menu(records, account)
    done = personal.forget_person(records, person_id)
    records.journal("person.erase", person_id, by=None, at=at, **done)
    return done


def forget_old_messages(records: Records, *, days: int, at: datetime) -> int:
    """The words of messages that have been done with for so many days; gives how many. What they caused stays."""
    forgotten = personal.forget_messages(records, before=at - timedelta(days=days))
    if forgotten:
        records.journal("messages.forget", "messages", by=None, at=at, number=forgotten, days=days)
    return forgotten
