"""What a draw sets in motion: draw record, inspections, teams, assignments, leave requests, checklists, results."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from inspection.states import (
    AssignmentState,
    ChecklistState,
    CorrectionState,
    DepartmentReviewState,
    InspectionState,
    LeaveRequestState,
    ResultState,
    TeamState,
    TransferState,
)
from storage.tables.columns import json_list, json_object, state_column


class DrawRecord(SQLModel, table=True):
    """抽取记录: all that double-random/1 needs to be recomputed, as written, byte for byte (docs/draw-protocol.md)."""

    __tablename__ = "draw_record"
    __table_args__ = (Index("ix_draw_record_drawn_at", "drawn_at"),)

    id: str = Field(primary_key=True, max_length=16)
    scheme_id: str = Field(foreign_key="scheme.id", index=True)
    announcement: str = Field(sa_type=Text)
    objects: str = Field(sa_type=Text)
    inspectors: str = Field(sa_type=Text)
    exclusions: str = Field(sa_type=Text)
    secret: str
    """Hex. Shown to nobody; round by round its links go into the transcript."""
    transcript: str | None = Field(default=None, sa_type=Text)
    codes: str = Field(default="", sa_type=Text)
    """Where each firm of the range stands, as JSON lines sorted by `code`: SHA-256 of its credit code in hex, `object`
    or null, and `left_out`, the cause why it is not in the pool, or null."""
    announced_at: datetime
    announced_by: str
    drawn_at: datetime | None = None
    voided_at: datetime | None = None
    voided_by: str | None = None
    """None where the rule voided it: the seats could not all be filled."""
    void_reason: str = Field(default="", sa_type=Text)


class DrawSource(SQLModel, table=True):
    """公开输入: one announced source of a draw and what it gave. A value is final once `given_at` is set."""

    __tablename__ = "draw_source"

    draw_id: str = Field(primary_key=True, foreign_key="draw_record.id", max_length=16)
    number: int = Field(primary_key=True)
    """From 1, in the announced order."""
    name: str
    witness_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """Who gives the value; None for a public value, which two people enter without seeing each other's entry."""
    due: datetime
    first_value: str = ""
    """The first of the two entries, until the second confirms it or both are struck."""
    first_by: str | None = None
    value: str | None = None
    given_at: datetime | None = None
    given_by: str | None = None


class Selection(SQLModel, table=True):
    """选派记录: what this system did not draw: officers named by a head, or a draw that was held on another platform.

    `id` is `N-<scheme>-<n>`. Nothing here can be recomputed, and every page says so.
    """

    __tablename__ = "selection"

    id: str = Field(primary_key=True, max_length=16)
    scheme_id: str = Field(foreign_key="scheme.id", index=True)
    origin: str
    """`inspection.naming.Origin`: `named` or `elsewhere`."""
    reason: str = Field(default="", sa_type=Text)
    """Why the officers were named, in public words; empty for a draw elsewhere."""
    platform: str = ""
    """Where the draw was held, as people call it; empty for named officers."""
    batch: str = ""
    """The platform's own number of that draw."""
    evidence_digest: str = ""
    """SHA-256, hex, of the platform's own record of it, where one came along."""
    chosen_at: datetime
    entered_at: datetime
    entered_by: str | None = None
    """A person's id; None where a platform brought it through the API."""


class Inspection(SQLModel, table=True):
    """一户一次检查: `id` is `<scheme>.<object>`. Its objects and officers come from a draw of ours, or from a
    selection that is none; never from both."""

    __tablename__ = "inspection"
    __table_args__ = (
        CheckConstraint("(draw_id IS NULL) <> (selection_id IS NULL)", name="one_way_of_choosing"),
        Index("ix_inspection_of_scheme", "scheme_id", "id"),
    )

    id: str = Field(primary_key=True, max_length=26)
    scheme_id: str = Field(foreign_key="scheme.id")
    draw_id: str | None = Field(default=None, foreign_key="draw_record.id", index=True)
    selection_id: str | None = Field(default=None, foreign_key="selection.id", index=True)
    object_id: str = Field(foreign_key="registered_object.id", index=True)
    stratum: str
    items: list[str] = json_list()
    """The items of the scheme that this object was drawn for: one firm drawn for several gets one joint visit."""
    state: InspectionState = state_column(InspectionState, index=True)
    checklist_version: int | None = None
    """Pinned when the team is confirmed."""
    answers_revision: int = 0
    """Counts up with every change of the checklist, so that what was worked out from the answers is known as stale."""
    form_values: dict[str, str] = json_object()
    """What the checklist wrote by itself at a moment that does not come back (`inspection.forms.Filling.kept`)."""
    started_at: datetime | None = None
    ended_at: datetime | None = Field(default=None, index=True)
    gone_cause: str | None = None
    """`closed`, `revoked`, `cancelled` or `moved`, while the object is reported gone and after."""
    gone_reported_by: str | None = None
    moved_to: str | None = None
    """The code of the county that an object which moved within the prefecture was handed to."""
    replaced_by: str | None = None
    number: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Of the visits of the scheme, from 1: what it goes by while its firm is not named. 0 is older than this."""


class Team(SQLModel, table=True):
    """检查组 of one inspection."""

    __tablename__ = "team"

    inspection_id: str = Field(primary_key=True, foreign_key="inspection.id")
    state: TeamState = state_column(TeamState)
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None


class Seat(SQLModel, table=True):
    """席位: `id` is `<inspection>/<department>/<number>`; number 1 of the first department is the lead's."""

    __tablename__ = "seat"

    id: str = Field(primary_key=True, max_length=44)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    department: str
    number: int
    is_lead: bool = False


