"""What is kept about whoever asks."""

from actions.personal_data import my_data
from handlers.turn import Replies, Turn


def show_my_data(turn: Turn) -> Replies:
    return (my_data(turn.records, turn.person),)
