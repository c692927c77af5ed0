"""What a lead reads about the team; people, firms and certificate numbers are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime

from notifications.messages.message import Message
from notifications.messages.teams import (
    AskSendBackWords,
    ChooseSeat,
    SeatLine,
    SeatRedrawn,
    TeamConfirmed,
    TeamReady,
    TeamReopened,
    TeamView,
)

INSPECTION = "2026-07.000041"
OBJECT = "博乐市赛湖明珠餐饮有限责任公司"
SCHEME = "2026年餐饮单位联合抽查"
FIRST_DAY, LAST_DAY = date(2026, 7, 13), date(2026, 7, 24)

LEAD = SeatLine(
    department="market",
    person="萨仁其其格",
    assignment=f"{INSPECTION}/market/1/1",
    state="accepted",
    certificate_number="31270101001",
    certificate_expires=date(2028, 3, 31),
    is_certificate_valid=True,
    is_lead=True,
)
SECOND = replace(
    LEAD,
    person="周立新",
    assignment=f"{INSPECTION}/market/2/1",
    certificate_number="31270101017",
    is_lead=False,
)
FIRE = replace(
    SECOND,
    department="fire",
    person="阿卜杜热合曼·吐尔逊",
    assignment=f"{INSPECTION}/fire/1/3",
    certificate_number="31270126004",
)
EXPIRING = replace(FIRE, certificate_expires=date(2026, 7, 20), is_certificate_valid=False)
UNCERTIFIED = replace(FIRE, certificate_number="", certificate_expires=None, is_certificate_valid=False)
VACANT = SeatLine(
    department="fire",
    person="",
    assignment="",
    state="",
    certificate_number="",
    certificate_expires=None,
    is_certificate_valid=False,
    is_lead=False,
)


def _team(*seats: SeatLine) -> TeamReady:
    return TeamReady(
        inspection=INSPECTION,
        object=OBJECT,
        scheme=SCHEME,
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        seats=seats,
    )


def _confirmed(*seats: SeatLine, first_day: date = FIRST_DAY) -> TeamConfirmed:
    return TeamConfirmed(
        inspection=INSPECTION,
        object=OBJECT,
        scheme=SCHEME,
        first_day=first_day,
        last_day=LAST_DAY,
        seats=tuple(replace(seat, state="confirmed") for seat in seats),
        confirmed_at=datetime(2026, 7, 6, 9, 5, tzinfo=UTC),
    )


def _view(*seats: SeatLine) -> TeamView:
    return TeamView(
        inspection=INSPECTION,
        object=OBJECT,
        scheme=SCHEME,
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        seats=seats,
    )


EXAMPLES: list[Message] = [
    _view(LEAD, replace(SECOND, state="leave_asked"), replace(FIRE, state="notified"), VACANT),
    _team(LEAD, SECOND, FIRE),
    _team(LEAD, SECOND, EXPIRING),
    _team(LEAD, SECOND, UNCERTIFIED),
    _team(replace(LEAD, certificate_expires=date(2026, 7, 1), is_certificate_valid=False), SECOND, FIRE),
    replace(_team(LEAD, SECOND), object="温泉县<b>泉水</b>*_[宾馆]_*"),
    ChooseSeat(
        inspection=INSPECTION,
        object=OBJECT,
        scheme=SCHEME,
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        seats=(LEAD, SECOND, FIRE),
    ),
    AskSendBackWords(inspection=INSPECTION, person="周立新"),
    SeatRedrawn(inspection=INSPECTION, object=OBJECT, person="周立新"),
    TeamReopened(inspection=INSPECTION, object=OBJECT, department="fire"),
    _confirmed(LEAD, SECOND, FIRE),
    _confirmed(LEAD, SECOND, first_day=LAST_DAY),
    replace(_confirmed(LEAD, SECOND, FIRE), may_have_group=True),
]
