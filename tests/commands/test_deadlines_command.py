"""`shuangsuiji deadlines` and `deputy`: rules shown as a file that can be loaded again; who stands in for whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from storage.store import Store
from tests.builders import a_person
from tests.logs import logging_put_back
from tests.stores import lay_a_data_folder


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path / "var"))
    lay_a_data_folder(tmp_path / "var")
    with logging_put_back():
        yield


def _run(*words: str | Path, command: str = "deadlines") -> Result:
    result = CliRunner().invoke(cli.app, [command, *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_shown_is_loaded_as_it_is_and_changed_as_a_new_version(tmp_path: Path) -> None:
    shown = _run("show").stdout
    assert "期限规则第0版" in shown
    assert "[publicity]" in shown
    assert "第1版" in _run("load", _written(tmp_path, shown)).stdout
    again = _run("load", _written(tmp_path, shown))
    assert (again.exit_code, again.stdout.strip()) == (0, "与现行的第1版相同，没有变化。")
    assert "第2版" in _run("load", _written(tmp_path, shown.replace("length = 20", "length = 15"))).stdout
    assert "length = 15" in _run("show").stdout


def test_a_file_with_mistakes_changes_nothing_and_names_each_with_its_line(tmp_path: Path) -> None:
    shown = _run("show").stdout
    broken = shown.replace("length = 20", "length = -20")
    line = broken.splitlines().index("length = -20") + 1
    refused = _run("load", _written(tmp_path, broken))
    assert refused.exit_code == 1
    first, summary = refused.stdout.splitlines()
    assert first.startswith(f"错误：rules.toml 第 {line} 行 「length」：长度 -20 不成立。")
    assert summary == "没有载入：有 1 处错误。"
    assert _run("show").stdout == shown


def test_a_file_that_is_not_there_or_no_text_is_one_sentence(tmp_path: Path) -> None:
    assert "读不出来" in _run("load", tmp_path / "nothing.toml").stdout
    path = tmp_path / "rules.toml"
    path.write_bytes(b"\xff\xfe")
    assert "UTF-8" in _run("load", path).stdout


def test_the_same_is_said_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_LANGUAGE", "en")
    assert "Deadline rules, version 0" in _run("show").stdout
    refused = _run("load", _written(tmp_path, "[nobody]\n")).stdout
    assert "row 1" in refused
    assert "Not loaded: 1 errors." in refused


def test_a_deputy_is_noted_and_listed_and_a_wrong_one_is_one_sentence(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'var' / 'shuangsuiji.db'}")
    with store.transaction() as records:
        records.add(a_person("HD-01"), a_person("HD-02"))
    store.close()
    days = ("2099-12-01", "2099-12-10")
    noted = _run("set", "HD-01", "HD-02", *days, command="deputy")
    assert "人员HD-01的逾期通知由人员HD-02代收" in noted.stdout
    listed = _run("list", command="deputy").stdout
    assert "人员HD-02" in listed
    assert "2099-12-10" in listed
    for words, said in (
        (("HD-01", "HD-01", *days), "不能代理自己"),
        (("HD-01", "HD-02", *reversed(days)), "早于开始日"),
        (("HD-01", "HD-02", "tomorrow", days[1]), "不是日期"),
        (("HD-01", "NOBODY", *days), "NOBODY"),
    ):
        refused = _run("set", *words, command="deputy")
        assert refused.exit_code == 1
        assert said in refused.stderr
