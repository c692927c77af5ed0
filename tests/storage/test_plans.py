"""No statement of an everyday action reads a table from one end to the other that grows with every visit."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route

from actions.api_tokens import Scope, issue_token
from inspection.departments import JOINT_OFFICE
from inspection.roles import Role
from storage import settings, web_sessions
from storage.files import FileStore
from storage.store import Store
from storage.tables.exchange import ExchangeTarget
from tests.builders import a_person, a_small_register
from tests.journeys.town import Town
from tests.journeys.whole_journey import Journey
from tests.rights.doors import COMMAND_DEEDS
from tests.storage.plans import Heard, hearing, walks
from tests.stores import DATABASES, an_empty_store
from tests.web.houses import House, a_house
from web.api.operations import OPERATIONS
from web.app import make_app
from web.cookies import COOKIE
from web.visitors import token_digest

_OF_AN_INSTALLATION = "as many as there are rules, lists, platforms or keys"
_OF_STAFF = "as many as work here"
_OF_A_YEAR = "a few hundred a year, however many visits come of them"
SMALL = {
    **dict.fromkeys(
        ("inspection_item", "checklist", "special_field", "expert", "exchange_target", "api_token", "signing_key",
        "setting", "case_counter", "register_version", "archive_rule_version", "deadline_rule_version",
        "supervision_rule_version", "calendar_version", "calendar_notice", "calendar_hours"), _OF_AN_INSTALLATION,
    ),
    **dict.fromkeys(
        ("person", "inspector", "absence", "declared_interest", "channel_account", "conversation", "team_group",
        "web_session", "sign_in_request", "deputy"), _OF_STAFF,
    ),
    **dict.fromkeys(("plan", "plan_year", "plan_filing", "plan_line", "plan_version", "plan_declined"), _OF_A_YEAR),
}  # fmt: skip
"""Tables that do not grow with every visit, and why."""

_REGISTER = "reads the register, which is what it is about; it grows with the firms, not with the visits"
_PAGE = "walks along the order of its pages and stops when the page is full"
_SCHEMES = "looks at schemes, of which there are some thousands when there are a million visits"
WHOLE = {
    "actions.pools.freeze": _REGISTER,
    "storage.register_rows.all_rows": _REGISTER,
    "storage.planning.special_lists": _REGISTER,
    "storage.register_rows.some_rows": _REGISTER,
    "storage.register_rows.count_rows": _REGISTER,
    "storage.register_history.newest_numbers": _REGISTER,
    "storage.api_reading._page": _PAGE,
    "storage.api_reading._schemes_with_visits": _PAGE,
    "storage.archives.find_files": _PAGE,
    "storage.public._told_before": _PAGE,
    "storage.public.number_of_announced": _SCHEMES,
    "storage.public.years_of_tasks": "walks from the newest scheme to the first that was announced",
    "storage.schemes.with_hour_of_names": _SCHEMES,
    "storage.schemes._lately": "walks from the newest scheme, of which nearly all are over, to a bound",
    "actions.statistics.count": "figures of a year, counted from its visits",
    "actions.steering.look": "the same",
    "actions.what_ifs.what_if": "weighs what all earlier visits found",
    "storage.statistics.years": "the same",
    "actions.personal_data.my_data": "everything about one person, wherever it stands",
    "storage.deadlines.keep_rules": "SQLite looks whether anything points to the rules; once for each version of them",
}
"""Functions below which a statement may read the whole of a table, and why."""

ALL = ("ALL-market", "ALL-office")


HEARD = (
    "actions.assignments.accept_assignment", "actions.redraws.redraw_seats", "actions.teams.confirm_team",
    "actions.visits.start_visit", "actions.checklists.answer_question", "actions.results.submit_result",
    "actions.results.approve_result", "handlers.photos.on_photo", "storage.assignments.live_of_person",
    "handlers.where.show_where", "storage.inbox.take", "storage.outbox.claim", "storage.due.claim",
    "storage.publicity.results", "storage.public.versions", "web.firms.show_firm", "web.clue_desk.read",
    "web.follow_ups.read", "web.api.reading.list_inspections", "web.api.reading.list_results",
)  # fmt: skip
"""Some of what must have been heard, or the test would be deaf."""


def _story(store: Store, folder: Path) -> Heard:
    with store.transaction("test") as records:
        a_small_register(records)
        settings.keep(records, {settings.TELEGRAM_USERNAME: "example_bot"})
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
    town = Town(store)
    officers = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
    town.enrol_everybody("OP", "RV", "W1", "HD-market", "HD-fire", *officers)
    with hearing(store) as heard:
        journey = Journey(town, FileStore(folder / "files"))
        for _stage in journey.stages():
            pass
        town.wait(timedelta(days=8))
        with store.transaction("test") as records:
            for who, department in zip(ALL, ("market", JOINT_OFFICE), strict=True):
                records.add(a_person(who, department=department, roles=tuple(Role)))
        town.enrol_everybody(*ALL)
        for who in ("OP", "RV", "HD-fire", "fire-1", *ALL):
            for command in COMMAND_DEEDS:
                town.type(who, command)
        asyncio.run(_visit_pages(town, a_house(store, folder, api_per_minute=10_000), journey.id))
    return heard


async def _visit_pages(town: Town, house: House, inspection: str) -> None:
    """Every page by each who may see it, the looks for what is wanted, and every operation that reads."""
    house.clock.now = town.now
    _let_in(town)
    app = make_app(house.web)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost"
    ) as client:
        for who in ALL:
            headers = {"cookie": f"{COOKIE}={who}", "accept": "text/html"}
            for path in (*_routes(list(app.routes)), *_WANTED):
                await client.get(
                    _address(path, {**_FILLED, "inspection": inspection, "chat": who}), headers=headers
                )
        for one in OPERATIONS:
            address = _address(f"/api/v1{one.path}", {**_FILLED, "inspection": inspection})
            for query in ("", "?updated_since=2026-01-01T00:00:00Z&limit=1") if one.method == "GET" else ():
                headers = {"authorization": f"Bearer {one.scope.value}"}
                await client.get(address + query, headers=headers)


_WANTED = (
    "/results?q=示例商户", "/results?q=商户", "/results?department=market&district=652701&year=2026",
    "/results?before=10", "/schemes?department=market&year=2026", "/archive?q=示例", "/draws/D-S1-1",
    "/verify/D-S1-1", "/departments/market",
)  # fmt: skip
_FILLED = {
    "id": "S1", "year": "2026", "version": "1", "number": "1", "kind": "json", "form": "json", "register": "objects",
    "format": "csv", "sha256": "0" * 64, "digits": "ab", "pk": "B1", "tab": "results", "letter": "S",
    "district": "652701", "code": "91652701MA00000000", "name": "pool.json", "subject": "S1", "item": "T-fire",
}  # fmt: skip


def _address(path: str, filled: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: filled.get(found[1], "X1"), path)


def _routes(routes: list[BaseRoute], start: str = "") -> Iterator[str]:
    """What can be read, but for a line that never ends and for files."""
    for one in routes:
        if isinstance(one, Mount) and one.path != "/static":
            yield from _routes(list(one.routes), start + one.path)
        elif (
            isinstance(one, Route) and "GET" in (one.methods or {"GET"}) and not one.path.endswith("/stream")
        ):
            yield start + one.path


def _let_in(town: Town) -> None:
    at, ends = town.now, town.now + timedelta(days=1)
    with town.store.transaction("test") as records:
        for who in ALL:
            web_sessions.open_session(records, token_digest(who), chat=who, at=at, expires_at=ends)
        records.add(ExchangeTarget(name="platform", changed_at=at))
        for scope in Scope:
            target = "platform" if scope is Scope.EXCHANGE else None
            issue_token(records, scope.name, scope.value, "market", [scope], target=target, at=at)


@pytest.mark.parametrize("database", DATABASES)
def test_no_everyday_action_reads_a_growing_table_from_end_to_end(database: str, tmp_path: Path) -> None:
    with an_empty_store(database, tmp_path) as store:
        heard = _story(store, tmp_path)
        found = walks(store, heard, small=SMALL)
    issued = {name for _, names in heard.statements.values() for name in names}
    assert [name for name in HEARD if name not in issued] == []
    assert "\n".join(str(one) for one in found if not WHOLE.keys() & set(one.issued_by)) == ""
