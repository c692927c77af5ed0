"""Beijing time, the official time of the region; "Xinjiang time" is two hours behind it and stands nowhere here."""

from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had no summer time since 1991, so a fixed offset is enough and reads no disk."""


def beijing_day(at: datetime) -> date:
    """The calendar day in Beijing at this moment; `at` is aware."""
    return at.astimezone(BEIJING).date()
