"""The file store: bytes under the SHA-256 of themselves, on disk before anybody is told that they arrived.

FileFault
├── FileNotKept    the disk refused the bytes; nothing is left of them here
├── FileMissing    there is nothing under this name
└── FileDamaged    what lies there is not what was put there
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path


class FileFault(Exception):
    """Something is wrong with the file store itself, not with what somebody sent."""


class FileNotKept(FileFault):
    """The disk refused the bytes."""


class FileMissing(FileFault):
    """There is nothing under this name."""


class FileDamaged(FileFault):
    """The bytes no longer give the SHA-256 under which they lie."""


class FileStore:
    """Bytes below `folder`, spread over 256 folders by the first two signs of their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keeps the bytes and gives their SHA-256, only after they are on disk; the same bytes again change nothing.

        Raises `FileNotKept` when the disk is full or fails, and leaves no half file behind.
        """
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        try:
            if not _holds(path, name):
                path.parent.mkdir(parents=True, exist_ok=True)
                _write_whole(path, data)
                _settle(path.parent)
                _settle(self._folder)
        except OSError as failure:
            raise FileNotKept(f"{len(data)} bytes: {failure.strerror}") from failure
        return name

    def read(self, sha256: str) -> bytes:
        """The bytes, hashed anew; `FileMissing` or `FileDamaged` when they can't be given as they came."""
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError as failure:
            raise FileMissing(sha256) from failure
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileDamaged(sha256)
        return data

    def _path(self, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise FileMissing(sha256[:80])
        return self._folder / sha256[:2] / sha256


def _holds(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _write_whole(path: Path, data: bytes) -> None:
    """A reader sees all of the bytes or none: written aside, settled, then renamed."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".arriving-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _settle(folder: Path) -> None:
    """A new name is safe only when its folder is on disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
