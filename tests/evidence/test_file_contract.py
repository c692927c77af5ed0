"""One contract for every place where evidence is kept: a local folder, and a bucket on a real S3 server."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import obstore
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from obstore.store import S3Store

from storage.bucket import BucketStore
from storage.files import FileDamaged, FileFault, FileMissing, FileNotKept, FileStore, PlaceAway
from tests.evidence.s3 import HURRY, KEYS, S3Server, a_bucket_store, a_plainer_server, an_s3_server

_BUCKETS = count(1)


@dataclass
class Kept:
    """A store, and a hand that reaches behind it."""

    files: FileStore
    names: Callable[[], list[str]]
    spoil: Callable[[str, bytes], None]
    lose: Callable[[str], None]
    breaks: Callable[[pytest.MonkeyPatch], None]


def _in_a_folder(folder: Path) -> Kept:
    def path(name: str) -> Path:
        return folder / name[:2] / name

    def breaks(monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)

    return Kept(
        FileStore(folder),
        lambda: sorted(one.name for one in folder.rglob("*") if one.is_file()),
        lambda name, data: (path(name).write_bytes(data), None)[1],
        lambda name: path(name).unlink(),
        breaks,
    )


def _in_a_bucket(s3: S3Server) -> Kept:
    files = a_bucket_store(s3, s3.make_bucket(f"contract-{next(_BUCKETS)}"))
    behind: S3Store = files._store

    def key(name: str) -> str:
        return f"{name[:2]}/{name}"

    def breaks(monkeypatch: pytest.MonkeyPatch) -> None:
        away = replace(s3.place("contract-away"), endpoint="http://127.0.0.1:9")
        monkeypatch.setattr(files, "_store", BucketStore(away, KEYS, patience=HURRY)._store)

    return Kept(
        files,
        lambda: sorted(one["path"].split("/")[-1] for batch in obstore.list(behind) for one in batch),
        lambda name, data: (obstore.put(behind, key(name), data), None)[1],
        lambda name: obstore.delete(behind, key(name)),
        breaks,
    )


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "folder":
        return _in_a_folder(tmp_path / "files")
    return _in_a_bucket(request.getfixturevalue("s3"))


def test_bytes_come_back_under_the_digest_of_themselves(kept: Kept) -> None:
    name = kept.files.put("照片".encode())
    assert name == hashlib.sha256("照片".encode()).hexdigest()
    assert kept.files.read(name) == "照片".encode()


def test_the_same_bytes_twice_are_kept_once(kept: Kept) -> None:
    assert kept.files.put(b"evidence") == kept.files.put(b"evidence")
    assert kept.names() == [hashlib.sha256(b"evidence").hexdigest()]


def test_what_lies_there_is_told_by_name(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(kept.files.names()) == []
    name = kept.files.put(b"evidence")
    kept.spoil(f"{name[:2]}xx", b"no evidence of ours")
    assert (list(kept.files.names()), kept.files.has(name), kept.files.has("0" * 64)) == ([name], True, False)
    kept.lose(name)
    assert (list(kept.files.names()), kept.files.has(name)) == ([], False)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=3000))
def test_whatever_was_put_is_read_as_it_was(kept: Kept, data: bytes) -> None:
    assert kept.files.read(kept.files.put(data)) == data


def test_eight_hands_that_bring_the_same_picture_keep_one_whole(kept: Kept) -> None:
    data = bytes(range(256)) * 2000
    with ThreadPoolExecutor(8) as hands:
        names = set(hands.map(kept.files.put, [data] * 8))
    assert kept.names() == list(names)
    assert kept.files.read(names.pop()) == data


def test_damage_is_named_and_mended_by_the_same_bytes(kept: Kept) -> None:
    name = kept.files.put(b"evidence")
    kept.spoil(name, b"evidence?")
    with pytest.raises(FileDamaged):
        kept.files.read(name)
    kept.files.put(b"evidence")
    assert kept.files.read(name) == b"evidence"


def test_what_is_gone_is_missing_and_comes_back_with_the_same_bytes(kept: Kept) -> None:
    name = kept.files.put(b"evidence")
    kept.lose(name)
    with pytest.raises(FileMissing):
        kept.files.read(name)
    assert kept.files.put(b"evidence") == name
    assert kept.files.read(name) == b"evidence"


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64, "0" * 63 + "\n"])
def test_a_name_that_was_never_given_finds_nothing(kept: Kept, name: str) -> None:
    with pytest.raises(FileMissing):
        kept.files.read(name)


def test_a_place_that_keeps_nothing_says_so_before_anything_is_acknowledged(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept.names()
    with monkeypatch.context() as broken:
        kept.breaks(broken)
        with pytest.raises(FileNotKept, match=r"^8 bytes: "):
            kept.files.put(b"evidence")
    assert kept.names() == before


def test_damage_and_loss_raise_the_alarm_and_health_does_not(kept: Kept) -> None:
    heard: list[tuple[str, type[FileFault]]] = []
    kept.files.on_alarm = lambda name, fault: heard.append((name, type(fault)))
    damaged, lost, well = (kept.files.put(data) for data in (b"one", b"two", b"three"))
    kept.spoil(damaged, b"0ne")
    kept.lose(lost)
    for name in (damaged, lost):
        with pytest.raises(FileFault):
            kept.files.read(name)
    kept.files.read(well)
    assert heard == [(damaged, FileDamaged), (lost, FileMissing)]


def test_a_place_that_can_keep_passes_its_check(kept: Kept) -> None:
    kept.files.check()


# --- What only a server can do ---------------------------------------------------------------------------------------


def test_a_server_that_went_away_is_no_damage_and_the_files_are_there_when_it_is_back() -> None:
    heard: list[str] = []
    with an_s3_server() as own:
        files = a_bucket_store(own, own.make_bucket("evidence"))
        files.on_alarm = lambda name, _fault: heard.append(name)
        name = files.put(b"evidence")
    with pytest.raises(PlaceAway, match=r"^it does not answer$"):
        files.read(name)
    with pytest.raises(FileNotKept, match=r"it does not answer$"):
        files.put(b"more")
    assert heard == []


def test_a_server_that_knows_no_conditions_keeps_files_all_the_same(s3: S3Server) -> None:
    bucket = s3.make_bucket("plainer")
    with a_plainer_server(s3) as plainer:
        files = a_bucket_store(plainer, bucket)
        name = files.put(b"evidence")
        assert files.put(b"evidence") == name
        assert files.read(name) == b"evidence"
        obstore.put(a_bucket_store(s3, bucket)._store, f"{name[:2]}/{name}", b"evidence?")
        with pytest.raises(FileDamaged):
            files.read(name)
        files.put(b"evidence")
        assert files.read(name) == b"evidence"


def test_a_bucket_that_is_not_there_is_named(s3: S3Server) -> None:
    files = a_bucket_store(s3, "nowhere")
    with pytest.raises(FileNotKept, match=r"NoSuchBucket$"):
        files.check()
    with pytest.raises(PlaceAway, match=r"NoSuchBucket$"):
        files.read("0" * 64)


def test_no_secret_is_shown_by_store_keys_or_faults(s3: S3Server) -> None:
    files = a_bucket_store(s3, "nowhere")
    with pytest.raises(FileNotKept) as refused:
        files.check()
    shown = f"{refused.value!r} {refused.value} {KEYS!r} {files._store!r}"
    assert KEYS.secret not in shown
    assert KEYS.key not in f"{refused.value!r} {KEYS!r}"
