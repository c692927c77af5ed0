"""年度计划 of the play: which department files what, which lines become one joint visit, which scheme comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.play.year.pages import Desk, forms_of
from bot.play.year.registers import YEAR, Size, head, item_of, liaison, operator
from bot.play.year.street import YearStopped
from notifications.buttons.planning import PlanAct, PlanButton

OFFICE = operator("market")
"""Merges and publishes: the operator of the joint office."""


@dataclass(frozen=True)
class Line:
    """One line as a department files it; the dates of one campaign lie near each other."""

    department: str
    name: str
    industry: str
    """As the column 行业 says it."""
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True)
class Campaign:
    """What the lines of the plan come to: one joint visit, named by the office."""

    name: str
    industry: str
    ratio: str
    lines: tuple[str, ...]
    first: tuple[int, int]
    last: tuple[int, int]


LINES = {
    "catering": Line("market", "餐饮食品安全检查", "餐饮", (6, 1), (6, 26)),
    "catering_health": Line("health", "餐饮卫生检查", "餐饮", (6, 8), (6, 30)),
    "catering_fire": Line("fire", "餐饮消防检查", "餐饮", (6, 3), (6, 24)),
    "lodging": Line("police", "旅馆业治安检查", "住宿", (5, 11), (5, 29)),
    "lodging_culture": Line("culture", "住宿文旅检查", "住宿", (5, 13), (5, 30)),
    "fuel": Line("emergency", "加油站安全检查", "加油站", (8, 3), (8, 21)),
    "fuel_ecology": Line("ecology", "加油站油气回收检查", "加油站", (8, 5), (8, 24)),
    "fuel_commerce": Line("commerce", "成品油经营检查", "加油站", (8, 4), (8, 20)),
    "labour": Line("labour", "劳务派遣用工检查", "劳务派遣", (9, 1), (9, 18)),
    "labour_tax": Line("tax", "劳务派遣纳税检查", "劳务派遣", (9, 3), (9, 21)),
    "building": Line("housing", "建筑市场检查", "建筑", (7, 6), (7, 24)),
    "farming": Line("agriculture", "农资经营检查", "农资", (4, 20), (5, 8)),
}
CAMPAIGNS = (
    Campaign("农资经营抽查", "农资", "50%", ("farming",), (4, 27), (5, 15)),
    Campaign("住宿业联合抽查", "住宿", "25%", ("lodging", "lodging_culture"), (5, 11), (5, 29)),
    Campaign("餐饮业联合抽查", "餐饮", "12.5%", ("catering", "catering_health", "catering_fire"), (6, 1), (6, 26)),
    Campaign("建筑市场抽查", "建筑", "50%", ("building",), (7, 6), (7, 24)),
    Campaign("加油站联合抽查", "加油站", "33%", ("fuel", "fuel_ecology", "fuel_commerce"), (8, 3), (8, 21)),
    Campaign("劳务派遣联合抽查", "劳务派遣", "33%", ("labour", "labour_tax"), (9, 1), (9, 18)),
)  # fmt: skip
LATE = "agriculture"
"""Files its plan after the day: one clock of the year is missed."""
AMENDED = "农资经营抽查"
"""Published with the time that was filed, and moved by a week before it begins."""


def campaigns(size: Size) -> list[tuple[Campaign, tuple[str, ...]]]:
    """Those of this size of the year, with the lines that are filed of each."""
    found = []
    for one in CAMPAIGNS:
        lines = tuple(line for line in one.lines if line in size.lines)
        if lines:
            found.append((one, lines))
    return found


def departments_of(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(LINES[one].department for one in lines)


def day(month_day: tuple[int, int]) -> date:
    return date(YEAR, *month_day)


def open_plan(desk: Desk) -> None:
    desk.post("/plans/desk", OFFICE, year=str(YEAR))


def file_lines(desk: Desk, size: Size, department: str) -> None:
    """On the page, line by line; a department without any says so on the phone."""
    who = liaison(department)
    own = [LINES[one] for one in size.lines if LINES[one].department == department]
    for line in own:
        desk.post(f"/plans/{YEAR}/line", who, **_form(line, size))
    act = "file" if own else "nothing"
    if act == "file":
        desk.post(f"/plans/{YEAR}/mine", who, act=act)
    else:
        desk.street.press(who, PlanButton(PlanAct.NOTHING, str(YEAR)))
    heard = desk.street.phones.of(head(department)).newest()
    if heard is None or heard.kind != "plan_filed":
        raise YearStopped(f"the head of {department} did not hear of the filing: {heard}")


def _form(line: Line, size: Size) -> dict[str, str]:
    ratio = size.ratio or next(one.ratio for one in CAMPAIGNS if one.industry == line.industry)
    return {
        "name": line.name, "kind": "directed", "items": item_of(line.department), "object_range": line.industry,
        "industry": line.industry, "ratio": ratio, "times": "1", "level": "州", "first_day": f"{day(line.first)}",
        "last_day": f"{day(line.last)}",
    }  # fmt: skip


def merge_plan(desk: Desk, size: Size) -> int:
    """The office joins whatever means the same objects in neighbouring time, and gives each its name and its time;
    gives how many lines were joined."""
    joined, merge = 0, f"/plans/{YEAR}/merge"
    while True:
        proposed = [one for one in forms_of(desk.read(merge, OFFICE)) if one.get("act") == "accept"]
        if not proposed:
            break
        desk.post(merge, OFFICE, **proposed[0])
        joined += 1
    for campaign, lines in campaigns(size):
        if len(lines) > 1:
            _name_joint(desk, campaign, [LINES[one].name for one in lines])
    return joined


def _name_joint(desk: Desk, campaign: Campaign, parts: Sequence[str]) -> None:
    merge = f"/plans/{YEAR}/merge"
    windows = [one for one in forms_of(desk.read(merge, OFFICE)) if one.get("act") == "window"]
    mine = [one for one in windows if any(part in one["name"] for part in parts)]
    if len(mine) != 1:
        raise YearStopped(f"the lines {parts} are not one joint line: {windows}")
    first, last = f"{day(campaign.first)}", f"{day(campaign.last)}"
    desk.post(merge, OFFICE, **{**mine[0], "name": campaign.name, "first_day": first, "last_day": last})


def publish_plan(desk: Desk) -> None:
    desk.post(f"/plans/{YEAR}/merge", OFFICE, act="publish", number=f"示例发〔{YEAR}〕1号")


def published_lines(desk: Desk) -> list[dict[str, object]]:
    """As the open data give them."""
    lines: list[dict[str, object]] = desk.read(f"/plans/{YEAR}/plan.json").json()["lines"]
    return lines


def amend_plan(desk: Desk) -> None:
    """Moves one published line."""
    campaign = next(one for one in CAMPAIGNS if one.name == AMENDED)
    line = next(one for one in published_lines(desk) if one["name"] == LINES[campaign.lines[0]].name)
    path = f"/plans/{YEAR}/amend/{line['id']}"
    form = next(one for one in forms_of(desk.read(path, OFFICE)) if one.get("act") == "change")
    moved = {"first_day": f"{day(campaign.first)}", "last_day": f"{day(campaign.last)}"}
    fields = {**form, "items": [item_of(LINES[campaign.lines[0]].department)], "joining": []}
    desk.post(path, OFFICE, **{**fields, **moved, "name": campaign.name, "reason": "避开春播高峰"})
