"""`shuangsuiji checklist`: what a department's IT person sees of a form before and after it is loaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot import cli
from inspection.forms.form import Form
from storage.store import Store
from storage.tables.inspections import JournalLine
from storage.tables.registers import Checklist
from tests.forms.reading.sheets import a_form, write_form
from tests.logs import logging_put_back
from tests.stores import lay_a_data_folder

TITLES = ("type", "name", "label::中文 (zh)", "label::English (en)", "department", "basis", "important", "relevant",
          "required")  # fmt: skip
CHOICES = (
    ("list_name", "name", "label::中文 (zh)", "label::English (en)"),
    ("answer", "yes", "是", "Yes"),
    ("answer", "no", "否", "No"),
)
ROWS = (
    (
        "select_one answer",
        "exits",
        "通道是否畅通",
        "Are the exits clear",
        "消防救援支队",
        "消防法28",
        "yes",
        "",
        "yes",
    ),
    ("image", "exits_photo", "照片", "Photo", "", "", "", "", ""),
    ("integer", "people", "在场多少人", "How many people", "", "", "", "${exits} = 'no'", ""),
)


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path / "var"))
    with logging_put_back():
        yield


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The store of the commands."""
    store = Store(lay_a_data_folder(tmp_path / "var"))
    yield store
    store.close()


@pytest.fixture
def form(tmp_path: Path) -> Path:
    return write_form(tmp_path / "form.xlsx", a_form(*ROWS, titles=TITLES, choices=CHOICES))


def _run(*words: str | Path) -> Result:
    result = CliRunner().invoke(cli.app, ["checklist", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_check_shows_each_question_as_the_chat_will_ask_it(form: Path, tmp_path: Path) -> None:
    result = _run("check", form)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "示例检查表（CL-1，版本字样 7）",
        "语言：中文 (zh)、English (en)",
        "消防救援支队：1 题",
        "发起部门：1 题",
        "要拍照的：1 题",
        "",
        "1. ★📷 通道是否畅通",
        "   消防救援支队 · 是 / 否 · 必答",
        "   依据：消防法28",
        "",
        "2. 在场多少人",
        "   发起部门 · 整数",
        "   满足时才问：exits(#1) = 'no'",
        "表单可以用：提醒 0 处。",
    ]
    assert not (tmp_path / "var").exists()


def test_a_check_speaks_the_readers_language(form: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_LANGUAGE", "en")
    lines = _run("check", form).stdout.splitlines()
    assert lines[6:9] == [
        "1. ★📷 Are the exits clear",
        "   Fire and Rescue · yes or no · required",
        "   Basis: 消防法28",
    ]
    assert lines[-1] == "The form can be used: 0 warnings."


def test_a_check_tells_every_fault_and_ends_with_one(tmp_path: Path) -> None:
    path = write_form(tmp_path / "form.xlsx", a_form(("range", "a", "甲"), ("text", "b", "乙", "乌有局")))
    result = _run("check", path)
    assert result.exit_code == 1
    first, second, last = result.stdout.splitlines()
    assert "form.xlsx 「survey」 第 2 行 A 列" in first
    assert "第 3 行 D 列" in second
    assert last == "表单不能用：错误 2 处，提醒 0 处。"


def test_a_form_is_loaded_once_and_its_change_is_a_new_version(form: Path, store: Store) -> None:
    first = _run("load", form)
    assert (first.exit_code, "第 1 版" in first.stdout) == (0, True)
    assert "没有变化" in _run("load", form).stdout
    changed = a_form(*ROWS[:2], titles=TITLES, choices=CHOICES)
    second = _run("load", write_form(form, changed)).stdout
    assert "第 2 版" in second
    assert "进行中的检查仍用原来的版本" in second
    with store.reading() as records:
        versions = list(records.session.exec(select(Checklist)))
        assert [(one.version, one.title) for one in versions] == [(1, "示例检查表"), (2, "示例检查表")]
        assert len({one.xform for one in versions}) == 2
        asked = [[one.id for one in Form.parse(version.xform).questions] for version in versions]
        assert asked == [["q1", "q1p", "q2"], ["q1", "q1p"]]
        lines = [one for one in records.session.exec(select(JournalLine)) if one.verb == "checklist.loaded"]
        assert [(one.subject, one.channel, one.details["version"]) for one in lines] == [
            ("CL-1", "cli", 1),
            ("CL-1", "cli", 2),
        ]


def test_a_form_that_is_wrong_leaves_nothing(store: Store, tmp_path: Path) -> None:
    path = write_form(tmp_path / "form.xlsx", a_form(("text", "a", "甲"), ("audio", "b", "乙")))
    result = _run("load", path)
    assert (result.exit_code, "录音" in result.stdout) == (1, True)
    with store.reading() as records:
        assert list(records.session.exec(select(Checklist))) == []


def test_a_file_that_is_not_there_is_one_sentence(store: Store, tmp_path: Path) -> None:
    for command in ("check", "load"):
        result = _run(command, tmp_path / "nothing.xlsx")
        assert result.exit_code == 1
        assert "nothing.xlsx" in result.stdout.splitlines()[0]


@pytest.mark.parametrize("command", ["check", "load"])
def test_every_command_says_what_it_is_for(command: str) -> None:
    assert "表单" in _run(command, "--help").stdout
