"""后续处理: the kinds of it, how a paper is served, and what a result suggests for a firm's credit class.

Sources: 市场主体 lists and clocks as in the rules of deadlines; service as in 行政处罚法 61 and 民事诉讼法 (示例).
"""

from collections.abc import Iterable
from enum import StrEnum

from inspection.results import Category, FollowUp


class FollowUpKind(StrEnum):
    RECTIFY = "rectify"
    """责令改正: ordered, reported by the firm, checked again."""
    DISCLOSE = "disclose"
    """责令公示: the same for information that should have been disclosed."""
    LISTING = "listing"
    """列入经营异常名录: the firm cannot be reached at its registered place."""
    PUNISHMENT = "punishment"
    """联合惩戒: proposed by a head with its basis, listed, lifted."""


CORRECTIONS = frozenset({FollowUpKind.RECTIFY, FollowUpKind.DISCLOSE})
_SUFFIX = {FollowUpKind.RECTIFY: "r", FollowUpKind.DISCLOSE: "d", FollowUpKind.LISTING: "l"}


class Service(StrEnum):
    """送达方式 of a notice."""

    IN_PERSON = "in_person"
    REFUSED = "refused"
    """Handed over in person, and the party refused to sign for it."""
    LEFT_THERE = "left_there"
    MAIL = "mail"
    ELECTRONIC = "electronic"
    ANNOUNCED = "announced"


class RecheckMethod(StrEnum):
    VISIT = "visit"
    DOCUMENTS = "documents"


class TransferOutcome(StrEnum):
    FILED = "filed"
    NOT_FILED = "not_filed"
    KEPT = "kept"


class Feedback(StrEnum):
    PROBLEM = "problem"
    NONE = "none"
    UNCOOPERATIVE = "uncooperative"


class Direction(StrEnum):
    LOWER = "lower"
    KEEP = "keep"
    RAISE = "raise"


_UNCOOPERATIVE = frozenset({Category.UNCOOPERATIVE, Category.CONCEALED, Category.UNREACHABLE})
_PROBLEM = frozenset({Category.UNDISCLOSED, Category.CORRECTED, Category.PENDING, Category.FAILED})
_CLEAN = frozenset({Category.CLEAN, Category.PASSED})


def kinds_of(category: Category | None, follow_ups: Iterable[str]) -> tuple[FollowUpKind, ...]:
    """What one finding sets in motion in the department that found it; transfers are another matter."""
    if category is Category.UNREACHABLE:
        return (FollowUpKind.LISTING,)
    if FollowUp.RECTIFY not in follow_ups:
        return ()
    return (FollowUpKind.DISCLOSE if category is Category.UNDISCLOSED else FollowUpKind.RECTIFY,)


def follow_up_id(inspection_id: str, item_id: str, kind: FollowUpKind) -> str:
    """One of each kind for one item of a visit."""
    return f"{inspection_id}/{item_id}/{_SUFFIX[kind]}"


def feedback_of(categories: Iterable[Category | None]) -> tuple[Feedback, Direction]:
    """What the findings of one visit say together: the gravest counts. Nobody's class changes by it alone."""
    found = set(categories)
    if found & _UNCOOPERATIVE:
        return Feedback.UNCOOPERATIVE, Direction.LOWER
    if found & _PROBLEM:
        return Feedback.PROBLEM, Direction.LOWER
    return Feedback.NONE, Direction.RAISE if found and found <= _CLEAN else Direction.KEEP
