"""更正与停止公示: who objects to a published result, what another version is, and why publicity ends.

A published result that is disputed and found wrong is corrected within five working days; publicity of a negative
result ends when its time is up or when the penalty or the abnormal listing that it rests on has ended (notice of the
market regulation authorities of Sichuan and Chongqing, 2025).
"""

from enum import StrEnum


class RaisedBy(StrEnum):
    """Who says that a result is wrong."""

    FIRM = "firm"
    OTHER = "other"
    OFFICE = "office"
    """We ourselves noticed it."""


class Verdict(StrEnum):
    """Whether an objection holds."""

    UPHOLD = "uphold"
    REJECT = "reject"


class PublicationKind(StrEnum):
    """What one version of a publication is."""

    RESULT = "result"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    """停止公示: nothing that was found stands in it, and what stood in earlier versions is shown no more."""


class WithdrawalCause(StrEnum):
    TIME_UP = "time_up"
    PENALTY_ENDED = "penalty_ended"
    LISTING_ENDED = "listing_ended"
    ERROR = "error"


WORDS_LIMIT = 1000
"""Signs of an objection."""
REASON_LIMIT = 300
"""Signs of a public reason."""
