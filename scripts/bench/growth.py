"""Every everyday action among ten thousand, a hundred thousand and (`growth-full`) a million inspections, on both
databases: what a person or a page waits for must not depend on how much has gone before.

The past is made by the database itself (`scripts.bench.history`); the present is one scheme of `VISITS` objects that is
drawn, answered, inspected, reviewed and published, press by press, each press as a whole turn: received, applied,
journalled, answered and delivered. What is compared is the median of some tens of each, with the smallest store. The
stores take turns, press by press, for the speed of a machine changes within minutes.
"""

import asyncio
import contextlib
import itertools
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import select
from sqlmodel import col

from actions.api_tokens import Scope, issue_token
from actions.keep_attachment import keep_attachment
from bot.ticking import tick
from inspection.checklists import AnswerValue
from inspection.departments import JOINT_OFFICE
from inspection.leave import Ground, Verdict
from inspection.results import Category
from inspection.roles import Role
from inspection.states import AssignmentState
from notifications.buttons.assignments import (
    AssignmentAnswer,
    AssignmentButton,
    DecisionButton,
    FileLeaveButton,
    TeamAct,
    TeamButton,
)
from notifications.buttons.checklists import AnswerButton, PartAct, PartButton
from notifications.buttons.data import ButtonData
from notifications.buttons.results import (
    CategoryButton,
    DepartmentReviewAct,
    DepartmentReviewButton,
    ResultAct,
    ResultButton,
)
from notifications.buttons.visits import VisitAct, VisitButton
from scripts.bench.history import LIVING, fill
from scripts.bench.measure import Measure
from storage import web_sessions
from storage.files import FileStore
from storage.migrate import migrate
from storage.store import Store
from storage.tables.exchange import ExchangeTarget
from storage.tables.inspections import Assignment, Inspection, LeaveRequest, Seat
from tests.builders import a_person, a_small_register
from tests.field.pictures import a_picture
from tests.journeys.town import Town
from tests.postgres import fresh_database
from tests.web.houses import a_house
from web.app import make_app
from web.cookies import COOKIE
from web.visitors import token_digest

SIZES, FULL, GROWTH = (10_000, 100_000), 1_000_000, 1.5
VISITS, RECUSED, LOOKS = 20, 12, 30
_EVERYTHING = "ALL"
_TICKS = 50
Times = Mapping[str, float]
Step = tuple[str, Callable[[], object]]
"""What is done, and how; without a name it is not timed."""


def measure_growth() -> Iterator[Measure]:
    yield from _measure(SIZES)


def measure_growth_full() -> Iterator[Measure]:
    yield from _measure((*SIZES, FULL))


def _measure(sizes: tuple[int, ...]) -> Iterator[Measure]:
    for database in ("SQLite", "PostgreSQL"):
        times = dict(zip(sizes, _times(database, sizes), strict=True))
        least, *larger = sizes
        for size in larger:
            for action, ms in times[size].items():
                yield Measure(
                    f"{action}, {size:,} inspections, {database}", ms, times[least][action], f"among {least:,}",
                    unit="ms", at_most=GROWTH,
                )  # fmt: skip


def _times(database: str, sizes: tuple[int, ...]) -> list[Times]:
    """The median of each action in each store, in milliseconds."""
    with contextlib.ExitStack() as stack:
        days = [stack.enter_context(_a_day_after(database, size)) for size in sizes]
        for steps in itertools.zip_longest(*(day.live() for day in days)):
            for day, step in zip(days, steps, strict=True):
                if step is not None:
                    day.take(*step)
        return [{action: statistics.median(taken) for action, taken in day.taken.items()} for day in days]


@contextlib.contextmanager
def _a_day_after(database: str, size: int) -> Iterator["_Today"]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if database == "SQLite":
            url = f"sqlite:///{folder / 'growth.db'}"
            migrate(url)
        else:
            url = stack.enter_context(fresh_database(migrate))
        store = stack.enter_context(contextlib.closing(Store(url)))
        today = _Today(store, folder)
        fill(store, size)
        yield today


