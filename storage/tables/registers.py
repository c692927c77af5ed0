"""一单两库 and what departments file: items, objects, people, checklists, plans, schemes (docs: domain field lists)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from inspection.departments import PREFECTURE
from inspection.states import SchemeState
from storage.tables.columns import json_list, json_object, state_column


class Person(SQLModel, table=True):
    """Somebody who talks with us. `roles` are values of `inspection.roles.Role`."""

    __tablename__ = "person"

    id: str = Field(primary_key=True, max_length=14)
    name: str
    department: str = Field(index=True)
    district: str
    roles: list[str] = json_list()
    language: str = "zh"
    title: str = ""
    """身份: what a witness or an expert is to the public, e.g. 人大代表; officers have none."""
    is_active: bool = True


class Inspector(SQLModel, table=True):
    """执法检查人员名录库: the certified officer behind a person of the same id."""

    __tablename__ = "inspector"

    id: str = Field(primary_key=True, foreign_key="person.id", max_length=14)
    department: str = Field(index=True)
    district: str
    position: str = ""
    certificate_number: str
    certificate_expires: date
    qualifications: list[str] = json_list()
    may_lead: bool = False
    capacity: int = 3
    """At most so many seats at the same time."""
    is_active: bool = True


class Absence(SQLModel, table=True):
    """不可用时段: leave, training, secondment known before a draw. Both days belong to it."""

    __tablename__ = "absence"

    inspector_id: str = Field(primary_key=True, foreign_key="inspector.id")
    first_day: date = Field(primary_key=True)
    last_day: date
    cause: str = ""


class DeclaredInterest(SQLModel, table=True):
    """利益关系申报: an officer and an object that must never meet; `relation` is a ground of `inspection.recusal`."""

    __tablename__ = "declared_interest"

    inspector_id: str = Field(primary_key=True, foreign_key="inspector.id")
    object_id: str = Field(primary_key=True, foreign_key="registered_object.id")
    relation: str


class Expert(SQLModel, table=True):
    """专家: advises, never counts toward the two officers of a department."""

    __tablename__ = "expert"

    id: str = Field(primary_key=True, max_length=14)
    name: str
    field: str
    organisation: str = ""
    district: str = ""
    title: str = ""
    capacity: int = 3
    """At most so many seats at the same time, as for an inspector."""
    department: str = ""
    """管理部门: who keeps this line of the list; empty is the joint office."""
    is_active: bool = True


class InspectionItem(SQLModel, table=True):
    """抽查事项清单: one matter that may be inspected, with its basis. `ratio` is a decimal text such as "0.05"."""

    __tablename__ = "inspection_item"

    id: str = Field(primary_key=True, max_length=14)
    field: str
    title: str
    kind: str = "general"
    """`general` (一般检查事项) or `key` (重点检查事项)."""
    department: str = Field(index=True)
    joining: list[str] = json_list()
    object_kind: str = ""
    basis: str = ""
    content: str = ""
    methods: list[str] = json_list()
    ratio: str | None = None
    frequency: str = ""
    qualification: str | None = None
    level: str = ""
    is_active: bool = True
    version: int = 1
    effective_from: date | None = None


class RegisteredObject(SQLModel, table=True):
    """检查对象名录库: a firm, product, project or conduct under supervision."""

    __tablename__ = "registered_object"

    id: str = Field(primary_key=True, max_length=14)
    kind: str
    """企业 `enterprise`, 农民专业合作社 `cooperative`, 个体工商户 `individual`, 外企代表机构 `office`, 产品 `product`,
    项目 `project`, 行为 `conduct`; 无证无照 `unregistered`, which no list brings and no draw takes."""
    name: str
    credit_code: str = Field(default="", index=True)
    status: str = "open"
    """`open`, `closed` (注销), `revoked` (吊销), `cancelled` (撤销), `moved` (迁出)."""
    district: str = Field(index=True)
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    contact: str = ""
    industry: str = Field(default="", index=True)
    """行业: what strata choose by, e.g. `catering`."""
    licence: str = ""
    special_lists: list[str] = json_list()
    credit_class: str = Field(default="B", index=True, max_length=1)
    last_inspected_on: date | None = None
    visits_this_year: int = 0
    """By any authority, as the list says; where `visits_by_department` is filled, that holds instead."""
    visits_by_department: dict[str, int] = json_object()
    visits_counted_on: date | None = None
    """The day up to which the list has counted: our own visits after it are added, and with the year it is void."""
    yearly_cap: int = 2
    """At most so many visits by one authority in a calendar year (国办发〔2024〕54号)."""
    departments: list[str] = json_list()
    """监管部门: who supervises it; none named is market regulation."""
    model: str = ""
    """型号, 批次 and 生产单位 of a product."""
    batch: str = ""
    maker: str = ""
    project_number: str = ""
    """项目编号 and 建设单位 of a project."""
    builder: str = ""
    conduct_category: str = ""
    """行为类别 and 实施主体 of a conduct."""
    performer: str = ""
    is_active: bool = True


class RegisterLabel(SQLModel, table=True):
    """标注: what one level in one district says about an object or an officer (notice 二㈡1)."""

    __tablename__ = "register_label"

    subject_kind: str = Field(primary_key=True)
    """`object` or `inspector`."""
    subject_id: str = Field(primary_key=True, max_length=14)
    level: str = Field(primary_key=True)
    """州级 `prefecture`, 县市级 `county`, 所级 `station`."""
    district: str = Field(primary_key=True)
    label: str = Field(primary_key=True)
    is_active: bool = True


class Checklist(SQLModel, table=True):
    """检查表 in one version; a running inspection keeps the version that was pinned when its team was confirmed."""

    __tablename__ = "checklist"

    id: str = Field(primary_key=True, max_length=14)
    version: int = Field(primary_key=True)
    title: str
    digest: str
    """SHA-256 over the form: loading the same list twice makes no new version."""
    xform: str = Field(default="", sa_type=Text)
    """The list as an ODK XForm, all there is to know of its questions (`inspection.forms`)."""
    loaded_at: datetime


class Plan(SQLModel, table=True):
    """年度抽查计划: one line of a yearly plan."""

    __tablename__ = "plan"

    id: str = Field(primary_key=True, max_length=20)
    year: int
    name: str
    kind: str = "directed"
    """`directed` (定向) or `undirected` (不定向)."""
    lead_department: str
    joining: list[str] = json_list()
    items: list[str] = json_list()
    object_range: str = ""
    ratio: str = ""
    frequency: str = ""
    about_count: int = 0
    level: str = ""
    district: str = Field(default=PREFECTURE, sa_column_kwargs={"server_default": PREFECTURE})
    """Which level carries it out under its own name: the prefecture, or the one county that a list says."""
    first_day: date
    last_day: date
    document_number: str = ""


class Scheme(SQLModel, table=True):
    """实施方案 with the eight parts of the notice (二㈢2): task, objects and ratio, content, method, level, time,
    requirements, handling of results."""

    __tablename__ = "scheme"
    __table_args__ = (Index("ix_scheme_first_day", "first_day", "id"),)

    id: str = Field(primary_key=True, max_length=10)
    name: str
    kind: str = "random"
    """`inspection.schemes.SchemeKind`: drawn by plan, a special check, an individual case, full coverage of a field."""
    plan_id: str | None = Field(default=None, index=True)
    temporary_reason: str = Field(default="", sa_type=Text)
    """Why it was not in the year's plan; empty where it was."""
    departments: list[str] = json_list()
    """In order; the first is the lead department (发起部门)."""
    district: str = PREFECTURE
    """Which level leads it: the code of the prefecture, or of one county (`inspection.rights.Span`)."""
    items: list[str] = json_list()
    checklist_id: str
    strata: list[dict[str, Any]] = json_list()
    """What the scheme asks for, row by row: `{"name", "where": {field: [values]}, "items", "split", "ratio" or
    "count"}`; `inspection.strata` makes of them the disjoint strata of a draw."""
    seats_per_department: int = 2
    district_rule: str = "any"
    """`same`, `other` or `any`: the inspector's district against the object's."""
    qualifications: dict[str, list[str]] = json_object()
    expert_field: str = ""
    expert_seats: int = 0
    """Experts of this field beside the officers of each team; they never count toward the two (notice 二㈢2)."""
    stays_away_days: int = 0
    """An object that was visited within so many days before the first day is left alone."""
    witnesses: list[str] = json_list()
    """Ids of the people who are invited to watch the draw and to give it a number each."""
    public_value: str = ""
    """A public value to come that the draw takes in, such as a lottery result; empty when there is none."""
    cap_exemption: str | None = None
    """One of `inspection.frequency.CapExemption`: then no yearly cap stands in the way, and the visits do not count."""
    content: str = ""
    method: str = ""
    level: str = ""
    requirements: str = ""
    handling: str = ""
    key_points: str = Field(default="", sa_type=Text)
    """检查重点, which the confirmed team reads in its briefing."""
    notes: str = Field(default="", sa_type=Text)
    """注意事项, the same."""
    needs_briefing: bool = False
    """Every member of a confirmed team is briefed and says that it was read (notice 二㈢3: as the work needs it)."""
    first_day: date
    last_day: date
    answer_hours: int = 24
    decision_hours: int = 24
    is_list_public: bool = True
    list_withheld_basis: str = Field(default="", sa_type=Text)
    """The law or regulation under which the drawn list is not public (notice 二㈢4); read by anybody."""
    paper_approver: str = ""
    """审批人, as a list says that approved it on paper; with `paper_approved_on` the scheme needs no other approval."""
    paper_approved_on: date | None = None
    paper_opinion: str = Field(default="", sa_type=Text)
    draft: dict[str, str] = json_object()
    """The form as its writer left it, every field as typed; empty for a scheme that was never on a form."""
    submissions: int = 0
    """So many times it was submitted to the head."""
    submitted_at: datetime | None = None
    submitted_by: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision_words: str = Field(default="", sa_type=Text)
    """What the head wrote when returning it."""
    needs_approval: bool = False
    """检查审批: each visit needs the word of the head of every authority before it starts (国办发〔2024〕54号)."""
    names_open_at: datetime | None = None
    """Until this hour nobody is shown which firms were drawn (`storage.veils`); None where they are named at once."""
    names_opened_at: datetime | None = None
    """When the hour was seen to have come; from then on all is named."""
    state: SchemeState = state_column(SchemeState, index=True)
