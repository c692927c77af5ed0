"""Clues in the chat: decided by the head, registered step by step by liaisons and operators."""

from actions.clues import (
    NewClue,
    approve_clue,
    clue_card,
    decided_card,
    items_of_department,
    object_of_clue,
    open_clues,
    own_clue,
    refuse_clue,
    refuse_deciding_clue,
    register_clue,
    require_registering,
)
from handlers.matter_words import Purpose, ask_words
from handlers.turn import Replies, Turn
from inspection.calendar.beijing import beijing_day
from inspection.clues import ClueSource
from inspection.deadlines.rules import RuleName
from inspection.refusals import Unacceptable
from inspection.states import ClueState
from notifications.buttons.clues import ClueAct, ClueButton, ClueChoice, ClueChoiceButton
from notifications.messages.clues import (
    AskClueItem,
    AskClueObject,
    AskClueRefusal,
    AskClueSource,
    AskClueWords,
    ClueLine,
    ClueList,
    ClueRegistered,
)
from storage import clues, deadlines, people
from storage.tables.registers import RegisteredObject

SHOWN = 10
"""Objects or clues in one message."""
MOST_ITEMS = 30
_OPEN = (ClueState.RECEIVED, ClueState.APPROVED, ClueState.UNDER_WAY)


def show_clues(turn: Turn) -> Replies:
    """The open clues of the person's department, newest first."""
    require_registering(turn.person)
    found = open_clues(turn.records, _OPEN, reader=turn.person)
    lines = tuple(
        ClueLine(clue.id, registered.name if registered else clue.place, clue.state.value, clue.received_on)
        for clue, registered in found[:SHOWN]
    )
    return (ClueList(clues=lines, more=max(0, len(found) - SHOWN), may_register=True),)


def on_clue_button(turn: Turn, button: ClueButton) -> Replies:
    acts = {ClueAct.CARD: _card, ClueAct.APPROVE: _approve, ClueAct.REFUSE: _ask_refusal}
    return acts[button.act](turn, button.clue)


def _card(turn: Turn, clue_id: str) -> Replies:
    return (clue_card(turn.records, own_clue(turn.records, clue_id, by=turn.person), turn.person),)


def _approve(turn: Turn, clue_id: str) -> Replies:
    approve_clue(turn.records, clue_id, by=turn.person, at=turn.at)
    clue = own_clue(turn.records, clue_id, by=turn.person)
    return (decided_card(turn.records, clue, turn.person, at=turn.at),)


def _ask_refusal(turn: Turn, clue_id: str) -> Replies:
    clue = refuse_deciding_clue(turn.records, clue_id, by=turn.person)
    ask_words(turn, Purpose.REFUSE_CLUE, clue=clue.id)
    return (AskClueRefusal(clue=clue.id, object=object_of_clue(turn.records, clue)),)


def on_clue_refusal_words(turn: Turn) -> Replies:
    clue = refuse_clue(turn.records, turn.talk.data["clue"], turn.incoming.text, by=turn.person, at=turn.at)
    turn.talk.end()
    return (decided_card(turn.records, clue, turn.person, at=turn.at),)


# --- Registering one: object, item, source, words --------------------------------------------------------------------


def on_clue_choice_button(turn: Turn, button: ClueChoiceButton) -> Replies:
    require_registering(turn.person)
    acts = {
        ClueChoice.NEW: _ask_object,
        ClueChoice.OBJECT: _take_object,
        ClueChoice.PLACE: _take_place,
        ClueChoice.ITEM: _take_item,
        ClueChoice.SOURCE: _take_source,
    }
    return acts[button.choice](turn, button.value)


def _ask_object(turn: Turn, _value: str) -> Replies:
    ask_words(turn, Purpose.CLUE_OBJECT)
    return (AskClueObject(words="", found=(), more=False),)


def on_clue_object(turn: Turn) -> Replies:
    """The words are a name, an object's id or a credit code; what fits is offered."""
    words = " ".join(turn.incoming.text.split())[:60]
    if not words:
        raise Unacceptable("words_empty")
    found = clues.find_objects(turn.records, words, limit=SHOWN + 1)
    ask_words(turn, Purpose.CLUE_OBJECT, typed=words)
    offered = tuple((one.id, one.name, one.district) for one in found[:SHOWN])
    return (AskClueObject(words=words, found=offered, more=len(found) > SHOWN),)


def _take_object(turn: Turn, object_id: str) -> Replies:
    name = turn.records.get(RegisteredObject, object_id).name
    return _ask_item(turn, object=object_id, name=name)


def _take_place(turn: Turn, _value: str) -> Replies:
    place = turn.talk.data.get("typed", "")
    if not place:
        return _ask_object(turn, "")
    return _ask_item(turn, place=place, name=place)


def _ask_item(turn: Turn, **data: str) -> Replies:
    items = items_of_department(turn.records, turn.person.department)[:MOST_ITEMS]
    if not items:
        raise Unacceptable("clue_no_items")
    ask_words(turn, Purpose.CLUE_WORDS, **data)
    return (AskClueItem(object=data["name"], items=tuple((one.id, one.title) for one in items)),)


def _take_item(turn: Turn, item_id: str) -> Replies:
    if "name" not in turn.talk.data:
        return _ask_object(turn, "")
    data = {**turn.talk.data, "item": item_id}
    return _stay(turn, data, AskClueSource(object=data["name"]))


def _take_source(turn: Turn, value: str) -> Replies:
    if "item" not in turn.talk.data or value not in set(ClueSource):
        return _ask_object(turn, "")
    data = {**turn.talk.data, "source": value}
    return _stay(turn, data, AskClueWords(object=data["name"], source=value))


def _stay(turn: Turn, data: dict[str, str], message: AskClueSource | AskClueWords) -> Replies:
    ask_words(turn, Purpose.CLUE_WORDS, **{name: one for name, one in data.items() if name != "purpose"})
    return (message,)


def on_clue_words(turn: Turn) -> Replies:
    """The words are what is said; with them the clue is registered."""
    data = turn.talk.data
    if "item" not in data:
        return _ask_item(turn, **{name: one for name, one in data.items() if name != "purpose"})
    if "source" not in data:
        return (AskClueSource(object=data["name"]),)
    new = NewClue(
        source=ClueSource(data["source"]),
        received_on=beijing_day(turn.at),
        items=(data["item"],),
        words=turn.incoming.text,
        object_id=data.get("object", ""),
        place=data.get("place", ""),
    )
    clue = register_clue(turn.records, new, by=turn.person, at=turn.at)
    turn.talk.end()
    head = people.nearest_head(turn.records, clue.department, clue.district)
    clock = deadlines.running(turn.records, RuleName.CLUE_DECISION, clue.id)
    message = ClueRegistered(
        clue=clue.id,
        object=object_of_clue(turn.records, clue),
        head=head.name if head else "",
        decide_by=clock.due_at if clock else turn.at,
    )
    return (message,)
