"""The registers as departments write them: which sheets there are, their Chinese titles, and how each cell is read.

Field lists: 抽查事项清单, 检查对象名录库, 执法检查人员名录库, 年度计划, 实施方案 as public platforms have them.
Titles in `also` are other ways in which the same column is headed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from inspection.departments import PREFECTURE
from inspection.registration import cells
from inspection.registration import words as w
from inspection.registration.cells import Reader

Default = Callable[[], Any]

PERSON_ID_LIMIT = 14
OBJECT_ID_LIMIT = 14
ITEM_ID_LIMIT = 14
CHECKLIST_ID_LIMIT = 14
SCHEME_ID_LIMIT = 10
PLAN_ID_LIMIT = 20
MAX_SEATS = 9


@dataclass(frozen=True)
class Column:
    """One column: the field it fills, its title, how a cell is read, and what an empty cell means.

    Where `default` is None a cell must not be empty.
    """

    field: str
    title: str
    read: Reader
    default: Default | None = None
    also: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        return self.default is None


@dataclass(frozen=True)
class Register:
    """One kind of list. `key` are the fields that make a row the same thing; `stem` is the file's name in English."""

    id: str
    title: str
    stem: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    period: tuple[str, str] | None = field(default=None)
    """The fields of a first and a last day, which must stand in that order."""

    def column_of(self, field_name: str) -> Column:
        return next(column for column in self.columns if column.field == field_name)


def _nothing() -> None:
    return None


_empty: Default = str
_none_yet: Default = list
_SHORT = cells.words()
_LONG = cells.words(cells.LONG_LIMIT)
_PERSON = cells.identifier(PERSON_ID_LIMIT)
_OBJECT = cells.identifier(OBJECT_ID_LIMIT)
_DEPARTMENT = cells.one_of(w.DEPARTMENT_WORDS)
_DEPARTMENTS = cells.some_of(w.DEPARTMENT_WORDS)
_DISTRICT = cells.one_of(w.DISTRICT_WORDS)
_OF_LEVEL = ("区划", "县市", "县(市)")
"""Other headings of the level that leads a scheme or carries out a line of the plan: the prefecture, or one county."""
_YES = cells.one_of(w.YES_NO_WORDS)
_KINDS = {**w.OBJECT_KIND_WORDS, **{one: one for one in sorted(w.OBJECT_KINDS)}}

_IS_ACTIVE = Column(
    "is_active", "状态", cells.one_of(w.VALIDITY_WORDS), lambda: True, also=("有效标志", "是否有效")
)

STAFF = Register(
    "staff",
    "工作人员",
    "staff",
    ("id",),
    (
        Column("id", "人员编号", _PERSON),
        Column("name", "姓名", _SHORT),
        Column("department", "部门", _DEPARTMENT, also=("单位",)),
        Column("district", "行政区划", _DISTRICT),
        Column("roles", "角色", cells.some_of(w.ROLE_WORDS)),
        _IS_ACTIVE,
    ),
)

INSPECTORS = Register(
    "inspectors",
    "执法检查人员名录库",
    "inspectors",
    ("id",),
    (
        Column("id", "人员编号", _PERSON),
        Column("name", "姓名", _SHORT),
        Column("department", "部门", _DEPARTMENT, also=("单位", "部门机构")),
        Column("district", "行政区划", _DISTRICT, also=("地区",)),
        Column("position", "职务", _SHORT, _empty),
        Column("certificate_number", "执法证号", cells.code(40), also=("执法证号(部门)", "执法证件号")),
        Column("certificate_expires", "执法证有效期至", cells.day, also=("执法证有效期", "有效期")),
        Column("qualifications", "专业资格资质", cells.word_list, _none_yet, also=("专业资质", "业务专长")),
        Column("may_lead", "可任组长", _YES, lambda: False, also=("是否可任组长",)),
        Column("capacity", "同时承担席位上限", cells.whole(1, 50), lambda: 3),
        _IS_ACTIVE,
    ),
)

