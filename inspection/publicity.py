"""公示: the frozen bundle of one result, in the shape of the national system (国家企业信用信息公示系统).

The names `raninsPlanId` … `raninsCheckResName` are the national ones. Names of officers and of whoever complained are
no part of publicity and never come in here.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Matter:
    """One item of the published result: its name and its national category."""

    item: str
    result: str


@dataclass(frozen=True)
class Particulars:
    """All that is published about one inspection. `kind` is `directed` or `undirected`; where nothing was drawn
    `case` or `full_coverage`, which the national list of double-random results does not take."""

    plan_id: str
    plan_name: str
    task_id: str
    task_name: str
    kind: str
    departments: tuple[str, ...]
    ended_on: date
    object_name: str
    credit_code: str
    due: date
    published_on: date
    version: int
    matters: Sequence[Matter]
    corrects: int | None = None
    """The version that this one stands in the place of."""
    reason: str = ""
    withdrawn_for: str = ""
    """Why there is no publicity any more (`inspection.corrections.WithdrawalCause`)."""


_TYPE_NAMES = {
    "directed": "定向",
    "undirected": "不定向",
    "case": "个案检查",
    "full_coverage": "全覆盖检查",
}


NOT_DRAWN = frozenset({"case", "full_coverage"})
"""Neither 定向 nor 不定向: a bundle of such a kind carries it as `kind`, so that an export to the national list of
double-random results can leave it out. A bundle without `kind` is of a draw."""


def bundle(what: Particulars) -> str:
    """The canonical JSON text: keys sorted, no blanks, Chinese as it is; the same particulars give the same bytes.

    A first version has the national fields and ours, and `kind` only where nothing was drawn; what corrects or
    withdraws another one says so in further keys.
    """
    content: dict[str, object] = {
        "raninsPlanId": what.plan_id,
        "raninsPlaneName": what.plan_name,
        "raninsTaskId": what.task_id,
        "raninsTaskName": what.task_name,
        "raninsTypeName": _TYPE_NAMES[what.kind],
        "insAuth": "、".join(what.departments),
        "insDate": what.ended_on.isoformat(),
        "details": [
            {"seqno": number, "raninsItemName": matter.item, "raninsCheckResName": matter.result}
            for number, matter in enumerate(what.matters, start=1)
        ],
        "objectName": what.object_name,
        "creditCode": what.credit_code,
        "publicityDue": what.due.isoformat(),
        "publishedOn": what.published_on.isoformat(),
        "version": what.version,
    }
    if what.kind in NOT_DRAWN:
        content |= {"kind": what.kind}
    if what.corrects is not None:
        content |= {"correctionOf": what.corrects, "correctionReason": what.reason}
    if what.withdrawn_for:
        content |= {"withdrawnFor": what.withdrawn_for}
    return canonical(content)


def canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted keys, no blanks, Chinese as it is: the one text in which a bundle is digested and signed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of the bundle's UTF-8 bytes, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_bundle(text: str) -> dict[str, Any]:
    """What a frozen bundle says."""
    content: dict[str, Any] = json.loads(text)
    return content
