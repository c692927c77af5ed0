"""One yearly plan and four schemes. In the story it is about 2026-11-24; the visits lie after it."""

from datetime import date

from inspection.departments import DEPARTMENTS
from samples.workbooks import Table, Value

PLAN_TITLES = (
    "计划编号", "年度", "计划名称", "抽查类型", "发起部门", "配合部门", "抽查事项", "检查对象及范围", "抽查比例", "频次", "数量（约）",
    "实施层级", "实施开始日期", "实施结束日期", "发文文号",
)  # fmt: skip
SCHEME_TITLES = (
    "方案编号", "抽查任务", "所属计划", "发起部门", "配合部门", "抽查事项", "检查表编号", "每部门人数", "人员区划规则", "人员资格要求",
    "检查内容", "检查方式", "实施层级", "具体要求", "结果处理方式", "检查开始日期", "检查结束日期", "答复时限（小时）", "审批时限（小时）",
    "名单是否公示", "每户专家人数", "专家专业领域", "最近检查间隔（天）", "见证人编号", "公开数值", "检查审批", "临时任务理由", "检查重点",
    "注意事项", "审批人", "审批日期", "审批意见",
)  # fmt: skip
STRATUM_TITLES = (
    "方案编号",
    "层名称",
    "信用风险等级",
    "行政区划",
    "对象类型",
    "行业",
    "专项库",
    "抽取比例",
    "抽取数量",
    "再按以下分层",
)

_LEVEL = "州、县（市）"
_ANY_FIRM = "企业、个体工商户"
# id, name, kind, lead, joining, items, range, ratio, about, first month, last month
_PLANS = (
    ("2026-01", "餐饮服务单位联合抽查", "定向", "market", "fire health", "MKT-01 HEA-01 FIR-02", "餐饮服务提供者", "A 2%、B 7%、C 32%、D 60%", 63, 10, 12),
    ("2026-02", "加油站联合抽查", "定向", "commerce", "market emergency ecology tax police", "COM-01 MKT-05 MKT-06 EME-01 ECO-01 TAX-01 POL-02", "加油站", "20%", 15, 10, 12),
    ("2026-03", "劳务派遣单位联合抽查", "定向", "labour", "market tax", "LAB-01 MKT-08 TAX-01", "劳务派遣单位", "20%", 20, 10, 12),
    ("2026-04", "公众聚集场所消防安全联合抽查", "定向", "fire", "police culture", "FIR-01 POL-01 CUL-01", "宾馆、娱乐场所", "10%", 22, 5, 9),
    ("2026-05", "特种设备使用单位联合抽查", "定向", "market", "emergency housing", "MKT-04", "特种设备使用单位", "10%", 20, 5, 9),
    ("2026-06", "企业年报公示信息抽查", "不定向", "market", "tax statistics", "MKT-03 TAX-01 STA-01", _ANY_FIRM, "3%", 90, 7, 10),
    ("2026-07", "养老机构联合抽查", "定向", "civil", "market fire health", "CIV-01", "养老机构", "20%", 3, 6, 8),
    ("2026-08", "快递企业联合抽查", "定向", "post", "police", "POS-01", "快递企业", "10%", 6, 6, 8),
)  # fmt: skip