ABSENCES = Register(
    "absences",
    "不可用时段",
    "absences",
    ("inspector_id", "first_day"),
    (
        Column("inspector_id", "人员编号", _PERSON),
        Column("first_day", "起始日期", cells.day),
        Column("last_day", "结束日期", cells.day),
        Column("cause", "事由", _SHORT, _empty),
    ),
    period=("first_day", "last_day"),
)

INTERESTS = Register(
    "interests",
    "利益关系申报",
    "interests",
    ("inspector_id", "object_id"),
    (
        Column("inspector_id", "人员编号", _PERSON),
        Column("object_id", "对象编号", _OBJECT),
        Column("relation", "回避情形", cells.one_of(w.RELATION_WORDS)),
    ),
)

EXPERTS = Register(
    "experts",
    "专家库",
    "experts",
    ("id",),
    (
        Column("id", "专家编号", _PERSON),
        Column("name", "姓名", _SHORT),
        Column("field", "专业领域", _SHORT),
        Column("organisation", "工作单位", _SHORT, _empty),
        Column("district", "行政区划", _DISTRICT, _empty),
        Column("title", "职称", _SHORT, _empty),
        Column("capacity", "同时承担席位上限", cells.whole(1, 50), lambda: 3),
        Column("department", "管理部门", _DEPARTMENT, _empty),
        _IS_ACTIVE,
    ),
)

WITNESSES = Register(
    "witnesses",
    "见证人名册",
    "witnesses",
    ("id",),
    (
        Column("id", "见证人编号", _PERSON),
        Column("name", "姓名", _SHORT),
        Column("title", "身份", _SHORT),
        Column("district", "行政区划", _DISTRICT, _empty),
        _IS_ACTIVE,
    ),
)

ITEMS = Register(
    "items",
    "抽查事项清单",
    "items",
    ("id",),
    (
        Column("id", "事项编码", cells.identifier(ITEM_ID_LIMIT)),
        Column("field", "抽查领域", _SHORT, also=("抽查类别", "抽查领域/类别")),
        Column("title", "抽查事项", _SHORT, also=("事项名称", "抽查事项(大项)")),
        Column("kind", "事项类别", cells.one_of(w.ITEM_KIND_WORDS), lambda: "general"),
        Column("department", "发起部门", _DEPARTMENT),
        Column("joining", "配合部门", _DEPARTMENTS, _none_yet),
        Column("object_kind", "检查对象类型", _SHORT, _empty, also=("检查对象",)),
        Column("basis", "检查依据", _LONG, _empty, also=("依据",)),
        Column("content", "检查内容及要求", _LONG, _empty, also=("检查内容", "内容及要求")),
        Column("methods", "检查方式", cells.word_list, _none_yet),
        Column("ratio", "检查比例", cells.ratio, _nothing, also=("抽查比例",)),
        Column("frequency", "检查频次", _SHORT, _empty, also=("抽查频次", "次数")),
        Column("qualification", "检查人员资格要求", _SHORT, _nothing, also=("检查人员要求",)),
        Column("level", "实施层级", _SHORT, _empty, also=("抽查层级", "检查主体及层级")),
        Column("version", "版本", cells.whole(1, 9999), lambda: 1),
        Column("effective_from", "生效日期", cells.day, _nothing),
        _IS_ACTIVE,
    ),
)

