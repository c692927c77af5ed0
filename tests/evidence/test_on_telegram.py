"""Attacks, documents and a storage that is away, through Telegram."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inspection.refusals import Unacceptable
from notifications.catalogue import refusal_sentence
from storage.bucket import BucketStore
from storage.tables.inspections import Photo
from tests.evidence import attacks
from tests.evidence.attacks import A_HEIC, a_pdf, a_zip
from tests.evidence.s3 import HURRY, KEYS, S3Server, a_bucket_store
from tests.field.pictures import a_picture
from tests.on_telegram.site import Site
from tests.stores import an_empty_store
from tests.telegram.server import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(patience=10) as running:
        yield running
        running.faults.end()


@pytest.fixture
def resting(telegram: FakeTelegram, tmp_path: Path) -> Iterator[Site]:
    """A confirmed team whose house does not run yet."""
    with an_empty_store("sqlite", tmp_path) as store:
        site = Site(store, telegram, tmp_path)
        yield site
        telegram.faults.end()
        site.house.stops()


@pytest.fixture
def site(resting: Site) -> Site:
    resting.starts()
    return resting


def _sends(site: Site, content: bytes, name: str = "IMG_1.jpg") -> None:
    site[site.lead].sends_file(content, name, "1", kind="image/jpeg")
    site.house.rests()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (a_picture() + a_zip("../../etc/passwd"), "photo_two_kinds"),
        (attacks.with_remark(b"<script>alert(1)</script>"), "photo_two_kinds"),
        (attacks.of_many_pixels(65_000, 65_000), "photo_too_many_pixels"),
        (attacks.moving("WEBP"), "photo_animated"),
        (attacks.a_locked_pdf(), "document_locked"),
        (attacks.a_pdf_with_script(), "document_active"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_attack_is_refused_in_one_sentence_and_the_next_picture_is_kept(
    site: Site, content: bytes, code: str
) -> None:
    _sends(site, content)
    site[site.lead].hears(refusal_sentence(Unacceptable(code), "zh"))
    _sends(site, a_picture())
    site[site.lead].hears("回执 R-")
    assert len(site.photos()) == 1


def test_a_bad_piece_is_refused_and_the_rest_of_the_album_stays(site: Site) -> None:
    pieces = (a_picture(colour="red"), a_picture(colour="green") + a_zip(), a_picture(colour="blue"))
    site[site.lead].sends_album(pieces, ["1"], as_files=True)
    site.house.rests()
    site.wait(seconds=5)
    heard = [one.text for one in site[site.lead].reads_everything()]
    assert len([text for text in heard if "回执 R-" in text]) == 2
    assert len([text for text in heard if "藏有别的内容" in text]) == 1
    assert [question for question, _ in site.photos()] == ["q1"] * 2


def test_a_document_is_refused_where_a_photo_is_wanted(site: Site) -> None:
    _sends(site, a_pdf(), "许可证.pdf")
    site[site.lead].hears("第1题要的是照片")
    assert site.photos() == []


def test_a_heic_is_evidence_as_it_came(site: Site) -> None:
    _sends(site, A_HEIC, "IMG_1.HEIC")
    assert "2026-05-15 10:11" in site[site.lead].hears("回执 R-").text
    (kept,) = site.rows(Photo)
    assert (kept.media_type, kept.grade) == ("image/heic", "original")
    assert site.files.read(kept.sha256) == A_HEIC


def test_while_the_storage_is_away_a_picture_waits_and_is_told_of_when_it_is_kept(
    resting: Site, s3: S3Server
) -> None:
    live = a_bucket_store(s3, s3.make_bucket("on-telegram"))
    files = BucketStore(replace(s3.place("on-telegram"), endpoint="http://127.0.0.1:9"), KEYS, patience=HURRY)
    resting.house.files = files
    resting.starts()
    resting[resting.lead].sends_file(a_picture(), "IMG_1.jpg", "1", kind="image/jpeg")
    resting.house.rests()
    resting[resting.lead].hears_nothing_more()
    assert resting.photos() == []
    files._store = live._store
    resting.wait(seconds=90)
    resting[resting.lead].hears("回执 R-")
    ((_, sha256),) = resting.photos()
    assert live.read(sha256) == a_picture()