class Assignment(SQLModel, table=True):
    """派发: one person on one seat; `id` is `<seat>/<n>`, n counting the persons of that seat from 1."""

    __tablename__ = "assignment"
    __table_args__ = (
        # The figures of a year are counted from the index alone.
        Index("ix_assignment_span", "drawn_at", "person_id", "state", "round", "answered_at"),
        Index("ix_assignment_of_person", "person_id", "state"),
    )

    id: str = Field(primary_key=True, max_length=47)
    seat_id: str = Field(foreign_key="seat.id", index=True)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    round: int
    """The round of the draw that put the person here."""
    state: AssignmentState = state_column(AssignmentState, index=True)
    drawn_at: datetime
    notified_at: datetime | None = None
    answer_by: datetime | None = None
    answered_at: datetime | None = None
    left_at: datetime | None = None


class LeaveRequest(SQLModel, table=True):
    """回避申请 or 不能参加; `id` is `<assignment>/r<n>`. `words` are private: read by head and auditor only."""

    __tablename__ = "leave_request"

    id: str = Field(primary_key=True, max_length=50)
    assignment_id: str = Field(foreign_key="assignment.id", index=True)
    kind: str
    """`recusal` or `unavailability`."""
    ground: str
    words: str = Field(default="", sa_type=Text)
    state: LeaveRequestState = state_column(LeaveRequestState, index=True)
    filed_at: datetime
    decider_id: str | None = None
    decide_by: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    """None while pending, and when the rule or the stated default decided."""
    is_by_default: bool = False
    origin: str = "self"
    """`inspection.leave.Origin`."""
    filed_by: str | None = None
    """Who wrote down what the firm said; None where the firm itself did, or the officer asked."""
    answer_words: str = Field(default="", sa_type=Text)
    """What the head answers the firm."""
    stops_visit: bool = False
    """The head wants the visit to wait for the decision; the law alone does not stop it."""


class ChecklistPart(SQLModel, table=True):
    """One department's part of the joint checklist; `id` is `<inspection>/<department>`."""

    __tablename__ = "checklist_part"

    id: str = Field(primary_key=True, max_length=40)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    department: str
    state: ChecklistState = state_column(ChecklistState)
    finished_at: datetime | None = None
    finished_by: str | None = None


class Answer(SQLModel, table=True):
    """The present answer to one question; what it was before stands in the journal."""

    __tablename__ = "answer"

    part_id: str = Field(primary_key=True, foreign_key="checklist_part.id", max_length=40)
    question_id: str = Field(primary_key=True, max_length=16)
    """In a repeated group with its place there: `q7.2` is question 7 in the second of them."""
    value: str = Field(sa_type=Text)
    """As XForms writes it: `yes`, `a c`, `3.5`, `2026-11-26`, `44.9 82.07 0 0`; empty when it was taken back."""
    note: str = Field(default="", sa_type=Text)
    answered_at: datetime
    answered_by: str


class Photo(SQLModel, table=True):
    """证据: a picture or a document bound to a question; the bytes lie in the file store under their SHA-256."""

    __tablename__ = "photo"

    inspection_id: str = Field(primary_key=True, foreign_key="inspection.id", max_length=26)
    question_id: str = Field(primary_key=True, max_length=16)
    sha256: str = Field(primary_key=True, max_length=64)
    department: str
    receipt: str
    media_type: str
    size: int
    width: int
    height: int
    grade: str
    """`original` (sent as a file) or `recompressed` (sent as a picture)."""
    file_name: str = ""
    taken_at: str = ""
    """The camera's own claim (EXIF), without a zone, or empty: it proves nothing."""
    latitude: float | None = None
    longitude: float | None = None
    channel: str
    sent_by: str
    received_at: datetime
    check_in_at: datetime | None = None
    """The sender's newest check-in of this inspection when the photo came, as it was then; None without one."""
    check_in_latitude: float | None = None
    check_in_longitude: float | None = None
    check_in_distance_m: int | None = None
    """Metres from the registered address; None also where the register knows no place for it."""


class CheckIn(SQLModel, table=True):
    """到场签到: where an officer's phone said it was."""

    __tablename__ = "check_in"

    inspection_id: str = Field(primary_key=True, foreign_key="inspection.id", max_length=26)
    person_id: str = Field(primary_key=True)
    at: datetime = Field(primary_key=True)
    latitude: float
    longitude: float
    distance_m: int | None = None


