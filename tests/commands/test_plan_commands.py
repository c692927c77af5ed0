"""`shuangsuiji plan`, `supervision` and `draw what-if`: every deed in one sentence, every mistake with its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from inspection.roles import Role
from storage.tables.registers import Scheme
from tests.builders import a_person, a_small_register
from tests.logs import logging_put_back
from tests.planning.sheets import a_row, write_sheet
from tests.stores import an_empty_store


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    with an_empty_store("sqlite", tmp_path) as store, store.transaction() as records:
        a_small_register(records)
        records.add(a_person("LI", department="fire", roles=(Role.LIAISON,)))
        records.get(Scheme, "S1").strata = [{"name": "全部", "where": {"class": ["B"]}, "ratio": "0.4"}]
    with logging_put_back():
        yield


def _run(*words: str | Path) -> Result:
    result = CliRunner().invoke(cli.app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_plan_is_opened_filed_followed_and_published(tmp_path: Path) -> None:
    this_year, year = "2020", "2099"
    assert "不能编制计划" in _run("plan", "open", this_year, "--as", "OP").stderr
    assert "只有联席会议办公室" in _run("plan", "open", year, "--as", "LI").stderr
    assert "2099年度计划还没有开始编制" in _run("plan", "status", year).stderr
    opened = _run("plan", "open", year, "--as", "OP").stdout
    assert "2个部门的联络员已收到通知" in opened
    assert "4月10日" in opened
    days = {"实施开始日期": "2099-06-01", "实施结束日期": "2099-06-30"}
    bad = write_sheet(tmp_path / "bad.xlsx", a_row("消防检查", "T-fire", 频次="一百次", **days))
    refused = _run("plan", "file", bad, "--as", "LI", "--year", year)
    assert refused.exit_code == 1
    assert refused.stdout.startswith(
        "错误：bad.xlsx 「年度计划报送」 第 2 行 J 列 「频次」：频次“一百次”看不懂。"
    )
    assert "没有保存，也没有报送：有1处错误。" in refused.stdout
    assert "读不出来" not in _run("plan", "file", tmp_path / "none.xlsx", "--as", "LI", "--year", year).stdout
    good = write_sheet(tmp_path / "good.xlsx", a_row("消防检查", "T-fire", **days))
    filed = _run("plan", "file", good, "--as", "LI", "--year", year)
    assert (filed.exit_code, filed.stdout.strip()) == (
        0,
        "消防救援支队2099年度计划已报送：新增1项，修改0项。",
    )
    assert "已报送" in _run("plan", "status", year).stdout
    done = _run("plan", "publish", year, "--document", "示例发1号", "--as", "OP")
    assert (done.exit_code, "/plans/2099" in done.stdout) == (0, True)
    assert "没有重复办理" in _run("plan", "publish", year, "--document", "x", "--as", "OP").stderr


def test_supervision_rules_are_shown_changed_and_loaded_as_a_new_version(tmp_path: Path) -> None:
    shown = _run("supervision", "show").stdout
    assert "差异化监管规则第0版" in shown
    path = tmp_path / "rules.toml"
    path.write_text(shown.replace('most = "0.2"', 'most = "30%"'), encoding="utf-8")
    assert "第1版" in _run("supervision", "load", path).stdout
    assert "没有变化" in _run("supervision", "load", path).stdout
    assert 'most = "0.3"' in _run("supervision", "show").stdout
    path.write_text('[general.B]\nbasis = "示例"\nmost = "许多"\n', encoding="utf-8")
    refused = _run("supervision", "load", path)
    assert refused.exit_code == 1
    assert refused.stdout.startswith("错误：rules.toml 第 3 行 「most」：“许多”不是比例。")
    assert "第2版" not in _run("supervision", "show").stdout


def test_a_what_if_is_shown_and_a_wrong_one_is_one_sentence() -> None:
    shown = _run("draw", "what-if", "S1", "--ratio", "B=100%", "--runs", "2").stdout
    assert "共3户；试抽2次" in shown
    assert "全部：一般事项抽100%，高于B级上限20%" in shown
    for wrong, said in (("B", "不能试算"), ("B=0", "不能试算"), ("X=5%", "没有“X”这一层")):
        refused = _run("draw", "what-if", "S1", "--ratio", wrong)
        assert (refused.exit_code, said in refused.stderr) == (1, True), refused.stderr
    assert "高于B级上限20%" in _run("draw", "rehearse", "S1", "--runs", "1").stdout
