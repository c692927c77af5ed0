"""Staff, inspectors with absences and declared interests, and experts. All invented."""

from datetime import date, timedelta
from random import Random

from inspection.departments import DEPARTMENTS, DISTRICTS
from samples.invented import DEPARTMENT_LETTERS, DISTRICT_LETTERS, Names
from samples.workbooks import Table, Value

STAFF_TITLES = ("人员编号", "姓名", "部门", "行政区划", "角色", "状态")
INSPECTOR_TITLES = (
    "人员编号", "姓名", "部门", "行政区划", "职务", "执法证号", "执法证有效期至", "专业资格资质", "可任组长", "同时承担席位上限", "状态",
)  # fmt: skip
ABSENCE_TITLES = ("人员编号", "起始日期", "结束日期", "事由")
INTEREST_TITLES = ("人员编号", "对象编号", "回避情形")
WITNESS_TITLES = ("见证人编号", "姓名", "身份", "行政区划", "状态")
EXPERT_TITLES = ("专家编号", "姓名", "专业领域", "工作单位", "行政区划", "职称", "同时承担席位上限", "状态")

_STAFF_ROLES = (("OP", "经办人"), ("HEAD", "负责人"), ("REV", "审核员"), ("LIA", "联络员"))

# How many inspectors in the prefecture's own office, 博乐, 阿拉山口, 精河, 温泉. Two for one team, hardly more: honest sizes.
_POOLS = {
    "market": (16, 36, 12, 26, 16), "fire": (12, 24, 10, 18, 12), "health": (12, 24, 10, 18, 12),
    "police": (8, 12, 6, 10, 7), "emergency": (6, 9, 5, 7, 5), "tax": (8, 12, 8, 10, 8),
    "labour": (9, 14, 9, 11, 9), "ecology": (6, 6, 3, 5, 4), "commerce": (4, 6, 3, 4, 3),
    "agriculture": (3, 5, 1, 4, 4), "transport": (3, 4, 2, 3, 2), "housing": (3, 5, 2, 4, 3),
    "culture": (3, 4, 2, 3, 2), "education": (2, 3, 1, 2, 2), "livestock": (2, 3, 1, 3, 3),
    "road": (2, 3, 2, 2, 2), "land": (2, 3, 1, 2, 2), "water": (2, 2, 1, 2, 2), "forestry": (2, 2, 1, 2, 2),
    "reform": (2, 2, 1, 2, 1), "industry": (2, 2, 1, 2, 1), "civil": (2, 2, 1, 2, 1),
    "statistics": (2, 2, 1, 1, 1), "customs": (4, 0, 8, 0, 0), "tobacco": (2, 4, 1, 3, 1), "post": (3, 2, 0, 1, 0),
}  # fmt: skip
_CAPACITY = {"market": 4, "fire": 5, "health": 5}
_QUALIFICATIONS = {
    "market": ("食品安全监管", "特种设备安全监察", "计量监督", "价格监督"),
    "fire": ("建筑消防", "消防产品监督"),
    "health": ("公共场所卫生", "医疗卫生"),
    "emergency": ("危险化学品监管", "矿山安全监察"),
    "livestock": ("官方兽医",),
    "ecology": ("大气监测", "排污许可"),
}
_POSITIONS = ("一级科员", "四级主任科员", "三级主任科员", "二级主任科员", "所长", "副所长", "中队长")
_ABSENCE_CAUSES = ("年休假", "培训", "借调", "病假", "出差")
_EXPERT_FIELDS = (
    "食品安全",
    "建筑消防",
    "特种设备",
    "危险化学品",
    "环境监测",
    "计量",
    "劳动用工",
    "财务审计",
)
_STORY_DAY = date(2026, 11, 24)


def staff(names: Names) -> Table:
    """Operator, head, reviewer and liaison of every department, such as `MKT-OP`, and one admin."""
    rows: list[tuple[Value, ...]] = [
        (
            f"{letters}-{short}",
            names.person(),
            DEPARTMENTS[department].name,
            DISTRICTS["652700"].name,
            role,
            "有效",
        )
        for department, letters in DEPARTMENT_LETTERS.items()
        for short, role in _STAFF_ROLES
    ]
    rows.append(
        ("ADMIN", names.person(), DEPARTMENTS["market"].name, DISTRICTS["652700"].name, "管理员", "有效")
    )
    return STAFF_TITLES, rows


