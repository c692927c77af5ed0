"""XLSForms as text in a test, made into forms by pyxform."""

from pathlib import Path

from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from inspection.forms.form import Form


def xform_of(table: str) -> str:
    """The XForm of an XLSForm written as a table of Markdown."""
    return str(convert(table, validate=False).xform)


def a_form(table: str) -> Form:
    return Form.parse(xform_of(table))


def xform_of_file(path: Path) -> str:
    return str(convert(path, validate=False).xform)
