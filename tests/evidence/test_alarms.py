"""Evidence that was read and is not what it was: journalled, told once to those who answer for it, shown, and over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from actions.keep_attachment import keep_attachment
from bot.cli import app
from bot.evidence_watch import LOOKS_AGAIN_AFTER, EvidenceWatch, alarm_counts, alarm_lines
from bot.health import health
from inspection.roles import Role
from storage import file_alarms
from storage.file_alarms import Damage, FileAlarm
from storage.files import FileDamaged, FileFault, FileMissing
from storage.store import Store
from storage.tables.inspections import JournalLine
from tests.builders import NOW, a_person
from tests.field.pictures import a_picture
from tests.journeys.visit import Visit
from tests.logs import logging_put_back

PICTURE = a_picture(colour="red")


class Watched:
    """A visit with one photo on the lead's first question, and the watch that `serve` would run."""

    def __init__(self, visit: Visit, folder: Path) -> None:
        self.visit, self.town, self.wakes = visit, visit.town, 0
        with self.town.store.transaction("test") as records:
            records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
        self.town.enrol_everybody("OP-fire")
        self.watch = EvidenceWatch(self.town.store, visit.files, self.town.clock, self._wake)
        sent = keep_attachment(visit.files, PICTURE, file_name="IMG.jpg")
        self.sha256 = sent.sha256
        self.path = folder / "files" / sent.sha256[:2] / sent.sha256
        self.town.send_photo(visit.lead, sent, "1")
        visit.read_all()

    def _wake(self) -> None:
        self.wakes += 1

    def reads(self, fault: type[FileFault] | None = None) -> None:
        """Somebody reads the photo; then all that follows is done."""
        if fault is None:
            self.visit.files.read(self.sha256)
        else:
            with pytest.raises(fault):
                self.visit.files.read(self.sha256)
        self.settles()

    def settles(self) -> None:
        self.watch._writing.submit(lambda: None).result()
        self.town.settle()

    def verbs(self) -> list[str]:
        lines: list[JournalLine] = self.visit.rows(JournalLine)
        return [one.verb for one in lines if one.subject == self.sha256]


@pytest.fixture
def watched_on_both(visit_on_both: Visit, tmp_path: Path) -> Iterator[Watched]:
    found = Watched(visit_on_both, tmp_path)
    yield found
    found.watch.close()


@pytest.fixture
def watched(visit: Visit, tmp_path: Path) -> Iterator[Watched]:
    found = Watched(visit, tmp_path)
    yield found
    found.watch.close()


def test_damage_is_told_once_to_the_operators_of_the_lead_department(watched: Watched) -> None:
    watched.path.write_bytes(PICTURE[:-1] + b"?")
    for _ in range(3):
        watched.reads(FileDamaged)
    told = watched.town.hears("OP", "evidence_damaged").text
    assert told.startswith(f"证据文件与收到时不一致：回执 R-{watched.sha256[:8].upper()}")
    assert "第1题" in told
    assert watched.town.holders_who_hear("evidence_damaged") == []
    assert watched.verbs() == ["evidence.damaged"]
    assert watched.wakes == 1


def test_a_file_that_is_gone_is_an_alarm_too(watched: Watched) -> None:
    watched.path.unlink()
    watched.reads(FileMissing)
    assert watched.town.hears("OP", "evidence_damaged").text.startswith("证据文件找不到了")
    assert watched.verbs() == ["evidence.missing"]


def test_health_and_status_show_it_until_it_is_mended(watched: Watched) -> None:
    store = watched.town.store
    assert health(store)["evidence"] == {"damaged": 0, "missing": 0}
    watched.path.write_bytes(b"")
    watched.reads(FileDamaged)
    assert health(store)["evidence"] == {"damaged": 1, "missing": 0}
    assert health(store)["status"] == "ok"
    with store.reading() as records:
        (line,) = alarm_lines(records, "zh")
    assert line.startswith(f"证据文件与收到时不一致：回执 R-{watched.sha256[:8].upper()}，")
    assert watched.sha256 in line
    watched.town.send_photo(watched.visit.lead, keep_attachment(watched.visit.files, PICTURE), "1")
    assert health(store)["evidence"] == {"damaged": 0, "missing": 0}


def test_the_same_bytes_sent_again_end_it_in_the_same_place(watched_on_both: Watched) -> None:
    watched = watched_on_both
    watched.path.write_bytes(b"")
    watched.reads(FileDamaged)
    watched.town.send_photo(watched.visit.lead, keep_attachment(watched.visit.files, PICTURE), "1")
    watched.reads()
    assert watched.town.hears("OP", "evidence_mended").text.startswith("证据文件已恢复")
    assert watched.town.holders_who_hear("evidence_damaged") == []
    assert watched.verbs() == ["evidence.damaged", "evidence.mended"]


def test_a_restored_backup_ends_it_within_ten_minutes(watched: Watched) -> None:
    watched.watch.look_again()
    watched.path.write_bytes(b"")
    watched.reads(FileDamaged)
    watched.path.write_bytes(PICTURE)
    watched.watch.look_again()
    watched.settles()
    assert watched.verbs() == ["evidence.damaged"]
    watched.town.now += LOOKS_AGAIN_AFTER
    watched.watch.look_again()
    watched.settles()
    assert watched.verbs() == ["evidence.damaged", "evidence.mended"]


def test_what_is_still_damaged_at_the_second_look_stays_and_is_not_told_again(watched: Watched) -> None:
    watched.path.write_bytes(b"")
    watched.reads(FileDamaged)
    watched.town.hears("OP", "evidence_damaged")
    watched.watch.look_again()
    watched.settles()
    assert watched.verbs() == ["evidence.damaged"]
    assert watched.town.holders_who_hear("evidence_damaged") == []


def test_a_reader_inside_a_transaction_is_not_held_up(watched: Watched) -> None:
    watched.path.write_bytes(b"")
    with watched.town.store.transaction("test") as records:
        records.journal("test", "it", by=None, at=NOW)
        with pytest.raises(FileDamaged):
            watched.visit.files.read(watched.sha256)
    watched.settles()
    assert watched.verbs() == ["evidence.damaged"]


def test_after_the_end_nothing_is_noted_and_nothing_breaks(watched: Watched) -> None:
    watched.watch.close()
    watched.path.write_bytes(b"")
    with pytest.raises(FileDamaged):
        watched.visit.files.read(watched.sha256)
    watched.watch.look_again()
    assert watched.verbs() == []


def test_status_prints_the_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    with logging_put_back():
        runner = CliRunner()
        assert runner.invoke(app, ["status"]).exit_code == 0
        store = Store(f"sqlite:///{tmp_path / 'shuangsuiji.db'}")
        with store.transaction() as records:
            file_alarms.raise_once(records, FileAlarm("ab" * 32, Damage.MISSING, NOW))
            assert alarm_counts(records) == {"damaged": 0, "missing": 1}
        store.close()
        assert "证据文件找不到了：回执 R-ABABABAB" in runner.invoke(app, ["status"]).output
