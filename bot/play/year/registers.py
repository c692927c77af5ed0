"""The invented prefecture of the year as a folder of spreadsheets, in the form in which departments send them.

Everything follows from a fixed seed: two plays have the same firms and the same officers. 示例 stands in each name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from openpyxl import Workbook

from inspection.departments import DEPARTMENTS, DISTRICTS, PREFECTURE, department_name, district_name
from inspection.registration.credit_code import check_character

SEED = 20260101
YEAR = 2026
WITNESS, AUDITOR = "W1", "AU"
_LETTERS = {"652701": "BL", "652702": "AL", "652722": "JH", "652723": "WQ"}
_SURNAMES, _GIVEN = "云木水石林江田叶梅丘柏松竺桑苗麦雷风羊兰", "砚岫芷澍珩筠砺莳旎翊洇霁槿荞楹漪琚钰曈菂"
_WORDS = (
    "云雀", "青禾", "赛湖", "白桦", "红柳", "雪莲", "沙枣", "银杏", "晨露", "星河",
    "玉泉", "金穗", "麦田", "远山", "晴川", "飞鸿", "杏花", "绿洲", "胡杨", "梭梭",
)  # fmt: skip

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
Row = Sequence[str | float | date]


@dataclass(frozen=True)
class Trade:
    """So many objects of this industry in each county."""

    industry: str
    endings: tuple[str, ...]
    number: int


TRADES = (
    Trade("餐饮", ("餐馆", "火锅店", "拌面馆"), 8),
    Trade("住宿", ("宾馆", "民宿"), 4),
    Trade("加油站", ("加油站",), 3),
    Trade("劳务派遣", ("劳务派遣有限公司",), 3),
    Trade("建筑", ("建筑工程有限公司",), 2),
    Trade("农资", ("农资店",), 2),
    Trade("零售", ("便利店", "百货商行"), 4),
)


@dataclass(frozen=True)
class Size:
    """How large the year is. `lines` names the lines of the plan that are filed, see `bot.play.year.plan`; `ratio` is
    asked in place of each line's own."""

    districts: tuple[str, ...]
    departments: tuple[str, ...]
    officers: int
    """Of each department in each county."""
    lines: tuple[str, ...]
    ratio: str = ""


WHOLE = Size(
    districts=tuple(one for one in DISTRICTS if one != PREFECTURE),
    departments=(
        "market", "health", "fire", "police", "culture", "emergency", "ecology", "commerce", "labour", "tax",
        "housing", "agriculture",
    ),
    officers=4,
    lines=("catering", "catering_health", "catering_fire", "lodging", "lodging_culture", "fuel", "fuel_ecology",
           "fuel_commerce", "labour", "labour_tax", "building", "farming"),
)  # fmt: skip
POCKET = Size(("652701",), ("market", "fire", "police"), 6, ("catering", "catering_fire"), "25%")
"""A year in a pocket: one county, three departments, one joint line of the plan."""


def item_of(department: str) -> str:
    return f"T-{department}"


def checklist_of(departments: Sequence[str]) -> str:
    """The list that exactly these departments answer."""
    return "CL-" + "".join(one[:3] for one in sorted(departments))


def liaison(department: str) -> str:
    return f"LI-{department}"


def operator(department: str) -> str:
    return f"OP-{department}"


def head(department: str) -> str:
    return f"HD-{department}"


def reviewer(department: str) -> str:
    return f"RV-{department}"


def officers_of(size: Size) -> dict[str, str]:
    """By id the department of everybody with a certificate, in the order of the register."""
    return {
        f"{department[:8]}-{_LETTERS[district]}{number}": department
        for department in size.departments
        for district in size.districts
        for number in range(1, size.officers + 1)
    }


def write_registers(folder: Path, size: Size, lists: Sequence[Sequence[str]]) -> list[str]:
    """Writes the folder, and gives the ids of everybody with a phone. `lists` are the departments of each checklist."""
    folder.mkdir(parents=True)
    (folder / "checklists").mkdir()
    dice = Random(SEED)
    staff, inspectors = list(_staff(dice, size)), list(_inspectors(dice, size))
    _write(folder / "staff.xlsx", {"工作人员": (_STAFF, staff)})
    _write(folder / "inspectors.xlsx", {"执法检查人员名录库": (_INSPECTORS, inspectors)})
    witness: Row = (WITNESS, _person(dice), "人大代表", district_name(PREFECTURE), "有效")
    _write(folder / "witnesses.xlsx", {"见证人名册": (_WITNESSES, [witness])})
    _write(folder / "items.xlsx", {"抽查事项清单": (_ITEMS, [_item(one) for one in size.departments])})
    _write(folder / "objects.xlsx", {"检查对象名录库": (_OBJECTS, list(_objects(dice, size)))})
    for departments in lists:
        _write_checklist(folder / "checklists", departments)
    return [str(row[0]) for row in (*staff, *inspectors, witness)]


