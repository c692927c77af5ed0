"""What a chat can carry of an XLSForm, and what it cannot: told with the cell and the nearest thing that works.

Refused is what somebody would have to answer and could not, and what would silently be missing. What only looks
different in a chat is a warning.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from inspection.forms.expressions import Flaw, flaws_of_expression, flaws_of_references, words
from inspection.forms.form_sheets import (
    BASIS,
    IMPORTANT,
    OUR_COLUMNS,
    RESULT_HINT,
    SURVEY,
    FormFile,
    FormRow,
    FormSheet,
    Parts,
)
from inspection.forms.outline import LABEL, NAME, TYPE, Item, Outline, says_yes
from inspection.forms.question_types import ASKED, CONTAINERS, SHOWN, SILENT
from inspection.registration.cells import SHORT_LIMIT, excerpt
from inspection.registration.problems import RowProblem, Severity

LABEL_LIMIT = 2_000
"""Characters of one question's words: a message of a chat holds some four thousand, and more than the words."""
CHOICE_LIMIT = 200
QUESTION_LIMIT = 999

INSTEAD = words("""
    range rank barcode audio video geotrace geoshape background-audio background-geopoint start-geopoint audit
    xml-external csv-external osm subscriberid simserial loop
    """)
"""Kinds that are refused; for each the texts say what to use instead."""
EXPRESSIONS: tuple[Parts, ...] = (
    ("bind", "relevant"),
    ("bind", "constraint"),
    ("bind", "calculate"),
    ("bind", "required"),
    ("bind", "readonly"),
    ("control", "jr:count"),
    ("choice_filter",),
)
_YES_OR_NO = {("bind", "required"), ("bind", "readonly")}
_MAY_REFER = {"label", "hint", "guidance_hint", "default", "trigger"}
_MEDIA = {"media", "image", "audio", "video", "big-image"}
_SHEETS_REFUSED = ("entities", "osm")
_SEARCH = re.compile(r"\bsearch\s*\(")
_OTHER_APP = re.compile(r"^(ex:|printer:|intent)")
_APPEARANCES = words("""
    minimal quick quickcompact compact autocomplete likert columns columns-pack columns-flex label list list-nolabel
    map horizontal horizontal-compact multiline numbers url thousands-sep thousandsep bearing month-year year
    no-calendar signature annotate draw new new-front maps placement-map hidden-answer field-list table-list
    no-buttons no-ticks vertical picker rating counter hide-input masked one-time randomized no-collapse accordion
    image-map label-noformat spring ethiopian coptic islamic persian bikram-sambat myanmar buddhist selfie
    """)
_SIZED_APPEARANCE = re.compile(r"columns-\d+|w\d+|compact-\d+|quickcompact-\d+")


def faults_of_sheets(file: FormFile) -> Iterator[RowProblem]:
    """Whole sheets that mean something elsewhere and nothing here."""
    for name, lines in file.sheets.items():
        if name.strip().lower() in _SHEETS_REFUSED and len(lines) > 1:
            facts = {"value": name.strip().lower()}
            yield RowProblem(file.name, name, 0, "", "", "form_sheet_refused", Severity.ERROR, facts)


def faults_of_survey(outline: Outline) -> Iterator[RowProblem]:
    """Everything that can be said of one row of the survey by itself, from top to bottom."""
    for item in outline.items:
        yield from _faults_of_kind(item)
        yield from _faults_of_our_columns(item)
        yield from _faults_of_words(item)
        yield from _faults_of_appearance(item)
        yield from _faults_of_expressions(item.row, outline.names)
        yield from _faults_of_companions(item, outline)
    asked = [item for item in outline.items if item.kind in ASKED]
    if not asked:
        yield _first_place(outline, "no_questions")
    elif len(asked) > QUESTION_LIMIT:
        yield asked[QUESTION_LIMIT].row.problem(TYPE, "too_many_questions", limit=QUESTION_LIMIT)