class Result(SQLModel, table=True):
    """检查结果: the joint result of one inspection."""

    __tablename__ = "result"

    inspection_id: str = Field(primary_key=True, foreign_key="inspection.id", max_length=26)
    state: ResultState = state_column(ResultState, index=True)
    submitted_at: datetime | None = None
    submitted_by: str | None = None
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    review_words: str = Field(default="", sa_type=Text)
    returns: int = 0
    publicity_due: date | None = None
    published_at: datetime | None = None


class Finding(SQLModel, table=True):
    """One item's finding in a national category (`inspection.results.Category`)."""

    __tablename__ = "finding"

    inspection_id: str = Field(primary_key=True, foreign_key="inspection.id", max_length=26)
    item_id: str = Field(primary_key=True, foreign_key="inspection_item.id", max_length=14)
    department: str
    category: str
    methods: list[str] = json_list()
    follow_ups: list[str] = json_list()
    transfer_to: str | None = None
    words: str = Field(default="", sa_type=Text)
    entered_at: datetime
    entered_by: str


class DepartmentReview(SQLModel, table=True):
    """部门审核: what one department's own reviewer says of its findings; `id` is `<inspection>/<department>`."""

    __tablename__ = "department_review"

    id: str = Field(primary_key=True, max_length=40)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    department: str
    state: DepartmentReviewState = state_column(DepartmentReviewState, index=True)
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    words: str = Field(default="", sa_type=Text)
    """Why the findings were last returned: the team reads it."""
    returns: int = 0


class Correction(SQLModel, table=True):
    """异议与更正: an objection to what was published, and what came of it; `id` is `<inspection>/c<n>`. `words` and
    `contact` are private: read by whoever may decide."""

    __tablename__ = "correction"

    id: str = Field(primary_key=True, max_length=32)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    version: int
    """Of the publication that is objected to."""
    raised_by: str
    """`firm`, `other` or `office`, when we noticed it ourselves (`inspection.corrections`)."""
    words: str = Field(default="", sa_type=Text)
    contact: str = Field(default="", sa_type=Text)
    state: CorrectionState = state_column(CorrectionState, index=True)
    registered_at: datetime
    registered_by: str
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str = Field(default="", sa_type=Text)
    """Public: why it holds or does not."""
    departments: list[str] = json_list()
    """Whose findings are corrected."""
    corrected_at: datetime | None = None
    corrected_version: int | None = None
    """The publication that put it right, or ended it."""


class Transfer(SQLModel, table=True):
    """移送: opened when a result with such a follow-up is approved; `id` is `<inspection>/<item>`."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index("ix_transfer_to", "to_department", "state"),
        Index("ix_transfer_from", "from_department", "state"),
    )

    id: str = Field(primary_key=True, max_length=41)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    item_id: str
    from_department: str
    to_department: str
    summary: str = Field(default="", sa_type=Text)
    state: TransferState = state_column(TransferState)
    opened_at: datetime
    received_at: datetime | None = None
    received_by: str | None = None
    outcome: str = ""
    """`filed`, `not_filed`, or `kept` where the sender keeps what was returned; empty until it is closed."""
    outcome_words: str = Field(default="", sa_type=Text)
    moved_at: datetime | None = None
    closed_at: datetime | None = None


class Publication(SQLModel, table=True):
    """公示: the frozen bundle in the national shape, one row per version; what the public page shows. `kind` and
    `reason` say why there is another one (`inspection.corrections.PublicationKind`)."""

    __tablename__ = "publication"
    __table_args__ = (
        Index(
            "ix_publication_unsigned",
            "published_at",
            sqlite_where=text("signature IS NULL"),
            postgresql_where=text("signature IS NULL"),
        ),
        Index(
            "ix_publication_correction",
            "published_at",
            "inspection_id",
            sqlite_where=text("version > 1"),
            postgresql_where=text("version > 1"),
        ),
    )

    inspection_id: str = Field(primary_key=True, foreign_key="inspection.id", max_length=26)
    version: int = Field(primary_key=True)
    scheme_id: str = Field(index=True)
    object_name: str
    credit_code: str = Field(index=True)
    bundle: str = Field(sa_type=Text)
    digest: str
    due: date
    published_at: datetime = Field(index=True)
    signature: str | None = None
    """Ed25519 over the bundle's bytes, 128 hex digits; None until the signer has come round, a second later."""
    key_id: str | None = None
    kind: str = "result"
    reason: str = Field(default="", sa_type=Text)


class JournalLine(SQLModel, table=True):
    """Who did what, when, from which channel. Written by the same call that writes the data."""

    __tablename__ = "journal_line"
    __table_args__ = (
        # By this PostgreSQL also finds what begins with an id, which is how all of one inspection is gathered.
        Index("ix_journal_line_subject", "subject", postgresql_ops={"subject": "text_pattern_ops"}),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    actor: str | None = None
    """A person's id, or None when the clock or the rule did it."""
    channel: str
    verb: str
    subject: str
    details: dict[str, object] = json_object()
