"""Pictures in the chat: what is said at once. The picture follows when it is drawn."""

from actions.picture_orders import order_due, order_progress
from handlers.turn import Replies, Turn
from notifications.buttons.pictures import DueButton, ProgressButton


def on_progress_button(turn: Turn, button: ProgressButton) -> Replies:
    place = {"channel": turn.incoming.channel, "chat": turn.incoming.chat}
    return (order_progress(turn.records, button.scheme, by=turn.person, at=turn.at, **place),)


def on_due_button(turn: Turn, _button: DueButton) -> Replies:
    return show_due(turn)


def show_due(turn: Turn) -> Replies:
    """My calendar, as a picture with the same in words."""
    place = {"channel": turn.incoming.channel, "chat": turn.incoming.chat}
    return (order_due(turn.records, by=turn.person, at=turn.at, **place),)
