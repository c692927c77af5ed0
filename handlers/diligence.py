"""The own record of duties in the chat: what is said at once. The paper follows when it is made."""

from actions.diligence_orders import order_diligence
from handlers.turn import Replies, Turn


def show_diligence(turn: Turn) -> Replies:
    """履职记录 of this year."""
    place = {"channel": turn.incoming.channel, "chat": turn.incoming.chat}
    return (order_diligence(turn.records, by=turn.person, at=turn.at, **place),)
