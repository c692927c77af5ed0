"""Words that somebody was asked for about a scheme or a clue: one state of the conversation, with its purpose."""

from enum import StrEnum

from handlers.talk import TalkStep
from handlers.turn import Turn


class Purpose(StrEnum):
    RETURN_SCHEME = "return_scheme"
    OBJECT = "object"
    SUPPLEMENT = "supplement"
    REFUSE_CLUE = "refuse_clue"
    CLUE_OBJECT = "clue_object"
    CLUE_WORDS = "clue_words"
    NAMES_HOUR = "names_hour"


def ask_words(turn: Turn, purpose: Purpose, **data: str) -> None:
    """The next words of this person are for this."""
    turn.talk.step(TalkStep.ASK_MATTER_WORDS, purpose=purpose.value, **data)


def purpose_of(turn: Turn) -> Purpose:
    return Purpose(turn.talk.data["purpose"])
