"""What one department found: seen by its reviewer, agreed to, or returned with words to that department alone."""

from actions.department_reviews import (
    agree_findings,
    agreed_card,
    findings_card,
    is_own_reviewer,
    require_returnable,
    return_findings,
    sent_back_card,
)
from actions.field_cards import object_name
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from notifications.buttons.results import DepartmentReviewAct, DepartmentReviewButton
from notifications.messages.results import AskReturnWords
from storage.tables.inspections import DepartmentReview, Inspection


def on_department_review_button(turn: Turn, button: DepartmentReviewButton) -> Replies:
    acts = {
        DepartmentReviewAct.VIEW: _view,
        DepartmentReviewAct.AGREE: _agree,
        DepartmentReviewAct.RETURN: _ask_words,
    }
    return acts[button.act](turn, button.inspection, button.department)


def on_findings_return_words(turn: Turn) -> Replies:
    inspection_id, department = turn.talk.data["inspection"], turn.talk.data["department"]
    inspection = turn.records.get(Inspection, inspection_id)
    is_joint = not is_own_reviewer(turn.records, inspection, department, turn.person)
    review = return_findings(
        turn.records, inspection_id, department, turn.incoming.text, by=turn.person, at=turn.at
    )
    turn.talk.end()
    return (sent_back_card(turn.records, inspection, review, is_joint=is_joint),)


def _view(turn: Turn, inspection_id: str, department: str) -> Replies:
    inspection = turn.records.get(Inspection, inspection_id)
    review = turn.records.get(DepartmentReview, f"{inspection_id}/{department}")
    card = findings_card(turn.records, inspection, review, turn.person)
    turn.talk.end_about(inspection_id)
    return (card,)


def _agree(turn: Turn, inspection_id: str, department: str) -> Replies:
    review = agree_findings(turn.records, inspection_id, department, by=turn.person, at=turn.at)
    inspection = turn.records.get(Inspection, inspection_id)
    return (agreed_card(turn.records, inspection, review),)


def _ask_words(turn: Turn, inspection_id: str, department: str) -> Replies:
    inspection = turn.records.get(Inspection, inspection_id)
    require_returnable(turn.records, inspection, department, turn.person)
    is_joint = not is_own_reviewer(turn.records, inspection, department, turn.person)
    turn.talk.step(TalkStep.ASK_RETURN_WORDS, inspection=inspection_id, department=department)
    return (
        AskReturnWords(
            inspection=inspection_id,
            object=object_name(turn.records, inspection),
            department=department,
            is_joint=is_joint,
        ),
    )