def faults_of_choices(choices: FormSheet, *, may_repeat: bool) -> Iterator[RowProblem]:
    """Choices without a name, a list or words, and names that come twice in a list."""
    seen: dict[tuple[str, str], int] = {}
    for row in choices.rows:
        list_name, name = row.text("list_name"), row.text("name")
        if not row.cells:
            continue
        if not list_name or not name:
            yield row.problem(("list_name",) if not list_name else NAME, "missing")
            continue
        first = seen.setdefault((list_name, name), row.number)
        if first != row.number and not may_repeat:
            yield row.problem(NAME, "choice_twice", value=excerpt(name), first_row=first)
        yield from _faults_of_choice(row, name)
    if choices.rows and any(parts[0] in _MEDIA for parts in choices.columns):
        parts = next(parts for parts in choices.columns if parts[0] in _MEDIA)
        yield choices.rows[0].problem(parts, "media_not_shown", Severity.WARNING)


def _faults_of_choice(row: FormRow, name: str) -> Iterator[RowProblem]:
    labels = [(parts, text) for parts, text in row.parts() if parts[0] == "label"]
    if not labels:
        yield row.problem(LABEL, "choice_without_words", Severity.WARNING, value=excerpt(name))
    for parts, text in labels:
        if len(text) > CHOICE_LIMIT:
            facts = {"length": len(text), "limit": CHOICE_LIMIT, "value": excerpt(text, 12)}
            yield row.problem(parts, "too_long", Severity.ERROR, **facts)


def faults_of_lists(
    outline: Outline, lists: Mapping[str, int], external: Mapping[str, int]
) -> Iterator[RowProblem]:
    """Selects whose list is not there, and of several answers a name that a blank would cut in two."""
    for item in outline.items:
        kind = item.type
        if not kind.list or kind.list_file or kind.kind in INSTEAD or kind.list.startswith("${"):
            continue
        sheet, known = ("external_choices", external) if kind.is_external else ("choices", lists)
        if kind.list not in known:
            yield item.row.problem(TYPE, "list_missing", value=excerpt(kind.list), where=sheet)


def faults_of_choice_names(outline: Outline, choices: FormSheet) -> Iterator[RowProblem]:
    """Answers of a select_multiple are kept divided by blanks."""
    several = {item.type.list for item in outline.items if item.kind == "select_multiple"}
    for row in choices.rows:
        name = row.text("name")
        if row.text("list_name") in several and len(name.split()) > 1:
            yield row.problem(NAME, "choice_with_blank", value=excerpt(name))


# --- One row ---------------------------------------------------------------------------------------------------------


def _faults_of_kind(item: Item) -> Iterator[RowProblem]:
    kind, row = item.kind, item.row
    if kind in INSTEAD:
        yield row.problem(TYPE, "type_not_carried", value=excerpt(item.type.written), instead=kind)
    elif kind not in SHOWN | SILENT | CONTAINERS:
        yield row.problem(TYPE, "unknown_type", value=excerpt(item.type.written), near="text")
    if kind == "calculate" and not row.text("bind", "calculate") and not row.text("default"):
        yield row.problem(("bind", "calculate"), "missing")
    if item.type.has_other and (row.text("choice_filter") or item.type.list_file):
        yield row.problem(TYPE, "other_with_filter")
    if row.text("save_to") or row.text("bind", "entities:saveto"):
        parts = ("save_to",) if row.text("save_to") else ("bind", "entities:saveto")
        yield row.problem(parts, "entity_not_kept")


def _faults_of_our_columns(item: Item) -> Iterator[RowProblem]:
    for parts in OUR_COLUMNS:
        if "${" in item.row.text(*parts):
            yield item.row.problem(parts, "no_reference_here")
    for parts in (BASIS, RESULT_HINT):
        text = item.row.text(*parts)
        if len(text) > SHORT_LIMIT:
            facts = {"length": len(text), "limit": SHORT_LIMIT, "value": excerpt(text, 12)}
            yield item.row.problem(parts, "too_long", Severity.ERROR, **facts)
    important = item.row.text(*IMPORTANT)
    if important and says_yes(important) is None:
        yield item.row.problem(IMPORTANT, "not_in_list", value=excerpt(important), choices="是、否、yes、no")


