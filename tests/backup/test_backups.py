"""Backups one after the other, what they hold, and what `restore` refuses."""

import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel, select

from bot.backups import MANIFEST
from bot.file_place import open_files
from bot.settings import read_settings
from bot.signing_key import rotate, signing_key
from storage.files import FileStore
from storage.migrate import MIGRATIONS, configuration, migrate, migrating
from storage.named_files import COLUMNS
from storage.snapshots import Facts, SnapshotUnusable, put_back, take
from storage.store import Store
from storage.tables.follow_ups import FollowUpDocument
from storage.tables.inspections import JournalLine
from tests.backup.commands import refused, run
from tests.builders import a_person, a_small_register
from tests.evidence.s3 import KEYS, an_s3_server
from tests.logs import logging_put_back
from tests.postgres import fresh_database
from tests.stores import an_empty_store


@dataclass
class Installation:
    """A store, a file store with `names` in it, and the place for backups."""

    store: Store
    folder: Path
    names: list[str]

    @property
    def settings(self) -> dict[str, object]:
        return {"data_dir": self.folder, "database_url": f"sqlite:///{self.folder}/store.db", "demo": 1}

    @property
    def backups(self) -> Path:
        return self.folder.parent / "备份 %20?"

    @property
    def key_file(self) -> Path:
        return self.folder / "signing-key.pem"

    def made(self) -> list[Path]:
        return sorted(one.parent for one in self.backups.glob(f"*/{MANIFEST}"))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    folder = tmp_path / "house"
    folder.mkdir()
    with an_empty_store("sqlite", folder) as store, logging_put_back():
        files = FileStore(folder / "files")
        names = [files.put(f"Foto {number}".encode()) for number in range(3)]
        with store.transaction() as records:
            a_small_register(records)
        signing_key(folder / "signing-key.pem")
        yield Installation(store, folder, names)


NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


def name_a_file(store: Store, sha256: str) -> None:
    """A row that says that this file is there."""
    with store.transaction() as records:
        records.add(
            FollowUpDocument(
                subject=f"S1.{sha256[:8]}", sha256=sha256, file_name="a.pdf", media_type="application/pdf",
                size=6, added_at=NOW, added_by="OP",
            )
        )  # fmt: skip


def test_a_backup_holds_rows_files_and_apart_from_them_the_keys(here: Installation, tmp_path: Path) -> None:
    signing_key(here.key_file)
    old = rotate(here.key_file)[1]
    first = run("backup", here.backups, **here.settings)
    assert first.exit_code == 0, first.output
    assert "新复制文件 3 个，以前已备份 0 个" in first.stdout
    (made,) = here.made()
    assert made.stat().st_mode & 0o777 == 0o700
    (keys,) = here.backups.with_name(f"{here.backups.name}.keys").iterdir()
    assert keys.stat().st_mode & 0o777 == 0o600
    pem = here.key_file.read_bytes()
    assert not [one for one in here.backups.rglob("*") if one.is_file() and b"PRIVATE" in one.read_bytes()]
    told = json.loads((made / MANIFEST).read_text())
    assert set(told["parts"]) == {"files.txt", "store/store.db"}
    assert told["store"]["rows"]["person"] > 0
    assert told["store"]["revision"]

    # What was damaged since is still good in the folder of backups, and only what is new is copied.
    (here.folder / "files" / here.names[0][:2] / here.names[0]).write_bytes(b"spoilt")
    new = FileStore(here.folder / "files").put(b"Foto 3")
    spoilt = FileStore(here.folder / "files").put(b"Foto 4")
    (here.folder / "files" / spoilt[:2] / spoilt).write_bytes(b"spoilt")
    (here.backups / ".unfinished-2020").mkdir()
    shutil.move(made, made.with_name("2020-01-01T000000Z"))
    keys.rename(keys.with_name("2020-01-01T000000Z.json"))
    second = run("backup", here.backups, **here.settings)
    assert second.exit_code == 1
    assert "新复制文件 1 个，以前已备份 3 个" in second.stdout
    assert "有 1 个文件已损坏" in second.stdout
    assert spoilt in second.stdout
    assert not (here.backups / ".unfinished-2020").exists()

    # The newest comes back whole, with its keys.
    new_place = tmp_path / "new"
    back = run("restore", here.backups, data_dir=new_place, demo=1)
    assert back.exit_code == 0, back.output
    files = FileStore(new_place / "files")
    assert set(files.names()) == {*here.names, new}
    assert [files.read(name) for name in here.names] == [b"Foto 0", b"Foto 1", b"Foto 2"]
    assert (new_place / "signing-key.pem").read_bytes() == pem
    assert (new_place / old.name).read_bytes() == old.read_bytes()
    assert "数据库" in refused("restore", here.backups, data_dir=new_place)

    # A row that names what nobody has is told by both, and the rest is kept.
    lost = "0" * 64
    name_a_file(here.store, lost)
    time.sleep(1.0 - time.time() % 1.0)  # a backup is named after its second
    for told in (run("backup", here.backups, **here.settings), run("doctor", **here.settings)):
        assert (told.exit_code, lost in told.stdout) == (1, True), told.output


