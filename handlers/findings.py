"""Findings item by item: category, words, what follows, who receives it, and how it was checked."""

from actions.field_cards import finding_card, methods_card
from actions.findings import (
    Entered,
    change_method,
    choose_follow_up,
    choose_receiver,
    describe_finding,
    enter_finding,
)
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.departments import department_name
from notifications.buttons.results import (
    CategoryButton,
    FindingButton,
    FindingsButton,
    FollowUpButton,
    MethodButton,
    MethodsButton,
    MethodStep,
    ReceiverButton,
)
from notifications.catalogue import label
from notifications.messages.results import AskFindingWords, FindingNews
from storage.tables.inspections import Inspection
from storage.tables.registers import InspectionItem


def on_findings_button(turn: Turn, button: FindingsButton) -> Replies:
    return _ask(turn, button.inspection)


def on_finding_button(turn: Turn, button: FindingButton) -> Replies:
    return _ask(turn, button.inspection, button.item)


def on_category_button(turn: Turn, button: CategoryButton) -> Replies:
    category = button.category
    entered = enter_finding(
        turn.records, button.inspection, button.item, category, by=turn.person, at=turn.at
    )
    return _ask(turn, button.inspection, news=_news(turn, entered, f"category_{category}"))


def on_finding_words(turn: Turn) -> Replies:
    inspection_id, item = turn.talk.data["inspection"], turn.talk.data["item"]
    entered = describe_finding(
        turn.records, inspection_id, item, turn.incoming.text, by=turn.person, at=turn.at
    )
    return _ask(turn, inspection_id, news=_news(turn, entered, "finding_words"))


def on_follow_up_button(turn: Turn, button: FollowUpButton) -> Replies:
    entered = choose_follow_up(
        turn.records, button.inspection, button.item, button.follow_up, by=turn.person, at=turn.at
    )
    return _ask(turn, button.inspection, news=_news(turn, entered, f"follow_up_{button.follow_up}"))


def on_receiver_button(turn: Turn, button: ReceiverButton) -> Replies:
    entered = choose_receiver(
        turn.records, button.inspection, button.item, button.department, by=turn.person, at=turn.at
    )
    name = department_name(button.department, turn.person.language)
    return _ask(turn, button.inspection, news=_news(turn, entered, name, is_text=True))


def on_methods_button(turn: Turn, button: MethodsButton) -> Replies:
    inspection = turn.records.get(Inspection, button.inspection)
    card = methods_card(turn.records, inspection, turn.person, button.item)
    turn.talk.end()
    return (card,)


def on_method_button(turn: Turn, button: MethodButton) -> Replies:
    """The list stays on the screen, since several may apply."""
    is_used = button.step is MethodStep.ADD
    language = turn.person.language
    entered = change_method(
        turn.records,
        button.inspection,
        button.item,
        button.method,
        is_used=is_used,
        by=turn.person,
        at=turn.at,
    )
    inspection = turn.records.get(Inspection, button.inspection)
    name = label(f"method_{button.method}", language)
    changed = label("method_added" if is_used else "method_dropped", language, method=name)
    news = _news(turn, entered, changed, is_text=True)
    return (methods_card(turn.records, inspection, turn.person, button.item, news),)


def _news(turn: Turn, entered: Entered, value: str, *, is_text: bool = False) -> FindingNews:
    item = turn.records.get(InspectionItem, entered.finding.item_id)
    return FindingNews(item.title, value, entered.at, entered.is_repeat, is_text)


def _ask(turn: Turn, inspection_id: str, item: str | None = None, news: FindingNews | None = None) -> Replies:
    """What is missing next; typed words are waited for only while the card asks for them."""
    inspection = turn.records.get(Inspection, inspection_id)
    card = finding_card(turn.records, inspection, turn.person, item, news)
    if isinstance(card, AskFindingWords):
        turn.talk.step(TalkStep.ASK_FINDING_WORDS, inspection=inspection_id, item=card.item)
    else:
        turn.talk.end_about(inspection_id)
    return (card,)
