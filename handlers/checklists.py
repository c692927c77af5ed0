"""The checklist question by question: answer, note, skip, jump, summary, finish."""

from actions.checklist_cards import next_question, note_card, own_entries, question_card, summary_card
from actions.checklists import answer_question, finish_part, keep_note, reopen_part
from actions.late_answers import differing_card, too_late_card
from actions.on_site import officer_on_site, own_question
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.checklists import AnotherAnswer, AnswerValue, Gap
from inspection.refusals import IllegalStep, Incomplete
from inspection.states import ChecklistState, InspectionState
from notifications.buttons.checklists import (
    AnswerButton,
    PartAct,
    PartButton,
    QuestionAct,
    QuestionButton,
    QuickNoteButton,
)
from notifications.catalogue import label
from notifications.messages.checklists import AnswerNews, AskQuestion, NoteKept, WordsOnQuestion
from storage.tables.inspections import Inspection

_OVER = frozenset({"checklist_locked", IllegalStep.code})


def on_part_button(turn: Turn, button: PartButton) -> Replies:
    acts = {
        PartAct.OPEN: _open,
        PartAct.SUMMARY: _summary,
        PartAct.FINISH: _finish,
        PartAct.REOPEN: _reopen,
    }
    return acts[button.act](turn, button.inspection)


def on_question_button(turn: Turn, button: QuestionButton) -> Replies:
    acts = {QuestionAct.SHOW: _show, QuestionAct.NOTE: _ask_note, QuestionAct.SKIP: _skip}
    return acts[button.act](turn, button.inspection, button.question)


def on_answer_button(turn: Turn, button: AnswerButton) -> Replies:
    return record_answer(turn, button.inspection, button.question, button.value)


def record_answer(
    turn: Turn, inspection_id: str, question_id: str, value: AnswerValue, *, replaces_another: bool = False
) -> Replies:
    """Stores the answer and goes on to the next open question; 否 without a note asks for the note at once. What meets
    a colleague's answer, or comes after the end, is told back with what can be done; nothing was written by then."""
    try:
        given = answer_question(
            turn.records, inspection_id, question_id, value, by=turn.person, at=turn.at,
            replaces_another=replaces_another,
        )  # fmt: skip
    except AnotherAnswer:
        return (differing_card(turn.records, inspection_id, question_id, value, turn.person),)
    except IllegalStep as refusal:
        if refusal.sentence not in _OVER:
            raise
        return (too_late_card(turn.records, inspection_id, question_id, value, turn.person),)
    news = AnswerNews(given.number, given.value, given.at, given.is_repeat)
    if value is AnswerValue.NO and Gap.NOTE in _gaps(turn, inspection_id, question_id):
        return ask_note(turn, inspection_id, question_id, news)
    return go_on(turn, inspection_id, question_id, news)


def on_quick_note_button(turn: Turn, button: QuickNoteButton) -> Replies:
    """One of the usual notes; the record is kept in Chinese, whoever presses."""
    words = label(f"quick_{button.note}", "zh")
    noted = keep_note(turn.records, button.inspection, button.question, words, by=turn.person, at=turn.at)
    news = AnswerNews(noted.number, noted.value, noted.at, noted.is_repeat, noted.note)
    return go_on(turn, button.inspection, button.question, news)


def on_note_words(turn: Turn) -> Replies:
    """The words that were asked for: kept, acknowledged under them, and the next question."""
    inspection_id, question_id = turn.talk.data["inspection"], turn.talk.data["question"]
    noted = keep_note(
        turn.records, inspection_id, question_id, turn.incoming.text, by=turn.person, at=turn.at,
        message=turn.incoming.message_id,
    )  # fmt: skip
    kept = NoteKept(
        inspection=inspection_id,
        number=noted.number,
        note=noted.note,
        at=noted.at,
        is_repeat=noted.is_repeat,
    )
    return (kept, *go_on(turn, inspection_id, question_id, None))


def on_question_words(turn: Turn) -> Replies:
    """Words nobody asked for while a question is on the screen: they are no answer, and the person hears what is."""
    inspection = turn.records.get(Inspection, turn.talk.data["inspection"])
    card = question_card(turn.records, inspection, turn.talk.data["question"], turn.person)
    if isinstance(card, AskQuestion):
        return (WordsOnQuestion(inspection=inspection.id, question=card.question, number=card.number),)
    return (card,)


