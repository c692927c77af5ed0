"""What goes in and out of the API, field by field; times are UTC with a Z, days are Beijing's. No officer's name, no
telephone number and no complaint has a field here."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from inspection.exchange import iso
from web.api.operation import Query

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str, when_used="json")]
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _within_reason(at: datetime) -> datetime:
    """Before our time is the beginning of it: no store can reckon with the year 1 in another zone."""
    if at.year <= _FIRST.year:
        return _FIRST
    return _LAST if at.year >= _LAST.year else at.astimezone(UTC)


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not hold the sign NUL")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]


class PageQuery(Query):
    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    cursor: Text | None = Field(None, max_length=400, description="`next_cursor` of the page before.")


class ChangedQuery(PageQuery):
    updated_since: Annotated[AwareDatetime, AfterValidator(_within_reason)] | None = Field(
        None, description="Only what changed at this moment or later, e.g. 2026-11-24T02:00:00Z."
    )


class ObjectsQuery(ChangedQuery):
    district: Text | None = Field(None, max_length=6, description="Division code (GB/T 2260), e.g. 652701.")


class PlansQuery(ChangedQuery):
    year: int | None = Field(None, ge=2000, le=2200)


class OfSchemeQuery(ChangedQuery):
    scheme: Text | None = Field(None, max_length=10, description="Only those of this scheme.")


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Page(Out):
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


class ItemOut(Out):
    """抽查事项."""

    id: str
    field: str
    title: str
    kind: str
    department: str
    joining: list[str]
    object_kind: str
    basis: str
    content: str
    methods: list[str]
    ratio: str | None
    frequency: str
    level: str
    is_active: bool
    version: int
    effective_from: date | None
    updated_at: Moment | None


class ItemPage(Page):
    items: list[ItemOut]


class ObjectOut(Out):
    """检查对象."""

    id: str
    kind: str
    name: str
    credit_code: str
    status: str
    district: str
    address: str
    industry: str
    licence: str
    special_lists: list[str]
    credit_class: str
    last_inspected_on: date | None
    departments: list[str]
    """监管部门; none named is market regulation."""
    is_active: bool
    updated_at: Moment | None


class ObjectPage(Page):
    items: list[ObjectOut]


class PlanOut(Out):
    """年度抽查计划, one line of it."""

    id: str
    year: int
    name: str
    kind: str
    lead_department: str
    joining: list[str]
    items: list[str]
    object_range: str
    ratio: str
    frequency: str
    about_count: int
    level: str
    first_day: date
    last_day: date
    document_number: str
    state: str
    """`published`, `amended` or `withdrawn`."""
    updated_at: Moment | None


class PlanPage(Page):
    items: list[PlanOut]


class SchemeOut(Out):
    """实施方案."""

    id: str
    name: str
    plan_id: str | None
    departments: list[str]
    items: list[str]
    content: str
    method: str
    level: str
    requirements: str
    handling: str
    first_day: date
    last_day: date
    is_list_public: bool
    state: str
    updated_at: Moment | None = None


class SchemePage(Page):
    items: list[SchemeOut]


class DrawFile(Out):
    """A public file of a draw, at `url` on this host, byte for byte as it was hashed."""

    name: str
    size: int
    sha256: str
    url: str


class DrawOut(Out):
    """抽取."""

    id: str
    scheme_id: str
    announced_at: Moment
    drawn_at: Moment | None
    voided_at: Moment | None
    void_reason: str
    updated_at: Moment | None = None
    files: list[DrawFile] = []


class DrawPage(Page):
    items: list[DrawOut]


class SeatOut(Out):
    """席位. `officer` is the number in the register, of officers of one's own department only."""

    id: str
    department: str
    number: int
    is_lead: bool
    state: str | None
    officer: str | None


class InspectionOut(Out):
    """一户一次检查."""

    id: str
    scheme_id: str
    draw_id: str | None
    selection_id: str | None = Field(
        description="Where it was not drawn here: the record of how it was chosen."
    )
    object_id: str = Field(description="Empty until the hour at which the scheme names its firms.")
    object_name: str
    credit_code: str
    district: str
    stratum: str
    items: list[str]
    state: str
    started_at: Moment | None
    ended_at: Moment | None
    replaced_by: str | None
    seats: list[SeatOut]
    updated_at: Moment | None


class InspectionPage(Page):
    items: list[InspectionOut]


class ResultOut(Out):
    """公示, one version. `bundle` is the frozen text; its UTF-8 bytes have the SHA-256 `digest`."""

    inspection_id: str
    version: int
    scheme_id: str
    object_name: str
    credit_code: str
    due: date
    published_at: Moment
    digest: str
    bundle: str


class ResultPage(Page):
    items: list[ResultOut]


class ReceiptOut(Out):
    """What the receiving department's own system said."""

    reference: str
    received_at: Moment
    outcome: str | None
    words: str
    outcome_at: Moment | None


class TransferOut(Out):
    """移送."""

    id: str
    inspection_id: str
    item_id: str
    from_department: str
    to_department: str
    summary: str
    state: str
    opened_at: Moment
    received_at: Moment | None
    outcome: str
    """`filed`, `not_filed`, or `kept` where the sender keeps what came back; empty while it is open."""
    outcome_words: str
    closed_at: Moment | None
    updated_at: Moment | None
    receipt: ReceiptOut | None


class TransferPage(Page):
    items: list[TransferOut]


class ReceiptIn(BaseModel):
    """回执: that it was received, and, at once or later, what came of it."""

    model_config = ConfigDict(extra="forbid")

    reference: Text = Field("", max_length=60, description="The number under which the other side keeps it.")
    outcome: Annotated[str, Field(pattern="^(case_filed|no_case|returned)$")] | None = Field(
        None, description="立案 `case_filed`, 不予立案 `no_case`, 退回 `returned`."
    )
    words: Text = Field("", max_length=500, description="Why; needed with `no_case` and `returned`.")


class DeliveryOut(Out):
    """What waits for a platform. `body` is the frozen text; its UTF-8 bytes have the SHA-256 `sha256`."""

    id: str
    kind: str
    subject: str
    version: int
    created_at: Moment
    state: str
    sha256: str
    body: str


class DeliveryPage(Page):
    items: list[DeliveryOut]


class AcknowledgementIn(BaseModel):
    """The ids of deliveries that were taken over; all of them or none."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[Text, Field(max_length=200)]] = Field(min_length=1, max_length=200)


class AcknowledgementOut(Out):
    acknowledged: list[str]


class TokenOut(Out):
    """Whose token this is and what it may do."""

    id: str
    department: str
    district: str = Field(description="The level it is for: 652700 is the prefecture, others are counties.")
    scopes: list[str]
    target: str | None
    expires_at: Moment | None
