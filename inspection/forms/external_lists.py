"""The choices that lie in a file beside the form, .csv, .xml or .geojson, taken into the form itself.

An inspection keeps its version for years; a list that lies elsewhere would change or be gone. So the list becomes an
instance of the form, as if its choices had been written there.
Source: xlsform.org, "Multiple choice from file"; docs.getodk.org, "Selects from maps" for GeoJSON.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspection.forms.form_sheets import SURVEY, FormFile
from inspection.forms.outline import TYPE, Item
from inspection.forms.question_types import type_of
from inspection.registration.cells import excerpt
from inspection.registration.problems import RowProblem, Severity

LIST_LIMIT = 5_000
"""Choices of one list; a chat shows a few dozen of them, chosen by a filter."""
COLUMN_LIMIT = 50
Choices = Sequence[Mapping[str, str]]
_ELEMENT = re.compile(r"[^\W\d][\w.-]*")
_PARAMETER = re.compile(r"\b(value|label)\s*=\s*([\w.-]+)")


class ListUnreadable(Exception):
    """`code` and `facts` become a problem of the row that asks for the list."""

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


def lists_wanted(file: FormFile) -> set[str]:
    """The names of the files that a form asks for, so that somebody with a disk can fetch them. Names that would lead
    out of the folder are not among them."""
    cells = (
        cell
        for name, lines in file.sheets.items()
        if name.strip().lower() == SURVEY
        for line in lines
        for cell in line.cells
        if cell is not None and "_from_file" in cell.text.replace(" ", "_")
    )
    kinds = (type_of(cell.text) for cell in cells)
    return {kind.list_file for kind in kinds if kind is not None and is_plain_name(kind.list_file)}


def is_plain_name(name: str) -> bool:
    """A file of the same folder, of a kind that holds lists."""
    return (
        name.endswith((".csv", ".xml", ".geojson"))
        and not name.startswith(".")
        and not set("/\\:") & set(name)
    )


def read_lists(
    items: Iterable[Item], beside: Mapping[str, bytes], problems: list[RowProblem]
) -> dict[str, Choices]:
    """The lists by the names of their files; what is wrong with one is told at each row that asks for it."""
    found: dict[str, Choices] = {}
    for item in items:
        name = item.type.list_file
        if not name:
            continue
        try:
            found[name] = found.get(name) or _read(name, beside)
            _need_columns(item, name, found[name])
        except ListUnreadable as fault:
            problems.append(
                item.row.problem(TYPE, fault.code, Severity.ERROR, value=excerpt(name), **fault.facts)
            )
    return found


def as_instance(choices: Choices) -> str:
    """`<root><item>…`: every column an element, the same for all three kinds of file."""
    root = ET.Element("root")
    for choice in choices:
        item = ET.SubElement(root, "item")
        for column, text in choice.items():
            ET.SubElement(item, column).text = text
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def _need_columns(item: Item, name: str, choices: Choices) -> None:
    wanted = (
        {"value": "id", "label": "title"}
        if name.endswith(".geojson")
        else {"value": "name", "label": "label"}
    )
    wanted |= dict(_PARAMETER.findall(item.row.text("parameters")))
    missing = [column for column in wanted.values() if any(column not in choice for choice in choices)]
    if missing:
        raise ListUnreadable("list_file_column", column=missing[0])


def _read(name: str, beside: Mapping[str, bytes]) -> Choices:
    if not is_plain_name(name):
        raise ListUnreadable("list_file_name")
    if name not in beside:
        raise ListUnreadable("list_file_missing")
    ending = name.rpartition(".")[2]
    try:
        choices = _READERS[ending](beside[name])
    except (
        ValueError,
        ET.ParseError,
        csv.Error,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as fault:
        raise ListUnreadable("list_file_unreadable") from fault
    if not choices:
        raise ListUnreadable("list_file_unreadable")
    if len(choices) > LIST_LIMIT or len(choices[0]) > COLUMN_LIMIT:
        raise ListUnreadable("list_file_too_long", length=len(choices), limit=LIST_LIMIT)
    return choices


def _text(data: bytes) -> str:
    """UTF-8, or GB 18030 as a Chinese spreadsheet program saves it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _from_csv(data: bytes) -> Choices:
    rows = csv.DictReader(io.StringIO(_text(data), newline=""))
    return [_choice(row.items()) for row in rows]


def _from_xml(data: bytes) -> Choices:
    if (
        b"<!DOCTYPE" in data or b"<!ENTITY" in data
    ):  # nothing in a list needs one, and it may unfold without end
        raise ValueError("a document type")
    return [
        _choice((child.tag, child.text) for child in item) for item in ET.fromstring(data).iterfind("item")
    ]


def _from_geojson(data: bytes) -> Choices:
    return [
        _choice(
            [("id", one.get("id")), *one["properties"].items(), ("geometry", _place(one.get("geometry")))]
        )
        for one in json.loads(_text(data))["features"]
    ]


def _place(geometry: Any) -> str:
    """A point as every tool writes it: latitude, longitude, altitude, accuracy. Other shapes can't be chosen by."""
    if not geometry or geometry.get("type") != "Point":
        return ""
    longitude, latitude = (float(one) for one in geometry["coordinates"][:2])
    return f"{latitude} {longitude} 0 0"


def _choice(cells: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """A column whose heading can't be the name of an element is nothing that an expression could ask for."""
    return {
        name: "" if text is None else str(text).strip()
        for name, text in cells
        if isinstance(name, str) and _ELEMENT.fullmatch(name) and (text is not None or name != "id")
    }


_READERS = {"csv": _from_csv, "xml": _from_xml, "geojson": _from_geojson}
