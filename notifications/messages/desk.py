"""What anybody can ask at any time: my tasks, where am I, help, and words we do not know."""

from dataclasses import dataclass
from datetime import datetime

from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton
from notifications.buttons.pictures import DueButton
from notifications.messages.message import Choice, Choices, Message
from notifications.messages.strays import stray_choices


@dataclass(frozen=True)
class TaskLine:
    assignment: str
    object: str
    state: str
    answer_by: datetime | None


@dataclass(frozen=True)
class TaskList(Message):
    """My assignments, those that want an answer first."""

    tasks: tuple[TaskLine, ...]

    def choices(self) -> Choices:
        tasks = tuple(
            (Choice(task.object, AssignmentButton(AssignmentAnswer.DETAILS, task.assignment), is_text=True),)
            for task in self.tasks[:20]
        )
        return (*tasks, (Choice("due_picture", DueButton()),))


@dataclass(frozen=True)
class Where(Message):
    """Where I am and what is next, in one line each."""

    now: str
    """A key of `labels.toml`, `now_…`."""
    object: str
    answer_by: datetime | None
    waiting: int
    """How many assignments wait for an answer of mine."""
    accepted: int
    confirmed: int
    requests: int
    """For a head: leave requests to decide."""
    results: int
    """For a reviewer: results to review."""
    gone: int
    """For an operator: objects reported gone."""
    strays: int = 0
    """Things that I sent and that belong nowhere yet; `stray` is the first of them."""
    stray: int = 0

    def choices(self) -> Choices:
        return stray_choices(self.strays, self.stray)


@dataclass(frozen=True)
class Help(Message):
    roles: tuple[str, ...]


@dataclass(frozen=True)
class NotUnderstood(Message):
    """Unknown words never get silence; `text` is what we read, cut short."""

    text: str


@dataclass(frozen=True)
class EditNotTaken(Message):
    """A message was edited of which nothing can be taken back or done anew."""


@dataclass(frozen=True)
class NotCarried(Message):
    """A voice note or something else that can't be taken here."""


@dataclass(frozen=True)
class AskCode(Message):
    """To somebody we do not know."""


@dataclass(frozen=True)
class AlreadyEnrolled(Message):
    """`/start` from somebody we know; `has_code` when a code came with it, which stays unused, `is_own_code` when it is
    theirs and still good."""

    name: str
    department: str
    has_code: bool
    is_own_code: bool = False


@dataclass(frozen=True)
class Enrolled(Message):
    name: str
    department: str
    waiting: int
