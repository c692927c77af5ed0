"""Refusals: a rule said no. They are ordinary answers, not crashes, and each carries what the reader needs.

    Refusal
    ├── IllegalStep      the thing is in a state from which this step does not exist
    ├── StateMoved       somebody else moved it between reading and writing
    ├── NotYours         the button or the seat belongs to another person
    ├── NotFound         there is no such thing (said in the words of NotYours, so that nobody can probe ids)
    ├── AlreadyDone      the same was done before; says what and when, changes nothing
    ├── TooLate          the time to answer is over
    ├── Incomplete       something that must be there is missing
    └── Unacceptable     what was sent cannot be taken

`code` names the sentence in the message catalogue (`notifications/texts/<language>/refusals.toml`), `facts` fills it.
"""

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):
    """A rule refused. `code` is the key of the sentence, `facts` the values that stand in it."""

    code: ClassVar[str] = "refused"

    def __init__(self, code: str | None = None, /, **facts: object) -> None:
        self.sentence = code or self.code
        self.facts: Mapping[str, object] = facts
        super().__init__(f"{self.sentence} {facts}" if facts else self.sentence)


class IllegalStep(Refusal):
    code = "illegal_step"


class StateMoved(Refusal):
    code = "state_moved"


class NotYours(Refusal):
    code = "not_yours"


class NotFound(Refusal):
    code = "not_yours"


class AlreadyDone(Refusal):
    """Facts: `what`, a key of `labels.toml` for what was done, and `done_at`, an aware time."""

    code = "already_done"


class TooLate(Refusal):
    code = "too_late"


class Incomplete(Refusal):
    code = "incomplete"


class Unacceptable(Refusal):
    code = "unacceptable"
