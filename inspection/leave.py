"""Why an officer leaves a seat: the closed list of grounds, and who decides which.

回避 (recusal) is a duty where a relation or conduct may touch fairness (行政处罚法 43; kinship as in 公务员回避规定).
不能参加 (unavailability) is no recusal: it needs the head's consent and is counted apart, lest it be an escape.
Grounds A1–A7 leave nothing to weigh, so they hold at once and the head is informed; the others the head decides within
the scheme's time, and what holds when the head says nothing is stated to everybody beforehand.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class LeaveKind(StrEnum):
    RECUSAL = "recusal"
    UNAVAILABILITY = "unavailability"


class Origin(StrEnum):
    """Who wants an officer off a seat: the officer (自行回避), the firm (申请回避), the head (指令回避)."""

    SELF = "self"
    FIRM = "firm"
    ORDERED = "ordered"


class Verdict(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"


class Ground(StrEnum):
    """A: mandatory relations, B: conduct, C: unavailability. Words for people stand in `labels.toml` as `ground_…`."""

    SELF = "A1"
    SPOUSE = "A2"
    DIRECT_KIN = "A3"
    COLLATERAL_KIN = "A4"
    KIN_BY_MARRIAGE = "A5"
    INTEREST = "A6"
    AGENT = "A7"
    OTHER_RELATION = "A8"
    BANQUET = "B1"
    GIFT = "B2"
    MEETING = "B3"
    RECOMMENDED_AGENT = "B4"
    BORROWED = "B5"
    OTHER_CONDUCT = "B6"
    ON_LEAVE = "C1"
    BUSINESS_TRIP = "C2"
    TRAINING = "C3"
    SECONDMENT = "C4"
    OTHER_DUTY = "C5"
    CERTIFICATE = "C6"
    QUALIFICATION = "C7"
    LEFT_POST = "C8"


@dataclass(frozen=True)
class GroundRule:
    """`default` is what holds when the head has not decided in time; None where the ground holds at once."""

    ground: Ground
    kind: LeaveKind
    default: Verdict | None

    @property
    def holds_at_once(self) -> bool:
        return self.default is None


_AT_ONCE = frozenset(["A1", "A2", "A3", "A4", "A5", "A6", "A7"])


def _rule(ground: Ground) -> GroundRule:
    if ground.value.startswith("C"):
        return GroundRule(ground, LeaveKind.UNAVAILABILITY, Verdict.REFUSE)
    default = None if ground.value in _AT_ONCE else Verdict.GRANT
    return GroundRule(ground, LeaveKind.RECUSAL, default)


GROUND_RULES = MappingProxyType({ground: _rule(ground) for ground in Ground})

WORDS_LIMIT = 500
"""Characters of a person's own words that a form has room for; longer ones are refused with their length."""


def grounds_of(kind: LeaveKind) -> list[Ground]:
    """The grounds of one kind in the order of the list."""
    return [ground for ground, rule in GROUND_RULES.items() if rule.kind is kind]
