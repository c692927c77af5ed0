"""Which question a person is on in a chat: a states group, with state and data stored per chat and person.

The idea is aiogram's; the table is `transitions`', as every other status. A button or a command may interrupt any
question, for it carries all it needs; only typed words are read in the light of the state.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from inspection.states import next_state, table
from storage import people
from storage.store import Records
from storage.tables.messaging import Conversation


class TalkState(StrEnum):
    IDLE = "idle"
    LEAVE_WORDS = "leave_words"
    SEND_BACK_WORDS = "send_back_words"
    PUBLIC_VALUE = "public_value"
    PUBLIC_VALUE_NAME = "public_value_name"
    VOID_REASON = "void_reason"
    ORDER_WORDS = "order_words"
    QUESTION = "question"
    NOTE_WORDS = "note_words"
    FINDING_WORDS = "finding_words"
    RETURN_WORDS = "return_words"
    MATTER_WORDS = "matter_words"
    """Words about a scheme or a clue; `purpose` of the data says which (`handlers.matter_words`)."""
    APPROVAL_WORDS = "approval_words"
    FIRM_WORDS = "firm_words"
    ANSWER_WORDS = "answer_words"
    FOLLOW_UP_WORDS = "follow_up_words"


class TalkStep(StrEnum):
    ASK_LEAVE_WORDS = "ask_leave_words"
    ASK_SEND_BACK_WORDS = "ask_send_back_words"
    ASK_PUBLIC_VALUE = "ask_public_value"
    ASK_PUBLIC_VALUE_NAME = "ask_public_value_name"
    ASK_VOID_REASON = "ask_void_reason"
    ASK_ORDER_WORDS = "ask_order_words"
    SHOW_QUESTION = "show_question"
    ASK_NOTE = "ask_note"
    ASK_FINDING_WORDS = "ask_finding_words"
    ASK_RETURN_WORDS = "ask_return_words"
    ASK_APPROVAL_WORDS = "ask_approval_words"
    ASK_FIRM_WORDS = "ask_firm_words"
    ASK_ANSWER_WORDS = "ask_answer_words"
    ASK_MATTER_WORDS = "ask_matter_words"
    ASK_FOLLOW_UP_WORDS = "ask_follow_up_words"
    END = "end"


_ANY = tuple(TalkState)
TALK = table(
    "talk",
    "会话",
    TalkState.IDLE,
    TalkStep,
    [
        (TalkStep.ASK_LEAVE_WORDS, _ANY, TalkState.LEAVE_WORDS),
        (TalkStep.ASK_SEND_BACK_WORDS, _ANY, TalkState.SEND_BACK_WORDS),
        (TalkStep.ASK_PUBLIC_VALUE, _ANY, TalkState.PUBLIC_VALUE),
        (TalkStep.ASK_PUBLIC_VALUE_NAME, _ANY, TalkState.PUBLIC_VALUE_NAME),
        (TalkStep.ASK_VOID_REASON, _ANY, TalkState.VOID_REASON),
        (TalkStep.ASK_ORDER_WORDS, _ANY, TalkState.ORDER_WORDS),
        (TalkStep.SHOW_QUESTION, _ANY, TalkState.QUESTION),
        (TalkStep.ASK_NOTE, (TalkState.IDLE, TalkState.QUESTION, TalkState.NOTE_WORDS), TalkState.NOTE_WORDS),
        (TalkStep.ASK_FINDING_WORDS, _ANY, TalkState.FINDING_WORDS),
        (TalkStep.ASK_RETURN_WORDS, _ANY, TalkState.RETURN_WORDS),
        (TalkStep.ASK_APPROVAL_WORDS, _ANY, TalkState.APPROVAL_WORDS),
        (TalkStep.ASK_FIRM_WORDS, _ANY, TalkState.FIRM_WORDS),
        (TalkStep.ASK_ANSWER_WORDS, _ANY, TalkState.ANSWER_WORDS),
        (TalkStep.ASK_MATTER_WORDS, _ANY, TalkState.MATTER_WORDS),
        (TalkStep.ASK_FOLLOW_UP_WORDS, _ANY, TalkState.FOLLOW_UP_WORDS),
        (TalkStep.END, _ANY, TalkState.IDLE),
    ],
)


@dataclass
class Talk:
    """The present state with its data, such as which assignment the words will be about."""

    state: TalkState = TalkState.IDLE
    data: dict[str, str] = field(default_factory=dict)

    def step(self, step: TalkStep, **data: str) -> None:
        """Takes one step; `data` replaces what was kept before."""
        self.state = next_state(TALK, self.state, step)
        self.data = data

    def end(self) -> None:
        self.step(TalkStep.END)

    def end_about(self, inspection_id: str) -> None:
        """Ends what is being asked about this visit; a question of another one stays on the screen."""
        if self.data.get("inspection") == inspection_id:
            self.end()


def load_talk(records: Records, channel: str, chat: str, person_id: str) -> Talk:
    """The stored conversation, or a new idle one; a state that no longer exists reads as idle."""
    row = people.talk_of(records, channel, chat, person_id)
    if row is None or row.state not in {state.value for state in TalkState}:
        return Talk()
    return Talk(TalkState(row.state), dict(row.data))


def save_talk(records: Records, channel: str, chat: str, person_id: str, talk: Talk, *, at: datetime) -> None:
    """Writes the conversation in the transaction of the update that moved it."""
    row = people.talk_of(records, channel, chat, person_id)
    if row is None:
        row = Conversation(channel=channel, chat=chat, person_id=person_id, state=talk.state, updated_at=at)
        people.begin_talk(records, row)
    row.state, row.data, row.updated_at = talk.state.value, dict(talk.data), at
