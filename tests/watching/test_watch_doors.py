"""The doors for machines: who may read the metrics, and when a process says that it is ready."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from bot.metrics import Metrics
from bot.readiness import Readiness
from bot.settings import Settings
from bot.watch_port import WatchPortTaken, listen, watched
from storage.store import Store
from storage.traces import trace
from tests.web.houses import a_house
from web.app import make_app
from web.request_ids import HEADER
from web.watching import Watch, make_watch_app

TOKEN = "a-token-of-sixteen"
HERE, ELSEWHERE = ("127.0.0.1", 50000), ("10.1.2.3", 50000)


def _watch(token: str = TOKEN) -> Watch:
    return Watch(lambda: {"ok": True}, lambda: "", Metrics().page, token)


def _client(app: ASGIApp, peer: tuple[str, int]) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=peer)
    return httpx.AsyncClient(transport=transport, base_url="http://house")


@pytest.fixture(params=["pages", "alone"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> ASGIApp:
    """The doors among the pages, and alone."""
    if request.param == "alone":
        return make_watch_app(_watch())
    store = Store(f"sqlite:///{tmp_path / 'never-asked.db'}")
    house = a_house(store, tmp_path)
    return make_app(replace(house.web, watch=_watch()))


@pytest.mark.parametrize(
    ("peer", "headers", "may"),
    [
        (HERE, {}, True),
        (("::1", 50000), {}, True),
        (ELSEWHERE, {}, False),
        (HERE, {"X-Forwarded-For": "127.0.0.1"}, False),
        (HERE, {"X-Real-IP": "10.1.2.3"}, False),
        (HERE, {"Forwarded": "for=10.1.2.3"}, False),
        (ELSEWHERE, {"Authorization": f"Bearer {TOKEN}"}, True),
        (ELSEWHERE, {"Authorization": f"bearer {TOKEN}"}, True),
        (ELSEWHERE, {"Authorization": f"Bearer {TOKEN}x"}, False),
        (ELSEWHERE, {"Authorization": f"Basic {TOKEN}"}, False),
        (ELSEWHERE, {"Authorization": "Bearer "}, False),
    ],
)
async def test_the_metrics_are_no_page_for_whoever_may_not_read_them(
    app: ASGIApp, peer: tuple[str, int], headers: dict[str, str], may: bool
) -> None:
    async with _client(app, peer) as client:
        answer = await client.get("/metrics", headers=headers)
        unknown = await client.get("/no-such-page", headers=headers)
    if may:
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "process_resident_memory_bytes" in answer.text
    else:
        assert (answer.status_code, answer.content) == (unknown.status_code, unknown.content)


async def test_no_other_way_of_asking_tells_that_there_are_metrics(app: ASGIApp) -> None:
    async with _client(app, ELSEWHERE) as client:
        for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            answer = await client.request(method, "/metrics")
            assert answer.status_code == 404, method
    async with _client(app, HERE) as client:
        assert (await client.post("/metrics")).status_code == 404


async def test_without_a_token_an_empty_one_opens_nothing() -> None:
    async with _client(make_watch_app(_watch("")), ELSEWHERE) as client:
        answer = await client.get("/metrics", headers={"Authorization": "Bearer "})
        assert answer.status_code == 404


async def test_a_process_without_pages_has_the_doors_on_a_port_of_its_own() -> None:
    settings = Settings(metrics_port=0)
    address = listen(settings)
    assert address is not None
    port = address.getsockname()[1]
    async with watched(_watch(), address), httpx.AsyncClient(trust_env=False) as client:
        for door in ("health", "ready", "metrics"):
            answer = await client.get(f"http://127.0.0.1:{port}/{door}")
            assert answer.status_code == 200, door
        with pytest.raises(WatchPortTaken):
            listen(Settings(metrics_port=port))
    assert listen(Settings()) is None


@asynccontextmanager
async def _hearing() -> AsyncIterator[asyncio.Task[None]]:
    """A receiver that hears until it is let go."""
    ends = asyncio.Event()

    async def hear() -> None:
        await ends.wait()

    task = asyncio.create_task(hear())
    try:
        yield task
    finally:
        ends.set()
        await task


async def test_it_is_ready_while_it_runs_hears_and_has_its_store(store: Store) -> None:
    readiness = Readiness(store, "en")
    async with _client(make_watch_app(Watch(dict, readiness.why_not, Metrics().page)), ELSEWHERE) as client:

        async def reason() -> str:
            answer = await client.get("/ready")
            said = answer.json()
            assert answer.status_code == (200 if said["ready"] else 503)
            assert said["ready"] is not bool(said["reason"])
            return str(said["reason"])

        assert "starting" in await reason()
        async with _hearing() as task:
            readiness.begin({"telegram": task})
            assert await reason() == ""
        assert "Telegram" in await reason()
        readiness.begin({})
        assert await reason() == ""
        _run(store, "UPDATE alembic_version SET version_num = '0001'")
        assert "version" in await reason()
        readiness.end()
        assert "stopping" in await reason()


def test_it_is_not_ready_while_its_store_does_not_answer(tmp_path: Path) -> None:
    nowhere = Store(f"sqlite:///{tmp_path / 'no folder' / 'store.db'}")
    readiness = Readiness(nowhere, "en")
    readiness.begin({})
    assert "does not answer" in readiness.why_not()


def _run(store: Store, statement: str) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql(statement)


async def test_a_request_keeps_the_mark_it_brings_and_is_given_one_otherwise(tmp_path: Path) -> None:
    seen: list[str | None] = []
    house = a_house(Store(f"sqlite:///{tmp_path / 'never-asked.db'}"), tmp_path)

    def health() -> dict[str, bool]:
        seen.append(trace())
        return {"ok": True}

    watch = Watch(health, lambda: "", Metrics().page)
    async with _client(make_app(replace(house.web, watch=watch)), ELSEWHERE) as client:
        marks = [
            (await client.get("/health", headers=headers)).headers[HEADER]
            for headers in ({HEADER: "from-in-front-1"}, {}, {HEADER: "with a gap"}, {HEADER: "x" * 65})
        ]
    assert marks[0] == "from-in-front-1"
    assert len(set(marks)) == 4, "what is no mark is not taken over"
    assert "x" * 65 not in marks
    assert seen == marks
