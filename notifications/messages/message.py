"""The shape of every message kind: a frozen dataclass of plain values, a template of the same name, perhaps buttons."""

from dataclasses import dataclass, field

from notifications.buttons.data import ButtonData
from notifications.outgoing import Document, Wish


@dataclass(frozen=True)
class Choice:
    """A button to be: `label` is a key of `labels.toml` (facts stand in braces), or with `is_text` the text itself."""

    label: str
    data: ButtonData
    facts: dict[str, object] = field(default_factory=dict)
    is_text: bool = False
    mark: str = ""
    """A sign before the label, the same in every language."""


Choices = tuple[tuple[Choice, ...], ...]


class Message:
    """One kind of message. Its words stand in `notifications/texts/<language>/<snake_case_name>.txt`, a Jinja template
    that sees the fields of the dataclass."""

    def wish(self) -> Wish | None:
        """What the person is asked to send next; None when nothing is."""
        return None

    def slot(self) -> str | None:
        """Messages of the same slot replace each other in place; None stacks."""
        return None

    def settles(self) -> str | None:
        """As an answer to what somebody did: the slot of the card that was answered with it, wherever it stands."""
        return self.slot()

    def choices(self) -> Choices:
        """Rows of buttons under the text."""
        return ()

    def document(self) -> Document | None:
        """A file that goes along; None in most."""
        return None