def show_question(
    turn: Turn,
    inspection_id: str,
    question_id: str,
    news: AnswerNews | None = None,
    *,
    page: int | None = None,
) -> Replies:
    """Puts a question on the screen; photos and words that follow belong to it."""
    inspection = turn.records.get(Inspection, inspection_id)
    card = question_card(turn.records, inspection, question_id, turn.person, news, page=page)
    turn.talk.step(TalkStep.SHOW_QUESTION, inspection=inspection_id, question=question_id)
    return (card,)


def show_summary(turn: Turn, inspection_id: str, news: AnswerNews | None = None) -> Replies:
    """The department's part with its gaps; none of its questions is on the screen any more."""
    inspection = turn.records.get(Inspection, inspection_id)
    card = summary_card(turn.records, inspection, turn.person, news)
    turn.talk.end_about(inspection_id)
    return (card,)


def _open(turn: Turn, inspection_id: str) -> Replies:
    """Goes on where the department stands: the question on the screen, the next open one, or the summary."""
    inspection = turn.records.get(Inspection, inspection_id)
    waiting = next_question(turn.records, inspection, turn.person)
    if inspection.state in {InspectionState.ASSEMBLING, InspectionState.READY}:
        raise Incomplete("visit_not_started")
    on_screen = turn.talk.data.get("question") if turn.talk.data.get("inspection") == inspection_id else None
    if on_screen and _gaps(turn, inspection_id, on_screen):
        waiting = on_screen
    return show_question(turn, inspection_id, waiting) if waiting else show_summary(turn, inspection_id)


def _summary(turn: Turn, inspection_id: str) -> Replies:
    return show_summary(turn, inspection_id)


def _finish(turn: Turn, inspection_id: str) -> Replies:
    finish_part(turn.records, inspection_id, by=turn.person, at=turn.at)
    return show_summary(turn, inspection_id)


def _reopen(turn: Turn, inspection_id: str) -> Replies:
    part = reopen_part(turn.records, inspection_id, by=turn.person, at=turn.at)
    assert part.state is ChecklistState.OPEN
    return show_summary(turn, inspection_id)


def _show(turn: Turn, inspection_id: str, question_id: str) -> Replies:
    return show_question(turn, inspection_id, question_id)


def _skip(turn: Turn, inspection_id: str, question_id: str) -> Replies:
    inspection = turn.records.get(Inspection, inspection_id)
    member = officer_on_site(turn.records, inspection_id, turn.person)
    own_question(turn.records, inspection, member.seat.department, question_id)
    return move_on(turn, inspection_id, question_id, None)


def show_what_it_wants(turn: Turn, inspection_id: str, question_id: str) -> Replies:
    """A question that only wants its note is asked for that at once."""
    gaps = _gaps(turn, inspection_id, question_id)
    shows_note = bool(gaps) and gaps[0] is Gap.NOTE
    return (ask_note if shows_note else show_question)(turn, inspection_id, question_id)


def ask_note(turn: Turn, inspection_id: str, question_id: str, news: AnswerNews | None = None) -> Replies:
    inspection = turn.records.get(Inspection, inspection_id)
    card = note_card(turn.records, inspection, question_id, turn.person, news)
    turn.talk.step(TalkStep.SHOW_QUESTION)
    turn.talk.step(TalkStep.ASK_NOTE, inspection=inspection_id, question=question_id)
    return (card,)


def go_on(turn: Turn, inspection_id: str, question_id: str, news: AnswerNews | None) -> Replies:
    """A question that still wants its photo stays on the screen; else one moves on. What was stored is said there,
    unless it was said in a message of its own."""
    if Gap.PHOTO in _gaps(turn, inspection_id, question_id):
        return show_question(turn, inspection_id, question_id, news)
    return move_on(turn, inspection_id, question_id, news)


def move_on(turn: Turn, inspection_id: str, question_id: str, news: AnswerNews | None) -> Replies:
    """The next open question comes, or the summary."""
    inspection = turn.records.get(Inspection, inspection_id)
    waiting = next_question(turn.records, inspection, turn.person, after=question_id)
    if waiting:
        return show_question(turn, inspection_id, waiting, news)
    if news and _gaps(turn, inspection_id, question_id):
        return show_question(turn, inspection_id, question_id, news)
    return show_summary(turn, inspection_id, news)


def _gaps(turn: Turn, inspection_id: str, question_id: str) -> tuple[Gap, ...]:
    inspection = turn.records.get(Inspection, inspection_id)
    entries = own_entries(turn.records, inspection, turn.person)
    return next((entry.gaps for entry in entries if entry.question_id == question_id), ())
