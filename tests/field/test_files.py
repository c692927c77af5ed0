"""The file store: on disk or refused, and read back as it came or not at all."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from actions.keep_attachment import keep_attachment
from storage.files import FileDamaged, FileMissing, FileNotKept, FileStore
from tests.field.pictures import a_picture


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def _on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_bytes_come_back_under_the_digest_of_themselves(files: FileStore, tmp_path: Path) -> None:
    name = files.put("照片".encode())
    assert name == hashlib.sha256("照片".encode()).hexdigest()
    assert files.read(name) == "照片".encode()
    assert files.put("照片".encode()) == name
    assert len(_on_disk(tmp_path)) == 1


def test_damage_is_named_and_mended_by_the_same_bytes(files: FileStore, tmp_path: Path) -> None:
    name = files.put(b"evidence")
    _on_disk(tmp_path)[0].write_bytes(b"evidence?")
    with pytest.raises(FileDamaged):
        files.read(name)
    files.put(b"evidence")
    assert files.read(name) == b"evidence"


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", ""])
def test_a_name_that_was_never_given_finds_nothing(files: FileStore, name: str) -> None:
    with pytest.raises(FileMissing):
        files.read(name)


def test_a_full_disk_is_a_named_fault_and_leaves_no_half_file(
    files: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileNotKept, match="No space left"):
        files.put(b"evidence")
    assert _on_disk(tmp_path) == []


def test_an_attachment_is_kept_with_what_the_camera_says(files: FileStore) -> None:
    data = a_picture(taken="2026:05:15 10:11:12", place=(44.9, 82.07))
    kept = keep_attachment(files, data, file_name="IMG_1.jpg", is_original=True)
    assert files.read(kept.sha256) == data
    assert (kept.media_type, kept.width, kept.height, kept.size) == ("image/jpeg", 64, 48, len(data))
    assert (kept.taken_at, kept.is_original, kept.refused) == ("2026-05-15 10:11:12", True, "")


def test_what_is_no_picture_is_not_kept_and_says_why(files: FileStore, tmp_path: Path) -> None:
    kept = keep_attachment(files, b"no picture", file_name="x" * 5000)
    assert (kept.refused, kept.sha256, kept.size, len(kept.file_name)) == ("photo_not_an_image", "", 10, 200)
    assert _on_disk(tmp_path) == []
