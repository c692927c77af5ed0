"""The year itself, from 1 January to 31 December: what is done when, everything through the doors that people use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from actions.enrolment import issue_code
from actions.load_registers import load_folder
from bot.archivist import Archivist
from bot.play.year import plan
from bot.play.year.books import Compared
from bot.play.year.elsewhere import Elsewhere
from bot.play.year.field import Field
from bot.play.year.matters import Matters
from bot.play.year.pages import Desk
from bot.play.year.people import People
from bot.play.year.registers import (
    WITNESS,
    YEAR,
    Size,
    checklist_of,
    item_of,
    officers_of,
    operator,
    write_registers,
)
from bot.play.year.story import Story
from bot.play.year.street import Shown, Street, YearStopped
from bot.printing import Printer
from bot.signing import sign_all
from bot.signing_key import SigningKey
from inspection.calendar.beijing import BEIJING
from inspection.departments import department_name
from storage.files import FileStore
from storage.recount import look_up, tally
from storage.store import Store
from storage.tables.follow_ups import InspectionNotice
from storage.tables.registers import Scheme

_HANDLING = "检查结束后20个工作日内公示；发现问题的责令改正；不属本部门管辖的移送。（示例）"


@dataclass(frozen=True)
class SchemeOrder:
    """What a scheme is written with; the window is that of the visits."""

    name: str
    departments: tuple[str, ...]
    industry: str
    ratio: str
    first: date
    last: date
    more: dict[str, str] = field(default_factory=dict)


class Year:
    """One prefecture for one year: `begin`, then `live`; what stands afterwards is looked at by others."""

    last_day = date(YEAR, 12, 31)

    def __init__(self, store: Store, folder: Path, size: Size, key: SigningKey) -> None:
        self.size, self.folder, self.store, self._key = size, folder, store, key
        self.files = FileStore(folder / "files")
        self.street = Street(store, self.files, moment(date(YEAR, 1, 1), 0))
        self.desk = Desk(self.street)
        self.story = Story()
        self.people = People(self.street, self.story, {}, self._plan_visit)
        self.matters = Matters(self.people)
        self.field = Field(self.people)
        self.compared = Compared()
        """What of the statistics was held against the store in the middle of the year."""
        self.visit_days: dict[str, datetime] = {}
        self._archivist = Archivist(store, self.files, self.street.clock)
        self._printer = Printer(store, self.files, self.street.clock, after=_nothing)
        self.street.react = self._react
        self.street.daily += [self._sign, self._archive]
        self.street.beside.append(self._printer.print_next)
        self.elsewhere = Elsewhere(self.folder, store, self.street.clock)
        self.street.daily.append(lambda: self.elsewhere.send(self.street.run))

    def begin(self) -> None:
        """Registers and accounts, and the chapters of the plan and its schemes; the others are added before `live`."""
        self._load()
        self.elsewhere.connect(self.street.now)
        self._plan_chapters()

    def live(self) -> None:
        """Raises `YearStopped`, or whatever broke on the way."""
        self.street.wait_until(moment(self.last_day, 18))
        self._sign()

    def close(self) -> None:
        self.elsewhere.close(self.street.run)
        self.desk.close()
        self.street.close()

    def _react(self, who: str, shown: Shown) -> None:
        meant = self.matters.react(who, shown)
        if meant is not None:
            self.people.mean(who, shown, meant)
        else:
            self.people.react(who, shown)

    def _sign(self) -> None:
        sign_all(self.store, self._key, self.street.clock)

    def _archive(self) -> None:
        while self._archivist.archive_next():
            pass

    # --- January: registers and accounts ---

    def _load(self) -> None:
        campaigns = [plan.departments_of(lines) for _, lines in plan.campaigns(self.size)]
        lists = dict.fromkeys([*(tuple(sorted(one)) for one in campaigns), ("market",), ("fire", "market")])
        ids = write_registers(self.folder / "registers", self.size, list(lists))
        at = self.street.now
        with self.store.transaction("cli") as records:
            report = load_folder(records, self.folder / "registers", at=at, strict=True)
            if not report.is_loaded:
                raise YearStopped(f"the registers were not loaded: {report.problems[:3]}")
            for id in ids:
                issue_code(records, id, f"YEAR {id}", at=at, valid_for=timedelta(days=3))
        self.people.departments = officers_of(self.size)
        for id in ids:
            self.street.say(id, f"/start YEAR{id}")

    # --- The chapters ---

    def _plan_chapters(self) -> None:
        desk, size = self.desk, self.size
        self.on((1, 5), 10, lambda: plan.open_plan(desk))
        for number, department in enumerate(size.departments):
            late = department == plan.LATE
            when = (3, 12) if late else (2, 2 + number)
            self.on(when, 10, _filing(desk, size, department))
        self.on((3, 20), 10, self._merge)
        self.on((4, 3), 15, lambda: plan.publish_plan(desk))
        if "farming" in size.lines:
            self.on((4, 8), 11, lambda: plan.amend_plan(desk))
        for campaign, lines in plan.campaigns(size):
            first = plan.day(campaign.first)
            self._at(moment(first - timedelta(days=20), 10), self._campaign(campaign, lines))

    def _merge(self) -> None:
        self.story.told["lines joined"] = plan.merge_plan(self.desk, self.size)

    def _campaign(self, campaign: plan.Campaign, lines: tuple[str, ...]) -> Callable[[], None]:
        def write() -> None:
            names = {plan.LINES[one].name for one in lines} | {campaign.name}
            line = next(one for one in plan.published_lines(self.desk) if one["name"] in names)
            departments = (str(line["lead_department"]), *_strings(line["joining"]))
            order = SchemeOrder(
                campaign.name, departments, campaign.industry, self.size.ratio or campaign.ratio,
                plan.day(campaign.first), plan.day(campaign.last), {"plan_id": str(line["id"])},
            )  # fmt: skip
            self.write_scheme(order)

        return write

    def write_scheme(self, order: SchemeOrder) -> str:
        """The operator of the lead department fills in the form and submits it; gives the scheme's id."""
        lead, *joining = order.departments
        fields = {
            "name": order.name, "joining": "、".join(department_name(one) for one in joining),
            "items": [item_of(one) for one in order.departments], "checklist_id": checklist_of(order.departments),
            "row1-name": order.industry, "row1-industry": order.industry, "row1-ratio": order.ratio,
            "row1-split": "行政区划", "content": "许可与登记、现场状况、制度与记录", "method": "实地检查",
            "level": "州、县（市）", "first_day": f"{order.first}", "last_day": f"{order.last}",
            "requirements": "先出示证件，说明来意，告知回避权", "key_points": "先看许可，再看现场",
            "notes": "两人以上同时在场", "needs_briefing": "是", "handling": _HANDLING, "seats_per_department": "2",
            "witnesses": WITNESS, "needs_approval": "是", "do": "submit", "kind": "random", **order.more,
        }  # fmt: skip
        if "plan_id" not in order.more and "temporary_reason" not in order.more:
            fields["temporary_reason"] = "上级部署的临时任务（示例）"
        answer = self.desk.post("/schemes/new", operator(lead), **fields)
        if answer.status_code != 303:
            raise YearStopped(f"the scheme {order.name} was not submitted")
        return str(answer.headers["location"]).split("/")[2]

    def look_up(self, what: str, **values: str) -> list[tuple[Any, ...]]:
        """What somebody would look up, see `storage.recount`."""
        with self.store.reading() as records:
            return look_up(records, what, **values)

    def tally(self, table: str, column: str = "state") -> dict[str, int]:
        """How many rows of a table have which value."""
        with self.store.reading() as records:
            return tally(records, table, column)

    # --- Visits ---

    def _plan_visit(self, inspection: str, _lead: str) -> None:
        """A team is confirmed: the notice some days before, the visit on its day within the window."""
        if inspection in self.visit_days:
            return
        with self.store.reading() as records:
            scheme = records.get(Scheme, inspection.partition(".")[0])
        number = len(self.visit_days) + 1
        if self.street.now >= moment(scheme.first_day, 9):  # at once, before a head has time to say yes
            self.visit_days[inspection] = self.street.now
            self.street.plan(self.street.now + timedelta(minutes=40), lambda: self._visit(inspection))
            return
        first = max(moment(scheme.first_day, 10), self.street.now + timedelta(hours=30))
        day = self.street.office_moment(first + timedelta(days=number % 7, minutes=7 * number))
        self.visit_days[inspection] = day
        if self.story.has_gone(number):
            self.street.plan(day, lambda: self.field.report_gone(inspection, self.people.leads[inspection]))
            return
        notice_at = self.street.office_moment(
            max(self.street.now + timedelta(hours=6), day - timedelta(days=4))
        )
        applies = self.story.firm_applies(number)
        self.street.plan(notice_at, lambda: self._serve(inspection, applies=applies))
        self.street.plan(day, lambda: self._visit(inspection))

    def _serve(self, inspection: str, *, applies: bool) -> None:
        self.field.serve_notice(inspection, self.people.leads[inspection])
        if applies:
            self._apply_for_recusal(inspection)

    def _apply_for_recusal(self, inspection: str) -> None:
        """The firm, on its page, with the code that stands on the notice."""
        with self.store.reading() as records:
            code = records.get(InspectionNotice, inspection).code
        self.desk.post("/recusal", code=code)
        path = f"/recusal/{code}"
        self.desk.post(path, officer="2", ground="A8", words="他在隔壁的店做过会计。")
        self.story.told["firms that applied for a recusal"] += 1

    def _visit(self, inspection: str) -> None:
        if not self.field.visit(inspection, self.people.leads[inspection]):
            again = self.street.office_moment(self.street.now + timedelta(days=1))
            self.street.plan(again, lambda: self._visit(inspection))

    # --- When ---

    def on(self, month_day: tuple[int, int], hour: int, deed: Callable[[], None]) -> None:
        """On this day of the year, or when the offices open next."""
        self._at(moment(date(YEAR, *month_day), hour), deed)

    def _at(self, at: datetime, deed: Callable[[], None]) -> None:
        self.street.plan(self.street.office_moment(at), deed)


def moment(day: date, hour: int) -> datetime:
    """An hour of Beijing."""
    return datetime.combine(day, time(hour), BEIJING).astimezone(UTC)


def _filing(desk: Desk, size: Size, department: str) -> Callable[[], None]:
    return lambda: plan.file_lines(desk, size, department)


def _strings(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _nothing() -> None:
    """The street delivers by itself."""
