"""Several answers of any kind in one message, each with its number and a colon."""

from actions.checklist_cards import own_entries
from actions.stray_cards import POSSIBLE
from actions.written_answers import answer_written
from handlers.turn import Replies, Turn
from handlers.visit_meant import visit_meant
from inspection.checklists import missing
from inspection.refusals import Unacceptable
from inspection.short_answers import WrittenAnswer, read_written_answers
from notifications.messages.answers import ValuesKept
from storage import checklists, visits
from storage.tables.inspections import Inspection


def are_written_answers(turn: Turn) -> bool:
    """Whether typed words are such answers, by somebody who has a visit to answer for: one of them at least to a
    question that is not answered 是 or 否, for those have a way of their own. A single one counts only where nothing
    else is asked for: it may be the words themselves."""
    written = read_written_answers(turn.incoming.text)
    if written is None or (len(written) == 1 and turn.talk.data):
        return False
    if not visits.ever_visited(turn.records, turn.person.id, *POSSIBLE):
        return False
    inspection = visit_meant(turn)
    return inspection is not None and any(_is_of_another_kind(turn, inspection, one) for one in written)


def _is_of_another_kind(turn: Turn, inspection: Inspection, one: WrittenAnswer) -> bool:
    found = checklists.question_by_number(turn.records, inspection, one.number)
    return found is not None and not found[0].question.is_compliance


def on_written_answers(turn: Turn) -> Replies:
    """Records them one by one and reports."""
    written, inspection = read_written_answers(turn.incoming.text), visit_meant(turn)
    if written is None or inspection is None:
        raise Unacceptable("which_visit")
    done = answer_written(turn.records, inspection.id, written, by=turn.person, at=turn.at)
    open_ones = tuple(
        entry.number for entry, _gaps in missing(own_entries(turn.records, inspection, turn.person))
    )
    return (ValuesKept(inspection.id, done.kept, done.left, open_ones),)
