"""The service as people run it, with Telegram: its promises hold over starts, stops and other settings."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest

from actions.enrolment import enrol
from bot.channels.telegram.webhook import secret_of
from inspection.roles import Role
from notifications.catalogue import label
from notifications.messages.channels import Ailment
from storage import inbox, troubles
from storage.store import Store
from storage.tables.messaging import WebMessage
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.builders import NOW, a_person
from tests.on_telegram.crowd import Crowd
from tests.on_telegram.program import Program, ailments, wait_until
from tests.served import PATIENCE, Served, free_port
from tests.stores import an_empty_store
from tests.telegram.server import FakeTelegram

OPERATOR = "OP-web"
DOOR = "/webhooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
A_FEW_SECONDS = 6.0


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Store]:
    with an_empty_store("sqlite", tmp_path) as store:
        yield store


@pytest.fixture
def program(on_sqlite: Store, telegram: FakeTelegram, tmp_path: Path) -> Program:
    return Program(on_sqlite, telegram, tmp_path, log_level="DEBUG")


def _keeps_its_secrets(program: Program) -> None:
    token = program.telegram.token
    assert token not in program.log
    assert token.partition(":")[2] not in program.log


def test_without_a_token_nothing_is_asked_and_no_old_trouble_is_shown(program: Program) -> None:
    with program.store.transaction("test") as records:
        troubles.keep(records, troubles.ChannelTrouble("telegram", Ailment.UNAUTHORIZED, NOW, ""))
    with program.running(telegram_token="") as here:
        assert ailments(here) == {}
        assert _post(here, secret_of(program.telegram.token), _update(1)) == 404
        with program.store.reading() as records:
            assert troubles.present(records) == []
    assert program.telegram.calls == []


# Asked for.


def test_a_stop_in_the_middle_of_a_load_loses_nothing(
    store: Store, telegram: FakeTelegram, tmp_path: Path
) -> None:
    program, crowd = Program(store, telegram, tmp_path), Crowd(store, telegram, size=150)
    with program.running(telegram_per_second=30) as here:  # so that hundreds wait for their turn
        crowd.says(400)
        telegram.waits_until(lambda: len(telegram.calls_of("sendMessage")) > 20)
        here.process.terminate()
        told_at = time.monotonic()
        assert here.process.wait(PATIENCE) == 0
        assert time.monotonic() - told_at < A_FEW_SECONDS
        assert sum(crowd.heard().values()) < 400, "it was the middle"
        crowd.says(50)
    with program.running():
        program.rests()
    crowd.all_were_answered_once()
    crowd.were_answered_in_order()
    assert "Traceback" not in program.log
    _keeps_its_secrets(program)


# Brought.


@pytest.fixture
def brought(program: Program) -> Program:
    """The address is the service's own, as a proxy before it would hand it over."""
    port = free_port()
    program.settings |= {"port": port, "telegram_webhook_url": f"http://127.0.0.1:{port}{DOOR}"}
    return program


def _post(here: Served, secret: str | None, body: bytes, door: str = DOOR) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    return httpx.post(f"{here.url}{door}", content=body, headers=headers, trust_env=False).status_code


def _update(number: int) -> bytes:
    sender = {"id": 7001, "is_bot": False, "first_name": "x"}
    chat = {"id": 7001, "type": "private", "first_name": "x"}
    message = {"message_id": 1, "date": 1, "from": sender, "chat": chat, "text": "第00000句"}
    return orjson.dumps({"update_id": number, "message": message})


def _kept(store: Store) -> dict[str, int]:
    with store.reading() as records:
        return inbox.counts(records)


def test_what_is_brought_is_believed_with_the_secret_only(brought: Program) -> None:
    telegram, secret = brought.telegram, secret_of(brought.telegram.token)
    crowd = Crowd(brought.store, telegram, size=40)
    with brought.running() as here:
        telegram.waits_until(lambda: telegram.world.webhook.secret_token == secret)
        [asked] = [call.params for call in telegram.calls_of("setWebhook")]
        assert (asked.text("url"), asked.flag("drop_pending_updates")) == (f"{here.url}{DOOR}", False)
        assert [_post(here, wrong, _update(1)) for wrong in (None, "", "x" * 64, secret.upper())] == [403] * 4
        assert httpx.get(f"{here.url}{DOOR}", trust_env=False).status_code == 405
        assert _post(here, secret, _update(1), "/webhooks/elsewhere") == 404
        assert _post(here, secret, b"x" * 1_000_001) == 413
        assert _kept(brought.store) == {}
        crowd.says(30)
        brought.rests()
        crowd.all_were_answered_once()
        _outlives_a_full_disk(brought, crowd, here)
    assert telegram.world.webhook.url, "it stays for whoever is started next"
    _keeps_its_secrets(brought)


def _outlives_a_full_disk(program: Program, crowd: Crowd, here: Served) -> None:
    telegram, secret = program.telegram, secret_of(program.telegram.token)
    here.keep_files_below(1)
    assert _post(here, secret, _update(10**6)) == 503
    crowd.says(30)
    telegram.waits_until(lambda: "503" in telegram.world.webhook.error)
    assert telegram.pending == 30
    here.let_files_grow()
    telegram.clock.move(120)
    program.rests()
    crowd.all_were_answered_once()


