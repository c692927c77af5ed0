"""Answers written as words: what is meant by them, and several in one message, `5：12；6：昨天；10-1：-17.5`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from actions.answer_words import answer_words
from actions.checklists import answer_question, keep_note
from actions.on_site import officer_on_site
from inspection.calendar.beijing import beijing_day
from inspection.forms.filling import Asked, Choice, Filling
from inspection.forms.form import Kind
from inspection.forms.typed import read_typed
from inspection.refusals import IllegalStep, Refusal, Unacceptable
from inspection.short_answers import ShortAnswer, WrittenAnswer, read_short_answers
from notifications.catalogue import label, refusal_sentence
from notifications.messages.answers import KeptValue, LeftValue
from storage import checklists
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import Person

_BETWEEN_CHOICES = re.compile(r"[、,，;；/]+|\s{2,}")


@dataclass(frozen=True)
class ManyWritten:
    kept: tuple[KeptValue, ...]
    left: tuple[LeftValue, ...]


def value_of_words(filling: Filling, asked: Asked, words: str, *, today: date, language: str) -> str:
    """What somebody means who writes this in answer to the question, as XForms writes it; refuses what could be none
    of its answers, or several."""
    kind = asked.question.kind
    if kind is Kind.SELECT_ONE:
        return _choice(filling.choices(asked, language), words).name
    if kind is Kind.SELECT_MULTIPLE:
        offered = filling.choices(asked, language)
        chosen = {_choice(offered, one).name for one in _BETWEEN_CHOICES.split(words.strip()) if one.strip()}
        return " ".join(one.name for one in offered if one.name in chosen)
    return read_typed(kind, words, today)


def _choice(offered: Sequence[Choice], words: str) -> Choice:
    typed = words.strip().casefold()
    exact = [one for one in offered if typed in {one.label.casefold(), one.name.casefold()}]
    fitting = exact or [one for one in offered if typed and typed in one.label.casefold()]
    if len(fitting) != 1:
        names = "、".join(one.label for one in fitting[:5])
        raise Unacceptable("option_unclear" if fitting else "option_unknown", options=names)
    return fitting[0]


def answer_written(
    records: Records, inspection_id: str, written: Sequence[WrittenAnswer], *, by: Person, at: datetime
) -> ManyWritten:
    """Records what can be recorded, answer by answer, in the order of writing: a later one may only be asked because of
    an earlier one. Raises what is no fault of one answer: no seat here, a visit that is over."""
    inspection = records.lock(Inspection, inspection_id)
    officer_on_site(records, inspection_id, by)
    kept: list[KeptValue] = []
    left: list[LeftValue] = []
    for one in written:
        try:
            with records.attempt():
                kept.append(_answer(records, inspection, one, by=by, at=at))
        except Refusal as refusal:
            if isinstance(refusal, IllegalStep) or refusal.sentence == "visit_not_started":
                raise
            left.append(LeftValue(one.number, one.words, refusal_sentence(refusal, by.language)))
    return ManyWritten(tuple(kept), tuple(left))


def _answer(
    records: Records, inspection: Inspection, one: WrittenAnswer, *, by: Person, at: datetime
) -> KeptValue:
    found = checklists.question_by_number(records, inspection, one.number)
    if found is None:
        raise Unacceptable("no_such_question")
    asked, filling = found[0], checklists.filling(records, inspection)
    short = read_short_answers(f"1 {one.words}") if asked.question.is_compliance else None
    if short is not None and len(short.answers) == 1:
        return _answer_short(records, inspection, asked, one, short.answers[0], by=by, at=at)
    value = value_of_words(filling, asked, one.words, today=beijing_day(at), language=by.language)
    given = answer_question(records, inspection.id, asked.id, value, by=by, at=at)
    return KeptValue(one.number, answer_words(filling, asked, value, by.language), given.is_repeat)


def _answer_short(
    records: Records,
    inspection: Inspection,
    asked: Asked,
    one: WrittenAnswer,
    short: ShortAnswer,
    *,
    by: Person,
    at: datetime,
) -> KeptValue:
    """是 or 否, perhaps with a note behind it."""
    given = answer_question(records, inspection.id, asked.id, short.value, by=by, at=at)
    words, is_repeat = label(f"answer_{short.value}", by.language), given.is_repeat
    if short.note:
        noted = keep_note(records, inspection.id, asked.id, short.note, by=by, at=at)
        words, is_repeat = f"{words}（{noted.note}）", is_repeat and noted.is_repeat
    return KeptValue(one.number, words, is_repeat)
