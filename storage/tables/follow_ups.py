"""What stands around a visit and after it: approvals, notices, follow-ups, crimes, and what the credit classes hear."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from inspection.states import ApprovalState, CrimeState, FeedbackState, FollowUpState, NoticeState
from storage.tables.columns import json_list, state_column


class InspectionApproval(SQLModel, table=True):
    """行政检查审批: `id` is `<inspection>/<department>`, one for each authority that takes part in the visit."""

    __tablename__ = "inspection_approval"
    __table_args__ = (Index("ix_inspection_approval_desk", "department", "state", "scheme_id"),)

    id: str = Field(primary_key=True, max_length=40)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    scheme_id: str = Field(foreign_key="scheme.id")
    department: str
    state: ApprovalState = state_column(ApprovalState)
    asked_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    words: str = Field(default="", sa_type=Text)
    """Why it was refused."""
    urgent_at: datetime | None = None
    """The visit started before the head's word; it stays here once the approval was made up."""
    urgent_by: str | None = None
    nudged_at: datetime | None = None


class InspectionNotice(SQLModel, table=True):
    """行政检查通知书 of one visit, with how it was served."""

    __tablename__ = "inspection_notice"

    inspection_id: str = Field(primary_key=True, foreign_key="inspection.id", max_length=26)
    number: str
    code: str = Field(index=True, unique=True)
    """Stands on the notice: whoever holds the paper may apply for recusal with it."""
    state: NoticeState = state_column(NoticeState)
    issued_at: datetime
    issued_by: str
    check_url: str | None = None
    """Where the public may check that this visit is one of ours; printed where it is known."""
    service: str = ""
    """`inspection.follow_ups.Service`."""
    served_at: datetime | None = None
    served_by: str | None = None


class DocumentNumber(SQLModel, table=True):
    """文号: the n-th document of a kind that an authority made in a year, without a gap."""

    __tablename__ = "document_number"
    __table_args__ = (UniqueConstraint("kind", "subject"),)

    kind: str = Field(primary_key=True, max_length=20)
    department: str = Field(primary_key=True, max_length=12)
    year: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    subject: str
    at: datetime


class FollowUpMatter(SQLModel, table=True):
    """后续处理 that one department does itself. `id` is `<inspection>/<item>/<r|d|l>` or `<inspection>/p<n>`."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("ix_follow_up_desk", "department", "state"),)

    id: str = Field(primary_key=True, max_length=44)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    item_id: str = ""
    kind: str
    """`inspection.follow_ups.FollowUpKind`."""
    department: str
    owner_id: str | None = None
    """The officer who found it."""
    state: FollowUpState = state_column(FollowUpState)
    words: str = Field(default="", sa_type=Text)
    """What was found; of a joint punishment its basis."""
    opened_at: datetime
    opened_by: str | None = None
    ordered_at: datetime | None = None
    ordered_by: str | None = None
    order_words: str = Field(default="", sa_type=Text)
    is_immediate: bool = False
    due_at: datetime | None = None
    extended_at: datetime | None = None
    extension_words: str = Field(default="", sa_type=Text)
    reported_at: datetime | None = None
    report_words: str = Field(default="", sa_type=Text)
    rechecked_at: datetime | None = None
    rechecked_by: str | None = None
    recheck_method: str = ""
    """`visit` or `documents`."""
    cap_exemption: str | None = None
    """A visit to check again takes nothing from the firm's yearly cap (`inspection.frequency.CapExemption`)."""
    outcome_words: str = Field(default="", sa_type=Text)
    moved_at: datetime
    closed_at: datetime | None = None


class SuspectedCrime(SQLModel, table=True):
    """涉嫌犯罪案件: `id` is `<inspection>/c<n>`. `words` are private: its group, head and liaisons read them."""

    __tablename__ = "suspected_crime"
    __table_args__ = (Index("ix_suspected_crime_desk", "department", "state"),)

    id: str = Field(primary_key=True, max_length=30)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    item_id: str = ""
    department: str
    state: CrimeState = state_column(CrimeState)
    words: str = Field(default="", sa_type=Text)
    group: list[str] = json_list()
    """The two officers who form the group, by person id."""
    decider_id: str
    reported_at: datetime
    reported_by: str
    decided_at: datetime | None = None
    decision_words: str = Field(default="", sa_type=Text)
    handed_over_at: datetime | None = None
    handed_over_by: str | None = None
    receipt: str = ""
    """The number of the police's receipt."""
    copied_at: datetime | None = None
    """When the procuratorate was sent its copy."""
    answered_at: datetime | None = None
    answer_words: str = Field(default="", sa_type=Text)
    moved_at: datetime


class CreditFeedback(SQLModel, table=True):
    """信用反馈: what one published result says about a firm to whoever keeps the credit classes."""

    __tablename__ = "credit_feedback"

    inspection_id: str = Field(primary_key=True, foreign_key="inspection.id", max_length=26)
    object_id: str = Field(foreign_key="registered_object.id", index=True)
    department: str
    result: str
    """`problem`, `none` or `uncooperative`."""
    direction: str
    """`lower`, `keep` or `raise` the firm's standing; a suggestion."""
    state: FeedbackState = state_column(FeedbackState, index=True)
    made_at: datetime
    moved_at: datetime


class FollowUpDocument(SQLModel, table=True):
    """A document of a follow-up, a transfer or a crime; the bytes lie in the file store under their SHA-256."""

    __tablename__ = "follow_up_document"

    subject: str = Field(primary_key=True, max_length=44)
    sha256: str = Field(primary_key=True, max_length=64)
    file_name: str
    media_type: str
    size: int
    added_at: datetime
    added_by: str
