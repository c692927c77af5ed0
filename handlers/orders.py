"""A head looks at the department's officers and orders one off a seat, or off all seats of a scheme."""

from actions.assigning import is_drawn
from actions.orders import officer_message, officers_message, order_off, ordered_in_scheme, refuse_ordering
from actions.rights import require
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.refusals import IllegalStep, NotYours
from inspection.rights import NO_DEPARTMENT, Deed
from inspection.roles import Role
from notifications.buttons.orders import OfficerButton, OrderAllButton, OrderButton
from notifications.messages.orders import AskOrderWords, OrderGiven
from storage.tables.inspections import Assignment, Inspection
from storage.tables.registers import Person
from storage.veils import shown_object


def show_officers(turn: Turn) -> Replies:
    if Role.HEAD not in turn.person.roles:
        raise NotYours("no_officers")
    return (officers_message(turn.records, turn.person),)


def on_officer_button(turn: Turn, button: OfficerButton) -> Replies:
    return (officer_message(turn.records, button.person, head=turn.person),)


def on_order_button(turn: Turn, button: OrderButton) -> Replies:
    assignment = turn.records.get(Assignment, button.assignment)
    refuse_ordering(turn.records, assignment, by=turn.person)
    turn.talk.step(TalkStep.ASK_ORDER_WORDS, assignment=assignment.id)
    return (_ask(turn, assignment.person_id, [assignment.id]),)


def on_order_all_button(turn: Turn, button: OrderAllButton) -> Replies:
    ids = ordered_in_scheme(turn.records, button.person, button.scheme)
    if not ids:  # only the own head may know that somebody holds nothing
        person = turn.records.find(Person, button.person)
        require(Deed.ORDER_OFF, turn.person, of=person.department if person else NO_DEPARTMENT)
        raise IllegalStep
    refuse_ordering(turn.records, turn.records.get(Assignment, ids[0]), by=turn.person)
    turn.talk.step(TalkStep.ASK_ORDER_WORDS, person=button.person, scheme=button.scheme)
    return (_ask(turn, button.person, ids),)


def on_order_words(turn: Turn) -> Replies:
    """The words are the reason; the order is given with them, for the seats that are still held."""
    data = turn.talk.data
    ids = (
        [data["assignment"]]
        if "assignment" in data
        else ordered_in_scheme(turn.records, data["person"], data["scheme"])
    )
    if not ids:
        raise IllegalStep
    is_whole_scheme = "scheme" in data  # whoever may not serve in it must not be drawn for it again
    ordered = order_off(
        turn.records, ids, turn.incoming.text, bars_people=is_whole_scheme, by=turn.person, at=turn.at
    )
    turn.talk.end()
    name = turn.records.get(Person, ordered[0].person_id).name
    objects = _objects(turn, [one.id for one in ordered])
    drawn = is_drawn(turn.records, ordered[0].inspection_id)
    return (OrderGiven(name=name, objects=objects, is_drawn=drawn),)


def _ask(turn: Turn, person_id: str, ids: list[str]) -> AskOrderWords:
    name = turn.records.get(Person, person_id).name
    drawn = is_drawn(turn.records, turn.records.get(Assignment, ids[0]).inspection_id)
    return AskOrderWords(person=person_id, name=name, objects=_objects(turn, ids), is_drawn=drawn)


def _objects(turn: Turn, ids: list[str]) -> tuple[str, ...]:
    inspections = [
        turn.records.get(Inspection, turn.records.get(Assignment, one).inspection_id) for one in ids
    ]
    return tuple(shown_object(turn.records, one).name for one in inspections)