OBJECTS = Register(
    "objects",
    "检查对象名录库",
    "objects",
    ("id",),
    (
        Column("id", "对象编号", _OBJECT),
        Column("kind", "对象类型", cells.one_of(w.OBJECT_KIND_WORDS)),
        Column("name", "名称", _SHORT, also=("市场主体名称", "对象名称", "企业名称")),
        Column(
            "credit_code",
            "统一社会信用代码",
            cells.credit_code,
            _empty,
            also=("统一社会信用代码/注册号", "统一社会信用代码(18)/注册号", "社会信用代码"),
        ),
        Column("status", "登记状态", cells.one_of(w.OBJECT_STATUS_WORDS), lambda: "open"),
        Column("district", "行政区划", _DISTRICT),
        Column("address", "住所", _SHORT, _empty, also=("住所(经营场所)", "实际经营地址", "地址")),
        Column("latitude", "纬度", cells.degrees(-90, 90), _nothing),
        Column("longitude", "经度", cells.degrees(-180, 180), _nothing),
        Column("contact", "联络员", _SHORT, _empty, also=("联络员及电话",)),
        Column("industry", "行业", cells.known_or_as_written(w.INDUSTRY_WORDS), _empty, also=("行业类别",)),
        Column("licence", "许可证", _SHORT, _empty, also=("许可证名称",)),
        Column("special_lists", "专项库", cells.word_list, _none_yet, also=("专项库与标签",)),
        Column(
            "credit_class",
            "信用风险等级",
            cells.one_of(w.CREDIT_CLASS_WORDS),
            lambda: "B",
            also=("信用风险等级A–D", "信用等级"),
        ),
        Column("last_inspected_on", "上次检查日期", cells.day, _nothing),
        Column("visits_this_year", "本年度已检次数", cells.whole(0, 999), lambda: 0),
        Column(
            "visits_by_department", "本年度各部门已检次数", cells.department_numbers(w.DEPARTMENT_WORDS), dict
        ),
        Column("visits_counted_on", "检查次数统计截至日期", cells.day, _nothing),
        Column("yearly_cap", "频次上限", cells.whole(0, 999), lambda: 2, also=("年度频次上限",)),
        Column("departments", "监管部门", _DEPARTMENTS, _none_yet),
        Column("model", "型号", _SHORT, _empty, also=("规格型号",)),
        Column("batch", "批次", cells.code(60), _empty, also=("生产批次",)),
        Column("maker", "生产单位", _SHORT, _empty),
        Column("project_number", "项目编号", cells.code(60), _empty),
        Column("builder", "建设单位", _SHORT, _empty),
        Column("conduct_category", "行为类别", _SHORT, _empty),
        Column("performer", "实施主体", _SHORT, _empty),
        _IS_ACTIVE,
    ),
)

LABELS = Register(
    "labels",
    "标注",
    "labels",
    ("subject_kind", "subject_id", "level", "district", "label"),
    (
        Column("subject_kind", "名录库", cells.one_of(w.LABEL_SUBJECT_WORDS)),
        Column("subject_id", "编号", _OBJECT, also=("对象编号", "人员编号")),
        Column("level", "层级", cells.one_of(w.LEVEL_WORDS)),
        Column("district", "行政区划", _DISTRICT),
        Column("label", "标注", cells.words(40)),
        _IS_ACTIVE,
    ),
)
"""分层分级标注 (notice 二㈡1): what one level in one district says about an object or an officer."""

CHECKLISTS = Register("checklists", "检查表", "checklists", ("id",), ())
"""Without columns, for no table holds them: every checklist is an XLSForm of its own (`inspection.forms.reading`)."""

PLANS = Register(
    "plan",
    "年度抽查计划",
    "plan",
    ("id",),
    (
        Column("id", "计划编号", cells.identifier(PLAN_ID_LIMIT)),
        Column("year", "年度", cells.whole(2019, 2100)),
        Column("name", "计划名称", _SHORT, also=("抽查任务名称",)),
        Column("kind", "抽查类型", cells.one_of(w.PLAN_KIND_WORDS), lambda: "directed"),
        Column("lead_department", "发起部门", _DEPARTMENT),
        Column("joining", "配合部门", _DEPARTMENTS, _none_yet, also=("参与部门",)),
        Column("items", "抽查事项", cells.identifiers(ITEM_ID_LIMIT), _none_yet),
        Column("object_range", "检查对象及范围", _LONG, _empty, also=("检查对象",)),
        Column("ratio", "抽查比例", _SHORT, _empty),
        Column("frequency", "频次", _SHORT, _empty),
        Column("about_count", "数量(约)", cells.whole(0, 1_000_000), lambda: 0, also=("大约抽取数量",)),
        Column("level", "实施层级", _SHORT, _empty, also=("实施单位",)),
        Column("district", "行政区划", _DISTRICT, lambda: PREFECTURE, also=_OF_LEVEL),
        Column("first_day", "实施开始日期", cells.day),
        Column("last_day", "实施结束日期", cells.day),
        Column("document_number", "发文文号", _SHORT, _empty),
    ),
    period=("first_day", "last_day"),
)

