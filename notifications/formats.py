"""How values read on a phone: Beijing time with the weekday, days, departments, lists."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from inspection.departments import department_name, district_name

BEIJING = ZoneInfo("Asia/Shanghai")
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date, language: str = "zh") -> str:
    """`11月25日（周三）` or `Wed 25 Nov`; a datetime is shown as its Beijing day."""
    if isinstance(value, datetime):
        value = value.astimezone(BEIJING).date()
    if language == "en":
        return f"{_WEEKDAYS_EN[value.weekday()]} {value.day} {_MONTHS_EN[value.month - 1]}"
    return f"{value.month}月{value.day}日（周{_WEEKDAYS_ZH[value.weekday()]}）"


def moment(value: datetime, language: str = "zh") -> str:
    """`11月25日（周三）18:00` in Beijing time; the English form says which time it is."""
    local = value.astimezone(BEIJING)
    clock = f"{local.hour:02d}:{local.minute:02d}"
    if language == "en":
        return f"{day(local.date(), language)} {clock} Beijing time"
    return f"{day(local.date(), language)}{clock}"


def listed(values: Iterable[object], language: str = "zh") -> str:
    """`甲、乙` or `a, b`."""
    return (", " if language == "en" else "、").join(str(value) for value in values)


def departments(ids: Iterable[str], language: str = "zh") -> str:
    """Names of departments by id, joined."""
    return listed((department_name(one, language) for one in ids), language)


FILTERS = {
    "day": day,
    "moment": moment,
    "listed": listed,
    "departments": departments,
    "department": department_name,
    "district": district_name,
}
