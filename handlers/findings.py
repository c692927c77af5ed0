"""Findings item by item: category, words, what follows, who receives it."""

from actions.field_cards import finding_card
from actions.findings import choose_follow_up, choose_receiver, describe_finding, enter_finding
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from notifications.buttons.results import (
    CategoryButton,
    FindingButton,
    FindingsButton,
    FollowUpButton,
    ReceiverButton,
)
from notifications.messages.results import AskFindingWords
from storage.tables.inspections import Inspection


def on_findings_button(turn: Turn, button: FindingsButton) -> Replies:
    return _ask(turn, button.inspection)


def on_finding_button(turn: Turn, button: FindingButton) -> Replies:
    return _ask(turn, button.inspection, button.item)


def on_category_button(turn: Turn, button: CategoryButton) -> Replies:
    enter_finding(turn.records, button.inspection, button.item, button.category, by=turn.person, at=turn.at)
    return _ask(turn, button.inspection)


def on_finding_words(turn: Turn) -> Replies:
    inspection_id, item = turn.talk.data["inspection"], turn.talk.data["item"]
    describe_finding(turn.records, inspection_id, item, turn.incoming.text, by=turn.person, at=turn.at)
    return _ask(turn, inspection_id)


def on_follow_up_button(turn: Turn, button: FollowUpButton) -> Replies:
    choose_follow_up(
        turn.records, button.inspection, button.item, button.follow_up, by=turn.person, at=turn.at
    )
    return _ask(turn, button.inspection)


def on_receiver_button(turn: Turn, button: ReceiverButton) -> Replies:
    choose_receiver(
        turn.records, button.inspection, button.item, button.department, by=turn.person, at=turn.at
    )
    return _ask(turn, button.inspection)


def _ask(turn: Turn, inspection_id: str, item: str | None = None) -> Replies:
    """What is missing next; typed words are waited for only while the card asks for them."""
    card = finding_card(turn.records, turn.records.get(Inspection, inspection_id), turn.person, item)
    if isinstance(card, AskFindingWords):
        turn.talk.step(TalkStep.ASK_FINDING_WORDS, inspection=inspection_id, item=card.item)
    else:
        turn.talk.end_about(inspection_id)
    return (card,)
