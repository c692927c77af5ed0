"""From the sheets of a form that has been looked through to the XForm, by pyxform; self-contained, with our columns.

Before it goes to pyxform the form is made plain: headings in one way of writing, choices of `external_choices` among
the others, "other" written out in the form's own languages, and words that lack in one language taken from another,
where pyxform would write a dash.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.dom import minidom

from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from inspection.forms.carried import straight_quotes
from inspection.forms.external_lists import Choices, as_instance
from inspection.forms.form_sheets import (
    BASIS,
    IMPORTANT,
    OUR_COLUMNS,
    RESULT_HINT,
    FormRow,
    FormSheet,
    Parts,
)
from inspection.forms.outline import Item, Outline, says_yes
from inspection.forms.question_types import SHOWN
from inspection.registration.cells import narrow

NAMESPACE = "urn:shuangsuiji:checklist"
"""Of the attributes of a bind that hold our columns."""
_PREFIX = "sj"
_TRANSLATED: tuple[Parts, ...] = (
    ("label",), ("hint",), ("guidance_hint",), ("bind", "jr:constraintMsg"), ("bind", "jr:requiredMsg"),
)  # fmt: skip
_QUOTES = str.maketrans("‘’“”", "\ue2a0\ue2a1\ue2a2\ue2a3")
_QUOTES_BACK = str.maketrans("\ue2a0\ue2a1\ue2a2\ue2a3", "‘’“”")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PLAIN_ROW = re.compile(r"\[row : (\d+)\]")
_OTHER = {"zh": ("其他", "请写明是什么："), "en": ("Other", "Specify other:")}
Row = dict[str, str]


class NotConverted(Exception):
    """pyxform refused. `row` is the row of the survey or choices sheet it names, 0 when it names none."""

    def __init__(self, sentence: str, sheet: str, row: int) -> None:
        self.sentence, self.sheet, self.row = sentence, sheet, row
        super().__init__(sentence)


@dataclass(frozen=True)
class PlainForm:
    """The sheets as pyxform takes them, and which row of the file each of their rows is."""

    survey: list[Row]
    choices: list[Row]
    settings: Row
    rows: Mapping[str, list[int]]


def languages_of(sheets: Mapping[str, FormSheet], default_language: str) -> tuple[str, ...]:
    """The languages of the words, in the order of the columns; none when the words are written once.

    Words under a heading without a language belong to the default language, where there are others too.
    """
    found: dict[str, None] = {}
    is_plain = False
    for name in ("survey", "choices", "external_choices"):
        columns = sheets[name].columns if name in sheets else {}
        for parts in columns:
            for head in _TRANSLATED:
                if parts[: len(head)] == head:
                    found |= {parts[-1]: None} if len(parts) > len(head) else {}
                    is_plain |= parts == ("label",)
    if found and is_plain and (default_language or "default") not in found:
        return (default_language or "default", *found)
    first = {default_language: None} if default_language in found else {}
    return tuple({**first, **found})


def plain_form(
    sheets: Mapping[str, FormSheet], outline: Outline, languages: tuple[str, ...], settings: Row
) -> PlainForm:
    """The form in the one way of writing that the conversion takes."""
    items = {(item.row.number, id(item.row)): item for item in outline.items}
    survey: list[Row] = []
    numbers: list[int] = []
    for row in sheets["survey"].rows:
        item = items.get((row.number, id(row)))
        for one in _survey_rows(row, item, languages):
            survey.append(one)
            numbers.append(row.number)
    choices, choice_numbers = _choices(sheets, outline, languages)
    return PlainForm(survey, choices, settings, {"survey": numbers, "choices": choice_numbers})


def xform_of(form: PlainForm, lists: Mapping[str, Choices]) -> str:
    """The XForm as text, the same for the same form. Raises `NotConverted`."""
    workbook: dict[str, Any] = {"sheet_names": ["survey", "choices", "settings"]}
    for name, rows in (("survey", form.survey), ("choices", form.choices), ("settings", [form.settings])):
        if rows:
            workbook[name] = rows
            workbook[f"{name}_header"] = [dict.fromkeys(heading for row in rows for heading in row)]
    try:
        written: str = convert(workbook, warnings=[], validate=False, file_type=None).xform
        return _self_contained(written, lists).translate(_QUOTES_BACK)
    except PyXFormError as refused:
        raise _not_converted(str(refused), form) from refused
    except Exception as fault:  # its own mistakes come as anything, and a form is somebody's file
        raise NotConverted(type(fault).__name__, "survey", 0) from fault


def _not_converted(sentence: str, form: PlainForm) -> NotConverted:
    sheet = "choices" if "'choices'" in sentence else "survey"
    named = _PLAIN_ROW.search(sentence)
    at = int(named[1]) - 2 if named else -1
    row = form.rows[sheet][at] if 0 <= at < len(form.rows[sheet]) else 0
    return NotConverted(_PLAIN_ROW.sub("", sentence).strip(), sheet, row)


# --- Rows ------------------------------------------------------------------------------------------------------------


def _survey_rows(row: FormRow, item: Item | None, languages: tuple[str, ...]) -> Iterator[Row]:
    if not row.cells or says_yes(row.text("disabled")):
        return
    plain = _translated(row, languages)
    for parts, text in row.parts():
        if parts in OUR_COLUMNS or _head(parts) is not None or parts[0] in ("disabled", "media"):
            continue
        plain["::".join(parts)] = _yes_no(text) if parts[-1] in ("required", "readonly") else text
    plain["type"] = narrow(plain.get("type", ""))
    if item is None:
        yield plain
        return
    plain["name"] = item.name
    plain["type"] = item.type.written
    if item.type.is_external or item.type.has_other:
        plain["type"] = f"{item.kind} {item.type.list}"
    plain |= _our_attributes(item)
    yield plain
    if item.type.has_other:
        yield _other_text(item, plain, languages)


def _our_attributes(item: Item) -> Row:
    if item.kind not in SHOWN:
        return {}
    texts = {
        "department": item.department,
        "basis": item.row.text(*BASIS),
        "important": "yes" if says_yes(item.row.text(*IMPORTANT)) else "",
        "resultHint": item.row.text(*RESULT_HINT),
    }
    return {f"bind::{_PREFIX}:{name}": _kept(text) for name, text in texts.items() if text}


def _other_text(item: Item, plain: Row, languages: tuple[str, ...]) -> Row:
    sample = "".join(text for parts, text in item.row.parts() if parts[0] == "label")
    words = {_label(language): text for language, text in other_words(languages, sample).items()}
    kept = {name: text for name, text in plain.items() if name.startswith(f"bind::{_PREFIX}:department")}
    relevant = {"bind::relevant": f"selected(../{item.name}, 'other')"}
    return {"type": "text", "name": f"{item.name}_other", **words, **relevant, **kept}


def _choices(
    sheets: Mapping[str, FormSheet], outline: Outline, languages: tuple[str, ...]
) -> tuple[list[Row], list[int]]:
    rows: list[Row] = []
    numbers: list[int] = []
    for name in ("choices", "external_choices"):
        for row in sheets[name].rows if name in sheets else ():
            if row.cells:
                others = {
                    parts[0]: text for parts, text in row.parts() if len(parts) == 1 and parts[0] != "label"
                }
                rows.append({**others, **_translated(row, languages)})
                numbers.append(row.number)
    with_other = dict.fromkeys(item.type.list for item in outline.items if item.type.has_other)
    for list_name in with_other:
        own = [row for row in rows if row.get("list_name") == list_name]
        if own and not any(row.get("name") == "other" for row in own):
            words = {
                _label(name): _OTHER[said][0] for name, said in _spoken(languages, "".join(own[0].values()))
            }
            rows.append({"list_name": list_name, "name": "other", **words})
            numbers.append(0)
    return rows, numbers


def other_words(languages: tuple[str, ...], sample: str) -> dict[str, str]:
    """How "specify other" is said in each language of a form; `sample` shows the language of one that names none."""
    return {name: _OTHER[said][1] for name, said in _spoken(languages, sample)}


def words_of(row: FormRow, languages: tuple[str, ...]) -> dict[str, str]:
    """The label of a row by language, under "" when the form has none; empty when there is no label."""
    plain = _translated(row, languages)
    found = {language: plain.get(_label(language), "") for language in languages or ("",)}
    return {language: text.translate(_QUOTES_BACK) for language, text in found.items() if text}


def _spoken(languages: tuple[str, ...], sample: str) -> Iterator[tuple[str, str]]:
    """Each language of the form, and whether that is Chinese or English for us."""
    if not languages:
        yield "", "zh" if _HAN.search(sample) else "en"
    for language in languages:
        is_chinese = _HAN.search(language) or "zh" in language.lower() or "chinese" in language.lower()
        yield language, "zh" if is_chinese else "en"


def _label(language: str) -> str:
    return f"label::{language}" if language else "label"


def _translated(row: FormRow, languages: tuple[str, ...]) -> Row:
    """The words of a row, in every language of the form."""
    plain: Row = {}
    for head in _TRANSLATED:
        said = {
            parts[-1] if len(parts) > len(head) else "": text
            for parts, text in row.parts()
            if _head(parts) == head
        }
        if not said:
            continue
        name = "::".join(head)
        first = next((said[language] for language in languages if language in said), "") or next(
            iter(said.values())
        )
        if not languages:
            plain[name] = _kept(first)
        for at, language in enumerate(languages):
            own = said.get(language) or (said.get("") if at == 0 else "") or said.get("") or first
            plain[f"{name}::{language}"] = _kept(own)
    return plain


def _head(parts: Parts) -> Parts | None:
    return next(
        (head for head in _TRANSLATED if parts[: len(head)] == head and len(parts) <= len(head) + 1), None
    )


def _kept(text: str) -> str:
    """pyxform makes every bent quote a straight one, “三无” too; in words they are put away and come back."""
    return text.translate(_QUOTES)


def _yes_no(text: str) -> str:
    said = says_yes(text)
    return text if said is None else "yes" if said else "no"


# --- The XForm -------------------------------------------------------------------------------------------------------


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


def settings_row(id: str, title: str, sheet: FormSheet | None) -> Row:
    """The settings with id and title as they were read; those that send or encrypt mean nothing here."""
    row = next((one for one in sheet.rows if one.cells), None) if sheet else None
    kept = {parts[0]: text for parts, text in row.parts() if len(parts) == 1} if row else {}
    for name in (
        "public_key",
        "submission_url",
        "auto_send",
        "auto_delete",
        "id_string",
        "title",
        "namespaces",
    ):
        kept.pop(name, None)
    namespaces = " ".join(filter(None, (row.text("namespaces") if row else "", f'{_PREFIX}="{NAMESPACE}"')))
    return {**kept, "form_id": id, "form_title": _kept(title), "namespaces": namespaces}


def worded(texts: Iterable[str]) -> str:
    """Expressions as one, for people: all must hold."""
    whole = [straight_quotes(text) for text in texts if text]
    return " and ".join(whole if len(whole) < 2 else [f"({text})" for text in whole])
