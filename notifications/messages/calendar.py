"""What people hear when the calendar changes under their deadlines."""

from dataclasses import dataclass
from datetime import date

from notifications.buttons.results import ResultAct, ResultButton
from notifications.messages.message import Choice, Choices, Message

_BUTTONS = 5


@dataclass(frozen=True)
class MovedLine:
    """The last day of publicity of one inspection, before and after."""

    inspection: str
    object: str
    old: date
    new: date
    is_provisional: bool


@dataclass(frozen=True)
class PublicityMoved(Message):
    """To lead and reviewers, once for all that moved for them; the first few have a button each."""

    moved: tuple[MovedLine, ...]

    def choices(self) -> Choices:
        if len(self.moved) == 1:
            return ((Choice("view_result", ResultButton(ResultAct.VIEW, self.moved[0].inspection)),),)
        return tuple(
            (Choice(one.object, ResultButton(ResultAct.VIEW, one.inspection), is_text=True),)
            for one in self.moved[:_BUTTONS]
        )
