"""Questions with choices, figures, days and places: answered by a press, by words, or by where the phone is."""

from datetime import timedelta

from actions.answer_words import answer_words
from actions.checklist_cards import question_card
from actions.checklists import answer_question, reopen_if_locked
from actions.field_cards import may_reopen, object_name
from actions.on_site import officer_on_site, own_question
from actions.written_answers import value_of_words
from handlers.checklists import move_on, on_question_words, show_question
from handlers.turn import Replies, Turn
from inspection.calendar.beijing import beijing_day
from inspection.checklists import AnotherAnswer
from inspection.forms.filling import Asked
from inspection.forms.form import Kind
from inspection.refusals import IllegalStep, Incomplete, Unacceptable
from notifications.buttons.answers import (
    OptionAct,
    OptionButton,
    OptionPageButton,
    PendingAct,
    PendingButton,
    ValueAct,
    ValueButton,
    option_key,
)
from notifications.formats import BEIJING
from notifications.messages.answers import AnswerAfterEnd, AnswerStands
from notifications.messages.checklists import AnswerNews
from storage import checklists
from storage.tables.inspections import Answer, Inspection
from storage.tables.registers import Person

_OVER = frozenset({"checklist_locked", IllegalStep.code})
_TAKES_WORDS = frozenset(
    {
        Kind.INTEGER,
        Kind.DECIMAL,
        Kind.TEXT,
        Kind.DATE,
        Kind.TIME,
        Kind.DATETIME,
        Kind.GEOPOINT,
        Kind.SELECT_ONE,
        Kind.SELECT_MULTIPLE,
    }
)
_PENDING = "pending"
"""Of the conversation's data: an answer that was given and could not be taken yet."""


def on_option_button(turn: Turn, button: OptionButton) -> Replies:
    """One of several is the answer and leads on; of those that may be many each press is kept, and one stays."""
    asked = asked_of(turn, button.inspection, button.question)
    name = _option(turn, button.inspection, asked, button.option)
    if asked.question.kind is Kind.SELECT_ONE:
        return record_value(turn, button.inspection, asked, name)
    chosen = set(asked.value.split())
    chosen = chosen | {name} if button.act is OptionAct.TAKE else chosen - {name}
    filling = checklists.filling(turn.records, turn.records.get(Inspection, button.inspection))
    in_order = [one.name for one in filling.choices(asked, turn.person.language) if one.name in chosen]
    return record_value(turn, button.inspection, asked, " ".join(in_order), stays=True)


def _option(turn: Turn, inspection_id: str, asked: Asked, key: str) -> str:
    """The choice behind a button; it may be offered no more, since it was shown."""
    filling = checklists.filling(turn.records, turn.records.get(Inspection, inspection_id))
    offered = (one.name for one in filling.choices(asked, turn.person.language))
    name = next((one for one in offered if option_key(one) == key), None)
    if name is None:
        raise Unacceptable("option_gone", number=checklists.number_of(asked))
    return name


def on_option_page_button(turn: Turn, button: OptionPageButton) -> Replies:
    page = int(button.page) if button.page.isdecimal() else 0
    return show_question(turn, button.inspection, button.question, page=page)


def on_value_button(turn: Turn, button: ValueButton) -> Replies:
    asked = asked_of(turn, button.inspection, button.question)
    if button.act is ValueAct.DONE:
        if asked.is_required and not asked.value:
            raise Incomplete("option_wanted", number=checklists.number_of(asked))
        return move_on(turn, button.inspection, button.question, None)
    value = _quick_value(turn, asked.question.kind, button.act)
    return record_value(turn, button.inspection, asked, value, stays=button.act is ValueAct.CLEAR)


def _quick_value(turn: Turn, kind: Kind, act: ValueAct) -> str:
    now = turn.at.astimezone(BEIJING)
    days = {ValueAct.TODAY: now, ValueAct.YESTERDAY: now - timedelta(days=1)}
    if act in days and kind is Kind.DATE:
        return days[act].date().isoformat()
    if act is ValueAct.NOW and kind is Kind.TIME:
        return now.strftime("%H:%M:00.000+08:00")
    if act is ValueAct.NOW and kind is Kind.DATETIME:
        return now.strftime("%Y-%m-%dT%H:%M:00.000+08:00")
    if act is ValueAct.AGREE and kind is Kind.ACKNOWLEDGE:
        return "OK"
    if act is ValueAct.CLEAR:
        return ""
    raise Unacceptable("unknown_button")


def takes_words(turn: Turn) -> bool:
    """Whether the question on the screen is answered by what one types."""
    inspection = turn.records.find(Inspection, turn.talk.data.get("inspection", ""))
    found = (
        checklists.question(turn.records, inspection, turn.talk.data.get("question", ""))
        if inspection
        else None
    )
    return (
        found is not None and not found[0].question.is_compliance and found[0].question.kind in _TAKES_WORDS
    )


def on_words_at_question(turn: Turn) -> Replies:
    """Typed words while a question is on the screen."""
    return on_answer_words(turn) if takes_words(turn) else on_question_words(turn)


