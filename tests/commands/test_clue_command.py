"""`shuangsuiji clues threshold`: shown, changed, refused in one sentence."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.stores import lay_a_data_folder


def test_the_threshold_is_shown_changed_and_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    lay_a_data_folder(tmp_path)
    run = CliRunner().invoke
    shown = run(app, ["clues", "threshold"])
    assert shown.exit_code == 0, shown.output
    assert "最近 30 天内" in shown.output
    changed = run(app, ["clues", "threshold", "--objects", "5"])
    assert "有 5 个以上不同对象" in changed.output
    refused = run(app, ["clues", "threshold", "--objects", "1"])
    assert refused.exit_code == 1
    assert "2到1000之间" in refused.output
    assert "有 5 个以上" in run(app, ["clues", "threshold"]).output
