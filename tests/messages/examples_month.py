"""The month in five lines, and an officer's own record of duties; everybody is invented."""

from dataclasses import replace
from datetime import UTC, date, datetime

from inspection.diligence import Diligence, Done, ListedDuty, Served
from notifications.messages.diligence import DiligenceMade
from notifications.messages.message import Message
from notifications.messages.monthly_digest import MonthlyDigest

AT = datetime(2026, 7, 13, 2, 0, tzinfo=UTC)
_WHOLE = MonthlyDigest(
    department="", month=date(2026, 6, 1), objects=412, published=380, completion=92, on_time=97, drawn=188,
    answered=181, lapsed=7, redrawn=15, overdue=4, unarchived=31,
)  # fmt: skip
_QUIET = MonthlyDigest(
    department="fire", month=date(2026, 6, 1), objects=1, published=0, completion=0, on_time=None, drawn=0,
    answered=0, lapsed=0, redrawn=0, overdue=0, unarchived=0,
)  # fmt: skip
_OF_COUNTY = replace(_WHOLE, department="market", district="652722", drawn=None)


def _served(object: str, *missing: ListedDuty, way: str = "completed") -> Served:
    duties = tuple(Done(one, one not in missing, AT) for one in ListedDuty)
    return Served("2026-07.000041", object, "示例餐饮联合抽查", True, way, AT, duties, (), 9, "ab" * 32)


def _record(*served: Served) -> Diligence:
    return Diligence(
        "I0041", "赛力克·加尔肯", "market", "示例0041", date(2026, 1, 1), date(2026, 7, 13), AT, served
    )


def _made(found: Diligence) -> DiligenceMade:
    return DiligenceMade(found, "cd" * 32, "履职记录-I0041-2026.pdf")


EXAMPLES: list[Message] = [
    _WHOLE,
    _QUIET,
    _OF_COUNTY,
    replace(_OF_COUNTY, department=""),
    _made(_record(_served("博乐市赛湖明珠餐饮有限责任公司"))),
    _made(
        _record(
            _served("<b>*_[示例]_*", ListedDuty.CHECK_IN, ListedDuty.PHOTOS),
            *(_served(f"示例商户{number}", ListedDuty.CHECK_IN) for number in range(2, 8)),
        )
    ),
    _made(_record()),
]
