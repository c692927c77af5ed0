"""What an operator sees of the outbox and of a messenger that is not well, and the link of a code."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actions.channel_trouble import note_trouble
from actions.enrolment import redeem_code
from bot import cli
from notifications.messages.channels import Ailment
from storage import outbox, settings
from storage.store import Store
from storage.tables.messaging import OutboxLine, OutboxState
from tests.actions.story import rows_of
from tests.builders import NOW, a_small_register
from tests.logs import logging_put_back
from tests.stores import lay_a_data_folder

HOUR = timedelta(hours=1)


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SHUANGSUIJI_LANGUAGE", request.param)
    return str(request.param)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    store = Store(lay_a_data_folder(tmp_path))
    with store.transaction() as records:
        a_small_register(records)
    with logging_put_back():
        yield store
    store.close()


def _run(*words: str) -> Result:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _line(key: str, **other: Any) -> OutboxLine:
    given: dict[str, Any] = {
        "key": key, "addressee": "fire-1", "person_id": "fire-1", "channel": "telegram", "chat": "7", "kind": "help",
        "body": {"text": "家里老人住院"}, "state": OutboxState.PENDING, "created_at": NOW - HOUR, "due_at": NOW - HOUR,
    }  # fmt: skip
    return OutboxLine(**(given | other))


def _fill(town: Store) -> dict[str, int]:
    """One that waits, one for its next try, one for a later day, two that are dead; their numbers by key."""
    lines = [
        _line("waits"),
        _line("tried", attempts=3, error="ConnectTimeout", due_at=NOW + HOUR * 240_000),
        _line("later", channel=None, chat=None, due_at=NOW + HOUR * 240_000),
        _line("dead", state=OutboxState.DEAD, error="Bad Request: chat not found"),
        _line("dead too", state=OutboxState.DEAD, error=outbox.NO_CHANNEL),
    ]
    with town.transaction() as records:
        records.add(*lines)
    return {line.key: line.id for line in lines if line.id is not None}


def _states(town: Store) -> dict[str, OutboxState]:
    with town.reading() as records:
        return {key: records.get(OutboxLine, number).state for key, number in _numbers(town).items()}


def _numbers(town: Store) -> dict[str, int]:
    with town.reading() as records:
        return {line.key: line.id for line in rows_of(records, OutboxLine)}


def test_the_outbox_shows_what_waits_what_was_put_off_and_what_is_dead(town: Store, language: str) -> None:
    numbers = _fill(town)
    shown = _run("outbox").stdout
    telegram = next(line for line in shown.splitlines() if "Telegram" in line)
    assert " 2 " in telegram, "the one that waits and the one that was tried"
    later = {"zh": "随收件人", "en": "where they are"}[language]
    assert [line.split("│")[2].strip() for line in shown.splitlines() if later in line] == ["0"]
    assert f"shuangsuiji resend {numbers['dead']}" in shown
    assert "chat not found" in shown
    assert "ConnectTimeout" in shown
    assert "fire-1 人员fire-1" in shown
    assert "家里" not in shown


def test_an_empty_outbox_says_so(town: Store, language: str) -> None:
    assert {"zh": "没有要发的通知", "en": "Nothing waits"}[language] in _run("outbox").stdout


def test_a_program_reads_the_same_as_json(town: Store) -> None:
    numbers = _fill(town)
    report = json.loads(_run("outbox", "--json").stdout)
    assert [one["number"] for one in report["dead"]] == [numbers["dead"], numbers["dead too"]]
    assert report["dead"][0]["since"] == (NOW - HOUR).isoformat()
    [tried] = report["put_off"]
    assert (tried["number"], tried["tries"], tried["reason"]) == (numbers["tried"], 3, "ConnectTimeout")
    waiting = {one["channel"]: (one["due"], one["later"], one["oldest"]) for one in report["waiting"]}
    assert waiting == {None: (0, 1, None), "telegram": (2, 0, (NOW - HOUR).isoformat())}


def test_dead_notices_are_sent_again_one_by_one_or_all_at_once(town: Store) -> None:
    numbers = _fill(town)
    assert str(numbers["dead"]) in _run("outbox", "--resend", str(numbers["dead"])).stdout
    assert _states(town)["dead"] is OutboxState.PENDING
    assert _states(town)["dead too"] is OutboxState.DEAD
    assert _run("outbox", "--resend-all").exit_code == 0
    assert _states(town)["dead too"] is OutboxState.PENDING
    refused = _run("outbox", "--resend", str(numbers["waits"]))
    assert refused.exit_code == 1
    assert str(numbers["waits"]) in refused.stderr


def test_many_dead_notices_do_not_flood_the_screen(town: Store, language: str) -> None:
    with town.transaction() as records:
        records.add(*(_line(f"k{n}", state=OutboxState.DEAD, error="x") for n in range(60)))
    assert {"zh": "还有 10 条", "en": "10 more"}[language] in _run("outbox").stdout


def test_the_status_names_a_messenger_that_is_not_well(town: Store, language: str) -> None:
    for ailment in Ailment:
        with town.transaction() as records:
            note_trouble(records, "telegram", ailment, "Conflict: terminated", at=NOW)
        shown = _run("status").stdout
        assert "Telegram" in shown
        assert "Conflict: terminated" in shown
    with town.transaction() as records:
        note_trouble(records, "telegram", None, "", at=NOW)
    assert "Conflict" not in _run("status").stdout


def test_a_code_comes_with_a_link_where_telegram_is_used(town: Store, language: str) -> None:
    assert len(_run("enrol", "fire-1").stdout.splitlines()) == 1
    with town.transaction() as records:
        settings.keep(records, {settings.TELEGRAM_USERNAME: "example_bot"})
    code, sentence = _run("enrol", "fire-1").stdout.splitlines()
    assert f"https://t.me/example_bot?start={code}" in sentence
    assert "人员fire-1" in sentence
    with town.transaction() as records:
        assert redeem_code(records, code, channel="telegram", chat="7", at=NOW).id == "fire-1"
