"""Invented pictures, with as much in them as a test asks for."""

from datetime import UTC, date, datetime, timedelta

from actions.due_calendar import Matter, calendar_with
from inspection.calendar.calendar import Calendar
from notifications.pictures.facts import Bar, DueCalendar, Dues, Duty, Progress, SeatStage, Stage

AT = datetime(2026, 12, 14, 2, 30, tzinfo=UTC)
"""Monday, 10:30 in Beijing."""


def a_progress(*, late: bool = True, name: str = "2026年餐饮行业部门联合抽查", scale: int = 1) -> Progress:
    bole = Bar("652701", _counts(9, 6, 14, 2, 11, 7, 21, 1, 3, scale=scale), 4 if late else 0)
    jinghe = Bar("652722", _counts(0, 1, 3, 0, 2, 0, 12, 0, 0, scale=scale), 1 if late else 0)
    wenquan = Bar("652723", _counts(2, 0, 0, 0, 0, 0, 5, 0, 1, scale=scale))
    whole = Bar("S2601", _counts(11, 7, 17, 2, 13, 7, 38, 1, 4, scale=scale), 5 if late else 0)
    return Progress(
        scheme="S2601",
        name=name,
        at=AT,
        first_day=date(2026, 11, 26),
        last_day=date(2026, 12, 10),
        whole=whole,
        districts=(bole, jinghe, wenquan),
        departments=(
            Bar("market", ((SeatStage.WAITING, 3), (SeatStage.TAKEN, 190)), 1 if late else 0),
            Bar(
                "fire",
                (
                    (SeatStage.WAITING, 12),
                    (SeatStage.LEAVE, 2),
                    (SeatStage.TAKEN, 178),
                    (SeatStage.VACANT, 1),
                ),
            ),
        ),
        late=(
            Dues(Duty.ANSWER, 1, ("博乐市示例餐饮店",)),
            Dues(Duty.VISIT, 4, ("博乐市老街抓饭馆", "精河县枸杞宾馆餐厅", "温泉县北鲵火锅店")),
        )
        if late
        else (),
        near=Dues(Duty.PUBLICITY, 2, ("博乐市示例餐饮店", "赛里木湖示例商店")),
    )


def _counts(*numbers: int, scale: int) -> tuple[tuple[Stage, int], ...]:
    return tuple((stage, number * scale) for stage, number in zip(Stage, numbers, strict=True) if number)


def matters() -> list[Matter]:
    """Of a busy lead: one late, four duties on one day, and some after the five weeks."""
    day = AT.date()
    return [
        Matter(Duty.VISIT, "v0", "博乐市老街抓饭馆", day - timedelta(days=4)),
        Matter(Duty.ANSWER, "a1", "博乐市示例餐饮店", day + timedelta(days=1), AT + timedelta(days=1)),
        *(Matter(Duty.VISIT, f"v{n}", f"示例商户{n}", day + timedelta(days=3)) for n in range(1, 6)),
        *(
            Matter(duty, f"{duty}2", "精河县枸杞宾馆餐厅", day + timedelta(days=9))
            for duty in (Duty.DECISION, Duty.VISIT, Duty.NUMBER, Duty.PUBLICITY)
        ),
        Matter(Duty.PUBLICITY, "p1", "温泉县北鲵火锅店", day + timedelta(days=16)),
        Matter(Duty.PUBLICITY, "p2", "赛里木湖示例商店", day + timedelta(days=40)),
    ]


def a_calendar(given: list[Matter] | None = None, *, whose: str = "示例组长") -> DueCalendar:
    return calendar_with(matters() if given is None else given, whose, Calendar.built_in(), at=AT)
