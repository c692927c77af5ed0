"""The joint result: the lead submits, a reviewer approves or returns with words."""

from actions.field_cards import object_name, published_card, result_card, submitted_card
from actions.on_site import require_reviewer
from actions.results import approve_result, refuse_decided, return_result, submit_result
from handlers.department_reviews import on_findings_return_words
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.departments import department_name
from notifications.buttons.results import ResultAct, ResultButton
from notifications.messages.results import AskReturnWords, ResultSentBack
from storage.tables.inspections import Inspection, Result
from storage.tables.registers import Scheme


def on_result_button(turn: Turn, button: ResultButton) -> Replies:
    acts = {
        ResultAct.VIEW: _view,
        ResultAct.SUBMIT: _submit,
        ResultAct.APPROVE: _approve,
        ResultAct.RETURN: _ask_return_words,
    }
    return acts[button.act](turn, button.inspection)


def on_return_words(turn: Turn) -> Replies:
    inspection_id = turn.talk.data["inspection"]
    if "department" in turn.talk.data:
        return on_findings_return_words(turn)
    result = return_result(turn.records, inspection_id, turn.incoming.text, by=turn.person, at=turn.at)
    turn.talk.end()
    name = object_name(turn.records, turn.records.get(Inspection, inspection_id))
    return (ResultSentBack(inspection=inspection_id, object=name, words=result.review_words, at=turn.at),)


def _view(turn: Turn, inspection_id: str) -> Replies:
    inspection = turn.records.get(Inspection, inspection_id)
    card = result_card(turn.records, inspection, turn.person, at=turn.at)
    turn.talk.end_about(inspection_id)
    return (card,)


def _submit(turn: Turn, inspection_id: str) -> Replies:
    submit_result(turn.records, inspection_id, by=turn.person, at=turn.at)
    return (submitted_card(turn.records, turn.records.get(Inspection, inspection_id)),)


def _approve(turn: Turn, inspection_id: str) -> Replies:
    approve_result(turn.records, inspection_id, by=turn.person, at=turn.at)
    return (published_card(turn.records, turn.records.get(Inspection, inspection_id)),)


def _ask_return_words(turn: Turn, inspection_id: str) -> Replies:
    inspection = turn.records.get(Inspection, inspection_id)
    require_reviewer(turn.records, inspection, turn.person)
    refuse_decided(turn.records.get(Result, inspection_id))
    turn.talk.step(TalkStep.ASK_RETURN_WORDS, inspection=inspection_id)
    departments = turn.records.get(Scheme, inspection.scheme_id).departments
    names = tuple((one, department_name(one, turn.person.language)) for one in departments)
    return (
        AskReturnWords(
            inspection=inspection_id,
            object=object_name(turn.records, inspection),
            departments=names if len(names) > 1 else (),
        ),
    )