def test_every_column_that_names_a_file_is_known() -> None:
    """A new one belongs into `storage.named_files`, or here with its reason."""
    no_files = {("delivery", "sha256")}  # of the body, which is in the row
    named = {
        (table.name, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if "sha256" in column.name
    }
    assert {*named, ("archive_package", "digest")} - no_files == {
        tuple(str(select(one)).split()[1].split(".")) for one in COLUMNS
    }


@pytest.mark.postgres
def test_a_backup_of_an_older_version_comes_back_into_the_tables_of_this_one(tmp_path: Path) -> None:
    """On PostgreSQL, where rows come back into tables that migrations make."""
    with fresh_database() as old, fresh_database() as new:
        revisions = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
        with migrating(old) as connection:
            command.upgrade(configuration(connection), revisions[1].revision)
        store = Store(old)
        with store.transaction() as records:
            records.add(a_person("P1"))
            records.journal("test.mark", "\\N\t\n博乐", by=None, at=NOW)
        (tmp_path / "store").mkdir()
        facts = take(store, tmp_path / "store", lambda _done, _whole: None, str)
        store.close()
        put_back(
            new, tmp_path / "store", Facts.of(json.loads(json.dumps(facts.as_json()))), lambda _d, _w: None
        )
        migrate(new)
        restored = Store(new)
        with restored.reading() as records:
            (line,) = records.session.execute(select(JournalLine)).scalars()
            assert (line.subject, line.at) == ("\\N\t\n博乐", NOW)
        with restored.transaction() as records:
            records.journal("test.mark", "next", by=None, at=NOW)
        with pytest.raises(SnapshotUnusable):
            Facts.of({**facts.as_json(), "counters": {"a'b": 1}})
        restored.close()


def test_what_can_be_wrong_with_a_backup_is_said_before_anything_is_written(
    here: Installation, tmp_path: Path
) -> None:
    keys_inside = refused("backup", here.backups, "--keys", here.backups / "keys", **here.settings)
    assert "密钥不能存在备份文件夹里" in keys_inside
    here.backups.mkdir()
    with (here.backups / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "正在进行另一次备份" in refused("backup", here.backups, **here.settings)
    assert "没有备份" in refused("restore", here.backups, data_dir=tmp_path / "new")
    (here.folder / "file").touch()
    assert "不能读写" in refused("backup", here.folder / "file", **here.settings)

    assert run("backup", here.backups, **here.settings).exit_code == 0
    (made,) = here.made()
    new = tmp_path / "new"
    manifest = json.loads((made / MANIFEST).read_text())

    def refusal_of(**changed: object) -> str:
        (made / MANIFEST).write_text(json.dumps({**manifest, **changed}))
        try:
            return refused("restore", made, data_dir=new)
        finally:
            (made / MANIFEST).write_text(json.dumps(manifest))

    store, parts = manifest["store"], manifest["parts"]
    assert "更新的版本" in refusal_of(store={**store, "revision": "9999"})
    assert "不能用" in refusal_of(form=2)
    assert "不能用" in refusal_of(store={**store, "rows": {'x"; DROP': 1}})
    assert "不能用" in refusal_of(parts={**parts, "store/../../../etc/passwd": {"sha256": "", "size": 0}})
    assert "不能用" in refusal_of(parts={**parts, "/etc/passwd": {"sha256": "", "size": 0}})
    assert "与 manifest.json 中的哈希不符" in refusal_of(
        parts={**parts, "files.txt": {"sha256": "0" * 64, "size": 1}}
    )
    assert "不是这次备份的" in refusal_of(keys="0" * 64)
    assert "不是同一种" in refusal_of(store={**store, "database": "postgresql"})
    differs = refusal_of(store={**store, "journal": "0" * 64})
    assert "journal" in differs
    (made / MANIFEST).write_text("{")
    assert "不能用" in refused("restore", made, data_dir=new)
    (made / MANIFEST).write_text(json.dumps(manifest))

    # Each part, changed by one bit.
    files = here.backups / "files"
    for part in (made / "store" / "store.db", made / "files.txt", files / here.names[1][:2] / here.names[1]):
        whole = part.read_bytes()
        part.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert refused_everywhere(made, new)
        part.write_bytes(whole)
    assert not (new / "store.db").exists()
    assert not (new / "shuangsuiji.db").exists()

    # Each thing that may lie there already.
    shutil.rmtree(new, ignore_errors=True)
    FileStore(new / "files").put(b"somebody else's")
    assert "文件库里有这次备份没有的文件" in refused("restore", made, data_dir=new)
    shutil.rmtree(new)
    new.mkdir()
    signing_key(new / "signing-key.pem")
    assert "已有另一把签名密钥" in refused("restore", made, data_dir=new)
    shutil.rmtree(new)
    checked = run("restore", made, "--check", data_dir=new)
    assert (checked.exit_code, new.exists()) == (0, False)

    # Without the keys it is told; a restoring that broke off after the files can be begun again.
    keys = here.backups.with_name(f"{here.backups.name}.keys") / f"{made.name}.json"
    moved = keys.rename(tmp_path / "keys.json")
    FileStore(new / "files").put(b"Foto 0")
    told = run("restore", made, data_dir=new, demo=1)
    assert "没有恢复签名密钥" in told.stdout
    assert not (new / "signing-key.pem").exists()
    shutil.rmtree(new)
    assert run("restore", made, "--keys", moved, data_dir=new, demo=1).exit_code == 0
    assert (new / "signing-key.pem").read_bytes() == here.key_file.read_bytes()


def refused_everywhere(made: Path, new: Path) -> bool:
    """By a look as by a restoring; with words, and without a trace of ours."""
    said = [run("restore", made, *words, data_dir=new) for words in ((), ("--check",))]
    return all(one.exit_code == 1 and "没有恢复" in one.stderr for one in said)


def test_files_in_a_bucket_are_in_the_backup_too(here: Installation, tmp_path: Path) -> None:
    with an_s3_server() as s3:
        url = s3.url(s3.make_bucket("evidence"))
        away = {"files_url": url, "files_access_key": KEYS.key, "files_secret_key": KEYS.secret}
        bucket = open_files(read_settings(**away))
        names = {bucket.put(b"one"), bucket.put(b"two")}
        assert run("backup", here.backups, **here.settings, **away).exit_code == 0
        again = s3.url(s3.make_bucket("another"))
        there = {**away, "files_url": again, "data_dir": tmp_path / "new", "demo": 1}
        back = run("restore", here.backups, **there)
        assert back.exit_code == 0, back.output
        assert names <= set(open_files(read_settings(**{**away, "files_url": again})).names())
