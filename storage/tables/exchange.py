"""数据交换: to whom things are handed over, each of them with its frozen bytes, who may ask, and what others report."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from inspection.departments import PREFECTURE
from inspection.states import DeliveryState
from storage.tables.columns import json_list, state_column


class ExchangeTarget(SQLModel, table=True):
    """A platform that things are handed over to."""

    __tablename__ = "exchange_target"

    name: str = Field(primary_key=True, max_length=40)
    url: str = ""
    """Where deliveries are posted; empty for one that comes and asks for them."""
    kinds: list[str] = json_list()
    """Values of `inspection.exchange.DeliveryKind`; empty for all."""
    secret_from: str = ""
    """`file:<path>` or `env:<name>`: where the sender finds the secret. The secret itself is never in the store."""
    is_internal: bool = False
    """May have a private address and plain http, as on a government intranet."""
    is_active: bool = True
    changed_at: datetime


class Delivery(SQLModel, table=True):
    """One thing for one platform; `body` are the very bytes that were hashed and are sent. In the order of `number`."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("target", "id"),
        Index("ix_delivery_turn", "target", "state", "next_try_at"),
        Index("ix_delivery_subject", "target", "subject", "state"),
        Index("ix_delivery_state", "state", "number"),
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str
    """`inspection.exchange.delivery_id`."""
    target: str = Field(foreign_key="exchange_target.name", max_length=40)
    kind: str
    subject: str
    version: int
    body: bytes = Field(sa_type=LargeBinary)
    sha256: str
    state: DeliveryState = state_column(DeliveryState)
    attempts: int = 0
    created_at: datetime
    next_try_at: datetime
    claimed_until: datetime | None = None
    """While a sender has it in hand; one that dies leaves it to the next after this time."""
    settled_at: datetime | None = None
    """When it arrived or was given up."""
    last_status: int | None = None
    last_answer: str = Field(default="", sa_type=Text)
    """The beginning of what the platform said last, or why it could not be asked."""


class ApiToken(SQLModel, table=True):
    """A program of a department that may ask, or write, over the API; the token is kept only as its SHA-256."""

    __tablename__ = "api_token"

    id: str = Field(primary_key=True, max_length=12)
    digest: str = Field(unique=True)
    department: str
    district: str = Field(default=PREFECTURE, sa_column_kwargs={"server_default": PREFECTURE})
    """For which level of the department: the code of the prefecture, or of one county."""
    scopes: list[str] = json_list()
    target: str | None = Field(default=None, foreign_key="exchange_target.name", max_length=40)
    """The platform whose deliveries it may fetch and acknowledge."""
    label: str = ""
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """Who answers for the program; the token ends the moment that person leaves."""
    issued_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


class KeptAnswer(SQLModel, table=True):
    """What a request with an Idempotency-Key was answered: the same one again hears the same."""

    __tablename__ = "kept_answer"

    token_id: str = Field(primary_key=True, foreign_key="api_token.id", max_length=12)
    key: str = Field(primary_key=True, max_length=200)
    fingerprint: str
    """SHA-256 over method, path and body of that request."""
    status: int
    body: str = Field(sa_type=Text)
    at: datetime = Field(index=True)


class ReportedReceipt(SQLModel, table=True):
    """What the receiving department's own system said of a transfer: received, and later what came of it."""

    __tablename__ = "reported_receipt"

    transfer_id: str = Field(primary_key=True, foreign_key="transfer.id", max_length=41)
    token_id: str = Field(foreign_key="api_token.id", max_length=12)
    reference: str = ""
    """The number under which the other side keeps it."""
    received_at: datetime
    outcome: str | None = None
    """`case_filed`, `no_case` or `returned`."""
    words: str = Field(default="", sa_type=Text)
    outcome_at: datetime | None = None


class ForeignBatch(SQLModel, table=True):
    """A draw that was made elsewhere and brought in: what came, and what it became here."""

    __tablename__ = "foreign_batch"

    platform: str = Field(primary_key=True, max_length=60)
    batch: str = Field(primary_key=True, max_length=60)
    digest: str
    """SHA-256 over the batch as it was understood, so that the same by another road is the same."""
    scheme_id: str = Field(foreign_key="scheme.id", max_length=10)
    selection_id: str = Field(foreign_key="selection.id", max_length=16)
    content: str = Field(sa_type=Text)
    """That batch, as canonical JSON."""
    brought_at: datetime
    brought_by: str
    """A person's id, or `token:<id>`."""
