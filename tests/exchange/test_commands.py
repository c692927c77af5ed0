"""What an operator does at the terminal: platforms, deliveries, tokens."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from actions.exchange import Attempt, hand_over, note_attempt
from bot import cli
from bot.console import screen
from inspection.exchange import DeliveryKind, Healing
from inspection.states import DeliveryState
from storage.store import Store
from storage.tables.exchange import ApiToken, Delivery
from tests.actions.story import rows_of
from tests.logs import logging_put_back
from tests.stores import lay_a_data_folder


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(screen, "width", 220)
    store = Store(lay_a_data_folder(tmp_path))
    with logging_put_back():
        yield store
    store.close()


def _run(*words: str, fails: bool = False) -> Result:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code == 1) is fails, result.output
    return result


def test_platforms_are_set_and_what_they_do_not_take_is_seen_and_sent_again(town: Store) -> None:
    assert "还没有登记" in _run("exchange", "targets").stdout
    url = "https://platform.example/take"
    for wrong in (
        ("自治区", "--url", url, "--secret-env", "REGION_SECRET"),
        ("region", "--url", "http://platform.example", "--secret-env", "REGION_SECRET"),
        ("region", "--url", "https://user@platform.example", "--secret-env", "REGION_SECRET"),
        ("region", "--url", "https://[", "--secret-env", "REGION_SECRET"),
        ("region", "--url", url),
        ("region", "--url", url, "--kinds", "video", "--secret-env", "REGION_SECRET"),
    ):
        assert len(_run("exchange", "target", *wrong, fails=True).stderr.splitlines()) == 1, wrong
    _run(
        "exchange",
        "target",
        "region",
        "--url",
        url,
        "--kinds",
        "publicity,correction",
        "--secret-env",
        "REGION_SECRET",
    )
    _run("exchange", "target", "credit")
    shown = _run("exchange", "targets").stdout
    assert url in shown
    assert "env:REGION_SECRET" in shown
    assert "自己来取" in shown

    assert "没有等待" in _run("exchange", "list").stdout
    at = datetime.now(UTC)
    with town.transaction() as records:
        for number in range(60):
            hand_over(records, DeliveryKind.PUBLICITY, f"S1.B{number}", 1, {"n": "示例"}, at=at)
        dead = [one.number or 0 for one in rows_of(records, Delivery, target="region")][:2]
        for number in dead:
            note_attempt(records, number, Attempt(Healing.NEVER, 422, "字段缺失"), at=at)
    shown = _run("exchange", "list", "--target", "region").stdout
    assert "422 字段缺失" in shown
    assert "前 50 件" in shown
    listed = json.loads(_run("exchange", "list", "--json").stdout)
    assert len(listed) == 120
    one = _run("exchange", "show", str(dead[0])).stdout
    assert json.loads(one.splitlines()[-1])["data"] == {"n": "示例"}
    _run("exchange", "show", "99999", fails=True)
    _run("exchange", "resend", str(dead[0]), "99999", fails=True)
    assert _states(town).count(DeliveryState.DEAD) == 2, "all of them or none"
    _run("exchange", "resend", str(dead[0]))
    assert _states(town).count(DeliveryState.DEAD) == 1
    assert "1" in _run("exchange", "resend-dead").stdout
    assert DeliveryState.DEAD not in _states(town)
    _run("exchange", "stop-target", "nobody", fails=True)
    _run("exchange", "stop-target", "region")
    assert "已停止" in _run("exchange", "targets").stdout


def _states(town: Store) -> list[DeliveryState]:
    with town.reading() as records:
        return [one.state for one in rows_of(records, Delivery)]


def test_a_token_is_shown_once_listed_and_revoked(town: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_LANGUAGE", "en")
    issued = _run(
        "token",
        "issue",
        "--department",
        "market",
        "--scopes",
        "read,transfer",
        "--label",
        "省平台",
        "--district",
        "精河县",
    )
    token = issued.stdout.strip()
    with town.reading() as records:
        [row] = rows_of(records, ApiToken)
    assert row.digest == sha256(token.encode()).hexdigest()
    assert (row.district, len(token) > 40) == ("652722", True)
    assert row.id in issued.stderr
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    _run("exchange", "target", "region")
    _run(
        "token", "issue", "--department", "fire", "--scopes", "exchange", "--target", "region", "--expires", tomorrow
    )  # fmt: skip
    for wrong in (
        ("--department", "消防"),
        ("--department", "fire", "--scopes", "write"),
        ("--department", "fire", "--district", "精河"),
        ("--department", "fire", "--scopes", "exchange"),
        ("--department", "fire", "--target", "region"),
        ("--department", "fire", "--scopes", "exchange", "--target", "nobody"),
        ("--department", "fire", "--expires", "2020-01-01"),
        ("--department", "fire", "--expires", "morgen"),
    ):
        assert len(_run("token", "issue", *wrong, fails=True).stderr.splitlines()) == 1, wrong
    shown = _run("token", "list").stdout
    assert "省平台" in shown
    assert "Jinghe" in shown
    assert token not in shown
    _run("token", "revoke", "nobody", fails=True)
    for _ in range(2):
        _run("token", "revoke", row.id)
    assert "revoked" in _run("token", "list").stdout
