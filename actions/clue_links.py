"""What becomes of clues with the scheme that looks into them."""

from datetime import datetime

from actions.deadlines import end_deadline
from inspection.deadlines.rules import RuleName
from inspection.states import CLUE, ClueState, ClueStep
from storage import clues
from storage.store import Records
from storage.tables.registers import Person, Scheme


def take_up_clues(records: Records, scheme: Scheme, *, by: Person, at: datetime) -> None:
    """A special check was approved: the clues that led to it need no decision of their own any more."""
    for clue in clues.of_scheme(records, scheme.id):
        if clue.state is ClueState.RECEIVED:
            end_deadline(records, RuleName.CLUE_DECISION, clue.id, at=at, by=by)
            records.move(CLUE, clue, ClueStep.TAKE_UP, by=by.id, at=at, scheme=scheme.id)
            clue.decided_at, clue.decided_by = at, by.id


def close_clues(records: Records, scheme: Scheme, *, at: datetime) -> None:
    """The last result of the scheme is public: what it looked into is done."""
    for clue in clues.of_scheme(records, scheme.id):
        if clue.state is ClueState.UNDER_WAY:
            records.move(CLUE, clue, ClueStep.CLOSE, by=None, at=at, scheme=scheme.id)
            clue.closed_at = at


def give_back_clues(records: Records, scheme: Scheme, *, by: Person, at: datetime) -> None:
    """The scheme was given up: its clues wait for a decision again."""
    for clue in clues.of_scheme(records, scheme.id):
        if clue.state in (ClueState.APPROVED, ClueState.UNDER_WAY):
            records.move(CLUE, clue, ClueStep.GIVE_BACK, by=by.id, at=at, scheme=scheme.id)
            clue.decided_at, clue.decided_by = None, None
        clue.scheme_id = None