_REQUIREMENTS = "进门先出示证件、说明来意、告知回避权；不收费、不接受宴请；一次进门查多项。（示例）"
_HANDLING = "检查结束后20个工作日内公示；发现问题的责令改正；不属本部门管辖的移送。（示例）"
# id, name, plan, lead, joining, items, checklist, district rule, qualifications, content, first, last
_SCHEMES = (
    ("S2601", "2026年第四季度餐饮服务单位联合抽查", "2026-01", "market", "fire health", "MKT-01 HEA-01 FIR-02", "CL-CATERING", "不限", "",
     "食品安全、从业人员健康与餐饮具消毒、消防与用气安全。（示例）", date(2026, 11, 30), date(2026, 12, 18)),
    ("S2602", "2026年第四季度加油站联合抽查", "2026-02", "commerce", "market emergency ecology tax police",
     "COM-01 MKT-05 MKT-06 EME-01 ECO-01 TAX-01 POL-02", "CL-FUEL", "不限", "应急管理局：危险化学品监管",
     "经营资格、计量与油品质量、安全、油气回收、税控、散装汽油。（示例）", date(2026, 12, 1), date(2026, 12, 22)),
    ("S2603", "2026年第四季度劳务派遣单位联合抽查", "2026-03", "labour", "market tax", "LAB-01 MKT-08 TAX-01", "CL-LABOUR", "同区划", "",
     "许可与登记、劳动合同与工资、参保缴费。（示例）", date(2026, 12, 2), date(2026, 12, 23)),
    ("S2604", "2026年冷链食品联合抽查（临时任务）", "", "market", "customs", "MKT-01 CUS-01", "CL-COLD", "不限", "",
     "冷库温度、进口冷链食品的入境证明。（示例）", date(2026, 12, 3), date(2026, 12, 24)),
)  # fmt: skip
# experts per object, their field, days to stay away, witnesses, public value, whether heads approve each visit
_BESIDE: dict[str, tuple[Value, ...]] = {
    "S2601": (0, "", 0, "WIT-1、WIT-3", "体彩排列5 第26320期开奖号码（示例）", "否"),
    "S2602": (1, "危险化学品", 30, "WIT-2", "", "否"),
    "S2603": (0, "", 0, "WIT-5", "", "是"),
    "S2604": (0, "", 0, "WIT-4", "", "否"),
}
_KEY_POINTS = "先看许可与登记是否在有效期，再看安全与证据；重点问题当场拍照。（示例）"
_NOTES = "两人以上同时在场；不透露抽查对象；发现涉嫌犯罪线索的，当日报告部门负责人。（示例）"
_APPROVED_ON = date(2026, 11, 20)
_TEMPORARY = {"S2604": "进口冷链食品追溯工作提醒后增加，未列入年度计划。（示例）"}
_STRATA = (
    *(("S2601", f"餐饮{letter}级", letter, "", "企业、个体工商户", "餐饮", "", ratio, None, "")
      for letter, ratio in (("A", "2%"), ("B", "7%"), ("C", "32%"), ("D", "60%"))),
    ("S2602", "加油站A、B级", "A、B", "", "", "", "加油站", "20%", None, ""),
    ("S2602", "加油站C、D级", "C、D", "", "", "", "加油站", "50%", None, "行政区划"),
    ("S2603", "劳务派遣A、B级", "A、B", "", "", "劳务派遣", "", None, 14, ""),
    ("S2604", "餐饮C、D级", "C、D", "", "企业", "餐饮", "", None, 12, ""),
    ("S2603", "劳务派遣C、D级", "C、D", "", "", "劳务派遣", "", "60%", None, "行政区划"),
)  # fmt: skip


def plans() -> Table:
    return PLAN_TITLES, [_plan(*plan) for plan in _PLANS]


def schemes() -> Table:
    return SCHEME_TITLES, [_scheme(*scheme) for scheme in _SCHEMES]


def strata() -> Table:
    return STRATUM_TITLES, _STRATA


def _plan(
    id: str, name: str, kind: str, lead: str, joining: str, items: str, objects: str, ratio: str, about: int,
    first_month: int, last_month: int,
) -> tuple[Value, ...]:  # fmt: skip
    last = date(2026, 12, 31) if last_month == 12 else date(2026, last_month, 28)
    return (
        f"P{id}", 2026, name, kind, DEPARTMENTS[lead].name, _names(joining), _joined(items), objects, ratio, "每年1次",
        about, _LEVEL, date(2026, first_month, 1), last, "博州示例发〔2026〕1号",
    )  # fmt: skip


def _scheme(
    id: str, name: str, plan: str, lead: str, joining: str, items: str, checklist: str, district_rule: str,
    qualifications: str, content: str, first: date, last: date,
) -> tuple[Value, ...]:  # fmt: skip
    return (
        id, name, f"P{plan}" if plan else None, DEPARTMENTS[lead].name, _names(joining), _joined(items), checklist, 2, district_rule,
        qualifications, content, "实地检查、书面检查", _LEVEL, _REQUIREMENTS, _HANDLING, first, last, 24, 24, "是",
        *_BESIDE[id], _TEMPORARY.get(id, ""), _KEY_POINTS, _NOTES,
        f"{DEPARTMENTS[lead].name}负责人（示例）", _APPROVED_ON, "同意。（示例）",
    )  # fmt: skip


def _names(departments: str) -> str:
    return "、".join(DEPARTMENTS[one].name for one in departments.split())


def _joined(ids: str) -> str:
    return "、".join(ids.split())
