"""What the `type` column says: every way to write a type, brought to the kinds that a chat can ask.

Source: xlsform.org, section "Question types"; the older ways to write them are taken from pyxform's own table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyxform import aliases  # type: ignore[import-untyped]
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT  # type: ignore[import-untyped]

from inspection.forms.expressions import words

GROUP, REPEAT, LOOP = "group", "repeat", "loop"
ASKED = words(
    "select_one select_multiple integer decimal text date time datetime geopoint image file acknowledge"
)
"""Kinds that want an answer."""
SHOWN = ASKED | {"note"}
SILENT = frozenset({"calculate", "hidden", "metadata"})
CONTAINERS = frozenset({GROUP, REPEAT})

_BY_CONTROL: Mapping[tuple[str, str], str] = {
    ("input", "string"): "text",
    ("input", "int"): "integer",
    ("input", "decimal"): "decimal",
    ("input", "date"): "date",
    ("input", "time"): "time",
    ("input", "dateTime"): "datetime",
    ("input", "geopoint"): "geopoint",
    ("input", "barcode"): "barcode",
    ("input", "geotrace"): "geotrace",
    ("input", "geoshape"): "geoshape",
    ("upload", "image/*"): "image",
    ("upload", "audio/*"): "audio",
    ("upload", "video/*"): "video",
    ("upload", "application/*"): "file",
    ("trigger", "string"): "acknowledge",
    ("trigger", ""): "acknowledge",
}
_SELECTS: Mapping[str, str] = {
    "select one": "select_one",
    "select all that apply": "select_multiple",
    "select one external": "select_one",
    "rank": "rank",
}
_OTHER = r"(?P<other> (?:or specify other|or_other|or other))?"
_BEGIN_OR_END = re.compile(rf"(begin|end)[\s_]({'|'.join(aliases.control)})(?: (?:over )?\S+)?")
_SELECT = re.compile(rf"(?P<word>{'|'.join(aliases.select)}) (?P<list>\S+?){_OTHER}")
_CARRIED_METADATA = ("start", "end", "today", "deviceid", "username", "phonenumber", "email")
_DEVICE_ONLY = {"audit", "xml-external", "csv-external", "start-geopoint", "background-audio",
                "background-geopoint", "osm", "range"}  # fmt: skip
SELECT_WORDS = frozenset(aliases.select)
FILE_SELECTS = frozenset(aliases.select_from_file)


@dataclass(frozen=True)
class QuestionType:
    """`kind` is the plain word, `written` what pyxform is given. Of a select also the list, the word before it, and
    whether "other" may be written."""

    kind: str
    written: str
    list: str = ""
    word: str = ""
    has_other: bool = False
    is_end: bool = False

    @property
    def is_external(self) -> bool:
        """Its choices stand in the sheet `external_choices`."""
        return self.word == "select_one_external"

    @property
    def list_file(self) -> str:
        """The file beside the form that holds the choices, empty when there is none."""
        return self.list if self.word in FILE_SELECTS else ""


def type_of(written: str) -> QuestionType | None:
    """None when nobody knows the word. Capital letters do not matter where small ones are known."""
    text = " ".join(written.split())
    return _type_of(text) or _type_of(text.lower())


def known_words() -> tuple[str, ...]:
    """The words to compare a misspelt one with."""
    return (*sorted(ASKED - {"datetime"}), "note", "calculate", "hidden", "dateTime", "begin_group",
            "end_group", "begin_repeat", "end_repeat", *_CARRIED_METADATA)  # fmt: skip


def _type_of(text: str) -> QuestionType | None:
    if bracket := _BEGIN_OR_END.fullmatch(text):
        return QuestionType(aliases.control[bracket[2]], text, is_end=bracket[1] == "end")
    if select := _SELECT.fullmatch(text):
        kind = _SELECTS[aliases.select[select["word"]]]
        return QuestionType(kind, text, select["list"], select["word"], bool(select["other"]))
    if text in _DEVICE_ONLY:
        return QuestionType(text, text)
    known = QUESTION_TYPE_DICT.get(text)
    if known is None or text in aliases.select:  # a select without a list
        return None
    return QuestionType(_kind_of(text, known), text)


def _kind_of(text: str, known: Mapping[str, Any]) -> str:
    bind, control = known.get("bind", {}), known.get("control", {})
    if "jr:preload" in bind:
        name = str(bind["jr:preloadParams"]).removeprefix("uri:")
        return "metadata" if name in _CARRIED_METADATA else name
    if not control:
        return "hidden" if text == "hidden" else "calculate"
    if bind.get("readonly"):
        return "note"
    what = control.get("mediatype") or bind.get("type", "")
    return _BY_CONTROL.get((control["tag"], what), text)
