"""`shuangsuiji registers`: look, load, wait, export, read the changes; what is wrong is one sentence."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from inspection.roles import Role
from storage.store import Store
from tests.builders import a_person
from tests.logs import logging_put_back
from tests.stores import lay_a_data_folder


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path / "var"))
    store = Store(lay_a_data_folder(tmp_path / "var"))
    with store.transaction() as records:
        records.add(a_person("FIR-LIA", department="fire", roles=(Role.LIAISON,)), a_person("P1"))
    store.close()
    with logging_put_back():
        yield


def _run(*words: str | Path, answer: str | None = None) -> Result:
    result = CliRunner().invoke(cli.app, ["registers", *map(str, words)], input=answer)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _file(folder: Path, *rows: str) -> Path:
    path = folder / "objects.csv"
    lines = ["对象编号,对象类型,名称,行政区划,监管部门", *rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_register_is_looked_at_loaded_exported_and_its_changes_are_read(tmp_path: Path) -> None:
    path = _file(tmp_path, "F1,产品,甲,博乐市,消防救援支队", *(f"G{at},产品,乙,博乐市," for at in range(12)))
    looked = _run("check", path)
    assert "新增 13" in looked.stdout
    assert "还有 3 行" in looked.stdout
    assert "G11" in _run("check", path, "--full").stdout
    assert _run("load", path, answer="n\n").exit_code == 1
    assert "检查对象名录库 v1" in _run("load", path, answer="y\n").stdout
    assert "没有变化" in _run("load", path, "--yes").stdout
    changed = _file(tmp_path, "F1,产品,丙,博乐市,消防救援支队", "G1,产品,,博乐市,")
    mine = _run("load", changed, "--yes", "--as", "FIR-LIA", "--complete")
    assert "名称：甲 → 丙" in mine.stdout
    assert "「名称」" in mine.stdout
    assert mine.exit_code == 1  # a row could not be taken
    assert (
        "不归消防救援支队管理"
        in _run("check", _file(tmp_path, "G1,产品,x,博乐市,"), "--as", "FIR-LIA").stdout
    )
    assert (
        "objects.csv" in _run("export", "objects", "--format", "csv", "--to", tmp_path / "objects.csv").stdout
    )
    assert "未变 13" in _run("check", tmp_path / "objects.csv").stdout
    _run("export", "objects", "--version", "1", "--format", "csv", "--to", tmp_path / "old.csv")
    assert ",甲," in (tmp_path / "old.csv").read_text(encoding="utf-8")
    feed = [
        json.loads(line)
        for line in _run("changes", "--department", "fire", "--format", "json").stdout.splitlines()
    ]
    assert [(one["kind"], one["key"], one["by"]) for one in feed] == [
        ("new", "F1", None),
        ("changed", "F1", "FIR-LIA"),
    ]
    assert "名称：甲 → 丙" in _run("changes", "--department", "消防救援支队", "--format", "csv").stdout
    assert "更新 F1" in _run("changes", "--department", "fire").stdout
    assert _run("versions", "objects").exit_code == 0


def test_a_later_day_is_waited_for_and_can_be_withdrawn(tmp_path: Path) -> None:
    path = _file(tmp_path, "F1,产品,甲,博乐市,消防救援支队")
    assert (
        "第 1 号" in _run("load", path, "--yes", "--effective-from", "2099-01-01", "--as", "FIR-LIA").stdout
    )
    assert "2099" in _run("loads").stdout
    assert "已撤回" in _run("withdraw", "1", "--as", "FIR-LIA").stdout
    assert _run("withdraw", "1").exit_code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nowhere"), "没有"),
        (("check", ".", "--as", "NOBODY"), "NOBODY"),
        (("check", ".", "--as", "P1"), "没有这项权限"),
        (("check", ".", "--department", "moon"), "moon"),
        (("load", ".", "--effective-from", "soon"), "soon"),
        (("export", "obiects"), "obiects"),
        (("export", "objects", "--version", "7"), "7"),
        (("export", "objects", "--format", "pdf"), "pdf"),
        (("export", "objects", "--to", "/nowhere/x.xlsx"), "/nowhere"),
        (("changes", "--department", "fire", "--format", "xml"), "xml"),
        (("withdraw", "99"), ""),
    ],
)
def test_what_is_wrong_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    result = _run(*words)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
