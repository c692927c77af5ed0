"""One process in all roles, or many in some: together they do what one does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from actions.enrolment import open_web_chats
from bot.pages import has_visitors
from bot.presence import Presence, process_lines, roles_nobody_has
from bot.roles import ALL_ROLES, Role, read_roles, roles_line
from bot.settings import Settings, WrongSettings, read_settings
from storage import inbox
from storage.migrate import migrate
from storage.store import Store
from tests.builders import NOW, a_small_register
from tests.postgres import fresh_database
from tests.served import Visitor
from tests.serving.crew import a_crew
from tests.stores import on_both

_DOOR = {"telegram_token": "12345:abcdefghijklmnopqrstuvwxyz0123456789"}
_OFTEN = timedelta(seconds=10)


def test_roles_are_read_as_they_are_written() -> None:
    assert read_roles(" tick, web,web") == {Role.TICK, Role.WEB}
    assert roles_line(ALL_ROLES) == "receive,work,deliver,tick,web"
    assert read_roles(roles_line(ALL_ROLES)) == ALL_ROLES


@pytest.mark.parametrize(("given", "named"), [("wrok,web", "'wrok' is no role"), (",", "should be some of")])
def test_what_is_no_role_is_refused_in_one_sentence(given: str, named: str) -> None:
    with pytest.raises(WrongSettings) as refused:
        read_settings(roles=given)
    [sentence] = refused.value.sentences
    assert "SHUANGSUIJI_ROLES" in sentence
    assert named in sentence


def test_an_address_is_taken_only_where_somebody_may_come() -> None:
    def comes(roles: str, **more: object) -> bool:
        return has_visitors(Settings.model_validate({"roles": roles, **more}))

    assert comes("web")
    assert not comes("work,deliver,tick")
    assert not comes("receive", **_DOOR), "we ask Telegram, it does not come"
    assert comes("receive", telegram_webhook_url="https://example.org/webhooks/telegram", **_DOOR)


@on_both
def test_a_role_that_nobody_has_is_seen_once_the_others_had_time_to_come(store: Store) -> None:
    now = NOW
    here = [Presence(store, roles, lambda: now) for roles in ({Role.WEB, Role.WORK}, {Role.TICK})]
    for one in here:
        one.note()
    with store.reading() as records:
        assert roles_nobody_has(records, now) == []
    for _ in range(7):
        now += _OFTEN
        here[0].note()
    with store.reading() as records:
        assert roles_nobody_has(records, now) == [Role.RECEIVE, Role.DELIVER, Role.TICK]
        lines = list(process_lines(records, "en", now))
    assert len(lines) == 4
    assert "doing work,web, since" in lines[0]
    assert "No process does tick" in lines[3]


async def test_who_says_goodbye_is_not_counted_on(store: Store) -> None:
    one = Presence(store, ALL_ROLES, lambda: NOW)
    one.note()
    one.stop()
    await one.run()
    with store.reading() as records:
        assert list(process_lines(records, "en", NOW)) == []


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.faults), "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'store.db'}"
        migrate(url)
        yield url
    else:
        with fresh_database(migrate) as url:
            yield url


_SOON = 12.0
"""Seconds. A browser that nobody wakes looks again after fifteen."""


def test_three_processes_do_together_what_one_does(address: str, tmp_path: Path) -> None:
    store = Store(address)
    with store.transaction("test") as records:
        a_small_register(records)
        open_web_chats(records, at=NOW)
    with a_crew(tmp_path, demo=1, database_url=address) as crew:
        pages = crew.start("receive,web")
        crew.start("work")
        crew.start("deliver,tick")
        with httpx.Client(base_url=pages.url, trust_env=False, timeout=_SOON) as door:
            with door.stream("GET", "/chat/OP/stream") as live:
                lines = live.iter_lines()
                assert next(lines).startswith("retry:")
                Visitor(door, "OP").say("/schemes", "u1")
                assert any("示例餐饮联合抽查" in line for line in lines)
            assert door.get("/health").json()["status"] == "ok"
    with store.reading() as records:
        assert inbox.counts(records) == {"done": 1}
    store.close()
