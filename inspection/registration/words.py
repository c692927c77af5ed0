"""The closed lists of words that registers are written in, and the short values that stand for them inside."""

from types import MappingProxyType

from inspection.clues import ClueSource
from inspection.departments import DEPARTMENT_BY_NAME, DEPARTMENTS, DISTRICT_BY_NAME, DISTRICTS
from inspection.frequency import CapExemption
from inspection.leave import GROUND_RULES, LeaveKind
from inspection.roles import Role

DEPARTMENT_WORDS = MappingProxyType(
    {**{name: one.id for name, one in DEPARTMENT_BY_NAME.items()}, **{one: one for one in DEPARTMENTS}}
)
DISTRICT_WORDS = MappingProxyType(
    {**{name: one.code for name, one in DISTRICT_BY_NAME.items()}, **{code: code for code in DISTRICTS}}
)
ROLE_WORDS = MappingProxyType(
    {
        "经办人": Role.OPERATOR.value,
        "负责人": Role.HEAD.value,
        "审核员": Role.REVIEWER.value,
        "联络员": Role.LIAISON.value,
        "管理员": Role.ADMIN.value,
        "审计员": Role.AUDITOR.value,
        "公示员": Role.PUBLICITY.value,
    }
)
CAP_EXEMPTION_WORDS = MappingProxyType(
    {
        "投诉举报": CapExemption.COMPLAINT.value,
        "上级交办": CapExemption.ASSIGNED.value,
        "配合上级检查": CapExemption.HIGHER_LEVEL.value,
        "监督审核": CapExemption.AUDIT.value,
        "监测线索": CapExemption.MONITORING.value,
        "媒体曝光": CapExemption.MEDIA.value,
        "整改复查": CapExemption.RECHECK.value,
        "企业申请": CapExemption.REQUESTED.value,
        "许可现场核查": CapExemption.LICENCE.value,
        "其他紧急情形": CapExemption.URGENT.value,
    }
)
CLUE_SOURCE_WORDS = MappingProxyType(
    {
        "投诉举报": ClueSource.COMPLAINT.value,
        "其他部门转办": ClueSource.TRANSFERRED.value,
        "转办": ClueSource.TRANSFERRED.value,
        "上级交办": ClueSource.ASSIGNED.value,
        "交办": ClueSource.ASSIGNED.value,
        "数据监测": ClueSource.MONITORING.value,
        "媒体曝光": ClueSource.MEDIA.value,
        "其他": ClueSource.OTHER.value,
    }
)
RISK_WORDS = MappingProxyType(
    {"高": "high", "中": "medium", "低": "low", **{one: one for one in ("high", "medium", "low")}}
)
PLAN_LEVEL_WORDS = MappingProxyType(
    {
        "州": "州",
        "州本级": "州",
        "县市": "县（市）",
        "县(市)": "县（市）",
        "县": "县（市）",
        "市": "县（市）",
        "州、县(市)": "州、县（市）",
        "州、县市": "州、县（市）",
        "州县": "州、县（市）",
    }
)
SPLIT_WORDS = MappingProxyType({"信用风险等级": "class", "行政区划": "district"})
OBJECT_KIND_WORDS = MappingProxyType(
    {
        "企业": "enterprise",
        "农民专业合作社": "cooperative",
        "个体工商户": "individual",
        "外企代表机构": "office",
        "产品": "product",
        "项目": "project",
        "行为": "conduct",
    }
)
OBJECT_KINDS = frozenset(OBJECT_KIND_WORDS.values())
WHAT_A_KIND_NEEDS = MappingProxyType(
    {
        "product": ("model", "batch", "maker"),
        "project": ("project_number", "address", "builder"),
        "conduct": ("conduct_category", "performer"),
    }
)
"""Columns of their own: 产品（名称、型号、批次、生产单位）, 项目（编号、地址、建设单位）, 行为（类别、实施主体）."""
LEVEL_WORDS = MappingProxyType({"州级": "prefecture", "县市级": "county", "所级": "station"})
LABEL_SUBJECT_WORDS = MappingProxyType(
    {
        "检查对象": "object",
        "检查对象名录库": "object",
        "执法检查人员": "inspector",
        "执法检查人员名录库": "inspector",
    }
)
KINDS_WITH_A_CREDIT_CODE = frozenset({"enterprise", "cooperative", "individual", "office"})
OBJECT_STATUS_WORDS = MappingProxyType(
    {
        "存续": "open",
        "在营": "open",
        "开业": "open",
        "注销": "closed",
        "吊销": "revoked",
        "撤销": "cancelled",
        "迁出": "moved",
    }
)
CREDIT_CLASS_WORDS = MappingProxyType({letter: letter for letter in "ABCD"})
ITEM_KIND_WORDS = MappingProxyType(
    {"一般": "general", "一般检查事项": "general", "重点": "key", "重点检查事项": "key"}
)
PLAN_KIND_WORDS = MappingProxyType(
    {"定向": "directed", "不定向": "undirected", "directed": "directed", "undirected": "undirected"}
)
DISTRICT_RULE_WORDS = MappingProxyType({"不限": "any", "同区划": "same", "异地": "other"})
YES_NO_WORDS = MappingProxyType({"是": True, "否": False, "★": True, "√": True, "true": True, "false": False})
VALIDITY_WORDS = MappingProxyType({"有效": True, "失效": False})
RELATION_WORDS = MappingProxyType(
    {ground.value: ground.value for ground, rule in GROUND_RULES.items() if rule.kind is LeaveKind.RECUSAL}
)

INDUSTRY_WORDS = MappingProxyType(
    {
        "餐饮": "catering",
        "食品生产": "food_making",
        "食品销售": "food_sales",
        "零售": "retail",
        "住宿": "lodging",
        "娱乐": "entertainment",
        "加油站": "fuel",
        "劳务派遣": "labour_dispatch",
        "药品零售": "pharmacy",
        "医疗": "medical",
        "美容美发": "beauty",
        "教育培训": "training",
        "制造": "manufacturing",
        "建筑": "construction",
        "物业": "property",
        "道路运输": "road_transport",
        "物流快递": "courier",
        "农资": "farm_supplies",
        "种植养殖": "farming",
        "屠宰": "slaughter",
        "危险化学品": "dangerous_goods",
        "旅游": "tourism",
        "养老": "elderly_care",
        "进出口": "trade",
        "矿产": "mining",
        "林草": "forestry",
        "房地产": "real_estate",
        "其他": "other",
    }
)
