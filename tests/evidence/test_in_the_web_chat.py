"""The same attacks at the door of the web chat, and what the door gives back of what was kept."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from bot.evidence_watch import EvidenceWatch
from notifications.incoming import Attachment, Incoming
from storage import file_alarms
from storage.bucket import BucketStore
from storage.store import Store
from storage.tables.messaging import InboxUpdate
from tests.actions.story import rows_of
from tests.evidence.attacks import A_HEIC, a_pdf
from tests.evidence.s3 import HURRY, KEYS, S3Server, a_bucket_store
from tests.evidence.test_attacks import ATTACKS
from tests.field.pictures import a_picture
from tests.stores import an_empty_store
from tests.web.houses import House, a_client, a_house, people

MEGABYTE = 1024 * 1024


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with an_empty_store("sqlite", tmp_path) as store:
        people(store, ("p2", "钱多多", ["officer"]))
        yield a_house(store, tmp_path, is_demo=True, upload_limit=20 * MEGABYTE)


@pytest.fixture
def door(house: House) -> Iterator[httpx.Client]:
    with a_client(house) as client:
        yield client


def _sends(door: httpx.Client, data: bytes, update_id: str = "u1", name: str = "IMG_1.jpg") -> httpx.Response:
    files = {"file": (name, data, "image/jpeg")}
    return door.post("/chat/p2/photo", data={"update_id": update_id, "as_file": "1"}, files=files)


def _arrived(store: Store) -> list[Attachment]:
    with store.reading() as records:
        bodies = [Incoming.from_json(one.body) for one in rows_of(records, InboxUpdate)]
    return [one.attachment or Attachment() for one in bodies]


def test_every_attack_is_answered_in_the_chat_and_nothing_of_it_lies_anywhere(
    house: House, door: httpx.Client, tmp_path: Path
) -> None:
    for number, attack in enumerate(ATTACKS):
        assert _sends(door, attack.make(), f"u{number}", "../../evil.jpg").status_code == 202
    assert [one.refused for one in _arrived(house.store)] == [attack.sentence for attack in ATTACKS]
    assert {(one.sha256, one.file_name) for one in _arrived(house.store)} == {("", "evil.jpg")}
    assert not (tmp_path / "files").exists()


def test_a_document_is_given_for_keeping_only_and_as_bytes_of_no_kind(
    house: House, door: httpx.Client
) -> None:
    data = a_pdf()
    assert _sends(door, data, name="许可证.pdf").status_code == 202
    (kept,) = _arrived(house.store)
    given = door.get(f"/chat/p2/photos/{kept.sha256}")
    assert given.content == data
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"] == "attachment"
    assert given.headers["x-content-type-options"] == "nosniff"


def test_a_heic_is_kept_as_it_came_and_shown_as_a_jpeg(house: House, door: httpx.Client) -> None:
    assert _sends(door, A_HEIC).status_code == 202
    (kept,) = _arrived(house.store)
    assert house.web.files.read(kept.sha256) == A_HEIC
    shown = door.get(f"/chat/p2/photos/{kept.sha256}")
    assert shown.headers["content-type"] == "image/jpeg"
    with Image.open(BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (64, 48))


def test_a_damaged_picture_is_not_shown_and_raises_the_alarm(
    house: House, door: httpx.Client, tmp_path: Path
) -> None:
    watch = EvidenceWatch(house.store, house.web.files, house.clock, lambda: None)
    _sends(door, a_picture())
    (kept,) = _arrived(house.store)
    (tmp_path / "files" / kept.sha256[:2] / kept.sha256).write_bytes(a_picture(colour="red"))
    answer = door.get(f"/chat/p2/photos/{kept.sha256}")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/json")
    watch.close()
    with house.store.reading() as records:
        assert [one.sha256 for one in file_alarms.present(records)] == [kept.sha256]


def test_in_a_bucket_it_is_the_same(house: House, s3: S3Server) -> None:
    object.__setattr__(house.web, "files", a_bucket_store(s3, s3.make_bucket("web-chat")))
    with a_client(house) as door:
        assert _sends(door, a_picture()).status_code == 202
        (kept,) = _arrived(house.store)
        assert door.get(f"/chat/p2/photos/{kept.sha256}").status_code == 200


def test_while_the_server_is_away_nothing_is_acknowledged_and_the_page_sends_it_again(
    house: House, s3: S3Server
) -> None:
    live = a_bucket_store(s3, s3.make_bucket("web-chat-away"))
    files = BucketStore(
        replace(s3.place("web-chat-away"), endpoint="http://127.0.0.1:9"), KEYS, patience=HURRY
    )
    object.__setattr__(house.web, "files", files)
    with a_client(house) as door:
        answer = _sends(door, a_picture())
        assert answer.status_code == 503
        assert "还没有保存" in answer.json()["error"]
        assert _arrived(house.store) == []
        files._store = live._store
        assert _sends(door, a_picture()).status_code == 202
    assert len(_arrived(house.store)) == 1
