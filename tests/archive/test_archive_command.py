"""`shuangsuiji archive`: a file made, shown, verified and taken out from a terminal; its rules as a file."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from storage.tables.archives import ArchivePart
from tests.archive.published import Published, a_published_visit
from tests.logs import logging_put_back
from tests.papers.sheets import needs_a_font

pytestmark = needs_a_font


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Published]:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    with a_published_visit("sqlite", tmp_path) as published, logging_put_back():
        yield published


def _run(*words: object) -> Result:
    result = CliRunner().invoke(cli.app, ["archive", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_file_is_made_shown_taken_out_and_what_is_damaged_is_named(case: Published, tmp_path: Path) -> None:
    early = _run("make", case.inspection)
    assert (early.exit_code, "没有办结" in early.stderr) == (1, True)
    case.settle_transfers()
    made = _run("make", case.inspection)
    assert (made.exit_code, "market-2026-0001，第1版" in made.stdout) == (0, True)
    assert "market-2026-0001" in _run("list", "示例").stdout
    assert "现场检查笔录" in _run("show", case.inspection).stdout
    out = tmp_path / "package.zip"
    assert _run("export", case.inspection, "-o", out).exit_code == 0
    with ZipFile(out) as package:
        assert "05-leave/fire.json" in package.namelist()
    assert _run("export", case.inspection, "-o", tmp_path / "no" / "x.zip").exit_code == 1
    assert "全部相符" in _run("verify", case.inspection).stdout
    (record,) = (one for one in case.story.rows(ArchivePart) if one.path.endswith("record.pdf"))
    next(case.files._folder.rglob(record.sha256)).write_bytes(b"other")
    damaged = _run("verify", "--all")
    assert damaged.exit_code == 1
    assert "现场检查笔录（07-papers/record.pdf）已被改动或者损坏" in damaged.stdout
    assert "共校验1卷，1处不符" in damaged.stdout
    for command in ("make", "show", "verify"):
        unknown = _run(command, "S9.B9")
        assert (unknown.exit_code, "没有编号为 S9.B9 的案卷" in unknown.stderr) == (1, True)


def test_rules_are_shown_as_a_file_that_can_be_changed_and_loaded(case: Published, tmp_path: Path) -> None:
    shown = _run("rules").stdout
    assert "归档规则第0版" in shown
    path = tmp_path / "rules.toml"
    path.write_text(shown.replace("years = 30", "years = 40"), encoding="utf-8")
    assert "现为第1版" in _run("load-rules", path).stdout
    assert "没有变化" in _run("load-rules", path).stdout
    assert "years = 40" in _run("rules").stdout
    broken = shown.replace("years = 30", "years = 300").replace("[clean]", "[spotless]")
    path.write_text(broken, encoding="utf-8")
    refused = _run("load-rules", path)
    line = broken.splitlines().index("years = 300") + 1
    assert refused.exit_code == 1
    assert f"rules.toml 第 {line} 行 「transferred.years」：“300”不成立。" in refused.stdout
    assert "没有“spotless”" in refused.stdout
    assert "缺少“clean”这一节" in refused.stdout
    path.write_bytes(b"\xff\xfe")
    assert _run("load-rules", path).exit_code == 1
    path.write_text("[archiving", encoding="utf-8")
    assert "不是 TOML" in _run("load-rules", path).stdout
    assert "years = 40" in _run("rules").stdout