def on_answer_words(turn: Turn) -> Replies:
    """What was typed is the answer to the question on the screen; of a list of choices it is one, or its beginning."""
    inspection_id = turn.talk.data["inspection"]
    asked = asked_of(turn, inspection_id, turn.talk.data["question"])
    filling = checklists.filling(turn.records, turn.records.get(Inspection, inspection_id))
    today, language = beijing_day(turn.at), turn.person.language
    value = value_of_words(filling, asked, turn.incoming.text, today=today, language=language)
    return record_value(turn, inspection_id, asked, value)


def on_place_of_question(turn: Turn) -> Replies | None:
    """A position that was sent while a question wants one; None when none does."""
    inspection = turn.records.find(Inspection, turn.talk.data.get("inspection", ""))
    found = (
        checklists.question(turn.records, inspection, turn.talk.data.get("question", ""))
        if inspection
        else None
    )
    if inspection is None or found is None or found[0].question.kind is not Kind.GEOPOINT:
        return None
    sent = turn.incoming
    return record_value(turn, inspection.id, found[0], f"{sent.latitude} {sent.longitude} 0 0")


def record_value(
    turn: Turn,
    inspection_id: str,
    asked: Asked,
    value: str,
    *,
    stays: bool = False,
    replaces_another: bool = False,
) -> Replies:
    """Stores the answer and goes on, or shows the same question again (`stays`). What meets a colleague's answer or
    comes after the end is told back and held until the person decides."""
    try:
        given = answer_question(
            turn.records, inspection_id, asked.id, value, by=turn.person, at=turn.at,
            replaces_another=replaces_another, message=turn.incoming.message_id,
        )  # fmt: skip
    except AnotherAnswer:
        return (_stands(turn, inspection_id, asked, value),)
    except IllegalStep as refusal:
        if refusal.sentence not in _OVER:
            raise
        return (_after_end(turn, inspection_id, asked, value),)
    turn.talk.data.pop(_PENDING, None)
    if stays:
        return show_question(turn, inspection_id, asked.id)
    words = _words(turn, inspection_id, asked, value)
    news = AnswerNews(given.number, value, given.at, given.is_repeat, words=words) if words else None
    return move_on(turn, inspection_id, asked.id, news)


def on_pending_button(turn: Turn, button: PendingButton) -> Replies:
    """The person has read what stands there, or that the part is locked, and means the answer that is held."""
    held = turn.talk.data.get(_PENDING)
    if held is None or turn.talk.data.get("question") != button.question:
        raise Incomplete("pending_gone")
    if button.act is PendingAct.REOPEN:
        reopen_if_locked(turn.records, button.inspection, button.question, by=turn.person, at=turn.at)
    asked = asked_of(turn, button.inspection, button.question)
    replaces = button.act is PendingAct.REPLACE
    return record_value(turn, button.inspection, asked, held, replaces_another=replaces)


def asked_of(turn: Turn, inspection_id: str, question_id: str) -> Asked:
    """The question as it is asked now, of the person's own department."""
    department = officer_on_site(turn.records, inspection_id, turn.person).seat.department
    return own_question(turn.records, turn.records.get(Inspection, inspection_id), department, question_id)


def _words(turn: Turn, inspection_id: str, asked: Asked, value: str) -> str:
    filling = checklists.filling(turn.records, turn.records.get(Inspection, inspection_id))
    return answer_words(filling, asked, value, turn.person.language)


def _stands(turn: Turn, inspection_id: str, asked: Asked, value: str) -> AnswerStands:
    department = officer_on_site(turn.records, inspection_id, turn.person).seat.department
    standing = turn.records.get(Answer, (f"{inspection_id}/{department}", asked.id))
    author = turn.records.find(Person, standing.answered_by)
    card = question_card(turn.records, turn.records.get(Inspection, inspection_id), asked.id, turn.person)
    turn.talk.data = {"inspection": inspection_id, "question": asked.id, _PENDING: value}
    return AnswerStands(
        inspection=inspection_id,
        question=asked.id,
        number=checklists.number_of(asked),
        text=getattr(card, "text", ""),
        standing=_words(turn, inspection_id, asked, standing.value),
        by=author.name if author else "",
        at=standing.answered_at,
        given=_words(turn, inspection_id, asked, value),
    )


def _after_end(turn: Turn, inspection_id: str, asked: Asked, value: str) -> AnswerAfterEnd:
    inspection = turn.records.get(Inspection, inspection_id)
    member = officer_on_site(turn.records, inspection_id, turn.person)
    turn.talk.data = {"inspection": inspection_id, "question": asked.id, _PENDING: value}
    return AnswerAfterEnd(
        inspection=inspection_id,
        object=object_name(turn.records, inspection),
        question=asked.id,
        number=checklists.number_of(asked),
        given=_words(turn, inspection_id, asked, value),
        ended_at=inspection.ended_at,
        may_reopen=may_reopen(turn.records, inspection, member.seat.department),
    )
