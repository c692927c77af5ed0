"""What stands in a paper, as plain values: ids of departments, keys of categories, aware times; no rows, no bytes."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Officer:
    """A member of the team. `distance_m` is what the phone said at `arrived_at`, in metres to the registered place."""

    name: str
    department: str
    certificate_number: str = ""
    certificate_expires: date | None = None
    is_lead: bool = False
    arrived_at: datetime | None = None
    distance_m: int | None = None


@dataclass(frozen=True)
class Asked:
    """A question with its answer in words, empty while unanswered; `is_no` where something is not as it must be."""

    number: str
    text: str
    basis: str = ""
    is_important: bool = False
    answer: str = ""
    is_no: bool = False
    note: str = ""
    photos: int = 0


@dataclass(frozen=True)
class Part:
    """What one department was asked."""

    department: str
    questions: tuple[Asked, ...]


@dataclass(frozen=True)
class Shown:
    """A photo. `taken_at` is the camera's own claim; `distance_m` is of its sender's last check-in before it."""

    receipt: str
    question: str
    sha256: str
    sent_by: str
    received_at: datetime
    grade: str
    taken_at: str = ""
    distance_m: int | None = None


@dataclass(frozen=True)
class Found:
    """An item with its finding; `category` is empty while there is none."""

    title: str
    department: str
    category: str = ""
    words: str = ""
    methods: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    transfer_to: str = ""


@dataclass(frozen=True)
class Reviewed:
    """One line of the review: whose findings, or with an empty `department` the whole; `state` is a key of
    `labels.toml` as `review_…`."""

    department: str
    state: str
    reviewer: str
    at: datetime | None


@dataclass(frozen=True)
class Visited:
    """What both papers begin with. `departments` has the lead department first."""

    inspection: str
    object: str
    credit_code: str
    address: str
    contact: str
    scheme: str
    departments: tuple[str, ...]
    started_at: datetime
    ended_at: datetime | None
    officers: tuple[Officer, ...]
    findings: tuple[Found, ...]


@dataclass(frozen=True)
class OnSiteRecord:
    """现场检查笔录. `as_of` is the last change of what stands in it, so that the same facts give the same bytes."""

    visit: Visited
    as_of: datetime
    is_draft: bool
    parts: tuple[Part, ...]
    photos: tuple[Shown, ...] = ()
    check_url: str = ""
    """What the QR code at the top holds; without it there is none."""


@dataclass(frozen=True)
class Selected:
    """How the team came to be where nothing was drawn here; `origin` is `inspection.naming.Origin`."""

    origin: str
    platform: str = ""
    batch: str = ""
    reason: str = ""


@dataclass(frozen=True)
class JointSummaryPaper:
    """联合检查汇总表. `noes` are the questions that were answered 否; `due` is the last day of publicity."""

    visit: Visited
    as_of: datetime
    is_draft: bool
    draw: str
    """Empty where nothing was drawn here."""
    draw_digest: str
    due: date
    is_due_provisional: bool
    answers: int
    photos: int
    noes: tuple[Part, ...] = field(default=())
    submitted_at: datetime | None = None
    selection: Selected | None = None
    reviews: tuple[Reviewed, ...] = ()


@dataclass(frozen=True)
class InspectionNoticePaper:
    """行政检查通知书. `visits` are (authority, its visits this year with this one); `code` opens the page where a party
    applies for recusal; `check_url`, printed as a QR code where known, is where anybody may check the visit."""

    number: str
    object: str
    credit_code: str
    address: str
    scheme: str
    departments: tuple[str, ...]
    items: tuple[tuple[str, str, str], ...]
    """(item, authority, basis)."""
    first_day: date
    last_day: date
    officers: tuple[Officer, ...]
    visits: tuple[tuple[str, int], ...]
    year: int
    code: str
    contact: str
    complaints: str
    issued_at: datetime
    check_url: str | None = None
    is_draft: bool = False


@dataclass(frozen=True)
class ResultNoticePaper:
    """检查结果告知书, after the result is public."""

    number: str
    object: str
    credit_code: str
    address: str
    scheme: str
    departments: tuple[str, ...]
    started_at: datetime
    ended_at: datetime
    findings: tuple[Found, ...]
    published_at: datetime
    notice_number: str = ""
    is_draft: bool = False


@dataclass(frozen=True)
class CorrectionOrderPaper:
    """责令改正通知书, or 责令公示 with `is_disclosure`. `due_at` is None for what is to be corrected at once."""

    number: str
    object: str
    credit_code: str
    address: str
    department: str
    item: str
    basis: str
    found: str
    demands: str
    ordered_at: datetime
    due_at: datetime | None
    is_disclosure: bool
    officers: tuple[Officer, ...]
    is_draft: bool = False


@dataclass(frozen=True)
class TransferLetterPaper:
    """案件线索移送书. `documents` are (file name, SHA-256)."""

    number: str
    object: str
    credit_code: str
    address: str
    scheme: str
    from_department: str
    to_department: str
    item: str
    basis: str
    summary: str
    documents: tuple[tuple[str, str], ...]
    opened_at: datetime
    is_draft: bool = False


Letter = InspectionNoticePaper | ResultNoticePaper | CorrectionOrderPaper | TransferLetterPaper
Paper = OnSiteRecord | JointSummaryPaper | Letter
