"""The checklist as a whole: groups that repeat, everything else complies, all answers read over."""

from dataclasses import replace

from actions.answers import Complied, add_to_group, comply_except, end_group, remove_from_group
from actions.checklist_cards import except_card, next_question, question_card, review_card
from actions.stray_cards import POSSIBLE
from handlers.checklists import move_on, show_question, show_summary, show_what_it_wants
from handlers.turn import Replies, Turn
from handlers.visit_meant import visit_meant
from inspection.refusals import Unacceptable
from inspection.short_answers import read_exceptions
from notifications.buttons.answers import ExceptAct, ExceptButton, MoreAct, MoreButton, ReviewButton
from notifications.messages.answers import AskMore, ComplianceKept
from storage import checklists, visits
from storage.tables.inspections import Inspection

_MARKED = "marked"
"""Of the conversation's data: ids of the questions that are marked as exceptions."""


def on_more_button(turn: Turn, button: MoreButton) -> Replies:
    acts = {
        MoreAct.ADD: _add,
        MoreAct.NO_MORE: _no_more,
        MoreAct.REMOVE: _ask_removal,
        MoreAct.REMOVE_MEANT: _remove,
    }
    return acts[button.act](turn, button)


def _add(turn: Turn, button: MoreButton) -> Replies:
    first = add_to_group(
        turn.records, button.inspection, button.question, _count(button), by=turn.person, at=turn.at
    )
    inspection = turn.records.get(Inspection, button.inspection)
    waiting = first or next_question(turn.records, inspection, turn.person)  # a second press finds it added
    return show_question(turn, button.inspection, waiting or button.question)


def _no_more(turn: Turn, button: MoreButton) -> Replies:
    end_group(turn.records, button.inspection, button.question, by=turn.person, at=turn.at)
    return move_on(turn, button.inspection, button.question, None)


def _ask_removal(turn: Turn, button: MoreButton) -> Replies:
    inspection = turn.records.get(Inspection, button.inspection)
    card = question_card(turn.records, inspection, button.question, turn.person)
    if not isinstance(card, AskMore):
        raise Unacceptable("unknown_button")
    return (replace(card, asks_removal=not card.is_locked and card.count == _count(button)),)


def _remove(turn: Turn, button: MoreButton) -> Replies:
    remove_from_group(
        turn.records, button.inspection, button.question, _count(button), by=turn.person, at=turn.at
    )
    return show_question(turn, button.inspection, button.question)


def _count(button: MoreButton) -> int:
    return int(button.count) if button.count.isdecimal() else -1


def on_review_button(turn: Turn, button: ReviewButton) -> Replies:
    inspection = turn.records.get(Inspection, button.inspection)
    turn.talk.end_about(inspection.id)
    page = int(button.page) if button.page.isdecimal() else 0
    return (review_card(turn.records, inspection, turn.person, page),)


def on_except_button(turn: Turn, button: ExceptButton) -> Replies:
    """Marks stand in the conversation until the person says that all else complies."""
    inspection = turn.records.get(Inspection, button.inspection)
    marked = _marked(turn, button.inspection)
    if button.act is ExceptAct.DO:
        return _comply(turn, button.inspection, marked)
    if button.act is ExceptAct.MARK:
        marked |= {button.question}
    if button.act is ExceptAct.UNMARK:
        marked -= {button.question}
    card = except_card(turn.records, inspection, turn.person, marked)
    turn.talk.end_about(inspection.id)
    turn.talk.data = {"inspection": inspection.id, _MARKED: ",".join(sorted(marked))}
    return (card,)


def _marked(turn: Turn, inspection_id: str) -> frozenset[str]:
    if turn.talk.data.get("inspection") != inspection_id:
        return frozenset()
    return frozenset(one for one in turn.talk.data.get(_MARKED, "").split(",") if one)


def _comply(turn: Turn, inspection_id: str, exceptions: frozenset[str]) -> Replies:
    done = comply_except(turn.records, inspection_id, exceptions, by=turn.person, at=turn.at)
    turn.talk.end_about(inspection_id)
    inspection = turn.records.get(Inspection, inspection_id)
    waiting = next_question(turn.records, inspection, turn.person)
    shown = show_what_it_wants(turn, inspection_id, waiting) if waiting else show_summary(turn, inspection_id)
    return (_kept(inspection_id, done), *shown)


def _kept(inspection_id: str, done: Complied) -> ComplianceKept:
    return ComplianceKept(inspection_id, done.complying, done.exceptions, done.skipped)


def are_exceptions(turn: Turn) -> bool:
    """Whether typed words say that everything complies, perhaps except some, by somebody who has a visit to answer
    for."""
    if read_exceptions(turn.incoming.text) is None:
        return False
    return bool(visits.ever_visited(turn.records, turn.person.id, *POSSIBLE))


def on_exceptions(turn: Turn) -> Replies:
    """The same as marking and pressing, in one message."""
    named, inspection = read_exceptions(turn.incoming.text), visit_meant(turn)
    if named is None or inspection is None:
        raise Unacceptable("which_visit")
    exceptions = set()
    for number in named:
        found = checklists.question_by_number(turn.records, inspection, str(number))
        if found is None:
            raise Unacceptable("no_such_question")
        exceptions.add(found[0].id)
    return _comply(turn, inspection.id, frozenset(exceptions))
