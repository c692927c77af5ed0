"""A seat that no draw fills: the head looks who may take it and names somebody."""

from actions.naming import name_officer, seat_message
from handlers.turn import Replies, Turn
from inspection.refusals import Unacceptable
from notifications.buttons.naming import NameButton, NamesButton
from notifications.messages.naming import SeatNamed
from storage.tables.inspections import Inspection, Seat
from storage.tables.registers import Person
from storage.veils import shown_object


def on_name_button(turn: Turn, button: NameButton) -> Replies:
    assignment = name_officer(turn.records, button.seat, button.person, by=turn.person, at=turn.at)
    inspection = turn.records.get(Inspection, turn.records.get(Seat, button.seat).inspection_id)
    named = SeatNamed(
        seat=button.seat,
        object=shown_object(turn.records, inspection).name,
        person=turn.records.get(Person, assignment.person_id).name,
        by="",
    )
    return (named,)


def on_names_button(turn: Turn, button: NamesButton) -> Replies:
    if not button.first.isdecimal() or len(button.first) > 4:
        raise Unacceptable("unknown_button")
    return (seat_message(turn.records, button.seat, by=turn.person, first=int(button.first)),)
