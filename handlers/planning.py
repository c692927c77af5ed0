"""The year's plan in the chat: how far it is, and a department's filing with one press."""

from actions.plan_cards import plan_card
from actions.plan_filing import file_plan
from handlers.turn import Replies, Turn
from inspection.refusals import Unacceptable
from notifications.buttons.planning import PlanAct, PlanButton


def show_plan(turn: Turn) -> Replies:
    """What is missing, until when, and the next step."""
    return (plan_card(turn.records, turn.person),)


def on_plan_button(turn: Turn, button: PlanButton) -> Replies:
    """Shows the card, after the filing where that was pressed."""
    if not (button.year.isascii() and button.year.isdigit() and len(button.year) == 4):
        raise Unacceptable("unknown_button")
    year = int(button.year)
    if button.act is not PlanAct.VIEW:
        is_empty = button.act is PlanAct.NOTHING
        file_plan(turn.records, year, by=turn.person, at=turn.at, is_empty_meant=is_empty)
    return (plan_card(turn.records, turn.person, year),)
