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
    """All that is published about one inspection. `kind` is `directed` or `undirected`."""

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


def bundle(what: Particulars) -> str:
    """The canonical JSON text: keys sorted, no blanks, Chinese as it is; the same particulars give the same bytes."""
    content = {
        "raninsPlanId": what.plan_id,
        "raninsPlaneName": what.plan_name,
        "raninsTaskId": what.task_id,
        "raninsTaskName": what.task_name,
        "raninsTypeName": "不定向" if what.kind == "undirected" else "定向",
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
    return canonical(content)


def canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted keys, no blanks, Chinese as it is: the one text in which a bundle is digested and signed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of the bundle's UTF-8 bytes, hex."""
    return hashlib.sha256(text.encode()).hexdigest()
