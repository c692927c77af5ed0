"""What anybody can ask at any time: my tasks, where am I, help; and an answer to words nobody expected."""

from handlers.talk import TalkState
from handlers.turn import Replies, Turn
from handlers.where_field import where_in_field
from inspection.roles import Role
from inspection.states import AssignmentState
from notifications.messages.desk import Help, NotCarried, NotUnderstood, TaskLine, TaskList, Where
from storage import assignments, desk
from storage.tables.inspections import Assignment, Inspection
from storage.tables.registers import RegisteredObject, Scheme

SHOWN_OF_UNKNOWN_WORDS = 60
_NOW = {
    TalkState.LEAVE_WORDS: "now_leave_words",
    TalkState.SEND_BACK_WORDS: "now_send_back_words",
    TalkState.PUBLIC_NUMBER: "now_public_number",
}


def show_tasks(turn: Turn) -> Replies:
    """My assignments, those that want an answer first."""
    held = assignments.live_of_person(turn.records, turn.person.id)
    held.sort(key=lambda one: (one[0].state is not AssignmentState.NOTIFIED, one[0].answer_by or turn.at))
    lines = tuple(
        TaskLine(assignment.id, registered.name, assignment.state.value, assignment.answer_by)
        for assignment, _inspection, registered in held
    )
    return (TaskList(tasks=lines),)


def show_where(turn: Turn) -> Replies:
    """Where I am and what is next; the field's own answer comes first, since a visit can't wait."""
    in_field = where_in_field(turn)
    return (in_field,) if in_field is not None else (_where(turn),)


def show_help(turn: Turn) -> Replies:
    return (Help(roles=tuple(turn.person.roles)),)


def on_unknown_words(turn: Turn) -> Replies:
    """Nothing asked for these words: say what was read and what is possible, and keep the conversation as it is."""
    text = " ".join(turn.incoming.text.split())
    shown = text if len(text) <= SHOWN_OF_UNKNOWN_WORDS else text[:SHOWN_OF_UNKNOWN_WORDS] + "…"
    return (NotUnderstood(text=shown),)


def on_unsupported(turn: Turn) -> Replies:
    return (NotCarried(),)


def _where(turn: Turn) -> Where:
    held = assignments.live_of_person(turn.records, turn.person.id)
    states = [assignment.state for assignment, _inspection, _registered in held]
    waiting = [one for one in held if one[0].state is AssignmentState.NOTIFIED]
    requests = desk.requests_to_decide(turn.records, turn.person.id)
    first = waiting[0] if waiting else None
    return Where(
        now=_now(turn, waiting=bool(waiting), requests=requests, held=bool(held)),
        object=_object_in_talk(turn) or (first[2].name if first else ""),
        answer_by=first[0].answer_by if first else None,
        waiting=len(waiting),
        accepted=states.count(AssignmentState.ACCEPTED),
        confirmed=states.count(AssignmentState.CONFIRMED),
        requests=requests,
    )


def _now(turn: Turn, *, waiting: bool, requests: int, held: bool) -> str:
    if turn.talk.state in _NOW:
        return _NOW[turn.talk.state]
    if waiting:
        return "now_answer"
    if requests:
        return "now_decide"
    if held:
        return "now_team"
    if Role.OPERATOR in turn.person.roles:
        return "now_scheme"
    return "now_idle"


def _object_in_talk(turn: Turn) -> str:
    data = turn.talk.data
    if "assignment" in data:
        assignment = turn.records.find(Assignment, data["assignment"])
        inspection = turn.records.find(Inspection, assignment.inspection_id) if assignment else None
        registered = turn.records.find(RegisteredObject, inspection.object_id) if inspection else None
        return registered.name if registered else ""
    scheme = turn.records.find(Scheme, data["scheme"]) if "scheme" in data else None
    return scheme.name if scheme else ""