def test_between_asking_and_being_told_nothing_is_lost(brought: Program) -> None:
    telegram, crowd = brought.telegram, Crowd(brought.store, brought.telegram, size=40)
    asking = {"telegram_webhook_url": ""}
    for settings in ({}, asking, {}):
        crowd.says(20)
        with brought.running(**settings):
            brought.rests()
            crowd.says(20)
            brought.rests()
            assert bool(telegram.world.webhook.url) is (settings != asking)
    crowd.all_were_answered_once()
    changes = [*telegram.calls_of("setWebhook"), *telegram.calls_of("deleteWebhook")]
    assert len(changes) == 3
    assert not any(call.params.flag("drop_pending_updates") for call in changes)


# What is wrong is said.


@dataclass
class Desk:
    """The operator's web chat."""

    store: Store

    def shown(self) -> list[str]:
        """The messages as they stand there, oldest first."""
        with self.store.reading() as records:
            found: list[WebMessage] = rows_of(records, WebMessage, chat=OPERATOR)
            return [one.body["text"] for one in found if not one.is_mine]

    def reads(self, ailment: Ailment, *, after: int) -> None:
        """One message more, which says what it is and what to do."""
        wait_until(lambda: len(self.shown()) > after, PATIENCE, self.shown)
        [said] = self.shown()[after:]
        for key in (f"ailment_{ailment}", f"ailment_step_{ailment}"):
            assert label(key, "zh") in said

    def reads_in_place_that_it_is_over(self, *, after: int) -> None:
        wait_until(lambda: "已恢复" in self.shown()[-1], PATIENCE, self.shown)
        assert len(self.shown()) == after + 1


@pytest.fixture
def desk(on_sqlite: Store) -> Desk:
    with on_sqlite.transaction("test") as records:
        records.add(a_person(OPERATOR, roles=(Role.OPERATOR,)))
        enrol(records, records.get(Person, OPERATOR), channel="web", chat=OPERATOR, at=NOW)
    return Desk(on_sqlite)


def _is_taken_by_somebody_elses_webhook(telegram: FakeTelegram) -> None:
    """Whom we take it from again; the fault keeps us from it long enough to be seen."""
    telegram.faults.delays("deleteWebhook", 2.0)
    asked = {"url": "http://127.0.0.1:9/somebody"}
    httpx.post(f"{telegram.api_url}{telegram.token}/setWebhook", json=asked, trust_env=False)


TROUBLES: list[tuple[Ailment, Callable[[FakeTelegram], None], Callable[[FakeTelegram], None]]] = [
    (Ailment.OTHER_POLLER, lambda it: it.faults.conflicts(99), lambda it: it.faults.end()),
    (Ailment.SERVER_FAILS, lambda it: it.faults.refuses("getUpdates", 99), lambda it: it.faults.end()),
    (Ailment.NO_NETWORK, lambda it: it.goes_down(), lambda it: it.comes_up()),
    (Ailment.WEBHOOK_SET, _is_taken_by_somebody_elses_webhook, lambda it: None),
]


def test_each_trouble_is_told_apart_once_and_in_place_when_it_is_over(program: Program, desk: Desk) -> None:
    telegram, crowd = program.telegram, Crowd(program.store, program.telegram)
    with program.running() as here:
        program.rests()
        for ailment, begins, ends in TROUBLES:
            before = len(desk.shown())
            begins(telegram)
            crowd.says()  # which ends the poll that is under way
            wait_until(lambda: ailments(here) == {"telegram": ailment}, PATIENCE, lambda: ailments(here))  # noqa: B023
            desk.reads(ailment, after=before)
            ends(telegram)
            crowd.says()
            wait_until(lambda: ailments(here) == {}, PATIENCE)
            desk.reads_in_place_that_it_is_over(after=before)
        program.rests()
    crowd.all_were_answered_once()
    assert [f"ailment={ailment.value}" in program.log for ailment, _, _ in TROUBLES] == [True] * len(TROUBLES)
    assert "Traceback" not in program.log
    _keeps_its_secrets(program)


def test_a_token_that_is_not_known_is_said_until_a_start_with_the_right_one(
    program: Program, desk: Desk
) -> None:
    wrong = "1000001:a-token-that-was-taken-back-000000000000"
    with program.running(telegram_token=wrong) as here:
        wait_until(lambda: ailments(here) == {"telegram": Ailment.UNAUTHORIZED}, PATIENCE)
        desk.reads(Ailment.UNAUTHORIZED, after=0)
        shown = program.says("status")
        assert label("ailment_unauthorized", "zh") in shown
    with program.running() as here:
        program.telegram.phone(7001, has_started=True).types(
            "一"
        )  # so that the first poll need not wait for it
        wait_until(lambda: ailments(here) == {}, PATIENCE)
        desk.reads_in_place_that_it_is_over(after=0)
        assert label("ailment_unauthorized", "zh") not in program.says("status")
    for text in (program.log, shown, *desk.shown()):
        assert wrong.partition(":")[2] not in text
    _keeps_its_secrets(program)
