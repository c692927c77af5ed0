"""Several answers in one message, and answers that meet another one or come too late."""

from actions.checklists import reopen_if_locked
from actions.short_answers import answer_many, answers_report
from actions.stray_cards import POSSIBLE
from handlers.answers import takes_words
from handlers.checklists import record_answer
from handlers.strays import ask_about
from handlers.talk import TalkState, TalkStep
from handlers.turn import Replies, Turn
from handlers.visit_meant import visit_meant
from inspection.refusals import Refusal
from inspection.short_answers import ShortAnswers, read_short_answers
from notifications.buttons.checklists import ChangeAct, ChangeAnswerButton
from storage import checklists, visits
from storage.tables.inspections import Inspection

_LISTENING = frozenset({TalkState.IDLE, TalkState.QUESTION})


def are_short_answers(turn: Turn) -> bool:
    """Whether typed words are answers to several questions, by somebody who has a visit to answer for."""
    given = read_short_answers(turn.incoming.text)
    if given is None:
        return False
    is_listening = turn.talk.state in _LISTENING and not takes_words(turn)
    if not is_listening and not _interrupts(turn, given):
        return False
    return bool(visits.ever_visited(turn.records, turn.person.id, *POSSIBLE))


def _interrupts(turn: Turn, given: ShortAnswers) -> bool:
    """Whether answers are meant though other words were asked for.

    Two or more answers always are: a phone that was without a signal sends what was typed before, and nobody writes a
    note like that. A single one is while a note is asked for, if nothing follows its value, or if it names the very
    question (`2 否 证照过期`); anything else that begins so (`3 no label on it`) is the note. Taken wrongly, both are
    said at once and put right with one message.
    """
    if len(given.answers) + len(given.conflicts) > 1:
        return turn.talk.state in {TalkState.NOTE_WORDS, TalkState.FINDING_WORDS, TalkState.QUESTION}
    if turn.talk.state not in {TalkState.NOTE_WORDS, TalkState.QUESTION} or not given.answers:
        return False
    (only,) = given.answers
    return not only.note or str(only.number) == _number_asked(turn)


def _number_asked(turn: Turn) -> str:
    inspection = turn.records.find(Inspection, turn.talk.data["inspection"])
    found = checklists.question(turn.records, inspection, turn.talk.data["question"]) if inspection else None
    return checklists.number_of(found[0]) if found else ""


def on_short_answers(turn: Turn) -> Replies:
    """Records them one by one and reports; what can't be recorded at all (which visit? locked?) is kept and asked
    about."""
    given, inspection = read_short_answers(turn.incoming.text), visit_meant(turn)
    if given is None or inspection is None:
        return (ask_about(turn, None),)
    try:
        with turn.records.attempt():
            done = answer_many(turn.records, inspection.id, given, by=turn.person, at=turn.at)
    except Refusal:
        return (ask_about(turn, inspection.id),)
    if turn.talk.state is TalkState.NOTE_WORDS and _number_asked(turn) in {
        one.number for one in done.kept if not one.needs_note
    }:
        turn.talk.step(
            TalkStep.SHOW_QUESTION, **turn.talk.data
        )  # its note has come; what is typed next is none
    return (answers_report(turn.records, inspection.id, done, turn.person),)


def on_change_answer_button(turn: Turn, button: ChangeAnswerButton) -> Replies:
    """The person has read what stands there, or that the part is locked, and means it."""
    if button.act is ChangeAct.REOPEN:
        reopen_if_locked(turn.records, button.inspection, button.question, by=turn.person, at=turn.at)
    replaces = button.act is ChangeAct.REPLACE
    return record_answer(turn, button.inspection, button.question, button.value, replaces_another=replaces)
