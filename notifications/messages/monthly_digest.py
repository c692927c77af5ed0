"""What heads and the joint office read on the first working day of a month."""

from dataclasses import dataclass
from datetime import date

from notifications.buttons.pictures import DueButton
from notifications.messages.message import Choice, Choices, Message


@dataclass(frozen=True)
class MonthlyDigest(Message):
    """`department` is empty for all of them, `district` for the whole prefecture; `month` its first day. `objects`,
    `published`, the shares (whole percent, None of nothing) are of the year up to its end, the others of seats are of
    the month (`drawn` None where nothing is told of seats), `overdue` and `unarchived` of now."""

    department: str
    month: date
    objects: int
    published: int
    completion: int | None
    on_time: int | None
    drawn: int | None
    answered: int
    lapsed: int
    redrawn: int
    overdue: int
    unarchived: int
    district: str = ""

    def slot(self) -> str | None:
        return f"digest:{self.department}"

    def choices(self) -> Choices:
        return ((Choice("due_picture", DueButton()),),)
