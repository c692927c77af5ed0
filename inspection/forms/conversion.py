"""From a plain form to the XForm, by pyxform; with the lists beside it taken in, so that it needs nothing else."""

import re
from collections.abc import Mapping
from typing import Any
from xml.dom import minidom

from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from inspection.forms.external_lists import Choices, as_instance
from inspection.forms.plain_form import QUOTES_BACK, PlainForm

_NAMED_ROW = re.compile(r"\[row : (\d+)\]")


class NotConverted(Exception):
    """pyxform refused. `row` is the row of the survey or choices sheet it names, 0 when it names none."""

    def __init__(self, sentence: str, sheet: str, row: int) -> None:
        self.sentence, self.sheet, self.row = sentence, sheet, row
        super().__init__(sentence)


def xform_of(form: PlainForm, lists: Mapping[str, Choices]) -> str:
    """The XForm as text, the same for the same form. Raises `NotConverted`."""
    workbook: dict[str, Any] = {"sheet_names": ["survey", "choices", "settings"]}
    for name, rows in (("survey", form.survey), ("choices", form.choices), ("settings", [form.settings])):
        if rows:
            workbook[name] = rows
            workbook[f"{name}_header"] = [dict.fromkeys(heading for row in rows for heading in row)]
    try:
        written: str = convert(workbook, warnings=[], validate=False, file_type=None).xform
        return _self_contained(written, lists).translate(QUOTES_BACK)
    except PyXFormError as refused:
        raise _not_converted(str(refused), form) from refused
    except Exception as fault:  # its own mistakes come as anything, and a form is somebody's file
        raise NotConverted(type(fault).__name__, "survey", 0) from fault


def _not_converted(sentence: str, form: PlainForm) -> NotConverted:
    sheet = "choices" if "'choices'" in sentence else "survey"
    named = _NAMED_ROW.search(sentence)
    at = int(named[1]) - 2 if named else -1
    row = form.rows[sheet][at] if 0 <= at < len(form.rows[sheet]) else 0
    return NotConverted(_NAMED_ROW.sub("", sentence).strip(), sheet, row)


def _self_contained(xform: str, lists: Mapping[str, Choices]) -> str:
    document = minidom.parseString(xform)
    for instance in document.getElementsByTagName("instance"):
        source = instance.getAttribute("src").rpartition("/")[2]
        if source in lists:
            instance.removeAttribute("src")
            listed = minidom.parseString(as_instance(lists[source]))
            for root in listed.getElementsByTagName("root")[:1]:
                instance.appendChild(document.importNode(root, True))
    return str(document.toxml())
