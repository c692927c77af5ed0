"""`shuangsuiji account`: what speaks for a person, ended at once; accounts of a directory, one or many."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from actions.enrolment import CodeUnknown, enrol, issue_code, redeem_code
from bot import cli
from storage import people, web_sessions
from storage.store import Store
from storage.tables.registers import Person
from tests.builders import a_small_register
from tests.logs import logging_put_back
from tests.stores import an_empty_store


def _run(*words: str) -> Result:
    result = CliRunner().invoke(cli.app, ["account", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _owner(store: Store, account: str) -> str | None:
    with store.reading() as records:
        found = people.behind_account(records, "wecom", account)
        return found[0].id if found else None


def test_accounts_are_bound_listed_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    with an_empty_store("sqlite", tmp_path) as store, logging_put_back():
        monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
        at = datetime.now(UTC)
        with store.transaction() as records:
            a_small_register(records)
            enrol(records, records.get(Person, "fire-1"), channel="telegram", chat="77", at=at)
            records.get(Person, "fire-4").is_active = False
            issue_code(records, "fire-1", "AAAABBBBCCCCD", at=at, valid_for=timedelta(hours=1))
            expires = at + timedelta(days=1)
            web_sessions.open_session(
                records, "d" * 64, chat="fire-1", at=at, expires_at=expires, browser="Edge"
            )
        assert _run("bind", "fire-1", "zhang.san").exit_code == 0
        assert _owner(store, "zhang.san") == "fire-1"
        assert "telegram" in _run("bind", "fire-1", "x", "--channel", "telegram").output
        assert _run("bind", "nobody", "x").exit_code == 1
        for bad in (" ", "x" * 65):
            assert _run("bind", "fire-2", bad).exit_code == 1
        listed = _run("list", "fire-1").output
        assert all(one in listed for one in ("Telegram", "企业微信", "Edge", "1个"))
        file = tmp_path / "wecom.csv"
        lines = ("人员编号,账号", "fire-2,li.si", "nobody,x", "fire-4,y", "fire-3,wang.wu", "")
        file.write_text("\n".join(lines), encoding="utf-8-sig")
        loaded = _run("load", str(file))
        assert loaded.exit_code == 1
        assert "已对应2人" in loaded.output
        assert "第3行" in loaded.output
        assert "第4行" in loaded.output
        assert [_owner(store, one) for one in ("li.si", "wang.wu", "y")] == ["fire-2", "fire-3", None]
        file.write_text("fire-2\n", encoding="utf-8")
        assert "不足两列" in _run("load", str(file)).output
        assert "读不了" in _run("load", str(tmp_path / "none.csv")).output
        assert "共3个" in _run("revoke", "fire-1").output
        with store.transaction() as records:
            assert web_sessions.of_person(records, "fire-1", at=at) == []
            with pytest.raises(CodeUnknown):
                redeem_code(records, "AAAABBBBCCCCD", channel="web", chat=None, at=at, source="x")
        assert _owner(store, "zhang.san") is None
