"""Buttons that bring a paper of a visit into the chat."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.buttons.data import ButtonData


class PaperKind(StrEnum):
    RECORD = "record"
    """现场检查笔录, from the start of the visit on."""
    SUMMARY = "summary"
    """联合检查汇总表, from its end on."""
    WINDOW = "window"
    """The window of the visit as an entry for the phone's calendar, from the confirmed team on."""
    CHECK = "check"
    """检查码 as a QR picture, for the firm to scan; from the confirmed team on."""
    NOTICE = "notice"
    """行政检查通知书, once it was made."""
    RESULT_NOTICE = "result_notice"
    """检查结果告知书, once the result is public."""


SHEETS = (PaperKind.RECORD, PaperKind.SUMMARY)
"""What is printed and signed."""

LETTERS = (PaperKind.NOTICE, PaperKind.RESULT_NOTICE)
"""What is served on the party."""


@dataclass(frozen=True)
class PaperButton(ButtonData, prefix="pp"):
    """Makes a paper and sends it into the presser's chat."""

    kind: PaperKind
    inspection: str
