"""One question of a form, as its author wrote it; nothing of what has been answered."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a question is asked and in which lexical form its answer is kept."""

    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    GEOPOINT = "geopoint"
    IMAGE = "image"
    FILE = "file"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Question:
    """Everything one control of the body asks, in document order.

    `id` is "q" and the number for what is asked, "q7n" and "q7p" for the note and the photo beside question 7, "n1"…
    for what is only shown, "r1"… for a repeat whose length the person decides (kind REPEAT: one more?); it is stable
    within a version of the form. `number` is what people see: what is only shown and repeats have none, and a companion
    has its owner's. `note` and `photo` are the ids of companions, `companion_of` the id of
    the owner; all "" when there is none. `repeats` are the paths of the repeats around it, outermost first.
    """

    id: str
    name: str
    path: str
    kind: Kind
    number: int = 0
    department: str = ""
    basis: str = ""
    is_important: bool = False
    result_hint: str = ""
    appearance: str = ""
    is_read_only: bool = False
    note: str = ""
    photo: str = ""
    companion_of: str = ""
    is_compliance: bool = False
    repeats: tuple[str, ...] = ()
