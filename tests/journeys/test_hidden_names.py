"""A scheme that names its firms at an hour: before it no message, page, paper or file says which they are, but to
whoever opens one; at the hour everybody is told."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import httpx
import pytest

from actions.api_tokens import Scope, issue_token
from actions.public_bundles import publish_bundles
from bot.delivering import Deliverer
from inspection.leave import Ground, Verdict
from inspection.roles import Role
from inspection.states import LIVE_ASSIGNMENTS, AssignmentState
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton, DecisionButton
from notifications.buttons.object_names import OpenNameButton
from notifications.buttons.visit_approvals import (
    NoticeAct,
    NoticeButton,
    VisitApprovalAct,
    VisitApprovalButton,
)
from notifications.buttons.visits import VisitAct, VisitButton
from storage import web_sessions
from storage.store import Store
from storage.tables.inspections import Assignment, Inspection, JournalLine, LeaveRequest, Seat
from storage.tables.messaging import OutboxLine
from storage.tables.publicity import PublicBundle
from storage.tables.registers import RegisteredObject, Scheme
from tests.actions.story import rows_of
from tests.builders import a_person, a_small_register, an_object
from tests.journeys.town import CHANNEL, Town
from tests.stores import an_empty_store
from tests.web.houses import House, a_client, a_house, every_address
from web.cookies import COOKIE
from web.visitors import token_digest

HOUR = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
"""Midnight in Beijing, with which the first day of visits begins."""
SECRETS = ("密名饭店", "91652701MA0SECRET", "密名街")
OFFICERS = tuple(f"{department}-{number}" for department in ("market", "fire") for number in range(1, 7))
DESK = ("OP", "RV", "HD-market", "HD-fire", "AU", "LI")
_PAGES = (
    "/due", "/schemes/mine", "/schemes/S1/edit", "/schemes/names", "/schemes/S1/names", "/schemes/S1/progress",
    "/archive", "/statistics", "/statistics/watch", "/diligence", "/follow-ups", "/clues", "/desk/corrections",
    "/papers/{id}/notice.pdf", "/papers/{id}/record.pdf", "/ics/{id}.ics", "/chat", "/chat/{who}/my-data.json",
    "/schemes", "/schemes/S1", "/draws/D-S1-1", "/draws/D-S1-1/transcript.json", "/open-data/", "/results", "/journal",
)  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with an_empty_store("sqlite", tmp_path) as store:
        with store.transaction("test") as records:
            scheme = a_small_register(records, officers=6, count=2)
            scheme.names_open_at = HOUR
            scheme.needs_briefing = scheme.needs_approval = True
            for number in range(1, 4):
                records.get(RegisteredObject, f"B{number}").is_active = False
                one = an_object(f"X9{number}", name=f"密名饭店{number}号")
                one.credit_code = f"91652701MA0SECRET{number}"
                one.address = f"密名街{number}号"
                records.add(one)
            records.add(
                a_person("AU", department="tax", roles=(Role.AUDITOR,)), a_person("LI", roles=(Role.LIAISON,))
            )
            issue_token(records, "reader", "reader", "market", [Scope.READ], at=HOUR - timedelta(days=2))
        town = Town(store)
        town.enrol_everybody(*OFFICERS, *DESK, "W1")
        yield town


def test_nobody_is_shown_which_firm_it_is_before_the_hour_and_everybody_at_it(
    town: Town, tmp_path: Path
) -> None:
    store = town.store
    town.hold_draw()
    first, second = _visits(store)
    recuses = _holder(store, first, "fire")
    town.press(recuses, "recuse")
    town.press(recuses, f"ground_{Ground.BANQUET}")
    town.press(recuses, "file_without_words")
    town.type("HD-fire", "/where")
    with store.reading() as records:
        (request,) = rows_of(records, LeaveRequest)
    town.press_data("HD-fire", DecisionButton(Verdict.GRANT, request.id))
    town.wait(timedelta(hours=12))
    _accept_all(town, but=f"{second}/fire/2")  # which lapses and is drawn again
    for who in (*OFFICERS, *DESK):
        for words in ("/tasks", "/where", "/due", "/schemes", "/officers", "/matters", "/clues"):
            town.type(who, words)
    town.press(_lead(store, first), "confirm_team")
    for part in ("market", "fire"):
        town.type(f"HD-{part}", "/where")
        for act in (VisitApprovalAct.LINES, VisitApprovalAct.ALL):
            town.press_data(f"HD-{part}", VisitApprovalButton(act, "S1", part, "1"))
    assert _said(store) == set()
    assert any("户（博乐市，餐饮，名称于北京时间11月26日（周四）00:00公布）" in one for one in _texts(store))

    with ExitStack() as stack:
        client, addresses = _client(town, tmp_path, stack)
        with store.transaction("test") as records:
            publish_bundles(records, at=town.now)
            assert not any(
                secret in row.bundle for row in rows_of(records, PublicBundle) for secret in SECRETS
            )
        seen = _pages(client, first)
        assert not {path for path, text in seen.items() if any(one in text for one in SECRETS)}
        assert _told_by_ids(store) == set()
        assert _looked_up(client, addresses, first) == {}
        assert 'value="2026-11-26T00:00"' in seen["OP", "/schemes/S1/edit"]
        assert "抽取名单将于" in seen["OP", "/schemes/S1"]

        # Whoever must know opens it, alone, and that stands in the journal and on the desk.
        opener = _holder(store, first, "market")
        town.press_data(opener, OpenNameButton(first))
        town.press_data(opener, OpenNameButton(first))
        assert _said(store) == {opener}
        heard = town.messenger.phones[opener].messages[-1].outgoing
        assert heard.kind == "name_opened"
        assert "密名饭店" in heard.text
        assert "已记录" in heard.text
        for stranger in ("RV", "LI", "HD-fire", "W1"):
            town.press_data(stranger, OpenNameButton(first))
        posted = client.post("/schemes/S1/names", headers=_as("AU"), data={"inspection": first})
        assert "密名饭店" in posted.text
        assert _said(store) == {opener}
        with store.reading() as records:
            looks = [
                (one.actor, one.subject) for one in rows_of(records, JournalLine, verb="object.open_name")
            ]
            assert looks == [(opener, first), ("AU", first)]
        assert 'href="/schemes/S1/names"' in client.get("/schemes/names", headers=_as("AU")).text
        listed = client.get("/schemes/S1/names", headers=_as("HD-market")).text
        assert f"人员{opener}（" in listed
        assert "人员AU（" in listed
        assert not any(one in listed for one in SECRETS)
        assert client.get("/schemes/S1/names", headers=_as("HD-fire")).status_code == 404

        # Nothing that names the firm to itself can be done yet.
        lead = _lead(store, first)
        for _ in range(2):  # the first time it is asked about unread briefings
            town.press_data(lead, VisitButton(VisitAct.START, first))
        town.press_data(lead, NoticeButton(NoticeAct.MAKE, first))
        refused = [one.outgoing.text for one in town.messenger.phones[lead].messages]
        assert sum("00:00才公布" in one for one in refused) == 2

        town.wait(HOUR - town.now - timedelta(minutes=1))
        assert _said(store) == {opener}
        (late,) = (one.person_id for one in _live(store) if one.state is AssignmentState.NOTIFIED)
        town.wait(timedelta(minutes=2))
        (card,) = (one.outgoing.text for one in town.messenger.phones[late].messages[-2:-1])
        assert card.startswith("您被抽中参加联合检查：密名饭店")
        holders = {_holder(store, one, part) for one in _visits(store) for part in ("market", "fire")}
        for who in holders:
            assert "密名饭店" in town.hears(who, "names_open").text
        town.type(recuses, "/tasks")
        town.type(opener, "/tasks")
        assert "密名饭店" in town.messenger.phones[opener].messages[-1].outgoing.text
        assert "密名饭店" in client.get("/schemes/S1").text
        assert client.get("/draws/D-S1-1/transcript.json").status_code == 200
        town.press_data("OP", OpenNameButton(first))
        with store.reading() as records:
            assert len(rows_of(records, JournalLine, verb="object.open_name")) == 2
            assert records.get(Scheme, "S1").names_opened_at == HOUR + timedelta(minutes=1)


def _visits(store: Store) -> list[str]:
    with store.reading() as records:
        return sorted(one.id for one in rows_of(records, Inspection))


def _live(store: Store) -> list[Assignment]:
    with store.reading() as records:
        rows = rows_of(records, Assignment)
    return [one for one in rows if one.state in LIVE_ASSIGNMENTS]


def _holder(store: Store, inspection: str, department: str) -> str:
    prefix = f"{inspection}/{department}/"
    return next(one.person_id for one in _live(store) if one.seat_id.startswith(prefix))


def _lead(store: Store, inspection: str) -> str:
    with store.reading() as records:
        seat = next(one.id for one in rows_of(records, Seat, inspection_id=inspection) if one.is_lead)
    return next(one.person_id for one in _live(store) if one.seat_id == seat)


def _accept_all(town: Town, *, but: str) -> None:
    for one in _live(town.store):
        if one.state is AssignmentState.NOTIFIED and one.seat_id != but:
            town.press_data(one.person_id, AssignmentButton(AssignmentAnswer.ACCEPT, one.id))


def _texts(store: Store) -> list[str]:
    with store.reading() as records:
        return [json.dumps(one.body, ensure_ascii=False) for one in rows_of(records, OutboxLine)]


def _said(store: Store) -> set[str]:
    """Whom a message told what is secret."""
    with store.reading() as records:
        lines = rows_of(records, OutboxLine)
        return {
            one.chat or one.person_id or ""
            for one in lines
            if any(secret in json.dumps(one.body, ensure_ascii=False) for secret in SECRETS)
        }


_OBJECT = re.compile("X9[123]")
_ALL_OBJECTS = {"X91", "X92", "X93"}
_ADDRESS_PART = re.compile(r"\{(\w+)(?::\w+)?\}")
_FILLED = {
    "register": "objects", "format": "csv", "kind": "csv", "year": "2026", "number": "1", "version": "1",
    "form": "json", "chat": "LI", "digits": "ab", "path": "house.css", "district": "652701", "letter": "M",
}  # fmt: skip
_NEVER_ENDS = ("/chat/{chat}/stream", "/sign-out")


def _told_by_ids(store: Store) -> set[str]:
    """What messages and their buttons say of single objects of the register."""
    return {text for text in _texts(store) if _OBJECT.search(text)}


def _looked_up(client: httpx.Client, addresses: list[str], visit: str) -> dict[str, set[str]]:
    """Every address of the app as those see it who keep the register, with every id that they could have from a
    message: where some of the objects are told from the others."""
    found = {}
    for path, id in product(addresses, ("S1", "D-S1-1", visit)):
        if path in _NEVER_ENDS or "/en/" in path or (id != "S1" and not _takes_an_id(path)):
            continue
        who = "api" if path.startswith("/api/") else "LI" if path.startswith("/registers") else "OP"
        headers = {"authorization": "Bearer reader"} if who == "api" else _as(who)
        address = _filled(path, id)
        answer = client.get(address, headers=headers, follow_redirects=True)
        named = set(_OBJECT.findall(answer.text))
        named |= {one for one in _ALL_OBJECTS if f"{SECRETS[0]}{one[2]}号" in answer.text}
        if named and named != _ALL_OBJECTS:
            found[f"{who} {address}"] = named
    return found


def _filled(path: str, id: str) -> str:
    return _ADDRESS_PART.sub(lambda part: _FILLED.get(part[1], id), path)


def _takes_an_id(path: str) -> bool:
    return any(part not in _FILLED for part in _ADDRESS_PART.findall(path))


def _as(who: str) -> dict[str, str]:
    return {"cookie": f"{COOKIE}={who}", "accept": "text/html"}


def _client(town: Town, folder: Path, stack: ExitStack) -> tuple[httpx.Client, list[str]]:
    """With every address at which something can be read."""
    house = a_house(town.store, folder, api_per_minute=10_000)
    town._deliverer = Deliverer(town.store, {CHANNEL: town.messenger, "web": house.channel}, town.clock)
    with town.store.transaction("test") as records:
        for who in (*OFFICERS, *DESK):
            web_sessions.open_session(
                records, token_digest(who), chat=who, at=town.now, expires_at=town.now + timedelta(days=9)
            )
    at_town = House(town.store, replace(house.web, clock=town.clock), house.clock, house.wakes, house.channel)
    addresses = [path for method, path in every_address(at_town.web) if method == "GET"]
    return stack.enter_context(a_client(at_town)), addresses


def _pages(client: httpx.Client, inspection: str) -> dict[tuple[str, str], str]:
    seen = {}
    for who in (*DESK, *OFFICERS[:1], *OFFICERS[6:7]):
        for path in _PAGES:
            answer = client.get(path.format(id=inspection, who=who), headers=_as(who), follow_redirects=True)
            assert answer.status_code < 500, path
            seen[who, path] = answer.text
    for path in ("/api/v1/inspections", "/api/v1/schemes", "/api/v1/draws"):
        answer = client.get(path, headers={"authorization": "Bearer reader"})
        assert answer.status_code == 200, answer.text
        seen["api", path] = answer.text
    return seen
