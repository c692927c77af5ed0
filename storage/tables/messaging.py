"""How words come in and go out: inbox, outbox, conversations, accounts, due work, the web chat's own messages."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from inspection.states import PaperOrderState, SignInState, StrayState
from storage import traces
from storage.tables.columns import json_object, state_column


class InboxState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    QUARANTINED = "quarantined"


class OutboxState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    DROPPED = "dropped"
    """No longer true when its turn came; never sent."""
    DEAD = "dead"
    """Could not be delivered; an operator sees it and may send it again."""


class InboxUpdate(SQLModel, table=True):
    """One update as it came, stored before it is acknowledged; (channel, update_id) makes a repeat harmless."""

    __tablename__ = "inbox_update"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index("ix_inbox_update_turn", "state", "id"),
        Index(
            "ix_inbox_update_open",
            "channel",
            "chat",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    update_id: str
    chat: str
    body: dict[str, Any] = json_object()
    """`notifications.incoming.Incoming` as JSON."""
    state: InboxState = state_column(InboxState)
    attempts: int = 0
    error: str = Field(default="", sa_type=Text)
    received_at: datetime
    done_at: datetime | None = None


class OutboxLine(SQLModel, table=True):
    """One message to one person; `key` is made from what caused it, so that doing it twice adds nothing."""

    __tablename__ = "outbox_line"
    __table_args__ = (
        Index("ix_outbox_line_queue", "state", "addressee", "id"),
        Index("ix_outbox_line_turn", "state", "is_reply", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    addressee: str
    """Whose queue it stands in: a person's id, or `channel:chat` of somebody unknown or of a group. A queue is sent in
    order, one line after the other."""
    is_reply: bool = False
    """The person said something a moment ago and waits; goes before notices to others."""
    person_id: str | None = Field(default=None, index=True)
    channel: str | None = None
    """With `chat`: where it must go. Both None: wherever the person was last."""
    chat: str | None = None
    kind: str
    slot: str | None = None
    """Messages of one slot in one chat replace each other in place instead of stacking."""
    body: dict[str, Any] = json_object()
    """`notifications.outgoing.Outgoing` as JSON."""
    subject: str | None = Field(default=None, index=True)
    while_state: str | None = None
    """With `subject` (an assignment's id): sent only while that assignment is in this state."""
    state: OutboxState = state_column(OutboxState)
    attempts: int = 0
    error: str = Field(default="", sa_type=Text)
    created_at: datetime
    due_at: datetime
    claimed_until: datetime | None = None
    """While a deliverer has it in hand; a deliverer that dies leaves it to the next one after this time."""
    sent_at: datetime | None = None
    message_id: str | None = None
    parts_sent: int = 0
    """Of a text that goes out in several messages: how many of them have arrived."""
    trace: str | None = None
    """The mark of what caused it (`storage.traces`), by which the log is searched."""
    asked_at: datetime | None = None
    """Of a reply: when the person said what it answers."""


class AwaitedFileState(StrEnum):
    AWAITED = "awaited"
    HERE = "here"
    LOST = "lost"


class AwaitedFile(SQLModel, table=True):
    """A picture that was sent, and whose bytes still lie with the messenger; they are fetched beside the
    conversation, which goes on meanwhile."""

    __tablename__ = "awaited_file"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index("ix_awaited_file_turn", "state", "due_at"),
        Index("ix_awaited_file_album", "channel", "chat", "album"),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    chat: str
    update_id: str
    person_id: str = Field(foreign_key="person.id", index=True)
    body: dict[str, Any] = json_object()
    """The `Incoming` that brought it."""
    album: str = ""
    inspection_id: str | None = None
    question_id: str | None = None
    """What it was for when it came, where that was certain."""
    state: AwaitedFileState = state_column(AwaitedFileState)
    attempts: int = 0
    error: str = Field(default="", sa_type=Text)
    received_at: datetime
    due_at: datetime
    claimed_until: datetime | None = None


class Stray(SQLModel, table=True):
    """Something a person sent (words, a picture, a place) of which it was not certain what it is for: kept, and the
    person is asked."""

    __tablename__ = "stray"
    __table_args__ = (UniqueConstraint("channel", "update_id"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    chat: str
    update_id: str
    person_id: str = Field(foreign_key="person.id", index=True)
    body: dict[str, Any] = json_object()
    """The `Incoming` that brought it; of a picture with its bytes in the file store."""
    state: StrayState = state_column(StrayState)
    inspection_id: str | None = None
    question_id: str | None = None
    """Where it found its place."""
    received_at: datetime
    settled_at: datetime | None = None


class PaperOrder(SQLModel, table=True):
    """A paper or a picture that somebody asked for in a chat; it is made beside the conversation and sent there."""

    __tablename__ = "paper_order"
    __table_args__ = (
        Index("ix_paper_order_turn", "state", "due_at"),
        Index("ix_paper_order_place", "channel", "chat", "inspection_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    inspection_id: str | None = Field(default=None, foreign_key="inspection.id")
    """Of a paper; None for a picture."""
    scheme_id: str | None = Field(default=None, foreign_key="scheme.id")
    """Of the picture of a scheme."""
    kind: str
    """`notifications.buttons.papers.PaperKind`, or `notifications.buttons.pictures.PictureKind`."""
    person_id: str = Field(foreign_key="person.id")
    channel: str
    chat: str
    """Where it was asked for, and where it is sent."""
    state: PaperOrderState = state_column(PaperOrderState)
    attempts: int = 0
    error: str = Field(default="", sa_type=Text)
    ordered_at: datetime
    due_at: datetime
    claimed_until: datetime | None = None
    """While a printer has it in hand; one that dies leaves it to the next after this time."""
    sha256: str | None = None
    """Of the paper, which lies in the file store."""
    settled_at: datetime | None = None
    trace: str | None = Field(default_factory=traces.trace)
    """The mark of what ordered it."""


class TeamGroup(SQLModel, table=True):
    """A chat of several people that hears the news of one team, because its lead wished so."""

    __tablename__ = "team_group"

    channel: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    bound_by: str = Field(foreign_key="person.id")
    bound_at: datetime
    left_at: datetime | None = None


class SentMessage(SQLModel, table=True):
    """Where the last message of a slot stands in a chat, so that it can be edited in place."""

    __tablename__ = "sent_message"

    channel: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    slot: str = Field(primary_key=True)
    message_id: str


class CardCode(SQLModel, table=True):
    """What a messenger wants to see before it changes a card that it has shown: good once, and for a time."""

    __tablename__ = "card_code"

    channel: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    code: str
    given_at: datetime
    used_by: str | None = None
    """The key of the letter that it was shown for; a second try of the same letter may show it again."""


class PaceMark(SQLModel, table=True):
    """How many messages may go out at once to one chat, counted by all who send (`storage.paces`); of all chats
    together where `chat` is empty. Forgotten when the chat has been quiet for a while."""

    __tablename__ = "pace_mark"

    channel: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    tokens: float
    at: float
    """When they were counted, in seconds since 1970."""
    held_until: float
    """Until when the messenger wants to hear nothing, likewise; 0 for never."""


class Conversation(SQLModel, table=True):
    """Which question a person is on in a chat (the states group of `handlers.talk`, with its data)."""

    __tablename__ = "conversation"

    channel: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    state: str
    data: dict[str, Any] = json_object()
    updated_at: datetime


class ChannelAccount(SQLModel, table=True):
    """A person's numeric or directory id on a messenger; never a @username."""

    __tablename__ = "channel_account"

    channel: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    enrolled_at: datetime
    last_used_at: datetime
    unreachable_since: datetime | None = None
    revoked_at: datetime | None = None


class EnrolmentCode(SQLModel, table=True):
    """A one-time code, kept only as its SHA-256."""

    __tablename__ = "enrolment_code"

    digest: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    department: str = ""
    """Where the person was when it was made: whoever has moved needs a new one."""
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class DueWork(SQLModel, table=True):
    """Something to be done at a time: the truth behind every deadline; the scheduler only ticks."""

    __tablename__ = "due_work"
    __table_args__ = (
        Index(
            "ix_due_work_pending",
            "due_at",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_due_work_person", "person_id", "done_at", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    subject: str = Field(index=True)
    due_at: datetime
    done_at: datetime | None = None
    outcome: str | None = None
    """`done`, `cancelled` (an answer came first), `missed: superseded` (a later one of the same matter came due too, as
    after an outage), `superseded: …` (the rules refused it by then), `failed`, or of a reminder `told:<id>`: the id of
    the work whose message it went out with."""
    person_id: str | None = None
    """Whom a reminder is for; what falls due for one person at about the same time is said in one message."""


class WebMessage(SQLModel, table=True):
    """The web chat's own messages: for that channel this table is the messenger."""

    __tablename__ = "web_message"
    __table_args__ = (
        UniqueConstraint("chat", "revision"),
        UniqueConstraint("chat", "update_id"),
        Index("ix_web_message_slot", "chat", "slot"),
    )

    id: int | None = Field(default=None, primary_key=True)
    chat: str = Field(index=True)
    revision: int
    """Counts every new or changed message of the chat, from 1; a browser asks for what is newer than it has."""
    is_mine: bool
    """True when the person wrote it."""
    update_id: str | None = None
    slot: str | None = None
    body: dict[str, Any] = json_object()
    at: datetime


class WebSession(SQLModel, table=True):
    """A browser that signed in; the cookie's token is kept only as its SHA-256, and changes while the session lasts.

    A new token is `next_digest` until the browser has shown it once, for the answer that brought it may be lost;
    the one before is good for a moment more, for what was on its way meanwhile.
    """

    __tablename__ = "web_session"

    id: str = Field(primary_key=True)
    """The digest of its first token: names the session without opening it."""
    digest: str = Field(index=True)
    next_digest: str | None = Field(default=None, index=True)
    previous_digest: str | None = Field(default=None, index=True)
    chat: str = Field(index=True)
    browser: str = ""
    """What the browser calls itself, cut short: so that its person knows it again."""
    made_at: datetime
    rotated_at: datetime
    """When the newest token was taken into use."""
    last_used_at: datetime
    idle_until: datetime
    expires_at: datetime


class SignInRequest(SQLModel, table=True):
    """A browser that shows a short code and waits until somebody confirms it in a chat; neither the browser's token
    nor the code is kept, only their SHA-256."""

    __tablename__ = "sign_in_request"

    id: int | None = Field(default=None, primary_key=True)
    browser_digest: str = Field(unique=True)
    code_digest: str = Field(unique=True)
    browser: str = ""
    asked_at: datetime
    expires_at: datetime
    state: SignInState = state_column(SignInState)
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """Who sent the code in a chat: nobody else may confirm it."""


class Setting(SQLModel, table=True):
    """Small values that must outlive a restart, such as the demo clock's offset."""

    __tablename__ = "setting"

    name: str = Field(primary_key=True)
    value: str
