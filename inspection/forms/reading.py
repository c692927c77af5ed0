"""Reads a checklist: an XLSForm in, an XForm with what people want to know of it out, or every fault with its place.

The lines of the sheets are given, not a path, so nothing is read here. All faults are looked for before pyxform sees
the form, for pyxform stops at the first.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from inspection.forms.carried import (
    faults_of_choice_names,
    faults_of_choices,
    faults_of_lists,
    faults_of_sheets,
    faults_of_survey,
)
from inspection.forms.conversion import NotConverted, languages_of, plain_form, settings_row, xform_of
from inspection.forms.external_lists import read_lists
from inspection.forms.form_sheets import (
    CHOICES,
    EXTERNAL_CHOICES,
    SETTINGS,
    SURVEY,
    FormFile,
    FormRow,
    FormSheet,
    form_sheets,
)
from inspection.forms.outline import NAME, TYPE, Outline, outline_of, says_yes
from inspection.forms.read_form import ReadForm, questions_of
from inspection.registration.cells import SHORT_LIMIT, excerpt, narrow
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.registers import CHECKLIST_ID_LIMIT
from inspection.registration.report import in_reading_order

XFORM_LIMIT = 8_000_000
"""Characters of the whole XForm with its lists."""
FORM_ID, TITLE, VERSION = ("id_string",), ("title",), ("version",)
_ID = re.compile(r"[A-Za-z0-9-]+", re.ASCII)


@dataclass(frozen=True)
class Reading:
    """The form, None when something is an error; and everything that was found, in reading order."""

    form: ReadForm | None
    problems: tuple[RowProblem, ...]


def read_checklist(file: FormFile) -> Reading:
    """Nothing about a file raises: what is wrong is among the problems."""
    problems: list[RowProblem] = list(faults_of_sheets(file))
    sheets = form_sheets(file, problems)
    survey = sheets.get(SURVEY)
    if survey is None or not _has_headings(survey, problems):
        if survey is None:
            problems.append(RowProblem(file.name, "", 0, "", "", "no_survey_sheet", Severity.ERROR, {}))
        return Reading(None, in_reading_order(problems))
    id, title, settings = _settings(file, sheets.get(SETTINGS), problems)
    outline = outline_of(survey, problems)
    _look_through(sheets, outline, settings, problems)
    lists = read_lists(outline.questions, file.beside, problems)
    form = None
    if not any(problem.is_error for problem in problems):
        languages = languages_of(sheets, settings.get("default_language", ""))
        plain = plain_form(sheets, outline, languages, settings_row(id, title, sheets.get(SETTINGS)))
        try:
            xform = xform_of(plain, lists)
            questions = questions_of(outline, sheets.get(CHOICES), languages)
            form = ReadForm(id, title, settings.get("version", ""), languages, xform, questions)
        except NotConverted as refused:
            problems.append(_complaint(survey, sheets.get(CHOICES), refused))
        if form is not None and len(form.xform) > XFORM_LIMIT:
            facts = {"length": len(form.xform), "limit": XFORM_LIMIT}
            problems.append(RowProblem(file.name, "", 0, "", "", "form_too_large", Severity.ERROR, facts))
            form = None
    return Reading(form, in_reading_order(problems))


def is_form(file: FormFile) -> bool:
    """A file with a sheet `survey` is a form, whatever else it holds."""
    return any(name.strip().lower() == SURVEY for name in file.sheets)


def _has_headings(survey: FormSheet, problems: list[RowProblem]) -> bool:
    missing = [parts for parts in (TYPE, NAME) if parts not in survey.columns]
    for parts in missing:
        heading = parts[0]
        place = (survey.file, survey.name, 1, "", heading)
        problems.append(RowProblem(*place, "form_column_missing", Severity.ERROR, {}))
    return not missing


def _settings(
    file: FormFile, sheet: FormSheet | None, problems: list[RowProblem]
) -> tuple[str, str, dict[str, str]]:
    """Id and title, and the settings by name. Where the form has no id its file's name stands in, as in every tool."""
    row = next((one for one in sheet.rows if one.cells), None) if sheet else None
    if row is None:
        row = FormRow(sheet or FormSheet(file.name, SETTINGS, {}, {}), 2 if sheet else 0, {})
    stem = file.name.rpartition("/")[2].rpartition(".")[0]
    id = narrow(row.text(*FORM_ID))
    if not id and _ID.fullmatch(stem) and len(stem) <= CHECKLIST_ID_LIMIT:
        id = stem
        problems.append(row.problem(FORM_ID, "id_from_file", Severity.WARNING, value=id))
    if not id:
        problems.append(row.problem(FORM_ID, "missing"))
    elif len(id) > CHECKLIST_ID_LIMIT:
        facts = {"value": excerpt(id), "length": len(id), "limit": CHECKLIST_ID_LIMIT}
        problems.append(row.problem(FORM_ID, "id_too_long", Severity.ERROR, **facts))
    elif not _ID.fullmatch(id):
        problems.append(row.problem(FORM_ID, "id_characters", value=excerpt(id), signs="A–Z a–z 0–9 -"))
    title = row.text(*TITLE)
    if not title:
        problems.append(row.problem(TITLE, "title_from_id", Severity.WARNING, value=id))
    elif len(title) > SHORT_LIMIT:
        facts = {"length": len(title), "limit": SHORT_LIMIT, "value": excerpt(title, 12)}
        problems.append(row.problem(TITLE, "too_long", Severity.ERROR, **facts))
    return id, title or id, {one[0]: text for one, text in row.parts() if len(one) == 1}


def _look_through(
    sheets: Mapping[str, FormSheet], outline: Outline, settings: Mapping[str, str], problems: list[RowProblem]
) -> None:
    if not outline.items and not problems:
        survey = sheets[SURVEY]
        problems.append(RowProblem(survey.file, survey.name, 0, "", "", "no_questions", Severity.ERROR, {}))
    if outline.items:
        problems += faults_of_survey(outline)
    may_repeat = bool(says_yes(settings.get("allow_choice_duplicates", "")))
    for name in (CHOICES, EXTERNAL_CHOICES):
        if name in sheets:
            is_filtered = may_repeat or name == EXTERNAL_CHOICES  # the same town may stand in two counties
            problems += faults_of_choices(sheets[name], may_repeat=is_filtered)
            problems += faults_of_choice_names(outline, sheets[name])
    problems += faults_of_lists(outline, _lists(sheets.get(CHOICES)), _lists(sheets.get(EXTERNAL_CHOICES)))


def _lists(sheet: FormSheet | None) -> Counter[str]:
    return Counter(row.text("list_name") for row in sheet.rows if row.cells) if sheet else Counter()


def _complaint(survey: FormSheet, choices: FormSheet | None, refused: NotConverted) -> RowProblem:
    """What only pyxform saw, in its own words; they are English, and quoted."""
    sheet = choices if choices is not None and refused.sheet == CHOICES else survey
    facts = {"sentence": excerpt(refused.sentence, 300)}
    return RowProblem(sheet.file, sheet.name, refused.row, "", "", "not_converted", Severity.ERROR, facts)
