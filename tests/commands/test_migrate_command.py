"""The tables are changed once in a deployment, by a command, and whoever may not change them waits for it."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.service import _until_migrated
from bot.settings import Settings
from storage.migrate import is_migrated, migrate
from tests.logs import logging_put_back


def _run(*words: str) -> tuple[int, str]:
    with logging_put_back():
        result = CliRunner().invoke(cli.app, list(words))
    return result.exit_code, result.output


def test_a_store_is_migrated_by_the_command_alone_where_the_settings_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("SHUANGSUIJI_MIGRATE", "0")
    code, told = _run("status")
    assert (code, "shuangsuiji migrate" in told) == (1, True)
    assert not is_migrated(f"sqlite:///{tmp_path / 'var' / 'shuangsuiji.db'}")
    code, told = _run("migrate")
    assert (code, "已是本版本的数据表" in told) == (0, True)
    assert _run("status")[0] == _run("migrate")[0] == 0


async def test_serving_waits_until_somebody_has_migrated(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", migrate=False)
    waiting = asyncio.create_task(_until_migrated(settings))
    await asyncio.wait((waiting,), timeout=0.2)
    assert not waiting.done(), "there is not even a folder"
    settings.data_dir.mkdir()
    migrate(settings.database_url)
    async with asyncio.timeout(20):
        await waiting
