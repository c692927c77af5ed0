"""The checklist as messages, from the rows as they stand: a question, its note, a group, the summary, all answers."""

import re
from typing import Any

from actions.answer_words import answer_words
from actions.field_cards import may_reopen, object_name
from actions.on_site import officer_on_site, own_question
from inspection.checklists import Entry, missing, neighbour, next_open, progress
from inspection.forms.filling import Asked, Filling
from inspection.forms.form import Kind
from inspection.refusals import Incomplete
from inspection.states import ChecklistState
from notifications.buttons.answers import option_key
from notifications.messages.answers import (
    OPTIONS_SHOWN,
    AskAnswer,
    AskExceptions,
    AskMore,
    ExceptLine,
    Option,
    ReviewAnswers,
    ReviewLine,
)
from notifications.messages.checklists import AnswerNews, AskNote, AskQuestion, ChecklistSummary, OpenLine
from storage import checklists
from storage.store import Records
from storage.tables.inspections import ChecklistPart, Inspection
from storage.tables.registers import Person

QuestionCard = AskQuestion | AskAnswer | AskMore

_LINES = 15
"""Answers on one page of the review."""
_QUOTED = 24


def question_card(
    records: Records,
    inspection: Inspection,
    question_id: str,
    person: Person,
    news: AnswerNews | None = None,
    *,
    page: int | None = None,
) -> QuestionCard:
    """One question of the person's department, with what has been recorded for it; `page` of a long list of choices,
    None for the one with the answer."""
    department = officer_on_site(records, inspection.id, person).seat.department
    asked = own_question(records, inspection, department, question_id)
    facts = _facts(records, inspection, asked, department, person, news)
    if asked.question.kind is Kind.REPEAT:
        return _more_card(records, inspection, asked, department, person, facts)
    if asked.question.is_compliance:
        return _compliance_card(records, inspection, asked, department, facts)
    return _value_card(records, inspection, asked, department, person, facts, page)


def _facts(
    records: Records,
    inspection: Inspection,
    asked: Asked,
    department: str,
    person: Person,
    news: AnswerNews | None,
) -> dict[str, Any]:
    entries = checklists.entries(records, inspection, department)
    part = records.get(ChecklistPart, f"{inspection.id}/{department}")
    filling, language = checklists.filling(records, inspection), person.language
    return {
        "inspection": inspection.id,
        "object": object_name(records, inspection),
        "question": asked.id,
        "number": checklists.number_of(asked),
        "place": next(place for place, one in enumerate(entries, 1) if one.question_id == asked.id),
        "questions": len(entries),
        "text": filling.label(asked, language),
        "basis": asked.question.basis,
        "is_important": asked.question.is_important,
        "previous": _id_of(neighbour(entries, asked.id, -1)),
        "following": _id_of(neighbour(entries, asked.id, +1)),
        "is_locked": part.state is ChecklistState.LOCKED,
        "hint": _hint(filling, asked, language),
        "trail": filling.trail(asked, language),
        "shown": shown_before(records, inspection, asked, department, language),
        "news": news,
    }


def _hint(filling: Filling, asked: Asked, language: str) -> str:
    said = (filling.hint(asked, language), filling.guidance(asked, language))
    return "\n".join(one for one in said if one)


def shown_before(
    records: Records, inspection: Inspection, asked: Asked | None, department: str, language: str
) -> tuple[str, ...]:
    """What the form only shows before a question (None: after the last), with worked-out values."""
    filling = checklists.filling(records, inspection)
    lines = []
    for one in checklists.shown_before(records, inspection, asked, department):
        words = answer_words(filling, one, one.value, language)
        said = filling.label(one, language)
        lines.append(f"{said}：{words}" if words and one.question.kind is not Kind.NOTE else said)
    return tuple(lines)


def _id_of(entry: Entry | None) -> str:
    return entry.question_id if entry else ""


def _entry(records: Records, inspection: Inspection, asked: Asked, department: str) -> Entry:
    entries = checklists.entries(records, inspection, department)
    return next(one for one in entries if one.question_id == asked.id)


def _compliance_card(
    records: Records, inspection: Inspection, asked: Asked, department: str, facts: dict[str, Any]
) -> AskQuestion:
    entry = _entry(records, inspection, asked, department)
    return AskQuestion(
        **facts,
        wants_photo=entry.needs_photo,
        value=entry.value,
        note=entry.note,
        photos=entry.photos,
        result_hint=asked.question.result_hint,
    )


