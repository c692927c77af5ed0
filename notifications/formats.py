"""How values read on a phone: Beijing time with the weekday, days, departments, lists."""

import re
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
    """`北京时间11月25日（周三）18:00` or `Wed 25 Nov 18:00 Beijing time`: clocks in the region show two times."""
    local = value.astimezone(BEIJING)
    clock = f"{local.hour:02d}:{local.minute:02d}"
    if language == "en":
        return f"{day(local.date(), language)} {clock} Beijing time"
    return f"北京时间{day(local.date(), language)}{clock}"


def dated(value: date, language: str = "zh") -> str:
    """`2028年3月31日` or `31 Mar 2028`: a day that may be years away."""
    if language == "en":
        return f"{value.day} {_MONTHS_EN[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def counted(number: int, noun: str, language: str = "en") -> str:
    """`1 photo`, `2 photos`; Chinese has no plural and needs none of this."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def lasting(seconds: float, language: str = "zh") -> str:
    """`45秒`, `12分钟`, `3小时5分钟`, `2天4小时`, or `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`."""
    whole = int(seconds)
    days, hours, minutes = whole // 86_400, whole // 3_600 % 24, whole // 60 % 60
    parts = ((days, "天", "d"), (hours, "小时", "h"), (minutes, "分钟", "min"))
    shown = [one for one in parts if one[0]][:2] or [(whole, "秒", "s")]
    if language == "en":
        return " ".join(f"{number} {unit}" for number, _, unit in shown)
    return "".join(f"{number}{unit}" for number, unit, _ in shown)


def listed(values: Iterable[object], language: str = "zh") -> str:
    """`甲、乙` or `a, b`."""
    return (", " if language == "en" else "、").join(str(value) for value in values)


def departments(ids: Iterable[str], language: str = "zh") -> str:
    """Names of departments by id, joined."""
    return listed((department_name(one, language) for one in ids), language)


def question(number: object, language: str = "zh") -> str:
    """`第7题` or `question 7`; a repeated group is named: `“冷库”`."""
    if not re.fullmatch(r"\d+(-\d+)*", str(number)):
        return f"“{number}”"
    return f"question {number}" if language == "en" else f"第{number}题"


def capitalize_first(words: str, language: str = "en") -> str:
    """`question 7` at the beginning of a line."""
    return words[:1].upper() + words[1:]


FILTERS = {
    "question": question,
    "capitalize_first": capitalize_first,
    "day": day,
    "moment": moment,
    "dated": dated,
    "counted": counted,
    "listed": listed,
    "departments": departments,
    "department": department_name,
    "district": district_name,
}
