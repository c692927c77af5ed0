"""`shuangsuiji calendar`: what stands, what a load did, and what is wrong with a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli
from tests.actions.test_load_calendar import COUNTRY, HOURS, REGION
from tests.logs import logging_put_back
from tests.stores import lay_a_data_folder


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path / "var"))
    lay_a_data_folder(tmp_path / "var")
    with logging_put_back():
        yield


def _run(*words: str | Path, code: int = 0) -> list[str]:
    result = CliRunner().invoke(cli.app, ["calendar", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code
    return result.stdout.splitlines()


def test_a_year_is_shown_with_its_sources() -> None:
    lines = _run("show", "2026")
    assert lines[0] == "2026 年：放假安排已公布。"
    assert lines[1].startswith("全国放假：2026-01-01..2026-01-03、2026-02-15..2026-02-23、")
    assert "（来源：holidays " in lines[1]
    assert lines[2] == "全国补班：2026-01-04、2026-02-14、2026-02-28、2026-05-09、2026-09-20、2026-10-10"
    assert lines[3].startswith("自治区放假：2026-03-20..2026-03-22、2026-05-27..2026-05-31（来源：")
    assert lines[5].startswith("  其余各地，05-01至09-30：10:00–14:00、16:00–20:00（来源：")
    assert "请核对" in lines[5]
    assert lines[-1].startswith("没有载入过通知")


def test_a_year_that_is_not_announced_says_so() -> None:
    first, country, region, *_ = _run("show", "2027")
    assert first == "2027 年：全国、自治区的放假安排尚未公布，涉及的日期为暂定。"
    assert country.startswith("全国放假（推算，尚未公布）：2027-01-01")
    assert region == "自治区放假：尚未公布"


def test_a_load_says_what_changed_and_a_second_one_that_nothing_did(tmp_path: Path) -> None:
    path = tmp_path / "2027.toml"
    path.write_text(COUNTRY + REGION + HOURS, encoding="utf-8")
    first = _run("load", path)
    assert first[:3] == [
        "新增 2027 年通知（全国）。",
        "新增 2027 年通知（自治区）。",
        "新增精河县的作息时间。",
    ]
    assert "改为上班：2027-02-20" in first
    assert first[-2:] == ["已载入 2027.toml，为日历第 1 版。", "没有公示期限变动。"]
    again = _run("load", path)
    assert again[-2:] == ["没有变化：文件的内容都已载入过。", "没有公示期限变动。"]
    shown = _run("show", "2027")
    assert shown[0] == "2027 年：放假安排已公布。"
    assert "（来源：示例通知，2026年12月20日 公布）" in shown[1]
    assert any(line.startswith("  精河县，10-01至04-30：10:30–14:00、15:30–20:00") for line in shown)
    assert shown[-1].startswith("日历第 1 版，")


def test_a_load_without_a_file_counts_again() -> None:
    assert _run("load") == ["没有公示期限变动。"]


def test_a_faulty_file_is_refused_with_its_lines_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "2027.toml"
    path.write_text(COUNTRY.replace("2027-02-20", "2027-01-02"), encoding="utf-8")
    assert _run("load", path, code=1) == [
        "错误：2027.toml 第 11 行 「on」：2027-01-02 既放假又上班。应为：只写在 off 或 on 中的一处。",
        "没有载入：有 1 处错误。",
    ]
    assert _run("show", "2027")[-1].startswith("没有载入过通知")
    missing = _run("load", tmp_path / "none.toml", code=1)
    assert missing[0].startswith("错误：none.toml：文件打不开")


def test_the_command_speaks_english_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_LANGUAGE", "en")
    path = tmp_path / "2027.toml"
    path.write_text(COUNTRY, encoding="utf-8")
    assert _run("load", path)[0] == "New: the notice of 2027 (country)."
    assert _run("show", "2027")[0] == (
        "2027: the holidays are not announced yet (region), and dates in it are provisional."
    )