def inspectors(dice: Random, names: Names) -> Table:
    """Everybody with a certificate. About one certificate in thirty has expired, another lapses within the windows."""
    rows = []
    for department, sizes in _POOLS.items():
        for district, size in zip(DISTRICTS, sizes, strict=True):
            rows += [_inspector(dice, names, department, district, number) for number in range(1, size + 1)]
    return INSPECTOR_TITLES, rows


def _inspector(dice: Random, names: Names, department: str, district: str, number: int) -> tuple[Value, ...]:
    letters = f"{DEPARTMENT_LETTERS[department]}-{DISTRICT_LETTERS[district]}"
    qualifications = _QUALIFICATIONS.get(department, ())
    held = [one for at, one in enumerate(qualifications) if dice.random() < (0.8 if at == 0 else 0.35)]
    # The first four of each office are its old hands: valid, at work, and they lead.
    is_old_hand = number <= 4
    return (
        f"{letters}-{number:02d}", names.person(), DEPARTMENTS[department].name, DISTRICTS[district].name,
        dice.choice(_POSITIONS), f"SL65270{dice.randint(10_000_000, 99_999_999)}",
        _expiry(dice, is_safe=is_old_hand), "、".join(held), "是" if is_old_hand or dice.random() < 0.5 else "否",
        _CAPACITY.get(department, 3), "有效" if is_old_hand or dice.random() < 0.98 else "失效",
    )  # fmt: skip


def _expiry(dice: Random, *, is_safe: bool) -> date:
    chance = dice.random()
    if not is_safe and chance < 0.033:
        return _STORY_DAY - timedelta(days=dice.randint(5, 300))
    if not is_safe and chance < 0.05:
        return _STORY_DAY + timedelta(days=dice.randint(7, 20))
    return date(2027, 6, 30) + timedelta(days=dice.randint(0, 1200))


def absences(dice: Random, register: Table) -> Table:
    """One inspector in fourteen is away for some days around the visits."""
    rows: list[tuple[Value, ...]] = []
    for id in _picked(dice, register, 14):
        first = date(2026, 11, 20) + timedelta(days=dice.randint(0, 25))
        rows.append((id, first, first + timedelta(days=dice.randint(1, 9)), dice.choice(_ABSENCE_CAUSES)))
    return ABSENCE_TITLES, rows


def interests(dice: Random, register: Table, catering: list[str]) -> Table:
    """Some inspectors have kin or money in a catering firm."""
    grounds = ("A2", "A3", "A4", "A5", "A6", "A8")
    rows: list[tuple[Value, ...]] = [
        (id, dice.choice(catering), dice.choice(grounds))
        for id in _picked(dice, register, 9)
        if id.startswith(("MKT", "FIR", "HEA"))
    ]
    return INTEREST_TITLES, rows


def witnesses(names: Names) -> Table:
    """Who may be asked to watch a draw."""
    titles = ("州人大代表", "州政协委员", "博州日报记者", "餐饮行业协会代表", "市人大代表")
    return WITNESS_TITLES, [
        (f"WIT-{number}", names.person(), title, DISTRICTS["652700"].name, "有效")
        for number, title in enumerate(titles, start=1)
    ]


def experts(names: Names) -> Table:
    """Three for each field; they advise and never count as officers."""
    rows: list[tuple[Value, ...]] = []
    for number in range(24):
        field = _EXPERT_FIELDS[number % len(_EXPERT_FIELDS)]
        district = DISTRICTS[list(DISTRICTS)[number % len(DISTRICTS)]].name
        title = "高级工程师" if number % 2 else "工程师"
        rows.append(
            (
                f"EXP-{number + 1:02d}",
                names.person(),
                field,
                "博州示例检验检测中心",
                district,
                title,
                10,
                "有效",
            )
        )
    return EXPERT_TITLES, rows


def _picked(dice: Random, register: Table, one_in: int) -> list[str]:
    """A few inspectors, none of the old hands."""
    return [str(row[0]) for row in register[1] if str(row[0])[-2:] > "04" and dice.randrange(one_in) == 0]
