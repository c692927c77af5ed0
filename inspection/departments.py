"""The departments and districts of the prefecture, by short id.

Source: notice 博州政办发〔2019〕33号, part 一㈡ (25 departments) and its footer (four counties and cities). Fire and
rescue (消防救援) is not in the notice's list but takes part in joint inspections by the State Council's joint lists.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Department:
    """`id` at most 12 characters, so that a seat's id fits into a button."""

    id: str
    name: str
    english: str


@dataclass(frozen=True)
class District:
    """`code` is the administrative division code (GB/T 2260)."""

    code: str
    name: str
    english: str


_DEPARTMENTS = (
    Department("market", "市场监管局", "Market Regulation"),
    Department("reform", "发改委", "Development and Reform"),
    Department("education", "教育局", "Education"),
    Department("industry", "工信局", "Industry and Information Technology"),
    Department("civil", "民政局", "Civil Affairs"),
    Department("police", "公安局", "Public Security"),
    Department("labour", "人社局", "Human Resources and Social Security"),
    Department("ecology", "生态环境局", "Ecology and Environment"),
    Department("housing", "住建局", "Housing and Construction"),
    Department("transport", "交通运输局", "Transport"),
    Department("agriculture", "农业农村局", "Agriculture and Rural Affairs"),
    Department("commerce", "商务局", "Commerce"),
    Department("culture", "文化体育广电和旅游局", "Culture, Sports and Tourism"),
    Department("health", "卫健委", "Health"),
    Department("emergency", "应急管理局", "Emergency Management"),
    Department("land", "自然资源局", "Natural Resources"),
    Department("water", "水利局", "Water Resources"),
    Department("forestry", "林业和草原局", "Forestry and Grassland"),
    Department("livestock", "畜牧兽医局", "Livestock and Veterinary"),
    Department("statistics", "统计局", "Statistics"),
    Department("customs", "海关", "Customs"),
    Department("tax", "税务局", "Taxation"),
    Department("road", "道路运输管理局", "Road Transport"),
    Department("tobacco", "烟草专卖局", "Tobacco Monopoly"),
    Department("post", "邮政管理局", "Postal Administration"),
    Department("fire", "消防救援支队", "Fire and Rescue"),
)

_DISTRICTS = (
    District("652700", "博州本级", "Bortala prefecture"),
    District("652701", "博乐市", "Bole"),
    District("652702", "阿拉山口市", "Alashankou"),
    District("652722", "精河县", "Jinghe"),
    District("652723", "温泉县", "Wenquan"),
)

EXPERTS = "expert"
"""No department: the seats of a team that experts take. They never count toward any department's officers."""
PUBLIC = "public"
"""No department: where the witnesses of a draw belong."""
JOINT_OFFICE = "market"
"""联席会议办公室: market regulation leads the joint work and keeps what nobody else does (notice 三㈠)."""
_OTHERS = {
    EXPERTS: Department(EXPERTS, "专家", "Experts"),
    PUBLIC: Department(PUBLIC, "社会监督", "Public witnesses"),
}

DEPARTMENTS = MappingProxyType({department.id: department for department in _DEPARTMENTS})
DISTRICTS = MappingProxyType({district.code: district for district in _DISTRICTS})
PREFECTURE = "652700"
"""The prefecture itself, beside its counties and cities."""
DEPARTMENT_BY_NAME = MappingProxyType({department.name: department for department in _DEPARTMENTS})
DISTRICT_BY_NAME = MappingProxyType({district.name: district for district in _DISTRICTS})


def upwards(code: str) -> tuple[str, ...]:
    """The district and those above it, from a county up to the whole country's region: `652722` → `652722`, `652700`,
    `650000`. Who has no code belongs to the prefecture itself."""
    code = code or PREFECTURE
    return tuple(dict.fromkeys((code, f"{code[:4]}00", f"{code[:2]}0000")))


def level_of(code: str) -> str:
    """The code of the level where somebody belongs: the own, or the prefecture for who has none."""
    return upwards(code)[0]


def is_within(place: str, home: str) -> bool:
    """Whether a place is in the district of this level: the prefecture holds its counties, a county itself."""
    return level_of(home) in upwards(place)


def may_visit(level: str, place: str) -> bool:
    """Whether a scheme of this level may visit what lies there: a county's only what lies in the county."""
    return level_of(level) == PREFECTURE or is_within(place, level)


def department_name(department_id: str, language: str = "zh") -> str:
    """The name people read. An id that is not known reads as itself, so that a message never fails on it."""
    department = DEPARTMENTS.get(department_id) or _OTHERS.get(department_id)
    if department is None:
        return department_id
    return department.english if language == "en" else department.name


def district_name(code: str, language: str = "zh") -> str:
    """The name people read; an unknown code reads as itself."""
    district = DISTRICTS.get(code)
    if district is None:
        return code
    return district.english if language == "en" else district.name
