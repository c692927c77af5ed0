"""The API as another system meets it: what was published is read, a transfer is answered, and nobody sees what is not
theirs. Requests go through the whole app, as in the service."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from actions.api_tokens import issue_token, revoke_token
from actions.exchange import hand_over, set_target
from actions.follow_ups import open_follow_ups
from actions.plan_filing import file_plan, put_line, read_line
from actions.plan_publishing import change_plan, publish_plan, withdraw_plan
from actions.planning import open_planning
from actions.publishing import publish_result
from actions.transfers import accept_transfer, receive_transfer, send_again
from bot.health import health
from inspection.departments import PREFECTURE
from inspection.exchange import DeliveryKind
from inspection.results import Category
from inspection.roles import Role
from inspection.states import DeadlineState, InspectionState, ResultState, TransferState
from notifications.messages.results import FindingLine
from storage import people
from storage.store import Store
from storage.tables.deadlines import Deadline
from storage.tables.exchange import ApiToken, Delivery, KeptAnswer
from storage.tables.inspections import Assignment, Inspection, JournalLine, Publication, Result, Transfer
from storage.tables.messaging import OutboxLine
from storage.tables.register_history import RegisterChange, RegisterVersion
from storage.tables.registers import Inspector, Person, RegisteredObject
from tests.actions.story import a_drawn_story, rows_of
from tests.builders import NOW, a_person, a_scheme, a_small_register
from tests.stores import on_both
from tests.web.houses import House, a_client, a_house

A_LINE = {
    "name": "餐饮检查",
    "kind": "directed",
    "items": "T-market",
    "object_range": "餐饮",
    "industry": "catering",
    "about_count": "5",
    "times": "1",
    "level": "州",
    "first_day": "2027-05-01",
    "last_day": "2027-06-01",
}
SCOPES = ("read", "transfer", "draw")


class Door:
    """A client of the API with one token."""

    def __init__(self, client: httpx.Client, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def get(
        self, path: str, status: int = 200, headers: Mapping[str, str] | None = None, **query: Any
    ) -> Any:
        response = self.client.get(
            f"/api/v1{path}", params=query, headers={**self.headers, **(headers or {})}
        )
        return self._checked(response, status)

    def post(self, path: str, body: Any, status: int = 200, **headers: str) -> Any:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.client.post(f"/api/v1{path}", json=body, headers=self.headers | given)
        return self._checked(response, status)

    def _checked(self, response: Any, status: int) -> Any:
        assert response.status_code == status, response.text
        if status >= 400:
            assert response.headers["content-type"] == "application/problem+json"
            problem = response.json()
            assert problem["status"] == status
            assert problem["detail"]
            assert problem["detail_en"]
        return response.json() if response.content else None


@pytest.fixture
def house(store: Store, tmp_path: Any) -> House:
    house = a_house(store, tmp_path)
    house.clock.now = NOW
    return house


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    with a_client(house) as opened:
        yield opened


def _id(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:8]


def a_token(store: Store, department: str = "market", scopes: tuple[str, ...] = SCOPES, **given: Any) -> str:
    token = f"ssj_{department}-{'-'.join(scopes)}-{len(given)}"
    with store.transaction() as records:
        issue_token(records, _id(token), token, department, scopes, at=NOW, **given)
    return token


def published(store: Store) -> tuple[str, Publication]:
    """A drawn inspection whose result was made public, with one matter for the housing department."""
    with store.transaction() as records:
        set_target(records, "region", "", at=NOW)
    story = a_drawn_story(store)
    [id] = story.inspections()
    with store.transaction() as records:
        inspection, by = records.lock(Inspection, id), records.get(Person, "RV")
        inspection.ended_at = NOW
        records.add(a_person("LI-fire", department="fire", roles=(Role.LIAISON,)))
        records.add(Result(inspection_id=id, state=ResultState.APPROVED, publicity_due=date(2026, 12, 22)))
        lines = [
            FindingLine(
                "T-market", "证照", "market", Category.CORRECTED, "", ("rectify",), None, (), ("on_site",)
            ),
            FindingLine("T-fire", "通道", "fire", Category.PENDING, "堆放气瓶", ("notify",), "housing", ()),
        ]
        open_follow_ups(records, id, lines, by=by, at=NOW)
        publication = publish_result(records, inspection, lines, by=by, at=NOW)
    return id, publication


def _walked(door: Door, path: str, *, limit: int = 1, **query: Any) -> list[Any]:
    """All pages of a list, one by one."""
    found, cursor = [], None
    while True:
        page = door.get(path, limit=limit, **({"cursor": cursor} if cursor else {}), **query)
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


@on_both
def test_a_published_result_is_handed_over_and_read_and_its_transfer_answered(
    store: Store, house: House, client: httpx.Client
) -> None:
    id, publication = published(store)
    market, housing = Door(client, a_token(store)), Door(client, a_token(store, "housing"))
    with store.reading() as records:
        deliveries = rows_of(records, Delivery)
        holders = [one.person_id for one in rows_of(records, Assignment) if "/market/" in one.seat_id]

    # What was handed over, in the transaction of the deed, byte for byte what the public reads.
    frozen = {one.kind: json.loads(one.body) for one in deliveries}
    assert set(frozen) == {"transfer", "result", "publicity"}
    assert frozen["publicity"]["data"]["bundle"] == publication.bundle
    assert {one["category"] for one in frozen["result"]["data"]["findings"]} == {"corrected", "pending"}
    assert frozen["transfer"]["data"]["to_department"] == "housing"

    # Lists, page by page, and one by one.
    assert [one["id"] for one in _walked(market, "/objects")] == ["B1", "B2", "B3"]
    assert [one["id"] for one in _walked(market, "/items")] == ["T-fire", "T-market"]
    assert housing.get("/objects")["items"] == [], "the joint office sees all, others what they supervise"
    housing.get("/objects/B1", 404)
    assert _walked(market, "/objects", district="652722") == []
    assert market.get("/objects/B1")["credit_class"] == "B"
    [draw] = _walked(market, "/draws", scheme="S1")
    for file in draw["files"]:
        assert len(client.get(file["url"]).content) == file["size"]
    [inspection] = _walked(market, "/inspections")
    assert inspection["state"] == "assembling"
    held: dict[str, list[str | None]] = {one["department"]: [] for one in inspection["seats"]}
    for seat in inspection["seats"]:
        held[seat["department"]].append(seat["officer"])
    assert held["market"] == holders
    assert held["fire"] == [None, None]
    [result] = _walked(market, "/results")
    assert (result["bundle"], result["digest"]) == (publication.bundle, publication.digest)
    assert market.get(f"/results/{id}")["items"] == [result]
    assert market.get(f"/results/{id}/versions/1") == result
    market.get(f"/results/{id}/versions/2", 404)
    assert market.get("/schemes/S1")["state"] == "drawn"

    # What changed since, and what did not change at all.
    for path in ("/results", "/inspections", "/schemes", "/draws"):
        assert market.get(path, updated_since=NOW.isoformat())["items"]
        assert market.get(path, updated_since=(NOW + timedelta(days=9)).isoformat())["items"] == []
    response = client.get("/api/v1/results", headers=market.headers)
    market.get("/results", 304, headers={"If-None-Match": response.headers["etag"]})

    # Whose it is: housing takes no part in the scheme and gets the transfer; education has nothing to do with it.
    transfer = f"/transfers/{id}/T-fire"
    education = Door(client, a_token(store, "education"))
    assert housing.get("/inspections")["items"] == []
    housing.get(f"/inspections/{id}", 404)
    assert housing.get("/schemes/S1")["id"] == "S1"
    assert [one["state"] for one in _walked(housing, "/transfers")] == ["opened"]
    education.get(transfer, 404)
    education.post(f"{transfer}/receipt", {}, 404)
    Door(client, a_token(store, "fire")).post(f"{transfer}/receipt", {}, 404)
    reader = Door(client, a_token(store, "housing", ("read",)))
    reader.post(f"{transfer}/receipt", {}, 403)

    # The receipt, twice, and what came of it.
    answered = housing.post(f"{transfer}/receipt", {"reference": "建监2026-7"}, Idempotency_Key="r1")
    again = housing.post(f"{transfer}/receipt", {"reference": "建监2026-7"}, Idempotency_Key="r1")
    assert answered == again
    assert (answered["state"], answered["receipt"]["reference"]) == ("received", "建监2026-7")
    assert housing.post(f"{transfer}/receipt", {}, 422, Idempotency_Key="r1")["code"] == "key_used"
    assert housing.post(f"{transfer}/receipt", {"outcome": "no_case"}, 422)["code"] == "receipt_words"
    closed = housing.post(f"{transfer}/receipt", {"outcome": "no_case", "words": "已自行改正"})
    assert (closed["state"], closed["receipt"]["outcome"]) == ("closed", "no_case")
    housing.post(f"{transfer}/receipt", {"outcome": "no_case", "words": "已自行改正"})
    refused = housing.post(f"{transfer}/receipt", {"outcome": "case_filed"}, 409)
    assert refused["code"] == "receipt_differs"
    with store.reading() as records:
        [row] = rows_of(records, Transfer)
        verbs = [one.verb for one in rows_of(records, JournalLine, subject=row.id)]
        steps = ["transfer.receive", "transfer.report", "transfer.accept", "transfer.close"]
        assert verbs == ["transfer.open", *steps]
        signed = f"token:{housing.get('/token')['id']}"
        assert (row.outcome, row.outcome_words, row.received_by) == ("not_filed", "已自行改正", signed)
        clocks = {one.rule: one.state for one in rows_of(records, Deadline, subject=row.id)}
        assert clocks == dict.fromkeys(("transfer_receipt", "case_filing"), DeadlineState.MET)
        told = [one for one in rows_of(records, OutboxLine) if one.key.startswith(f"transfer:{row.id}:")]
        senders = {one.key.split(":")[2] for one in told if one.addressee == "LI-fire"}
        assert senders == {"received", "closed"}

    _nobody_is_named(store, market, id)


def test_people_and_their_system_answer_a_transfer_the_same_way(
    store: Store, house: House, client: httpx.Client
) -> None:
    id, _ = published(store)
    path, transfer = f"/transfers/{id}/T-fire/receipt", f"{id}/T-fire"
    housing, education = (Door(client, a_token(store, one)) for one in ("housing", "education"))
    back = {"outcome": "returned", "words": "不属本部门", "reference": "建监2026-7"}
    for _ in range(2):  # signed for and sent back at once; the same once more changes nothing
        answer = housing.post(path, back)
        assert (answer["state"], answer["outcome_words"]) == ("returned", "不属本部门")
    assert housing.post(path, {**back, "reference": "另一号"}, 409)["code"] == "receipt_differs"
    assert housing.post(path, {"outcome": "case_filed"}, 409)["code"] == "receipt_differs"
    with store.transaction() as records:
        by = records.get(Person, "LI-fire")
        assert send_again(records, transfer, "education", by=by, at=NOW).state is TransferState.OPENED
        records.add(a_person("LI-education", department="education", roles=(Role.LIAISON,)))
    # What the first department said is no longer said of it; the second signs in the chat and its system goes on.
    assert education.get(f"/transfers/{id}/T-fire")["receipt"] is None
    housing.post(path, back, 404)
    with store.transaction() as records:
        for act in (receive_transfer, accept_transfer):
            act(records, transfer, by=records.get(Person, "LI-education"), at=NOW)
    assert education.post(path, {"reference": "教2026-1"})["state"] == "accepted"
    assert education.post(path, {"outcome": "returned", "words": "x"}, 409)["code"] == "receipt_differs"
    filed = education.post(path, {"outcome": "case_filed"})
    assert (filed["state"], filed["outcome"], filed["receipt"]["reference"]) == (
        "closed",
        "filed",
        "教2026-1",
    )


@on_both
def test_visits_are_read_scheme_by_scheme_whatever_the_page_holds(store: Store, client: httpx.Client) -> None:
    [drawn] = a_drawn_story(store).inspections()
    more = {
        "S0": ("market", "fire"),
        "S10": ("tax", "fire"),
        "S11": ("fire", "market"),
        "S2": ("tax", "market"),
    }
    with store.transaction() as records:
        draw_id = records.get(Inspection, drawn).draw_id
        records.add(*(a_scheme(id, departments=departments) for id, departments in more.items()))
        records.add(
            *(
                Inspection(
                    id=f"{id}.B{number}",
                    scheme_id=id,
                    draw_id=draw_id,
                    object_id=f"B{number}",
                    stratum="B",
                    state=InspectionState.ASSEMBLING,
                )
                for id in more
                if id != "S11"  # nothing was drawn for it
                for number in (3, 1, 2)
            )
        )
    market, fire = Door(client, a_token(store)), Door(client, a_token(store, "fire"))
    own = ["S0.B1", "S0.B2", "S0.B3", drawn, "S2.B1", "S2.B2", "S2.B3"]
    for limit in range(1, 9):
        assert [one["id"] for one in _walked(market, "/inspections", limit=limit)] == own
    assert [one["id"] for one in _walked(fire, "/inspections", limit=2)] == [
        *own[:4],
        "S10.B1",
        "S10.B2",
        "S10.B3",
    ]
    assert [one["id"] for one in _walked(market, "/inspections", limit=2, scheme="S2")] == own[4:]
    seats = {one["id"]: len(one["seats"]) for one in _walked(market, "/inspections", limit=8)}
    assert seats == {id: 4 if id == drawn else 0 for id in own}


@on_both
def test_registers_and_plans_are_read_by_whose_they_are_and_by_what_changed(
    store: Store, house: House, client: httpx.Client
) -> None:
    later = NOW + timedelta(days=1)
    with store.transaction() as records:
        set_target(records, "region", "", kinds=["plan"], at=NOW)
        a_small_register(records)
        office = a_person("LI-market", department="market", roles=(Role.LIAISON,))
        records.add(office)
        for number, id in enumerate(("B2", "B3")):
            records.get(RegisteredObject, id).departments = [("fire", "firearms")[number], "tax"]
        for register, key, number, at in (
            ("objects", "B2", 1, NOW),
            ("objects", "B2", 2, later),
            ("items", "T-fire", 1, later),
        ):
            records.add(
                RegisterVersion(
                    register_id=register, number=number, effective_from=at.date(), loaded_at=at, digest=""
                ),
                RegisterChange(
                    register_id=register, version=number, key=key, department="fire", kind="changed", at=at
                ),
            )
        open_planning(records, 2027, by=office, at=NOW)
        read = read_line(records, A_LINE)
        assert read.values is not None, read.problems
        line = put_line(records, 2027, read.values, by=office, at=NOW)
        file_plan(records, 2027, by=office, at=NOW)
    market, fire = Door(client, a_token(store)), Door(client, a_token(store, "fire"))
    assert [one["id"] for one in _walked(fire, "/objects")] == ["B2"]
    fire.get("/objects/B3", 404)
    assert [one["id"] for one in _walked(market, "/objects")] == ["B1", "B2", "B3"]
    assert market.get("/objects/B2")["updated_at"] == later.isoformat().replace("+00:00", "Z")
    assert market.get("/objects/B1")["updated_at"] is None
    for path, id in (("/objects", "B2"), ("/items", "T-fire")):
        assert [one["id"] for one in _walked(market, path, updated_since=later.isoformat())] == [id]
    assert market.get("/plans")["items"] == [], "what is in the making is nobody else's yet"
    with store.transaction() as records:
        assert rows_of(records, Delivery) == []
        publish_plan(records, 2027, "示例〔2027〕1号", by=records.get(Person, "LI-market"), at=later)
    [plan] = market.get("/plans", updated_since=later.isoformat())["items"]
    assert (plan["name"], plan["state"]) == (line.name, "published")
    with store.transaction() as records:
        by = records.get(Person, "LI-market")
        change_plan(records, plan["id"], {"about_count": 7}, reason="名录更新", by=by, at=later)
        withdraw_plan(records, plan["id"], reason="任务取消", by=by, at=later)
    assert market.get(f"/plans/{plan['id']}")["state"] == "withdrawn"
    with store.reading() as records:
        bodies = [json.loads(one.body) for one in rows_of(records, Delivery)]
        assert [one.kind for one in rows_of(records, Delivery)] == ["plan"] * 3
    told = sorted(
        (one["version"], one["data"]["change"], one["data"]["line"]["about_count"]) for one in bodies
    )
    assert told == [(1, "published", 5), (2, "changed", 7), (3, "withdrawn", 7)]
    assert "LI-market" not in json.dumps(bodies)


def _nobody_is_named(store: Store, door: Door, id: str) -> None:
    with store.reading() as records:
        secret = {one.name for one in rows_of(records, Person)}
        secret |= {one.certificate_number for one in rows_of(records, Inspector)}
        secret |= {one.contact for one in rows_of(records, RegisteredObject) if one.contact}
        bodies = [one.body.decode() for one in rows_of(records, Delivery)]
    paths = ("/inspections", "/results", "/schemes", "/draws", "/transfers", "/objects", f"/inspections/{id}")
    texts = [json.dumps(door.get(path), ensure_ascii=False) for path in paths] + bodies
    assert [(name, text[:80]) for name in secret for text in texts if name in text] == []


def test_a_platform_fetches_what_waits_for_it_and_says_that_it_has_it(
    store: Store, house: House, client: httpx.Client
) -> None:
    with store.transaction() as records:
        for name in ("region", "credit"):
            set_target(records, name, "", at=NOW)
        for number in range(3):
            hand_over(records, DeliveryKind.PUBLICITY, f"S1.B{number}", 1, {"n": number}, at=NOW)
    region = Door(client, a_token(store, scopes=("exchange",), target="region"))
    waiting = _walked(region, "/deliveries")
    assert [json.loads(one["body"])["data"]["n"] for one in waiting] == [0, 1, 2]
    ids = [one["id"] for one in waiting]
    region.post("/deliveries/acknowledgements", {"ids": [ids[0], "publicity:S9.B9:1"]}, 404)
    assert len(_walked(region, "/deliveries")) == 3
    taken = {"ids": [ids[0], ids[1], ids[0]]}
    for _ in range(2):
        assert region.post("/deliveries/acknowledgements", taken)["acknowledged"] == ids[:2]
    assert [one["id"] for one in _walked(region, "/deliveries")] == [ids[2]]
    region.get("/items", 403)
    assert health(store)["exchange"] == {"pending": 4}


def test_a_token_that_is_wrong_over_or_revoked_hears_the_same_words(
    store: Store, house: House, client: httpx.Client
) -> None:
    good = a_token(store, expires_at=NOW + timedelta(days=1))
    revoked = a_token(store, "fire")
    with store.transaction() as records:
        revoke_token(records, _id(revoked), at=NOW)
        stored = [one.digest + one.label for one in rows_of(records, ApiToken)]
    assert not any(good in one for one in stored)
    assert Door(client, good).get("/token")["department"] == "market"
    bad: list[dict[str, str]] = [{}, {"Authorization": "Basic eA=="}, {"Authorization": "Bearer"}]
    bad += [{"Authorization": f"Bearer {one}"} for one in (revoked, good[:-1], good + "x", "ssj_é")]
    house.clock.move(timedelta(hours=23))
    texts = [
        client.get("/api/v1/token", headers={k.encode(): v.encode() for k, v in one.items()}) for one in bad
    ]
    house.clock.move(timedelta(hours=1))
    texts.append(client.get("/api/v1/token", headers={"Authorization": f"Bearer {good}"}))
    assert {one.status_code for one in texts} == {401}
    assert len({one.text for one in texts}) == 1
    assert {one.headers["www-authenticate"] for one in texts} == {"Bearer"}
    with store.reading() as records:
        used = rows_of(records, JournalLine, verb="token.use")
        assert [one.subject for one in used] == [_id(good)]
        assert people.head_of(records, "market", PREFECTURE) is None


def test_who_asks_too_often_waits_and_others_do_not(store: Store, house: House) -> None:
    house.web = replace(house.web, api_per_minute=6)
    with a_client(house) as client:
        eager, calm = Door(client, a_token(store)), Door(client, a_token(store, "fire"))
        for _ in range(6):
            eager.get("/token")
        refused = client.get("/api/v1/token", headers=eager.headers)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
        calm.get("/token")
        house.clock.move(timedelta(seconds=10))
        eager.get("/token")
        eager.get("/token", 429)


def test_whatever_is_sent_is_answered_with_a_problem(store: Store, client: httpx.Client) -> None:
    door = Door(client, a_token(store))
    path = "/transfers/S1.B1/T1/receipt"

    def sent(body: bytes, kind: str = "application/json", **headers: str) -> tuple[int, str]:
        given = {**door.headers, "Content-Type": kind, **headers}
        response = client.post(f"/api/v1{path}", content=body, headers=given)
        assert response.headers["content-type"] == "application/problem+json"
        return response.status_code, response.json()["code"]

    assert sent(b"{") == (400, "no_json")
    assert sent(b"[" * 200_000) == (400, "no_json")
    assert sent(b'{"words":' + b'{"a":' * 5000 + b"1" + b"}" * 5001)[0] in (400, 422)
    assert sent(b'{"words": "\\ud800"}') == (400, "no_json")
    assert sent(b"\xff\xfe") == (400, "no_json")
    assert sent(b"") == (400, "no_json")
    assert sent(b" " * 10_000_000) == (413, "too_big")
    assert sent(b"<a/>", "application/xml") == (415, "not_json")
    for wrong in ('{"words": 1}', '{"outcome": "won"}', '{"extra": 1}', "[]", "null", '{"words": "\\u0000"}'):
        assert sent(wrong.encode()) == (422, "body"), wrong
    assert sent(b"{}", **{"Idempotency-Key": "a b"}) == (400, "key")
    assert sent(b"{}") == (404, "not_here")
    problem = door.post(path, {"words": "x" * 501}, 422)
    assert [one["pointer"] for one in problem["errors"]] == ["/words"]
    for query in ({"limit": 0}, {"limit": "many"}, {"updated_since": "yesterday"}, {"cursor": "x" * 401}):
        assert door.get("/results", 400, **query)["errors"], query
    for cursor in ("e30", "bnVsbA", "WzFd", "WyJhIiwiYiIsMV0", "zzz", "é", "WzEsMiwzXQ"):
        assert door.get("/results", 400, cursor=cursor)["code"] == "cursor", cursor
    door.get("/results", updated_since="0001-01-01T00:00:00+14:00")
    door.get("/results", updated_since="9999-12-31T23:59:59-14:00")
    for unknown in (
        "/items/none",
        "/items/%00",
        "/items/%ff",
        "/items/%0a",
        "/%0A",
        "/nothing",
        "/objects/" + "x" * 3000,
        "/items/a%2Fb",
    ):
        door.get(unknown, 404)
    response = client.request("DELETE", "/api/v1/items", headers=door.headers)
    assert (response.status_code, response.json()["code"]) == (405, "method")
    assert "GET" in response.headers["allow"]
    with store.reading() as records:
        assert rows_of(records, KeptAnswer) == []


def test_the_page_for_people_describes_every_address(client: httpx.Client) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    described = client.get("/api/v1/openapi.json").json()
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page.text
    assert "<script" not in page.text
