"""What becomes of words that were asked for about a scheme or a clue."""

from collections.abc import Callable, Mapping

from handlers.approval import on_objection_words, on_scheme_return_words, on_supplement_words
from handlers.clues import on_clue_object, on_clue_refusal_words, on_clue_words
from handlers.matter_words import Purpose, purpose_of
from handlers.schemes import on_names_hour_words
from handlers.turn import Replies, Turn

_HANDLERS: Mapping[Purpose, Callable[[Turn], Replies]] = {
    Purpose.RETURN_SCHEME: on_scheme_return_words,
    Purpose.OBJECT: on_objection_words,
    Purpose.SUPPLEMENT: on_supplement_words,
    Purpose.REFUSE_CLUE: on_clue_refusal_words,
    Purpose.CLUE_OBJECT: on_clue_object,
    Purpose.CLUE_WORDS: on_clue_words,
    Purpose.NAMES_HOUR: on_names_hour_words,
}


def on_matter_words(turn: Turn) -> Replies:
    return _HANDLERS[purpose_of(turn)](turn)
