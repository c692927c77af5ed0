"""Reminders in the chat: later, please."""

from actions.snoozing import snooze
from handlers.turn import Replies, Turn
from notifications.buttons.deadlines import SnoozeButton


def on_snooze_button(turn: Turn, button: SnoozeButton) -> Replies:
    return (snooze(turn.records, button.work, button.later, by=turn.person, at=turn.at),)
