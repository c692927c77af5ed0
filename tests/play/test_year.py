"""A year in a pocket: one county and three departments from plan filing to archive and statistics, called to account;
and what the account says when something is altered afterwards."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot import cli
from bot.play.year.books import compare_statistics
from bot.play.year.ending import call_to_account, folder_of
from bot.play.year.pages import Desk
from bot.play.year.registers import POCKET
from bot.play.year.run import SUMMARY, play_year
from bot.play.year.year import Year, moment
from bot.settings import Settings
from bot.signing_key import FILE_NAME, signing_key
from storage.recount import Asked
from storage.store import Store
from tests.logs import logging_put_back
from tests.stores import owned


@dataclass
class Played:
    code: int
    data: Path

    @property
    def summary(self) -> dict[str, Any]:
        numbers: dict[str, Any] = json.loads((self.data / SUMMARY).read_text(encoding="utf-8"))
        return numbers


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    data = tmp_path_factory.mktemp("year")
    with logging_put_back():
        return Played(play_year(Settings(data_dir=data), POCKET), data)


@pytest.fixture
def year(played: Played) -> Iterator[Year]:
    """The year that was played, opened once more on its last evening."""
    folder = folder_of(played.data)
    store = Store(f"sqlite:///{folder / 'year.db'}")
    opened = Year(store, folder, POCKET, signing_key(folder / FILE_NAME))
    opened.street.now = moment(opened.last_day, 18)
    try:
        yield opened
    finally:
        opened.close()
        store.close()


def test_a_year_is_lived_through_and_every_account_is_right(played: Played) -> None:
    summary = played.summary
    assert (played.code, summary["wrong"]) == (0, [])
    assert summary["inspections"] == {"closed": 3}
    assert summary["schemes"] == {"case": 1, "random": 1}
    assert summary["case_files"] == {"archived": 3}
    assert summary["told"]["lines joined"] == 1
    assert summary["approvals"] == {"approved": 4}
    assert summary["notices"] == {"served": 2}
    assert summary["refusals"] == 0
    for kind in ("monthly_digest", "liaison_summary", "lead_summary", "answer_reminder", "assignment_lapsed"):
        assert summary["messages_by_kind"][kind] > 0, kind
    assert summary["deliveries"]["result"] == summary["deliveries"]["publicity"] == 3
    assert summary["figures_compared"] > 1000
    assert summary["draws_verified"] == 1
    assert summary["signatures_verified"] > 10


class _Lying(Desk):
    """Pages on which one more result is public than there are, in the county of the pocket."""

    def read(self, path: str, who: str = "", **query: str) -> httpx.Response:
        answer = super().read(path, who, **query)
        if path != "/statistics":
            return answer
        head, title, rest = answer.text.partition('<section id="stat_by_district">')
        return httpx.Response(200, text=head + title + rest.replace(">3<", ">4<", 1))


def test_a_figure_that_is_another_in_the_store_is_named_with_its_page_and_its_line(year: Year) -> None:
    desk = _Lying(year.street)
    differences = compare_statistics(desk, [Asked("2026")]).differences
    desk.close()
    assert "/statistics?year=2026 按县市: 博乐市 / 应检查户数: the page says 4, the store 3" in differences


def test_what_was_altered_behind_the_pages_is_named(year: Year) -> None:
    with year.store.transaction("test") as records, owned(records):
        for statement in (
            "UPDATE publication SET bundle = replace(bundle, '未发现', '已发现') WHERE bundle LIKE '%未发现%'",
            "UPDATE draw_record SET transcript = replace(transcript, '\"416\"', '\"417\"')",
        ):
            changed = records.session.execute(text(statement))
            assert changed.rowcount > 0, statement  # type: ignore[attr-defined]
    ending = call_to_account(
        year, signing_key(year.folder / FILE_NAME).id, only=("publicity", "draws", "rules")
    )
    assert any("signature" in line or "digest" in line for line in ending.wrong["publicity"])
    assert [line.partition(":")[0] for line in ending.wrong["draws"]] == ["D-R26-001-1"]
    assert {line.partition(" ")[0] for line in ending.wrong["rules"]} >= {"publication", "draw"}


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "不是全年演示留下的内容"), ("en", "nothing was changed")]
)
def test_a_folder_of_somebody_elses_is_left_alone(
    language: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = folder_of(tmp_path) / "论文.docx"
    kept.parent.mkdir()
    kept.write_text("mine", encoding="utf-8")
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SHUANGSUIJI_LANGUAGE", language)
    with logging_put_back():
        run = CliRunner().invoke(cli.app, ["demo", "--play", "year"])
    assert (run.exit_code, kept.read_text(encoding="utf-8")) == (1, "mine")
    assert words in run.output