SCHEMES = Register(
    "schemes",
    "实施方案",
    "schemes",
    ("id",),
    (
        Column("id", "方案编号", cells.identifier(SCHEME_ID_LIMIT, for_scheme=True)),
        Column("name", "抽查任务", _SHORT, also=("方案名称",)),
        Column("plan_id", "所属计划", cells.identifier(PLAN_ID_LIMIT), _nothing),
        Column("lead_department", "发起部门", _DEPARTMENT),
        Column("district", "行政区划", _DISTRICT, _nothing, also=_OF_LEVEL),
        Column("joining", "配合部门", _DEPARTMENTS, _none_yet),
        Column("items", "抽查事项", cells.identifiers(ITEM_ID_LIMIT)),
        Column("checklist_id", "检查表编号", cells.identifier(CHECKLIST_ID_LIMIT)),
        Column("seats_per_department", "每部门人数", cells.whole(1, MAX_SEATS), lambda: 2),
        Column("district_rule", "人员区划规则", cells.one_of(w.DISTRICT_RULE_WORDS), lambda: "any"),
        Column("qualifications", "人员资格要求", cells.department_words(w.DEPARTMENT_WORDS), dict),
        Column("content", "检查内容", _LONG, _empty),
        Column("method", "检查方式", _LONG, _empty),
        Column("level", "实施层级", _SHORT, _empty),
        Column("requirements", "具体要求", _LONG, _empty),
        Column("handling", "结果处理方式", _LONG, _empty),
        Column("first_day", "检查开始日期", cells.day),
        Column("last_day", "检查结束日期", cells.day),
        Column("answer_hours", "答复时限(小时)", cells.whole(1, 720), lambda: 24),
        Column("decision_hours", "审批时限(小时)", cells.whole(1, 720), lambda: 24),
        Column("is_list_public", "名单是否公示", _YES, lambda: True),
        Column("expert_field", "专家专业领域", _SHORT, _empty),
        Column("expert_seats", "每户专家人数", cells.whole(0, MAX_SEATS), lambda: 0),
        Column("stays_away_days", "最近检查间隔(天)", cells.whole(0, 3650), lambda: 0),
        Column("cap_exemption", "频次豁免情形", cells.one_of(w.CAP_EXEMPTION_WORDS), _nothing),
        Column("witnesses", "见证人编号", cells.identifiers(PERSON_ID_LIMIT), _none_yet),
        Column("public_value", "公开数值", cells.words(60), _empty),
        Column("temporary_reason", "临时任务理由", _LONG, _empty),
        Column("key_points", "检查重点", _LONG, _empty),
        Column("notes", "注意事项", _LONG, _empty),
        Column("needs_briefing", "是否任务交底", _YES, lambda: True),
        Column("list_withheld_basis", "名单不公示的依据", _LONG, _empty, also=("名单不公示依据",)),
        Column("paper_approver", "审批人", _SHORT, _empty),
        Column("paper_approved_on", "审批日期", cells.day, _nothing),
        Column("paper_opinion", "审批意见", _LONG, _empty),
        Column("needs_approval", "检查审批", _YES, lambda: True),
        Column("names_open_at", "名称公布时间", cells.moment, _nothing, also=("对象名称公布时间",)),
    ),
    period=("first_day", "last_day"),
)

STRATA = Register(
    "strata",
    "分层抽取",
    "strata",
    ("scheme_id", "name"),
    (
        Column("scheme_id", "方案编号", cells.identifier(SCHEME_ID_LIMIT, for_scheme=True)),
        Column("name", "层名称", cells.words(60)),
        Column("class", "信用风险等级", cells.some_of(w.CREDIT_CLASS_WORDS), _none_yet),
        Column("district", "行政区划", cells.some_of(w.DISTRICT_WORDS), _none_yet),
        Column("kind", "对象类型", cells.some_of(w.OBJECT_KIND_WORDS), _none_yet),
        Column("industry", "行业", cells.known_list_or_as_written(w.INDUSTRY_WORDS), _none_yet),
        Column("lists", "专项库", cells.word_list, _none_yet),
        Column("risk", "风险等级", cells.some_of(w.RISK_WORDS), _none_yet),
        Column("labels", "标注", cells.word_list, _none_yet),
        Column("items", "抽查事项", cells.identifiers(ITEM_ID_LIMIT), _none_yet),
        Column("split", "再按以下分层", cells.some_of(w.SPLIT_WORDS), _none_yet),
        Column("ratio", "抽取比例", cells.ratio, _nothing),
        Column("count", "抽取数量", cells.whole(1, 100_000), _nothing),
    ),
)

