"""Days and moments of record, with their year: what stands on a public page is read years later."""

from datetime import date, datetime
from decimal import Decimal

from notifications.formats import BEIJING, day


def dated(value: date | str, language: str = "zh") -> str:
    """`2026年11月26日（周四）` or `Thu 26 Nov 2026`; of a moment its Beijing day. Text is ISO 8601."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(BEIJING).date()
    return (
        f"{day(value, language)} {value.year}"
        if language == "en"
        else f"{value.year}年{day(value, language)}"
    )


def timed(value: datetime | str, language: str = "zh") -> str:
    """`2026年11月26日（周四）18:00`, in Beijing time."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    gap = " " if language == "en" else ""
    return f"{dated(moment, language)}{gap}{moment.astimezone(BEIJING):%H:%M}"


def percent(value: str) -> str:
    """`2%`, `0.5%`, of the exact decimal that an announcement holds."""
    return f"{(Decimal(value) * 100).normalize():f}%"


FILTERS = {"dated": dated, "timed": timed, "percent": percent}
