"""From facts to what the templates read: everything a text already, in Chinese, ready to be set.

The papers are forms of Chinese authorities and are signed as such; they have no English edition.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from inspection.departments import EXPERTS, department_name
from inspection.naming import Origin
from notifications.catalogue import label
from notifications.formats import BEIJING, dated, departments, listed
from notifications.papers.facts import (
    Asked,
    Found,
    JointSummaryPaper,
    Officer,
    OnSiteRecord,
    Paper,
    Part,
    Reviewed,
    Selected,
    Shown,
    Visited,
)
from notifications.papers.letters import letter_values

Values = dict[str, Any]

_WEEKDAYS = "一二三四五六日"
_TELLS = re.compile("回避|出示.{0,6}证")
"""A question about showing the certificate or telling the right to recusal: its answer stands with what was told."""

CHECK_FILE = "check.svg"
"""The QR code beside the template."""

_SHORT = 8
"""Signs of an answer that fit into its narrow column."""

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that would make words read in another order than they were written."""


def values_of(paper: Paper, pictures: Iterable[str]) -> Values:
    """`pictures` are the SHA-256 of those photos whose bytes are at hand."""
    if isinstance(paper, OnSiteRecord):
        made = _record(paper, set(pictures))
    elif isinstance(paper, JointSummaryPaper):
        made = _summary(paper)
    else:
        made = letter_values(paper)
    cleaned: Values = cleaned_values(made)
    return cleaned


