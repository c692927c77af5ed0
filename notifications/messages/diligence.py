"""What an officer hears who asked for the own record of duties."""

from dataclasses import dataclass

from inspection.diligence import Diligence
from notifications.messages.message import Message
from notifications.messages.papers import MEDIA_TYPE
from notifications.outgoing import Document

SHOWN = 5
"""Inspections with something missing that the message names; the paper has them all."""


@dataclass(frozen=True)
class DiligenceMade(Message):
    """The record as a paper, with the sum of it in words."""

    found: Diligence
    sha256: str
    file_name: str

    def document(self) -> Document | None:
        return Document(self.sha256, self.file_name, MEDIA_TYPE)
