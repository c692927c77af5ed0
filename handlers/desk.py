"""What anybody can ask at any time: my tasks, help; and an answer to words nobody expected."""

from handlers.turn import Replies, Turn
from inspection.states import AssignmentState
from inspection.words import without_hidden
from notifications.messages.desk import Help, NotCarried, NotUnderstood, TaskLine, TaskList
from storage import assignments

SHOWN_OF_UNKNOWN_WORDS = 60


def show_tasks(turn: Turn) -> Replies:
    """My assignments, those that want an answer first."""
    held = assignments.live_of_person(turn.records, turn.person.id)
    held.sort(key=lambda one: (one[0].state is not AssignmentState.NOTIFIED, one[0].answer_by or turn.at))
    lines = tuple(
        TaskLine(assignment.id, registered.name, assignment.state.value, assignment.answer_by)
        for assignment, _inspection, registered in held
    )
    return (TaskList(tasks=lines),)


def show_help(turn: Turn) -> Replies:
    return (Help(roles=tuple(turn.person.roles)),)


def on_unknown_words(turn: Turn) -> Replies:
    """Nothing asked for these words: say what was read and what is possible, and keep the conversation as it is."""
    text = " ".join(without_hidden(turn.incoming.text).split())
    shown = text if len(text) <= SHOWN_OF_UNKNOWN_WORDS else text[:SHOWN_OF_UNKNOWN_WORDS] + "…"
    return (NotUnderstood(text=shown),)


def on_unsupported(turn: Turn) -> Replies:
    return (NotCarried(),)
