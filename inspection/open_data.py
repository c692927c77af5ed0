"""What is public beside results, as plain content to be frozen: the item list, plans, drawn lists, draw records.

The names that begin with `ranins` or `ins` are those of the national system (国家企业信用信息公示系统). Names, numbers
and certificates of officers, and whoever complained, are no part of publicity and have no place in any of these.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from inspection.departments import department_name, district_name
from inspection.publicity import canonical

Content = dict[str, Any]


class BundleKind(StrEnum):
    """What a signed bundle is of."""

    ITEM_LIST = "item_list"
    PLAN = "plan"
    TASK = "task"
    RESULT = "result"
    DRAW_RECORD = "draw_record"
    JOURNAL = "journal"
    """An anchor: how far the journal had come on a day (`inspection.journal_chain`)."""


ITEM_LIST_SUBJECT = "items"
_ITEM_KINDS = {"general": "一般检查事项", "key": "重点检查事项"}


def type_name(kind: str) -> str:
    """定向 or 不定向, of a plan's `directed` or `undirected`."""
    return "不定向" if kind == "undirected" else "定向"


def authorities(departments: Sequence[str]) -> str:
    """The names of departments as the national shape writes them, the lead first."""
    return "、".join(department_name(one) for one in departments)


@dataclass(frozen=True)
class Item:
    """One matter of the item list, by ids and plain words."""

    id: str
    field: str
    title: str
    kind: str
    department: str
    joining: Sequence[str]
    object_kind: str
    basis: str
    content: str
    methods: Sequence[str]
    ratio: str | None
    frequency: str
    level: str
    qualification: str | None
    version: int
    effective_from: date | None


def item_content(item: Item) -> Content:
    """One entry of the item list."""
    return {
        "itemId": item.id,
        "raninsItemName": item.title,
        "field": item.field,
        "itemKind": _ITEM_KINDS.get(item.kind, item.kind),
        "initiator": department_name(item.department),
        "joining": [department_name(one) for one in item.joining],
        "objectKind": item.object_kind,
        "basis": item.basis,
        "content": item.content,
        "methods": list(item.methods),
        "ratio": item.ratio or "",
        "frequency": item.frequency,
        "level": item.level,
        "qualification": item.qualification or "",
        "itemVersion": item.version,
        "effectiveFrom": item.effective_from.isoformat() if item.effective_from else "",
    }


def item_list_content(items: Sequence[Item]) -> Content:
    """抽查事项清单, whole: one version of it is one bundle."""
    return {"items": [item_content(one) for one in items]}


@dataclass(frozen=True)
class PlanFacts:
    """One line of a yearly plan; `items` are titles."""

    id: str
    name: str
    year: int
    kind: str
    lead: str
    joining: Sequence[str]
    items: Sequence[str]
    object_range: str
    ratio: str
    frequency: str
    about_count: int
    level: str
    first_day: date
    last_day: date
    document_number: str


def plan_content(plan: PlanFacts) -> Content:
    """One line of 年度抽查计划."""
    return {
        "raninsPlanId": plan.id,
        "raninsPlaneName": plan.name,
        "raninsTypeName": type_name(plan.kind),
        "insAuth": authorities([plan.lead, *plan.joining]),
        "planYear": plan.year,
        "items": list(plan.items),
        "objectRange": plan.object_range,
        "ratio": plan.ratio,
        "frequency": plan.frequency,
        "aboutCount": plan.about_count,
        "level": plan.level,
        "firstDay": plan.first_day.isoformat(),
        "lastDay": plan.last_day.isoformat(),
        "documentNumber": plan.document_number,
    }


@dataclass(frozen=True)
class Drawn:
    """One object of a drawn list."""

    name: str
    credit_code: str
    district: str
    stratum: str


@dataclass(frozen=True)
class TaskFacts:
    """A task as the public sees it. `drawn` is empty while the list is withheld; `drawn_number` is not."""

    id: str
    name: str
    plan_id: str
    plan_name: str
    kind: str
    departments: Sequence[str]
    items: Sequence[str]
    first_day: date
    last_day: date
    is_list_public: bool
    withheld_reason: str
    drawn: Sequence[Drawn]
    drawn_number: int
    draws: Sequence[str]


def task_content(task: TaskFacts) -> Content:
    """抽查任务 with its drawn list, or with the reason why there is none to be seen."""
    return {
        "raninsPlanId": task.plan_id,
        "raninsPlaneName": task.plan_name,
        "raninsTaskId": task.id,
        "raninsTaskName": task.name,
        "raninsTypeName": type_name(task.kind),
        "insAuth": authorities(task.departments),
        "items": list(task.items),
        "firstDay": task.first_day.isoformat(),
        "lastDay": task.last_day.isoformat(),
        "isListPublic": task.is_list_public,
        "listWithheldReason": "" if task.is_list_public else task.withheld_reason,
        "drawnNumber": task.drawn_number,
        "objects": [
            {
                "objectName": one.name,
                "creditCode": one.credit_code,
                "district": district_name(one.district),
                "stratum": one.stratum,
            }
            for one in task.drawn
        ],
        "draws": list(task.draws),
    }


@dataclass(frozen=True)
class DrawFacts:
    """A draw record: `files` are name, bytes and SHA-256 of what may be had, `withheld` the digest of what may not."""

    id: str
    task_id: str
    task_name: str
    announced_at: datetime
    drawn_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    files: Sequence[tuple[str, int, str]]
    withheld: str


def draw_content(draw: DrawFacts) -> Content:
    """抽取记录: the digests of the files from which anybody recomputes the draw (docs/draw-protocol.md)."""
    return {
        "drawId": draw.id,
        "raninsTaskId": draw.task_id,
        "raninsTaskName": draw.task_name,
        "announcedAt": _moment(draw.announced_at),
        "drawnAt": _moment(draw.drawn_at),
        "voidedAt": _moment(draw.voided_at),
        "voidReason": draw.void_reason,
        "files": [{"name": name, "size": size, "sha256": sha256} for name, size, sha256 in draw.files],
        "withheldTranscriptSha256": draw.withheld,
    }


def versioned(kind: BundleKind, content: Mapping[str, Any], *, version: int, published_on: date) -> str:
    """The canonical text of one version: the bytes that are digested and signed."""
    head = {"kind": kind.value, "version": version, "publishedOn": published_on.isoformat()}
    return canonical({**content, **head})


def stamp_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content without its version: the same content is no new version."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
