"""What belongs nowhere yet: asked about when it comes, placed or left out when the person says so."""

from actions.checklists import Receipted
from actions.field_cards import object_name
from actions.photo_receipts import photo_receipt
from actions.short_answers import answers_report
from actions.stray_cards import stray_card
from actions.strays import (
    Placed,
    discard_stray,
    keep_stray,
    own_stray,
    picture_of,
    place_stray,
    sort_of,
)
from handlers.talk import TalkState
from handlers.turn import Replies, Turn
from inspection.checklists import number_in_words
from inspection.evidence import receipt_of
from inspection.refusals import IllegalStep, Unacceptable
from notifications.buttons.strays import StrayAct, StrayButton
from notifications.incoming import Incoming
from notifications.messages.message import Message
from notifications.messages.strays import StrayAsked, StrayDiscarded
from notifications.messages.visits import CheckedIn
from storage import checklists, strays
from storage.tables.inspections import CheckIn, Inspection
from storage.tables.messaging import Stray

_LISTENING = frozenset({TalkState.IDLE, TalkState.QUESTION})


def ask_about(turn: Turn, inspection_id: str | None) -> StrayAsked:
    """Keeps what was sent, and gives the question what it is for."""
    stray = keep_stray(turn.records, turn.incoming, inspection_id, by=turn.person, at=turn.at)
    return stray_card(turn.records, stray, turn.person)


def on_stray_button(turn: Turn, button: StrayButton) -> Replies:
    acts = {
        StrayAct.LOOK: _look,
        StrayAct.VISIT: _visit,
        StrayAct.QUESTION: _place,
        StrayAct.REOPEN: _place,
        StrayAct.DISCARD: _discard,
    }
    return acts[button.act](turn, own_stray(turn.records, button.stray, turn.person), button)


def is_stray_number(turn: Turn) -> bool:
    """Whether a typed number answers what a photo is for: one is asked about, and no other words are."""
    if turn.talk.state not in _LISTENING or number_in_words(turn.incoming.text) is None:
        return False
    return len(_photos_asked(turn)) == 1


def on_stray_number(turn: Turn) -> Replies:
    """The same as a press on that number."""
    (stray,) = _photos_asked(turn)
    card = stray_card(turn.records, stray, turn.person)
    inspection, number = turn.records.find(Inspection, card.inspection), number_in_words(turn.incoming.text)
    if inspection is None or number is None or card.reopens or not card.questions:
        return (card,)
    found = checklists.question_by_number(turn.records, inspection, number)
    if found is None:
        raise Unacceptable("no_such_question")
    return _place(turn, stray, StrayButton(StrayAct.QUESTION, str(stray.id), inspection.id, found[0].id))


def _photos_asked(turn: Turn) -> list[Stray]:
    return [one for one in strays.asked(turn.records, turn.person.id) if sort_of(one) == "photo"]


def _look(turn: Turn, stray: Stray, _button: StrayButton) -> Replies:
    return (stray_card(turn.records, stray, turn.person),)


def _visit(turn: Turn, stray: Stray, button: StrayButton) -> Replies:
    """The visit is clear now: a photo is asked its question, and what needs no more is placed. Where something stands
    in the way, the card says what."""
    card = stray_card(turn.records, stray, turn.person, button.inspection)
    is_placeable = card.why in {"stray_place", "stray_answers"} and card.inspection == button.inspection
    return _place(turn, stray, button) if is_placeable else (card,)


def _place(turn: Turn, stray: Stray, button: StrayButton) -> Replies:
    try:
        with turn.records.attempt():
            placed = place_stray(
                turn.records, stray, button.inspection, button.question, by=turn.person, at=turn.at,
                reopens=button.act is StrayAct.REOPEN,
            )  # fmt: skip
    except IllegalStep:
        # It was locked since the buttons were shown: the card says so, and who can open it again.
        return (stray_card(turn.records, stray, turn.person, button.inspection),)
    return (_told(turn, placed), *_next(turn))


def _told(turn: Turn, placed: Placed) -> Message:
    outcome = placed.outcome
    if isinstance(outcome, Receipted):
        return photo_receipt(turn.records, outcome)
    if isinstance(outcome, CheckIn):
        return CheckedIn(
            inspection=placed.inspection.id,
            object=object_name(turn.records, placed.inspection),
            distance_m=outcome.distance_m,
            at=outcome.at,
        )
    return answers_report(turn.records, placed.inspection.id, outcome, turn.person)


def _discard(turn: Turn, stray: Stray, _button: StrayButton) -> Replies:
    discard_stray(turn.records, stray, by=turn.person, at=turn.at)
    sent = picture_of(Incoming.from_json(stray.body))
    told = StrayDiscarded(
        stray=stray.id or 0,
        sort=sort_of(stray),
        receipt=receipt_of(sent.sha256) if sent.sha256 else "",
    )
    return (told, *_next(turn))


def _next(turn: Turn) -> Replies:
    """The next one that is asked about, if there is one."""
    turn.records.session.flush()
    waiting = strays.asked(turn.records, turn.person.id)
    return (stray_card(turn.records, waiting[0], turn.person),) if waiting else ()