@dataclass
class _Today:
    """One scheme among all that has been, from its draw to its public results."""

    store: Store
    folder: Path
    taken: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        with self.store.transaction("bench") as records:
            a_small_register(records, officers=LIVING, objects=6 * VISITS, count=VISITS)
        self.town = Town(self.store)
        self.files = FileStore(self.folder / "files")

    def take(self, action: str, work: Callable[[], object]) -> None:
        began = time.perf_counter()
        work()
        if action:
            self.taken[action].append(1000 * (time.perf_counter() - began))

    def live(self) -> Iterator[Step]:
        officers = [
            f"{department}-{number}" for department in ("market", "fire") for number in range(1, LIVING + 1)
        ]
        self.town.enrol_everybody("OP", "RV", "W1", "HD-market", "HD-fire", *officers)
        self.town.hold_draw()
        yield from self._recuse()
        yield from self._accept()
        for number, visit in enumerate(self._ids()):
            yield from self._visit(visit, number)
        yield from self._look_in_chat()
        yield from self._tick()
        yield from self._look_at_pages()

    def _press(self, action: str, who: str, button: ButtonData) -> Step:
        return action, lambda: self.town.press_data(who, button)

    def _ids(self) -> list[str]:
        with self.store.reading() as records:
            rows = select(col(Inspection.id)).where(col(Inspection.scheme_id) == "S1")
            return sorted(records.session.execute(rows).scalars())

    def _seated(self, *states: AssignmentState) -> list[tuple[Assignment, Seat]]:
        with self.store.reading() as records:
            rows = (
                select(Assignment, Seat)
                .join(Seat, col(Seat.id) == col(Assignment.seat_id))
                .join(Inspection, col(Inspection.id) == col(Assignment.inspection_id))
                .where(col(Inspection.scheme_id) == "S1", col(Assignment.state).in_(states))
                .order_by(col(Seat.id))
            )
            return [(one, seat) for one, seat in records.session.execute(rows)]

    def _recuse(self) -> Iterator[Step]:
        for one, seat in self._seated(AssignmentState.NOTIFIED)[:RECUSED]:
            filed = FileLeaveButton(Ground.BANQUET, one.id)
            yield self._press("an officer asks to be let off", one.person_id, filed)
            grant = DecisionButton(Verdict.GRANT, f"{one.id}/r1")
            with self.store.reading() as records:
                head = records.get(LeaveRequest, f"{one.id}/r1").decider_id or f"HD-{seat.department}"
            yield self._press("the head grants it, and the seat is drawn anew", head, grant)

    def _accept(self) -> Iterator[Step]:
        for one, _seat in self._seated(AssignmentState.NOTIFIED):
            button = AssignmentButton(AssignmentAnswer.ACCEPT, one.id)
            yield self._press("an officer accepts", one.person_id, button)

    def _visit(self, id: str, number: int) -> Iterator[Step]:
        team = [
            (one.person_id, seat)
            for one, seat in self._seated(AssignmentState.ACCEPTED)
            if one.inspection_id == id
        ]
        lead = next(who for who, seat in team if seat.is_lead)
        fire = next(who for who, seat in team if seat.department == "fire")
        yield self._press("the lead confirms the team", lead, TeamButton(TeamAct.CONFIRM, id))
        yield self._press("a visit starts", lead, VisitButton(VisitAct.START, id))
        for who, questions in ((lead, ("q1", "q2")), (fire, ("q3", "q4"))):
            self.town.press_data(who, PartButton(PartAct.OPEN, id))
            yield self._press("an answer", who, AnswerButton(AnswerValue.YES, id, questions[0]))
            sent = keep_attachment(
                self.files, a_picture(taken=f"{number}{who}", noise=True), file_name="1.jpg"
            )
            yield "a photo", partial(self.town.send_photo, who, sent)
            yield self._press("an answer", who, AnswerButton(AnswerValue.NOT_APPLICABLE, id, questions[1]))
            yield self._press("a part is finished", who, PartButton(PartAct.FINISH, id))
        for who, item in ((lead, "T-market"), (fire, "T-fire")):
            yield self._press("a finding", who, CategoryButton(Category.CLEAN, id, item))
        yield self._press("a visit ends", lead, VisitButton(VisitAct.END, id))
        yield self._press("a result is submitted", lead, ResultButton(ResultAct.SUBMIT, id))
        review = DepartmentReviewButton(DepartmentReviewAct.AGREE, id, "fire")
        yield self._press("a department agrees to its findings", "HD-fire", review)
        yield self._press("a result is approved and public", "RV", ResultButton(ResultAct.APPROVE, id))

    def _look_in_chat(self) -> Iterator[Step]:
        asked = {"fire-1": ("/tasks", "/where", "/due"), "OP": ("/where", "/schemes", "/due"), "RV": ("/where",),
            "HD-fire": ("/where", "/officers"), "market-1": ("/tasks", "/where")}  # fmt: skip
        for _ in range(LOOKS // 2):
            for who, commands in asked.items():
                for command in commands:
                    action = f"{command} of {who.split('-')[0]}"
                    yield action, partial(self.town.type, who, command)

    def _tick(self) -> Iterator[Step]:
        for _ in range(_TICKS):
            yield "a tick with nothing due", lambda: tick(self.store, self.town.clock, lambda: None)

    def _look_at_pages(self) -> Iterator[Step]:
        house = a_house(self.store, self.folder, api_per_minute=100_000)
        house.clock.now = self.town.now
        self._let_in()
        transport = httpx.ASGITransport(app=make_app(house.web))
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        with contextlib.closing(asyncio.new_event_loop()) as loop:
            for what, address in self._addresses().items():
                token = {"authorization": f"Bearer {Scope.READ.value}"} if address.startswith("/api") else {}
                headers = {"accept": "text/html", "cookie": f"{COOKIE}={_EVERYTHING}", **token}
                for number in range(LOOKS + 2):
                    house.clock.move(timedelta(seconds=5))  # or the door would have it that this is too fast
                    opened = number > 1  # the first open what is opened once
                    yield what if opened else "", partial(_look, loop, client, address, headers)
            loop.run_until_complete(client.aclose())

    def _let_in(self) -> None:
        at, ends = self.town.now, self.town.now + timedelta(days=1)
        with self.store.transaction("bench") as records:
            records.add(a_person(_EVERYTHING, department=JOINT_OFFICE, roles=tuple(Role)))
            web_sessions.open_session(
                records, token_digest(_EVERYTHING), chat=_EVERYTHING, at=at, expires_at=ends
            )
            records.add(ExchangeTarget(name="platform", changed_at=at))
            issue_token(records, "bench", Scope.READ.value, "market", [Scope.READ], at=at)

    def _addresses(self) -> dict[str, str]:
        one, code = self._ids()[0], "91652701MB10000077"
        return {
            "page: front": "/",
            "page: results": "/results",
            "page: results by a piece of a name": "/results?q=新华商店",
            "page: results by a code": f"/results?q={code}",
            "page: one result": f"/results/{one}",
            "page: one firm": f"/firms/{code}",
            "page: the tasks": "/schemes",
            "page: one task": "/schemes/S1",
            "page: one draw": "/draws/D-S1-1",
            "page: a department": "/departments/market",
            "page: the journal": "/journal",
            "desk: what is due": "/due",
            "desk: own schemes": "/schemes/mine",
            "desk: clues": "/clues",
            "desk: follow-ups": "/follow-ups",
            "desk: corrections": "/desk/corrections",
            "desk: exchange": "/exchange",
            "desk: archive": "/archive",
            "desk: names": "/schemes/names",
            "desk: the progress of a scheme": "/schemes/S1/progress",
            "API: inspections": "/api/v1/inspections?limit=50",
            "API: inspections that changed": "/api/v1/inspections?limit=50&updated_since=2026-11-24T01:00:00Z",
            "API: results that changed": "/api/v1/results?limit=50&updated_since=2026-11-24T01:00:00Z",
            "API: schemes that changed": "/api/v1/schemes?limit=50&updated_since=2026-11-24T01:00:00Z",
            "API: transfers": "/api/v1/transfers?limit=50",
        }


def _look(
    loop: asyncio.AbstractEventLoop, client: httpx.AsyncClient, address: str, headers: Mapping[str, str]
) -> None:
    answer = loop.run_until_complete(client.get(address, headers=dict(headers)))
    assert answer.status_code == 200, (address, answer.status_code)