SPECIAL_FIELDS = Register(
    "special_fields",
    "特殊重点领域",
    "special_fields",
    ("id",),
    (
        Column("id", "领域编号", cells.identifier(ITEM_ID_LIMIT)),
        Column("name", "领域名称", _SHORT, also=("领域",)),
        Column("department", "监管部门", _DEPARTMENT, also=("部门",)),
        Column("basis", "监管依据", _LONG, _empty, also=("依据",)),
        Column("frequency", "检查频次", _SHORT, _empty),
        Column("times_a_year", "每年次数", cells.whole(1, 366), lambda: 1),
        Column("industries", "行业", cells.known_list_or_as_written(w.INDUSTRY_WORDS), _none_yet),
        Column("lists", "专项库", cells.word_list, _none_yet),
        Column("items", "检查事项", cells.identifiers(ITEM_ID_LIMIT), _none_yet),
        Column("checklist_id", "检查表编号", cells.identifier(CHECKLIST_ID_LIMIT), _empty),
        _IS_ACTIVE,
    ),
)

CLUES = Register(
    "clues",
    "线索",
    "clues",
    ("reference",),
    (
        Column("reference", "来文编号", cells.words(60)),
        Column("source", "线索来源", cells.one_of(w.CLUE_SOURCE_WORDS), also=("来源",)),
        Column("received_on", "收到日期", cells.day),
        Column("sent_by", "来文单位", cells.words(60), _empty),
        Column("department", "承办部门", _DEPARTMENT),
        Column("object_id", "对象编号", _OBJECT, _empty),
        Column("place", "无证无照地点", cells.words(120), _empty),
        Column("district", "行政区划", _DISTRICT, _empty),
        Column("items", "抽查事项", cells.identifiers(ITEM_ID_LIMIT)),
        Column("checklist_id", "检查表编号", cells.identifier(CHECKLIST_ID_LIMIT), _empty),
        Column("words", "反映情况", cells.words(1000)),
        Column("is_urgent", "是否紧急", _YES, lambda: True),
    ),
)

RISKS = Register(
    "risks",
    "风险指标",
    "risks",
    ("object_id", "code"),
    (
        Column("object_id", "对象编号", _OBJECT),
        Column("code", "指标代码", cells.risk_code, also=("风险指标代码", "指标编码")),
        Column("value", "指标值", cells.whole(0, 100), also=("分值", "得分")),
        Column("assessed_on", "评定日期", cells.day, _nothing, also=("日期", "采集日期")),
        Column("source", "来源", _SHORT, _empty, also=("数据来源",)),
    ),
)

