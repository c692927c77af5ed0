"""Papers of a visit, asked for in the chat: what is said at once. The paper follows when it is made."""

from actions.paper_orders import order_paper
from handlers.turn import Replies, Turn
from notifications.buttons.papers import PaperButton


def on_paper_button(turn: Turn, button: PaperButton) -> Replies:
    place = {"channel": turn.incoming.channel, "chat": turn.incoming.chat}
    return (order_paper(turn.records, button.inspection, button.kind, by=turn.person, at=turn.at, **place),)