def _value_card(
    records: Records,
    inspection: Inspection,
    asked: Asked,
    department: str,
    person: Person,
    facts: dict[str, Any],
    page: int | None,
) -> AskAnswer:
    entry = _entry(records, inspection, asked, department)
    filling = checklists.filling(records, inspection)
    is_picture = asked.question.kind in {Kind.IMAGE, Kind.FILE}
    options = _options(filling, asked, person.language)
    pages = max(1, -(-len(options) // OPTIONS_SHOWN))
    here = min(_page_of(options) if page is None else max(page, 0), pages - 1)
    return AskAnswer(
        **facts,
        kind=asked.question.kind,
        is_required=entry.is_required or entry.needs_photo,
        answer="" if is_picture else answer_words(filling, asked, asked.value, person.language),
        options=tuple(options[here * OPTIONS_SHOWN : (here + 1) * OPTIONS_SHOWN]),
        page=here,
        columns=_columns(asked.question.appearance),
        pages=pages,
        photos=entry.photos,
        is_misfit=entry.is_misfit,
    )


def _columns(appearance: str) -> int:
    """What a form wishes for, as far as a phone has room: `columns-1` to `columns-4`."""
    found = re.search(r"\bcolumns-([1-4])\b", appearance)
    return int(found.group(1)) if found else 0


def _options(filling: Filling, asked: Asked, language: str) -> list[Option]:
    if asked.question.kind not in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE}:
        return []
    several = asked.question.kind is Kind.SELECT_MULTIPLE
    chosen = asked.value.split() if several else [asked.value]
    return [
        Option(option_key(one.name), one.label, one.name in chosen)
        for one in filling.choices(asked, language)
    ]


def _page_of(options: list[Option]) -> int:
    first = next((place for place, one in enumerate(options) if one.is_on), 0)
    return first // OPTIONS_SHOWN


def _more_card(
    records: Records,
    inspection: Inspection,
    asked: Asked,
    department: str,
    person: Person,
    facts: dict[str, Any],
) -> AskMore:
    entry = _entry(records, inspection, asked, department)
    names = ("inspection", "object", "question", "previous", "following", "is_locked", "news")
    return AskMore(
        **{name: facts[name] for name in names},
        group=checklists.filling(records, inspection).label(asked, person.language),
        count=int(asked.value or 0),
        is_done=entry.value is not None,
    )


def note_card(
    records: Records, inspection: Inspection, question_id: str, person: Person, news: AnswerNews | None = None
) -> AskNote:
    """Asks for the note of a question that has been answered."""
    asked = question_card(records, inspection, question_id, person)
    if not isinstance(asked, AskQuestion):
        raise Incomplete("note_has_no_place", number=getattr(asked, "number", ""))
    if asked.value is None:
        raise Incomplete("note_needs_answer", number=asked.number)
    return AskNote(
        inspection=inspection.id,
        question=question_id,
        number=asked.number,
        text=asked.text,
        value=asked.value,
        note=asked.note,
        news=news,
    )


def own_entries(records: Records, inspection: Inspection, person: Person) -> list[Entry]:
    """The person's department's part as the rules see it."""
    member = officer_on_site(records, inspection.id, person)
    return checklists.entries(records, inspection, member.seat.department)


def next_question(
    records: Records, inspection: Inspection, person: Person, after: str | None = None
) -> str | None:
    """The next question of the person's department that wants something, None when all is there."""
    return _id_of(next_open(own_entries(records, inspection, person), after)) or None


def summary_card(
    records: Records, inspection: Inspection, person: Person, news: AnswerNews | None = None
) -> ChecklistSummary:
    """How far the person's department is, with every gap."""
    department = officer_on_site(records, inspection.id, person).seat.department
    part = records.get(ChecklistPart, f"{inspection.id}/{department}")
    entries = checklists.entries(records, inspection, department)
    found = progress(entries)
    return ChecklistSummary(
        inspection=inspection.id,
        object=object_name(records, inspection),
        department=department,
        state=part.state.value,
        answered=found.answered,
        questions=found.questions,
        photos=found.photos,
        photos_wanted=found.photos_wanted,
        open=tuple(
            OpenLine(one.question_id, one.number, one.is_important, gaps) for one, gaps in missing(entries)
        ),
        noes=tuple(one.number for one in entries if one.is_no),
        finished_at=part.finished_at,
        may_reopen=may_reopen(records, inspection, department),
        news=news,
        may_except=sum(may_comply(one) for one in entries) > 1,
    )


def may_comply(entry: Entry) -> bool:
    """Whether "everything else complies" would answer it."""
    return entry.is_compliance and entry.value is None


def review_card(records: Records, inspection: Inspection, person: Person, page: int) -> ReviewAnswers:
    """Every answer of the person's department as it will be submitted."""
    department = officer_on_site(records, inspection.id, person).seat.department
    entries = [
        one for one in checklists.entries(records, inspection, department) if one.kind is not Kind.REPEAT
    ]
    pages = max(1, -(-len(entries) // _LINES))
    here = min(max(page, 0), pages - 1)
    found = progress(entries)
    return ReviewAnswers(
        inspection=inspection.id,
        object=object_name(records, inspection),
        department=department,
        lines=tuple(
            _review_line(records, inspection, one, person.language)
            for one in entries[here * _LINES : (here + 1) * _LINES]
        ),
        page=here,
        pages=pages,
        answered=found.answered,
        questions=found.questions,
        shown=shown_before(records, inspection, None, department, person.language)
        if here == pages - 1
        else (),
    )


def _review_line(records: Records, inspection: Inspection, entry: Entry, language: str) -> ReviewLine:
    filling = checklists.filling(records, inspection)
    asked = filling.find(entry.question_id)
    assert asked is not None
    is_picture = entry.kind in {Kind.IMAGE, Kind.FILE}
    return ReviewLine(
        question=entry.question_id,
        number=entry.number,
        text=_quoted(filling.label(asked, language)),
        is_important=entry.is_important,
        is_no=entry.is_no,
        answer="" if is_picture else answer_words(filling, asked, asked.value, language),
        note=entry.note,
        photos=entry.photos,
        gaps=entry.gaps,
    )


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def except_card(
    records: Records,
    inspection: Inspection,
    person: Person,
    exceptions: frozenset[str],
    news: AnswerNews | None = None,
) -> AskExceptions:
    """The questions that "everything else complies" would answer, with those that are marked as exceptions."""
    filling = checklists.filling(records, inspection)
    lines = []
    for one in own_entries(records, inspection, person):
        asked = filling.find(one.question_id)
        if may_comply(one) and asked is not None:
            text, marked = _quoted(filling.label(asked, person.language)), one.question_id in exceptions
            lines.append(ExceptLine(one.question_id, one.number, text, one.is_important, marked))
    return AskExceptions(inspection.id, object_name(records, inspection), tuple(lines), news)
