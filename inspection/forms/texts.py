"""What a form says, by language: pieces of text with expressions (${…}) between them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from inspection.forms.calls import Focus
from inspection.forms.expression import Expression

Pieces = Sequence[str | Expression]

_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:[-_][\w-]+)?)\)\s*\Z")
_ABSENT = ("", "-")  # pyxform writes "-" where a translation is missing


@dataclass(frozen=True, slots=True)
class Text:
    """One label, hint or message. `spoken` maps a language ("" in a form of one language) to its pieces."""

    spoken: Mapping[str, Pieces] = field(default_factory=dict)

    def said(self, language: str, focus: Focus) -> str:
        """In this language of the form, else in the first that says anything; "" when none does."""
        for candidate in (language, *self.spoken):
            pieces = self.spoken.get(candidate)
            if pieces is not None and not _is_absent(pieces):
                return "".join(
                    piece if isinstance(piece, str) else piece.text(focus) for piece in pieces
                ).strip()
        return ""

    def __bool__(self) -> bool:
        return any(not _is_absent(pieces) for pieces in self.spoken.values())


def _is_absent(pieces: Pieces) -> bool:
    return all(isinstance(piece, str) and piece.strip() in _ABSENT for piece in pieces)


def language_of(languages: Sequence[str], wanted: str) -> str:
    """The form's language that is meant: "zh" means "中文 (zh)"; the first one when none fits."""
    for language in languages:
        if wanted == language:
            return language
    for language in languages:
        code = _CODE.search(language)
        spoken = code.group(1) if code else language
        if spoken.lower().replace("_", "-").split("-")[0] == wanted.lower().split("-")[0]:
            return language
    return languages[0] if languages else ""


def pieces_of(element: Element, place: str) -> Pieces:
    """The mixed content of a label or value: its text, and an expression for each `<output/>`."""
    pieces: list[str | Expression] = [element.text or ""]
    for child in element:
        source = child.get("value") or child.get("ref")
        if source:
            pieces.append(Expression(source, place))
        else:
            pieces.append("".join(child.itertext()))
        pieces.append(child.tail or "")
    return tuple(piece for piece in pieces if piece != "")