def cleaned_values(value: Any) -> Any:
    """The same without what a font can't set and an eye can't see: control signs, odd blanks, turned directions."""
    if isinstance(value, str):
        return _cleaned(value)
    if isinstance(value, dict):
        return {name: cleaned_values(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned_values(one) for one in value]
    return value


def _record(paper: OnSiteRecord, pictures: set[str]) -> Values:
    parts = [_part(one) for one in paper.parts]
    asked = [one for part in paper.parts for one in part.questions]
    return _begun("现场检查笔录", paper) | {
        "items": [one.title for one in paper.visit.findings],
        "told": [_asked(one) for one in asked if _TELLS.search(one.text)],
        "parts": parts,
        "photos": [_shown(one, pictures) for one in paper.photos],
        "check": {"file": CHECK_FILE, "code": paper.check_url.rpartition("/")[2]} if paper.check_url else {},
    }


def _summary(paper: JointSummaryPaper) -> Values:
    return _begun("联合检查汇总表", paper) | {
        "lead": listed(one.name for one in paper.visit.officers if one.is_lead),
        "departments_list": [department_name(one) for one in paper.visit.departments],
        "draw": paper.draw,
        "draw_digest": paper.draw_digest,
        "selection": _selection(paper.selection),
        "due": dated(paper.due),
        "is_due_provisional": paper.is_due_provisional,
        "answers": str(paper.answers),
        "noes_count": str(sum(len(part.questions) for part in paper.noes)),
        "photos_count": str(paper.photos),
        "noes": [_part(one) for one in paper.noes],
        "reviews": [_reviewed(one) for one in paper.reviews],
        "submitted": moment_of_paper(paper.submitted_at),
    }


def _selection(selection: Selected | None) -> str:
    """What was not drawn here is never called drawn."""
    if selection is None:
        return ""
    if selection.origin == Origin.NAMED:
        return f"检查人员由负责人指定，未经抽取。理由：{selection.reason}"
    batch = f"，批次号{selection.batch}" if selection.batch else ""
    return f"本次抽取在{selection.platform}进行{batch}；本系统未抽取，不能在此复算。"


def _begun(title: str, paper: OnSiteRecord | JointSummaryPaper) -> Values:
    visit = paper.visit
    return {
        "title": title,
        "author": department_name(visit.departments[0]),
        "number": visit.inspection,
        "as_of": date_of_document(paper.as_of),
        "is_draft": paper.is_draft,
        "started": moment_of_paper(visit.started_at),
        "ended": moment_of_paper(visit.ended_at),
        "address": visit.address,
        "object": visit.object,
        "credit_code": visit.credit_code,
        "contact": visit.contact,
        "scheme": visit.scheme,
        "departments": _led(visit),
        "officers": [_officer(one) for one in visit.officers],
        "findings": [_found(one) for one in visit.findings],
    }


def _led(visit: Visited) -> str:
    lead, *joining = visit.departments
    led = f"发起：{department_name(lead)}"
    return f"{led}；配合：{departments(joining)}" if joining else led


def _officer(one: Officer) -> Values:
    is_expert = one.department == EXPERTS
    return {
        "name": one.name,
        "duty": "组长" if one.is_lead else "只提供意见" if is_expert else "",
        "department": department_name(one.department),
        "certificate": one.certificate_number,
        "expires": dated(one.certificate_expires) if one.certificate_expires else "",
        "arrived": "，".join(part for part in (_clock(one.arrived_at), _metres(one.distance_m)) if part),
        "is_expert": is_expert,
    }


def _part(part: Part) -> Values:
    return {
        "department": department_name(part.department),
        "questions": [_asked(one) for one in part.questions],
    }


def _asked(one: Asked) -> Values:
    return {
        "number": one.number,
        "text": one.text,
        "basis": one.basis,
        "is_important": one.is_important,
        **_answered(one),
        "photos": f"{one.photos}张" if one.photos else "",
    }


def _answered(one: Asked) -> Values:
    """A long answer stands where there is room for words."""
    if len(one.answer) <= _SHORT:
        return {"answer": one.answer, "note": one.note}
    return {"answer": "见右", "note": "\n".join(part for part in (one.answer, one.note) if part)}


def _found(one: Found) -> Values:
    return {
        "title": one.title,
        "department": department_name(one.department),
        "category": label(f"category_{one.category}", "zh") if one.category else "",
        "words": one.words,
        "methods": listed(label(f"method_{method}", "zh") for method in one.methods),
        "follow_ups": listed(label(f"follow_up_{follow_up}", "zh") for follow_up in one.follow_ups),
        "transfer_to": department_name(one.transfer_to) if one.transfer_to else "",
    }


def _reviewed(one: Reviewed) -> Values:
    return {
        "department": department_name(one.department) if one.department else "联合结果",
        "state": label(f"review_{one.state}", "zh"),
        "reviewer": one.reviewer,
        "at": moment_of_paper(one.at),
    }


def _shown(one: Shown, pictures: set[str]) -> Values:
    return {
        "receipt": one.receipt,
        "file": file_of(one.sha256) if one.sha256 in pictures else "",
        "question": one.question,
        "sha256": one.sha256,
        "sent_by": one.sent_by,
        "received": moment_of_paper(one.received_at, with_weekday=False),
        "grade": "原始文件" if one.grade == "original" else "经聊天软件压缩",
        "taken": one.taken_at,
        "distance": f"距登记地址{_metres(one.distance_m)}" if one.distance_m is not None else "",
    }


def file_of(sha256: str) -> str:
    """The name of a photo's file beside the template."""
    return f"photo-{sha256}.jpg"


def moment_of_paper(at: datetime | None, *, with_weekday: bool = True) -> str:
    """`2026年11月26日（周四）18:00` in Beijing time; empty for what has not been."""
    if at is None:
        return ""
    local = at.astimezone(BEIJING)
    weekday = f"（周{_WEEKDAYS[local.weekday()]}）" if with_weekday else " "
    return f"{dated(local.date())}{weekday}{_clock(at)}"


def _clock(at: datetime | None) -> str:
    return f"{at.astimezone(BEIJING):%H:%M}" if at else ""


def _metres(distance: int | None) -> str:
    """Far away in kilometres: nobody reads 1234567 metres."""
    if distance is None:
        return ""
    return f"{distance}米" if distance < 10_000 else f"{distance / 1000:.0f}公里"


def date_of_document(at: datetime) -> Values:
    """The day and second that a document itself bears."""
    utc = at.astimezone(UTC)
    parts = ("year", "month", "day", "hour", "minute", "second")
    return {part: getattr(utc, part) for part in parts}


def _cleaned(text: str) -> str:
    kept = (_kept(one) for one in _TURNS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "".join(kept).strip()


def _kept(sign: str) -> str:
    if sign in "\n\u3000":
        return sign
    category = unicodedata.category(sign)
    if category == "Zl" or category == "Zp":
        return "\n"
    if sign == "\t" or category == "Zs":
        return " "
    return "" if category == "Cc" else sign
