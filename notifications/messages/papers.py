"""What somebody hears who asked for a paper of a visit in the chat, and the buttons under which others may ask."""

from dataclasses import dataclass
from datetime import datetime

from notifications.buttons.papers import SHEETS, PaperButton, PaperKind
from notifications.buttons.results import ResultAct, ResultButton
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Document

MEDIA_TYPE = "application/pdf"
_OTHER_TYPES = {PaperKind.WINDOW: "text/calendar", PaperKind.CHECK: "image/png"}


def paper_choices(inspection: str, *kinds: PaperKind) -> tuple[Choice, ...]:
    """A row with a button for each of these papers; for both where none is named."""
    return tuple(Choice(f"paper_{kind}", PaperButton(kind, inspection)) for kind in kinds or SHEETS)


@dataclass(frozen=True)
class _AboutPaper(Message):
    """`paper` says which, as a `PaperKind`."""

    inspection: str
    object: str
    paper: PaperKind


@dataclass(frozen=True)
class PaperOrdered(_AboutPaper):
    """It is being made, and in the same place soon that it is made. `is_repeat`: asked for since `ordered_at`."""

    ordered_at: datetime
    is_repeat: bool = False
    is_made: bool = False

    def slot(self) -> str | None:
        return f"paper:{self.inspection}:{self.paper}"


@dataclass(frozen=True)
class PaperRefused(_AboutPaper):
    """It can't be made: one sentence in the reader's language says why."""

    sentence: str

    def slot(self) -> str | None:
        return f"paper:{self.inspection}:{self.paper}"


@dataclass(frozen=True)
class PaperMade(_AboutPaper):
    """The paper itself. `may_submit`: the reader is the lead, and the result is not submitted yet."""

    is_draft: bool
    sha256: str
    file_name: str
    may_submit: bool

    def document(self) -> Document | None:
        return Document(self.sha256, self.file_name, _OTHER_TYPES.get(self.paper, MEDIA_TYPE))

    def choices(self) -> Choices:
        view = Choice("view_result", ResultButton(ResultAct.VIEW, self.inspection))
        return ((view,),) if self.may_submit else ()
