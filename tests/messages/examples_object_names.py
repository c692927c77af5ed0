"""Firms that are not named yet, who opens one, and the hour; people, firms and places are invented."""

from dataclasses import replace
from datetime import UTC, datetime

from inspection.veils import Veil
from notifications.messages.assignments import AssignmentDrawn
from notifications.messages.desk import TaskLine, TaskList
from notifications.messages.message import Message
from notifications.messages.object_names import NamedFirm, NameOpened, NamesOpen
from tests.messages.examples_assignments import ANSWER_BY, MINE, NOW, OBJECT, VISIT

HOUR = datetime(2026, 7, 12, 16, 0, tzinfo=UTC)
VEIL = Veil("2026-07.000041", 3, "652701", "catering", HOUR)
OPENED = NameOpened(
    number=3,
    object=OBJECT,
    credit_code="91652701MA0000000X",
    district="652701",
    address="北京南路118号1层",
    opened_at=NOW,
    opens_at=HOUR,
)
FIRM = NamedFirm(3, OBJECT, "652701", "北京南路118号1层")

EXAMPLES: list[Message] = [
    AssignmentDrawn(
        assignment=MINE,
        visit=replace(VISIT, object=str(VEIL), address=""),
        department="market",
        is_lead=False,
        is_redraw=False,
        answer_by=ANSWER_BY,
    ),
    TaskList(
        tasks=tuple(
            TaskLine(MINE, str(replace(VEIL, inspection=f"2026-07.00004{number}", number=number, industry="")),
                     "notified", ANSWER_BY)
            for number in range(1, 8)
        )
    ),
    OPENED,
    replace(OPENED, credit_code="", address="", object="精河县<b>鑫旺</b>*_[加油站]_* & 商店"),
    replace(OPENED, opens_at=None),
    NamesOpen(scheme=VISIT.scheme, firms=(FIRM, replace(FIRM, number=5, object="温泉县<b>泉水</b>宾馆", address=""))),
]  # fmt: skip