def _faults_of_words(item: Item) -> Iterator[RowProblem]:
    """What the person reads: it must be there, in every language, and go into a message."""
    row, shown = item.row, item.kind in SHOWN
    labels = {parts: text for parts, text in row.parts() if parts[0] == "label"}
    others = [
        parts for parts, _ in row.parts() if parts[0] in ("hint", "guidance_hint") or parts[0] in _MEDIA
    ]
    if shown and not labels and not others:
        wanted = next((parts for parts in row.sheet.columns if parts[0] == "label"), LABEL)
        yield row.problem(wanted, "missing")
    if shown and labels:
        for parts in row.sheet.columns:
            if parts[0] == "label" and len(parts) == 2 and parts not in labels:
                yield row.problem(parts, "words_missing", Severity.WARNING, language=parts[1])
    for parts, text in row.parts():
        if parts[0] in ("label", "hint", "guidance_hint") and len(text) > LABEL_LIMIT:
            facts = {"length": len(text), "limit": LABEL_LIMIT, "value": excerpt(text, 12)}
            yield row.problem(parts, "too_long", Severity.ERROR, **facts)
        if parts[0] in _MEDIA:
            yield row.problem(parts, "media_not_shown", Severity.WARNING)


def _faults_of_appearance(item: Item) -> Iterator[RowProblem]:
    parts = ("control", "appearance")
    text = item.row.text(*parts)
    if not text:
        return
    if _SEARCH.search(text):
        yield item.row.problem(parts, "function_not_carried", value="search()", instead="search")
    elif _OTHER_APP.match(text):
        yield item.row.problem(parts, "appearance_other_app", value=excerpt(text))
    else:
        for word in text.split():
            if word not in _APPEARANCES and not _SIZED_APPEARANCE.fullmatch(word):
                yield item.row.problem(parts, "appearance_unknown", Severity.WARNING, value=excerpt(word))


def _faults_of_expressions(row: FormRow, names: Counter[str]) -> Iterator[RowProblem]:
    for parts, text in row.parts():
        is_expression = parts in EXPRESSIONS and not (parts in _YES_OR_NO and says_yes(text) is not None)
        if is_expression or parts[0] in _MAY_REFER or parts[0] == "bind":
            yield from _told(row, parts, flaws_of_references(text, names))
        if is_expression:
            yield from _told(row, parts, flaws_of_expression(straight_quotes(text)))
    default = row.text("default")
    if _is_dynamic(default):
        yield from _told(row, ("default",), flaws_of_expression(straight_quotes(default)))


def straight_quotes(text: str) -> str:
    """Writing programs bend the quotes of an expression; every tool of the family takes them as straight."""
    return text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})


def _is_dynamic(default: str) -> bool:
    """A default that is worked out, not one that stands there: it refers, or it calls."""
    return "${" in default or re.search(r"^[\w:-]+\(.*\)$", default, re.DOTALL) is not None


def _told(row: FormRow, parts: Parts, flaws: Iterable[Flaw]) -> Iterator[RowProblem]:
    for flaw in flaws:
        piece, near = excerpt(flaw.piece, 20), flaw.near
        if flaw.code == "function_not_carried":
            yield row.problem(parts, flaw.code, value=f"{piece}()", instead=near)
        elif near:
            yield row.problem(parts, f"{flaw.code}_but_near", value=piece, near=near)
        else:
            yield row.problem(parts, flaw.code, value=piece)


def _faults_of_companions(item: Item, outline: Outline) -> Iterator[RowProblem]:
    """`<name>_note` and `<name>_photo` belong to a question only when they are a text and an image."""
    for ending, wanted in (("_note", "text"), ("_photo", "image")):
        owner = item.name.removesuffix(ending)
        if owner == item.name or item.kind == wanted or item.kind not in SHOWN:
            continue
        if any(one.name == owner and one.kind == "select_one" for one in outline.items):
            yield item.row.problem(
                TYPE, "companion_kind", Severity.WARNING, value=excerpt(item.name), near=wanted
            )


def _first_place(outline: Outline, code: str) -> RowProblem:
    if outline.items:
        return outline.items[0].row.problem(TYPE, code)
    return RowProblem("", SURVEY, 0, "", "", code, Severity.ERROR, {})
