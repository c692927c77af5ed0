"""The name of a firm before its hour, for whoever presses for it."""

from actions.object_names import open_name
from handlers.turn import Replies, Turn
from notifications.buttons.object_names import OpenNameButton


def on_open_name_button(turn: Turn, button: OpenNameButton) -> Replies:
    return (open_name(turn.records, button.inspection, by=turn.person, at=turn.at),)
