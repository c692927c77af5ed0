"""Everything public as a folder: whole, the same twice, checked by a stranger, and good for any web server or none."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.exporting import SUMS
from storage.tables.registers import Plan
from tests.actions.story import changing
from tests.logs import logging_put_back
from tests.publicity.published import CODE, Town, a_published_town, what_stays_inside

_LINK = re.compile(r'(?:href|src|action)="([^"#]+)')


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The store and the key of the commands."""
    with a_published_town("sqlite", tmp_path) as played:
        monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
        monkeypatch.setenv("SHUANGSUIJI_PUBLIC_URL", "https://example.org")
        with logging_put_back():
            yield played


def _run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["publicity", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def _times(folder: Path) -> dict[str, int]:
    return {str(one): one.stat().st_mtime_ns for one in folder.rglob("*") if one.is_file()}


def test_an_export_is_whole_stays_the_same_and_tells_what_was_changed_in_it(
    town: Town, tmp_path: Path
) -> None:
    folder = tmp_path / "public"
    code, said = _run("export", folder)
    assert (code, "删去 0 个" in said) == (0, True)
    _every_link_leads_somewhere(folder)
    for wanted in (
        f"results/{town.inspection}.html", f"firms/{CODE}.html", "schemes/S1.html", "find/652701/other.html",
        "open-data/results.csv", "draws/D-S1-1/transcript.json", "verify/D-S1-1.html", "plans/2026.html",
        f"bundles/result/{town.inspection}/1.sig", "static/verify/page.js", "keys.json", SUMS,
    ):  # fmt: skip
        assert (folder / wanted).is_file(), wanted
    _nobody_is_named(town, folder)
    before = _times(folder)
    assert "新写 0 个" in _run("export", folder)[1]
    assert _times(folder) == before
    with changing(town.store) as records:
        records.get(Plan, "65270020260001").name = "改了名的计划"
    code, said = _run("export", folder)
    assert code == 0
    changed = {name for name, time in _times(folder).items() if before.get(name) != time}
    assert 3 < len(changed) < len(before) / 2
    code, said = _run("verify", folder, "--key", town.key.id)
    assert (code, "核对通过" in said, "重算抽取 1 次" in said) == (0, True, True)
    _tampered(town, folder)


def _every_link_leads_somewhere(folder: Path) -> None:
    for page in folder.rglob("*.html"):
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            if link.startswith("https://example.org/"):
                assert re.match(r"https://example\.org/(check|chat|desk)", link), (page, link)
            else:
                assert (page.parent / unquote(link).partition("?")[0]).resolve().is_file(), (page, link)


def _nobody_is_named(town: Town, folder: Path) -> None:
    inside = {word for word in what_stays_inside(town.store) if not word.isascii()}
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix != ".sig":
            text = file.read_text(encoding="utf-8")
            assert [word for word in inside if word in text] == [], file


_Change = Callable[[bytes], bytes]


def _tampered(town: Town, folder: Path) -> None:
    """Each by itself, and put back."""
    result = folder / f"bundles/result/{town.inspection}/1.json"
    transcript = folder / "draws/D-S1-1/transcript.json"
    changes: tuple[tuple[Path, _Change, str], ...] = (
        (result, lambda old: old.replace("未发现问题".encode(), "不合格".encode()), "签名不符"),
        (transcript, lambda old: old.replace(b'"4711"', b'"4712"'), "抽取重算不一致"),
        (folder / "index.html", lambda old: old + b" ", "与 SHA256SUMS 不符"),
        (
            folder / "open-data/results.json",
            lambda old: old.replace(b'"version":1', b'"version":7'),
            "校验值",
        ),
    )
    for file, change, said in changes:
        old = file.read_bytes()
        file.write_bytes(change(old))
        assert file.read_bytes() != old
        code, told = _run("verify", folder)
        assert (code, said in told) == (1, True), told
        file.write_bytes(old)
    (folder / "extra.html").write_text("x", encoding="utf-8")
    assert "不在 SHA256SUMS 中" in _run("verify", folder)[1]
    (folder / "extra.html").unlink()
    result.unlink()
    assert "缺少" in _run("verify", folder)[1]
    assert "另一把密钥" in _run("verify", folder, "--key", "0" * 16)[1]


def test_a_folder_of_somebody_else_is_left_alone_and_nothing_to_check_is_said(
    town: Town, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("x", encoding="utf-8")
    code, said = _run("export", folder)
    assert (code, "里有别的文件" in said) == (1, True)
    assert [one.name for one in folder.iterdir()] == ["letter.txt"]
    for nothing in (folder, tmp_path / "nowhere", "http://127.0.0.1:9"):
        code, said = _run("verify", nothing)
        assert (code, "没有可核对的公示内容" in said.replace("\n", "")) == (1, True)
    code, said = _run("keys")
    assert (code, f"{town.key.id}  {town.key.public}" in said) == (0, True)
    code, said = _run("rotate-key")
    assert (code, town.key.id in said) == (0, True)
    assert town.key.public in _run("keys")[1]
