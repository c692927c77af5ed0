"""From facts to what the templates read: words in the reader's language, and numbers as numbers."""

from collections.abc import Iterable
from typing import Any

from inspection.departments import department_name, district_name
from notifications.catalogue import label, unveiled_shortly
from notifications.formats import day, listed, moment
from notifications.papers.values import cleaned_values
from notifications.pictures.facts import (
    AnyStage,
    Bar,
    Day,
    DueCalendar,
    Dues,
    Picture,
    Progress,
    SeatStage,
    Stage,
)

Values = dict[str, Any]

DAYS_LISTED = 10
"""Days with names under the calendar: more would make it too long for a screen."""


def values_of(picture: Picture, language: str) -> Values:
    """All that the template of this picture reads."""
    made = _progress(picture, language) if isinstance(picture, Progress) else _due(picture, language)
    cleaned: Values = cleaned_values(made)
    return cleaned


def dues_words(dues: Dues, language: str) -> str:
    """`检查3户：甲、乙、丙等`: what is due, how often, and the first names."""
    names = unveiled_shortly(listed(dues.names, language), language)
    more = label("dues_more", language) if dues.number > len(dues.names) else ""
    return label(f"dues_{dues.duty}", language, number=dues.number, names=f"{names}{more}")


def _progress(progress: Progress, language: str) -> Values:
    window = (day(progress.first_day, language), day(progress.last_day, language))
    return {
        "title": progress.name,
        "at": label("picture_as_of", language, at=moment(progress.at, language)),
        "window": label("progress_window", language, first=window[0], last=window[1]),
        "whole": _bar(progress.whole, label("progress_whole", language), language),
        "districts": [_bar(one, district_name(one.id, language), language) for one in progress.districts],
        "departments": [
            _bar(one, department_name(one.id, language), language) for one in progress.departments
        ],
        "stages": _legend(progress.districts, language),
        "seats": _legend(progress.departments, language),
        "late": [dues_words(one, language) for one in progress.late],
        "near": dues_words(progress.near, language) if progress.near else "",
        **_words(
            language,
            "picture_late",
            "picture_none_late",
            "picture_near",
            "progress_by_district",
            "progress_by_department",
            "progress_visits",
        ),
    }


def _due(calendar: DueCalendar, language: str) -> Values:
    listed_days = calendar.open[:DAYS_LISTED]
    left = calendar.left_after(DAYS_LISTED)
    return {
        "title": label("due_title", language, whose=calendar.whose),
        "at": label("picture_as_of", language, at=moment(calendar.at, language)),
        "weekdays": [label(f"weekday_{number}", language) for number in range(7)],
        "days": [_day(one, calendar, language) for one in calendar.days],
        "listed": [
            {
                "day": day(one.day, language),
                "is_today": one.day == calendar.today,
                "dues": [dues_words(dues, language) for dues in one.dues],
            }
            for one in listed_days
        ],
        "late": [dues_words(one, language) for one in calendar.late],
        "left": label("due_left", language, number=left) if left else "",
        "is_provisional": any(one.is_provisional for one in calendar.days),
        **_words(
            language,
            "picture_late",
            "picture_none_late",
            "due_none",
            "due_off",
            "due_today",
            "due_provisional",
            "due_coming",
        ),
    }


def _day(one: Day, calendar: DueCalendar, language: str) -> Values:
    begins = one.day.day == 1 or one is calendar.days[0]
    number = f"{one.day.month}/{one.day.day}" if begins else str(one.day.day)
    return {
        "number": number,
        "is_off": one.is_off,
        "is_provisional": one.is_provisional,
        "is_today": one.day == calendar.today,
        "is_past": one.day < calendar.today,
        "dues": [
            {"id": dues.duty.value, "words": label(f"duty_{dues.duty}", language), "number": dues.number}
            for dues in one.dues
        ],
    }


def _bar(bar: Bar, name: str, language: str) -> Values:
    return {
        "name": name,
        "total": bar.total,
        "parts": [{"id": stage.value, "number": number} for stage, number in bar.counts],
        "late": label("picture_late_number", language, number=bar.late) if bar.late else "",
        "late_number": bar.late,
    }


def _legend(bars: Iterable[Bar], language: str) -> list[Values]:
    """The stages that stand in one of the bars, in their order, and no others."""
    found = {stage for bar in bars for stage, _ in bar.counts}
    order: tuple[AnyStage, ...] = (*Stage, *SeatStage)
    return [{"id": stage.value, "words": label(stage.label, language)} for stage in order if stage in found]


def _words(language: str, *names: str) -> Values:
    return {name: label(name, language) for name in names}
