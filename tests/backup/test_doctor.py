"""`shuangsuiji doctor`: well at first, then each organ hurt by hand; what is said, and what to do."""

import json
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from actions.exchange import set_target
from bot import doctor
from bot.doctor import CHECKS, Flaw, Patient
from bot.settings import read_settings
from bot.signing import sign_all
from bot.signing_key import signing_key
from notifications.command_line import said
from storage import inbox, outbox
from storage import settings as kept_settings
from storage.files import FileStore
from storage.migrate import OLDEST
from storage.store import Store
from storage.tables.messaging import OutboxState
from tests.backup.commands import run
from tests.backup.test_backups import name_a_file
from tests.logs import logging_put_back
from tests.stores import an_empty_store, on_both, owned
from tests.telegram.server import FakeTelegram

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with an_empty_store(getattr(request, "param", "sqlite"), tmp_path) as opened, logging_put_back():
        yield opened


def _patient(store: Store, folder: Path, **given: object) -> Patient:
    url = store.engine.url.render_as_string(hide_password=False)
    return Patient(read_settings(data_dir=folder, database_url=url, **given), store, NOW)


def _flaws(patient: Patient) -> dict[str, list[str]]:
    """What the checks find, by check; each flaw has its sentence and its step in both languages."""
    found: dict[str, list[Flaw]] = {name: list(check(patient)) for name, check in CHECKS.items()}
    for flaw in (one for some in found.values() for one in some):
        for language in ("zh", "en"):
            assert said(f"doctor_{flaw.name}", language, **flaw.facts)
            assert said(f"doctor_{flaw.name}_do", language, **flaw.facts)
    return {name: [one.name for one in some] for name, some in found.items() if some}


