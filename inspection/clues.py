"""线索: where a clue comes from, what it exempts from, and when several of them are a widespread problem
(博州政办发〔2019〕33号, 二㈢5)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from inspection.frequency import CapExemption


class ClueSource(StrEnum):
    COMPLAINT = "complaint"
    """投诉举报"""
    TRANSFERRED = "transferred"
    """其他部门转办"""
    ASSIGNED = "assigned"
    """上级交办"""
    MONITORING = "monitoring"
    """数据监测"""
    MEDIA = "media"
    """媒体曝光"""
    OTHER = "other"


EXEMPTION_OF = {
    ClueSource.COMPLAINT: CapExemption.COMPLAINT,
    ClueSource.TRANSFERRED: CapExemption.ASSIGNED,
    ClueSource.ASSIGNED: CapExemption.ASSIGNED,
    ClueSource.MONITORING: CapExemption.MONITORING,
    ClueSource.MEDIA: CapExemption.MEDIA,
    ClueSource.OTHER: CapExemption.URGENT,
}
"""Why a visit because of such a clue needs no room under the yearly cap, and takes none (国办发〔2024〕54号)."""

UNREGISTERED = "unregistered"
"""The kind of an object that is registered nowhere (无证无照); it never comes into a pool."""


@dataclass(frozen=True)
class Threshold:
    """When clues at one item are called widespread: so many different objects of one industry in so many days."""

    days: int = 30
    objects: int = 3


@dataclass(frozen=True)
class Hint:
    """What of a clue is counted."""

    id: str
    item: str
    industry: str
    object: str
    received_on: date


@dataclass(frozen=True)
class Cluster:
    """Clues at one item among the objects of one industry."""

    item: str
    industry: str
    clues: tuple[str, ...]
    objects: int
    is_widespread: bool


def clusters(hints: Iterable[Hint], threshold: Threshold, *, today: date) -> tuple[Cluster, ...]:
    """The clues of the last days by item and industry, the largest first; several at one object are one object."""
    since = today - timedelta(days=threshold.days)
    found: defaultdict[tuple[str, str], list[Hint]] = defaultdict(list)
    for hint in hints:
        if since <= hint.received_on <= today:
            found[hint.item, hint.industry].append(hint)
    made = [
        Cluster(
            item,
            industry,
            tuple(sorted({one.id for one in together})),
            objects := len({one.object for one in together}),
            objects >= threshold.objects,
        )
        for (item, industry), together in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.objects, -len(one.clues), one.item, one.industry)))