PLAN_LINES = Register(
    "plan_lines",
    "年度计划报送",
    "plan_lines",
    ("name",),
    (
        Column("name", "抽查任务名称", _SHORT, also=("计划名称", "任务名称")),
        Column("kind", "抽查类型", cells.one_of(w.PLAN_KIND_WORDS), lambda: "directed"),
        Column("joining", "配合部门", _DEPARTMENTS, _none_yet, also=("参与部门",)),
        Column("items", "抽查事项", cells.identifiers(ITEM_ID_LIMIT)),
        Column("object_range", "检查对象及范围", _LONG, also=("检查对象",)),
        Column("class", "信用风险等级", cells.some_of(w.CREDIT_CLASS_WORDS), _none_yet),
        Column("district", "行政区划", cells.some_of(w.DISTRICT_WORDS), _none_yet),
        Column("object_kind", "对象类型", cells.some_of(_KINDS), _none_yet),
        Column("industry", "行业", cells.known_list_or_as_written(w.INDUSTRY_WORDS), _none_yet),
        Column("lists", "专项库", cells.word_list, _none_yet),
        Column("risk", "风险等级", cells.some_of(w.RISK_WORDS), _none_yet),
        Column("ratio", "抽查比例", cells.ratio, _nothing),
        Column(
            "about_count", "数量(约)", cells.whole(0, 1_000_000), lambda: 0, also=("大约抽取数量", "数量")
        ),
        Column("times", "频次", cells.times_a_year, lambda: 1, also=("抽查频次",)),
        Column("level", "实施层级", cells.one_of(w.PLAN_LEVEL_WORDS), lambda: "州", also=("抽查层级",)),
        Column("districts", "实施区划", cells.some_of(w.DISTRICT_WORDS), _none_yet, also=("实施地区",)),
        Column("first_day", "实施开始日期", cells.day, also=("开始日期",)),
        Column("last_day", "实施结束日期", cells.day, also=("结束日期",)),
    ),
    period=("first_day", "last_day"),
)
"""What one department files for one year: filed, not loaded with a folder (`actions.plan_filing`)."""
FILED = frozenset({PLAN_LINES.id})

STRATUM_FIELDS = ("class", "district", "industry", "kind", "lists", "risk", "labels")
"""What a stratum may choose objects by: the keys of `where`."""

REGISTERS = MappingProxyType(
    {
        register.id: register
        for register in (
            STAFF,
            INSPECTORS,
            EXPERTS,
            WITNESSES,
            ITEMS,
            OBJECTS,
            RISKS,
            LABELS,
            ABSENCES,
            INTERESTS,
            CHECKLISTS,
            PLANS,
            SCHEMES,
            STRATA,
            SPECIAL_FIELDS,
            CLUES,
            PLAN_LINES,
        )
    }
)
"""In the order in which they can be loaded: each refers only to those before it (strata belong to their scheme)."""

FOREIGN_OBJECTS = Register(
    "foreign_objects",
    "抽取结果",
    "drawn",
    ("object_id",),
    (
        Column("platform", "平台", cells.words(60), also=("抽取平台",)),
        Column("batch", "批次号", cells.code(60), also=("批次",)),
        Column(
            "scheme_id", "方案编号", cells.identifier(SCHEME_ID_LIMIT, for_scheme=True), also=("任务编号",)
        ),
        Column("drawn_at", "抽取时间", cells.day_and_time),
        Column("drawn_by", "抽取人", cells.words(60), _empty, also=("操作人",)),
        Column("object_id", "对象编号", _OBJECT, also=("检查对象编号",)),
        Column("object_name", "对象名称", _SHORT, _empty, also=("名称", "市场主体名称")),
        Column("items", "抽查事项", cells.identifiers(ITEM_ID_LIMIT), _none_yet, also=("事项编码",)),
        Column("stratum", "分层", cells.words(60), _empty),
        Column("evidence_sha256", "抽取记录校验码", cells.code(64), _empty, also=("SHA-256",)),
    ),
)

FOREIGN_TEAMS = Register(
    "foreign_teams",
    "检查组",
    "teams",
    ("object_id", "officer"),
    (
        Column("object_id", "对象编号", _OBJECT, also=("检查对象编号",)),
        Column("department", "部门", cells.one_of(w.DEPARTMENT_WORDS), also=("单位",)),
        Column("officer", "人员编号", _PERSON, also=("检查人员编号",)),
        Column("name", "姓名", _SHORT, _empty),
        Column("is_lead", "组长", _YES, lambda: False, also=("是否组长",)),
    ),
)

FOREIGN_DRAW = MappingProxyType({one.id: one for one in (FOREIGN_OBJECTS, FOREIGN_TEAMS)})
"""The two sheets of a draw that was held elsewhere; they are no registers, and a folder of registers has none."""


def sheet_kind(id: str) -> Register:
    """What is known of the sheets of this kind."""
    return REGISTERS.get(id) or FOREIGN_DRAW[id]