@on_both
def test_what_is_wrong_with_the_rows_is_found_on_each_database(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = _patient(store, tmp_path)
    monkeypatch.setattr(
        doctor, "CLOCK_MAY_DIFFER", timedelta(days=40_000)
    )  # the test's clock is not the database's
    assert _flaws(patient) == {}
    long_ago = NOW - timedelta(minutes=6)
    with store.transaction() as records:
        inbox.keep(records, [{"update_id": "u1", "chat": "p1", "body": {}}], channel="web", at=long_ago)
        inbox.keep_aside(
            records, {"update_id": "u2", "chat": "p1", "body": {}}, "boom", channel="web", at=NOW
        )
        line = {"key": "k1", "kind": "x", "chat": "p1", "channel": "web", "addressee": "p1", "is_reply": False,
                "body": {}, "created_at": long_ago, "due_at": long_ago}  # fmt: skip
        outbox.write(records, line)
        outbox.write(records, {**line, "key": "k2", "state": OutboxState.DEAD})
        records.journal("test.mark", "here", by=None, at=NOW + timedelta(hours=1))
    assert _flaws(patient) == {
        "inbox": ["inbox_aside", "inbox_late"],
        "outbox": ["outbox_dead", "outbox_late"],
    }
    monkeypatch.setattr(doctor, "CLOCK_MAY_DIFFER", timedelta(seconds=30))
    differs = [] if store.is_sqlite else ["clock_differs"]
    assert _flaws(patient)["clocks"] == [*differs, "clock_back"]
    with store.transaction() as records, owned(records):
        records.session.execute(text("UPDATE journal_line SET subject = 'elsewhere'"))
    assert _flaws(patient)["journal"] == ["journal_bad"]
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    assert _flaws(patient)["schema"] == ["schema_old"]
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "schema" not in _flaws(patient), "a newer version, which lets this one go on"
    with store.transaction() as records:
        kept_settings.keep(records, {OLDEST: "9998"})
    assert _flaws(patient)["schema"] == ["schema_newer"]
    names = [one.check for one in doctor.examine(patient)]
    assert names == ["schema", "webhook", "space"]


def test_what_is_wrong_beside_the_rows(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = _patient(store, tmp_path)
    file = patient.settings.key_file
    sign_all(store, signing_key(file), lambda: NOW)
    files = FileStore(tmp_path / "files")
    well, spoilt = files.put(b"well"), files.put(b"whole")
    for name in (well, spoilt):
        name_a_file(store, name)
    assert _flaws(patient) == {}

    (tmp_path / "files" / spoilt[:2] / spoilt).write_bytes(b"hurt")
    (found,) = CHECKS["files"](patient)
    assert (found.facts["number"], found.facts["all"], found.facts["names"]) == (1, 2, spoilt)
    shutil.rmtree(tmp_path / "files")
    (tmp_path / "files").touch()
    assert _flaws(patient)["files"] == ["files_away"]

    other = tmp_path / "secret"
    other.touch(0o644)
    with store.transaction() as records:
        set_target(records, "region", "https://127.0.0.1/", secret_from=f"file:{other}", at=NOW)
    file.chmod(0o640)
    assert _flaws(patient)["keys"] == ["key_open", "key_open"]
    other.chmod(0o600)
    file.unlink()
    assert _flaws(patient)["keys"] == ["key_gone"]
    signing_key(file)
    assert _flaws(patient)["keys"] == ["key_unknown"]
    file.write_text("no key")
    assert _flaws(patient)["keys"] == ["key_bad"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    monkeypatch.setattr(doctor, "LEAST_SPACE", 1 << 60)
    assert _flaws(patient)["space"] == ["space_short"]
    monkeypatch.setattr(doctor, "NEXT_YEAR_FROM", (1, 1))
    assert _flaws(patient)["calendar"] == ["calendar_unknown"]


def test_telegram_is_asked_where_it_brings_updates(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = "https://127.0.0.1/webhooks/telegram"
    with FakeTelegram() as telegram:
        given = {"telegram_token": telegram.token, "telegram_api_url": telegram.url}
        asks, awaits = (
            _patient(store, tmp_path, **given, **more) for more in ({}, {"telegram_webhook_url": wanted})
        )
        assert _flaws(asks) == {}
        assert _flaws(awaits) == {"webhook": ["webhook_elsewhere"]}
        failed = {
            "url": wanted,
            "last_error_date": int(NOW.timestamp()) - 60,
            "last_error_message": telegram.token,
        }
        monkeypatch.setattr(telegram._desk.receiving, "webhook_info", lambda _asked: failed)
        assert _flaws(asks) == {"webhook": ["webhook_in_the_way"]}
        (found,) = CHECKS["webhook"](awaits)
        assert (found.name, telegram.token in str(found.facts)) == ("webhook_fails", False)
    (found,) = CHECKS["webhook"](awaits)
    assert (found.name, telegram.token in str(found.facts)) == ("webhook_unasked", False)


def test_a_damaged_store_is_not_called_well(tmp_path: Path) -> None:
    with an_empty_store("sqlite", tmp_path) as store:
        store.engine.dispose()
        file = tmp_path / "store.db"
        whole = file.read_bytes()
        middle = len(whole) // 2 // 4096 * 4096
        file.write_bytes(whole[:middle] + b"\xff" * 8192 + whole[middle + 8192 :])
        assert not next(doctor.examine(_patient(store, tmp_path))).is_ok


def test_the_command_answers_in_words_and_in_json(tmp_path: Path) -> None:
    with logging_put_back():
        none = run("doctor", data_dir=tmp_path / "none")
        assert none.exit_code == 1
        assert none.stdout.splitlines()[:3] == [
            "有问题：数据库的表", "  还没有数据库。",
            "  办法：第一次启动 shuangsuiji serve 会建立；要恢复备份，用 shuangsuiji restore。",
        ]  # fmt: skip
        assert not (tmp_path / "none").exists()
        told = json.loads(run("doctor", "--json", data_dir=tmp_path / "none", language="en").stdout)
        assert [one["check"] for one in told if not one["ok"]] == ["schema"]
        assert told[0]["flaws"][0][0] == "There is no store yet."
