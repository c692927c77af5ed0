"""What somebody hears who asked for a picture in the chat. Whoever can't see one reads the same numbers under it."""

from dataclasses import dataclass
from datetime import datetime

from notifications.buttons.pictures import DueButton, PictureKind, ProgressButton
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Document
from notifications.pictures.facts import DueCalendar, Progress

MEDIA_TYPE = "image/png"


@dataclass(frozen=True)
class _AboutPicture(Message):
    """`name` is that of the scheme, or of the person."""

    picture: PictureKind
    scheme: str
    """Empty for a person's calendar."""
    name: str

    def slot(self) -> str | None:
        return f"picture:{self.picture}:{self.scheme}"


@dataclass(frozen=True)
class PictureOrdered(_AboutPicture):
    """It is being drawn, and in the same place soon that it is. `is_repeat`: asked for since `ordered_at`."""

    ordered_at: datetime
    is_repeat: bool = False
    is_made: bool = False


@dataclass(frozen=True)
class PictureRefused(_AboutPicture):
    """It can't be drawn: one sentence in the reader's language says why."""

    sentence: str


@dataclass(frozen=True)
class ProgressMade(Message):
    """The picture of a scheme, with its numbers in words."""

    progress: Progress
    sha256: str
    file_name: str

    def document(self) -> Document | None:
        return Document(self.sha256, self.file_name, MEDIA_TYPE)

    def choices(self) -> Choices:
        return ((Choice("picture_again", ProgressButton(self.progress.scheme)),),)


@dataclass(frozen=True)
class DueMade(Message):
    """The picture of a person's calendar, with the next days in words."""

    calendar: DueCalendar
    sha256: str
    file_name: str

    def document(self) -> Document | None:
        return Document(self.sha256, self.file_name, MEDIA_TYPE)

    def choices(self) -> Choices:
        return ((Choice("picture_again", DueButton()),),)