_STAFF = ("人员编号", "姓名", "部门", "行政区划", "角色", "状态")
_INSPECTORS = (
    "人员编号", "姓名", "部门", "行政区划", "执法证号", "执法证有效期至", "可任组长", "同时承担席位上限", "状态",
)  # fmt: skip
_WITNESSES = ("见证人编号", "姓名", "身份", "行政区划", "状态")
_ITEMS = (
    "事项编码", "抽查领域", "抽查事项", "事项类别", "发起部门", "检查依据", "检查内容及要求",
    "检查方式", "实施层级", "版本", "生效日期", "状态",
)  # fmt: skip
_OBJECTS = (
    "对象编号", "对象类型", "名称", "统一社会信用代码", "登记状态", "行政区划",
    "住所", "纬度", "经度", "行业", "信用风险等级", "频次上限", "状态",
)  # fmt: skip


def _staff(dice: Random, size: Size) -> Iterator[Row]:
    place = district_name(PREFECTURE)
    for one in size.departments:
        roles = (("经办人", operator), ("负责人", head), ("审核员", reviewer), ("联络员", liaison))
        for role, id_of in roles:
            yield id_of(one), _person(dice), department_name(one), place, role, "有效"
    yield AUDITOR, _person(dice), department_name("market"), place, "审计员", "有效"


def _inspectors(dice: Random, size: Size) -> Iterator[Row]:
    districts = {letters: code for code, letters in _LETTERS.items()}
    for id, department in officers_of(size).items():
        code = districts[id.rpartition("-")[2][:2]]
        yield (
            id, _person(dice), department_name(department), district_name(code), f"示例{id}",
            date(YEAR + 3, 12, 31), "是", 6, "有效",
        )  # fmt: skip


def _item(department: str) -> Row:
    name = department_name(department)
    return (
        item_of(department), "联合抽查", f"{name}检查事项（示例）", "一般", name, "示例依据，使用前须核对条款",
        "核对许可与登记、现场状况、制度与记录", "实地检查", "州、县（市）", 1, date(YEAR, 1, 1), "有效",
    )  # fmt: skip


def _objects(dice: Random, size: Size) -> Iterator[Row]:
    classes = ("A", "A", "B", "B", "B", "C", "D")
    for district in size.districts:
        place, number = district_name(district), 0
        for trade in TRADES:
            for one in range(trade.number):
                number += 1
                ending = trade.endings[one % len(trade.endings)]
                yield (
                    f"{_LETTERS[district]}{number:04d}", "企业", f"{place}{_WORDS[one]}示例{ending}",
                    _credit_code(dice, district), "存续", district_name(district), f"{place}示例路{number}号",
                    44.9 + number / 1000, 82.0 + number / 1000, trade.industry,
                    classes[number % len(classes)], 6, "有效",
                )  # fmt: skip


def _person(dice: Random) -> str:
    return dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, 2))


def _credit_code(dice: Random, district: str) -> str:
    """With right check characters; its organisation part begins with YY, which no register gives out."""
    body = "YY" + "".join(dice.choice(_SIGNS) for _ in range(6))
    values = [int(sign, 36) for sign in body]
    weighed = sum(value * weight for value, weight in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    rest = 11 - weighed % 11
    seventeen = f"91{district}{body}{ {10: 'X', 11: '0'}.get(rest, str(rest)) }"
    return seventeen + check_character(seventeen)


# --- Checklists ------------------------------------------------------------------------------------------------------

_SURVEY = ("type", "name", "label", "department", "basis", "important", "relevant", "required")
_CHOICES = (("answer", "yes", "是"), ("answer", "no", "否"), ("answer", "na", "不适用"))


def _write_checklist(folder: Path, departments: Sequence[str]) -> None:
    """Two questions for each department: an important one with a photo, and an ordinary one."""
    id, rows = checklist_of(departments), []
    for place, department in enumerate(departments):
        name = DEPARTMENTS[department].name
        for number, text, is_important in (
            (2 * place + 1, f"{name}许可与登记是否有效并公示（示例）", True),
            (2 * place + 2, f"{name}要求的制度与记录是否齐全（示例）", False),
        ):
            important = "yes" if is_important else ""
            rows.append(("select_one answer", f"q{number}", text, name, "示例", important, "", "yes"))
            when = f"${{q{number}}} = 'no'"
            rows.append(("text", f"q{number}_note", "发现了什么问题", name, "", "", when, "yes"))
            if is_important:
                when = f"${{q{number}}} != 'na'"
                rows.append(("image", f"q{number}_photo", "现场照片", name, "", "", when, "yes"))
    title = "、".join(department_name(one) for one in departments) + "检查表（示例）"
    _write(
        folder / f"{id}.xlsx",
        {
            "survey": (_SURVEY, rows),
            "choices": (("list_name", "name", "label"), _CHOICES),
            "settings": (("form_title", "form_id", "version"), ((title, id, "1"),)),
        },
    )


def _write(path: Path, sheets: dict[str, tuple[Sequence[str], Sequence[Row]]]) -> None:
    path.write_bytes(workbook_of(sheets, path))


def workbook_of(sheets: dict[str, tuple[Sequence[str], Sequence[Row]]], path: Path) -> bytes:
    """The bytes of a workbook with these sheets, which is also written to `path`."""
    workbook = Workbook()
    del workbook["Sheet"]
    for name, (titles, rows) in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in (titles, *rows):
            sheet.append([None if cell == "" else cell for cell in row])
    workbook.save(path)
    return path.read_bytes()
