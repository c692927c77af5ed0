"""The drill: back up under load, destroy everything, restore. Nothing acknowledged before the backup is missing."""

import hashlib
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select, text
from sqlmodel import col

from storage.files import FileStore
from storage.store import Store
from storage.tables.inspections import JournalLine
from tests.backup.commands import run
from tests.builders import a_person
from tests.logs import logging_put_back
from tests.postgres import fresh_database
from tests.served import PATIENCE, Served, served
from tests.stores import DATABASES, lay_a_data_folder

SAID_BEFORE, SAID_WHILE = 30, 1
"""Acknowledged before the backup begins; and while it is made, so that it is known to have been one under load."""


class Hail:
    """Words and photos without a pause, through the doors of the web chat, from two phones. `words` and `photos` are
    what a door has answered for: update ids, and SHA-256 of pictures."""

    def __init__(self, url: str) -> None:
        self.words: list[str] = []
        self.photos: list[str] = []
        self._url, self._stopping = url, threading.Event()
        self.has_enough = threading.Event()
        self._phones = [threading.Thread(target=self._speak, args=(number,)) for number in (1, 2)]
        for phone in self._phones:
            phone.start()

    def stop(self) -> None:
        self._stopping.set()
        for phone in self._phones:
            phone.join()

    def _speak(self, phone: int) -> None:
        chat = f"fire-{phone}"
        with httpx.Client(base_url=f"{self._url}/chat/{chat}", trust_env=False, timeout=PATIENCE) as client:
            number = 0
            while not self._stopping.is_set():
                number += 1
                try:
                    self._say(client, chat, f"u{number}")
                    if number % 10 == 0:
                        self._show(client, phone, number)
                except httpx.TransportError:
                    return  # killed: nobody has answered for that one
                if len(self.words) >= SAID_BEFORE and self.photos:
                    self.has_enough.set()

    def _say(self, client: httpx.Client, chat: str, id: str) -> None:
        if client.post("/say", json={"update_id": id, "text": "到了"}).status_code == 202:
            self.words.append(f"{chat}:{id}")

    def _show(self, client: httpx.Client, phone: int, number: int) -> None:
        picture = BytesIO()
        Image.new("RGB", (40, 30), (phone, number % 256, number // 256)).save(picture, "JPEG")
        form = {"update_id": f"p{number}", "as_file": "1"}
        sent = client.post("/photo", data=form, files={"file": ("a.jpg", picture.getvalue())})
        if sent.status_code == 202:
            self.photos.append(hashlib.sha256(picture.getvalue()).hexdigest())


@contextmanager
def a_house_full(folder: Path, url: str) -> Iterator[Served]:
    """The service as people run it, with two people who may speak."""
    with served(folder, database_url=url, log_level="ERROR") as here:
        store = Store(url)
        with store.transaction() as records:
            for number in (1, 2):
                records.add(a_person(f"fire-{number}", department="fire"))
        store.close()
        yield here


@contextmanager
def two_places(database: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Where the store is, and an empty place for it to come back to."""
    if database == "sqlite":
        yield lay_a_data_folder(folder / "house"), f"sqlite:///{folder}/new/shuangsuiji.db"
    else:
        with fresh_database() as first, fresh_database() as second:
            yield first, second


@pytest.mark.parametrize("database", DATABASES)
def test_what_was_acknowledged_before_a_backup_is_there_after_everything_is_lost(
    database: str, tmp_path: Path
) -> None:
    house, new, backups = tmp_path / "house", tmp_path / "new", tmp_path / "disk" / "backups"
    house.mkdir()
    with two_places(database, tmp_path) as (url, new_url), logging_put_back():
        with a_house_full(house, url) as here:
            hail = Hail(here.url)
            try:
                assert hail.has_enough.wait(PATIENCE)
                words, photos = set(hail.words), set(hail.photos)
                first = run("backup", backups, data_dir=house, database_url=url)
                said_while = len(hail.words) - len(words)
            finally:
                here.process.kill()
                hail.stop()
        shutil.rmtree(house)
        assert first.exit_code == 0, first.output
        assert said_while >= SAID_WHILE, "it was made in a pause"

        back = run("restore", backups, data_dir=new, database_url=new_url)
        assert back.exit_code == 0, back.output
        assert back.stdout.splitlines()[-1] == "体检完毕，没有问题。"
        assert words - said(new_url) == set()
        assert photos - set(FileStore(new / "files").names()) == set()
        assert (new / "signing-key.pem").stat().st_mode & 0o777 == 0o600

        goes_on_counting(new_url)


def said(url: str) -> set[str]:
    store = Store(url)
    with store.reading() as records:
        found = records.session.execute(text("SELECT update_id FROM inbox_update")).scalars()
        kept = set(found)
    store.close()
    return kept


def goes_on_counting(url: str) -> None:
    """The next line of the journal takes the next number, not one that is taken."""
    newest = select(func.max(col(JournalLine.id)))
    store = Store(url)
    with store.transaction() as records:
        before = records.session.execute(newest).scalar() or 0
        records.journal("test.mark", "here", by=None, at=datetime(2027, 1, 4, 2, tzinfo=UTC))
        records.session.flush()
        assert records.session.execute(newest).scalar() == before + 1
    store.close()
