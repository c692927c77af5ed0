"""Invented papers, with as much on them as a test asks for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from inspection.refusals import Unacceptable
from notifications.fonts import covering
from notifications.papers.facts import (
    Asked,
    Found,
    JointSummaryPaper,
    Officer,
    OnSiteRecord,
    Part,
    Shown,
    Visited,
)

STARTED = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
"""Thursday, ten in the morning in Beijing."""


def has_chinese_font() -> bool:
    try:
        covering("检查")
    except Unacceptable:
        return False
    return True


needs_a_font = pytest.mark.skipif(
    not has_chinese_font(),
    reason="NO CHINESE FONT: none on this machine, so no paper was set (.ci/run installs one)",
)


def a_visit(
    *, object: str = "博乐市示例餐饮店", officers: int = 4, departments: tuple[str, ...] = ("market", "fire")
) -> Visited:
    return Visited(
        inspection="S1.B1",
        object=object,
        credit_code="91652701MA00000000",
        address="博乐市示例路1号",
        contact="示例联系人",
        scheme="示例餐饮联合抽查",
        departments=departments,
        started_at=STARTED,
        ended_at=STARTED + timedelta(hours=2),
        officers=tuple(an_officer(number, departments) for number in range(officers)),
        findings=(
            Found("食品经营许可检查", "market", "clean", methods=("on_site",), follow_ups=("none",)),
            Found(
                "消防安全检查",
                "fire",
                "pending",
                "疏散通道堆放杂物",
                ("on_site", "testing"),
                ("notify",),
                "housing",
            ),
        ),
    )


def an_officer(number: int, departments: tuple[str, ...] = ("market", "fire")) -> Officer:
    return Officer(
        name=f"检查员{number + 1}",
        department=departments[number % len(departments)],
        certificate_number=f"示例证号-{number + 1:04d}",
        certificate_expires=date(2028, 12, 31),
        is_lead=number == 0,
        arrived_at=STARTED + timedelta(minutes=number),
        distance_m=20 + number,
    )


def a_question(number: int, **given: Any) -> Asked:
    facts = {
        "text": f"示例问题{number}：食品、原料是否在保质期内",
        "basis": "食品安全法第34条",
        "answer": "是",
    } | given
    return Asked(str(number), **facts)


def a_photo(number: int, *, question: str = "1") -> Shown:
    return Shown(
        receipt=f"R{number:06d}",
        question=question,
        sha256=f"{number:064x}",
        sent_by="检查员1",
        received_at=STARTED + timedelta(minutes=5 + number),
        grade="original" if number % 2 else "recompressed",
        taken_at="2026-11-26 10:04:00" if number % 2 else "",
        distance_m=20,
    )


def a_record(
    visit: Visited | None = None,
    *,
    questions: int = 3,
    photos: int = 1,
    note: str = "现场查看，有一处标签不清",
    is_draft: bool = False,
) -> OnSiteRecord:
    opening = Asked(
        "1", "已出示执法证件并说明来意、已送达检查通知书、已告知回避权", "行政处罚法", answer="是"
    )
    market = (opening, *(a_question(number) for number in range(2, questions + 1)))
    fire = (
        a_question(questions + 1, is_important=True, answer="否", is_no=True, note=note, photos=photos),
        a_question(questions + 2, answer=""),
    )
    return OnSiteRecord(
        visit=visit or a_visit(),
        as_of=STARTED + timedelta(hours=2),
        is_draft=is_draft,
        parts=(Part("market", market), Part("fire", fire)),
        photos=tuple(a_photo(number) for number in range(1, photos + 1)),
    )


def a_summary(visit: Visited | None = None, *, is_draft: bool = False) -> JointSummaryPaper:
    no = a_question(4, is_important=True, answer="否", is_no=True, note="疏散通道堆放杂物")
    return JointSummaryPaper(
        visit=visit or a_visit(),
        as_of=STARTED + timedelta(hours=3),
        is_draft=is_draft,
        draw="D-S1-1",
        draw_digest="0123456789abcdef" * 4,
        due=date(2026, 12, 24),
        is_due_provisional=False,
        answers=5,
        photos=1,
        noes=(Part("fire", (no,)),),
        submitted_at=None if is_draft else STARTED + timedelta(hours=3),
    )
