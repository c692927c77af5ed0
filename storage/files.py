"""The file store: bytes under the SHA-256 of themselves, kept for good before anybody is told that they arrived.

FileFault
├── FileNotKept    the place refused the bytes, or does not answer; nothing is left of them here
├── FileMissing    there is nothing under this name
├── FileDamaged    what lies there is not what was put there
└── PlaceAway      the place does not answer, or does not let us in: nothing is known about the bytes

`FileStore` is the one interface, and keeps its bytes in a local folder. `storage.bucket.BucketStore` is the same on
S3-compatible storage. The local folder is written by hand, not by obstore's local store, for that one gives the name
of a file that the disk may not have yet: it never calls fsync (0.12.1, seen with strace).
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

Alarm = Callable[[str, "FileFault"], None]
"""Called with the SHA-256 and `FileDamaged` or `FileMissing`, from whatever thread was reading; must not raise."""


_NAME = re.compile(r"[0-9a-f]{64}")


class FileFault(Exception):
    """Something is wrong with the file store itself, not with what somebody sent."""


class FileNotKept(FileFault):
    """The place refused the bytes, or does not answer."""


class FileMissing(FileFault):
    """There is nothing under this name."""


class FileDamaged(FileFault):
    """The bytes no longer give the SHA-256 under which they lie."""


class PlaceAway(FileFault):
    """The place does not answer, or does not let us in; what lies there may be well."""


class FileStore:
    """Bytes below `folder`, spread over 256 folders by the first two signs of their SHA-256. `on_alarm` hears of each
    file that was read and is not there any more as it came."""

    def __init__(self, folder: Path, *, on_alarm: Alarm | None = None) -> None:
        self._folder = folder
        self.on_alarm = on_alarm

    def put(self, data: bytes) -> str:
        """Keeps the bytes and gives their SHA-256, only after they are kept for good; the same bytes again change
        nothing, and mend what was damaged meanwhile.

        Raises `FileNotKept` when the disk is full or fails, or the server does, and leaves no half file behind.
        """
        name = hashlib.sha256(data).hexdigest()
        self._keep(name, data)
        return name

    def read(self, sha256: str) -> bytes:
        """The bytes, hashed anew; `FileMissing` or `FileDamaged` when they can't be given as they came, `PlaceAway`
        when that can't be told now."""
        if not _NAME.fullmatch(sha256):
            raise FileMissing(sha256[:80])
        try:
            data = self._load(sha256)
            if hashlib.sha256(data).hexdigest() != sha256:
                raise FileDamaged(sha256)
        except (FileMissing, FileDamaged) as fault:
            if self.on_alarm is not None:
                self.on_alarm(sha256, fault)
            raise
        return data

    def names(self) -> Iterator[str]:
        """The SHA-256 of everything that lies here, in no order; what is just arriving may be among it or not. Nothing
        is read: whether it is well, `read` tells. Raises `PlaceAway`."""
        try:
            for group in self._folder.iterdir() if self._folder.is_dir() else ():
                yield from (one.name for one in group.iterdir() if _NAME.fullmatch(one.name))
        except OSError as failure:
            raise PlaceAway(f"{failure.strerror}") from failure

    def has(self, sha256: str) -> bool:
        """Whether something lies under this name, well or not. Raises `PlaceAway`."""
        return self._path(sha256).is_file()

    def check(self) -> None:
        """Whether bytes can be kept here now; leaves nothing. Raises `FileFault`, whose words are for whoever runs the
        program and hold no secret."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder) as trial:
                trial.write(b"shuangsuiji")
        except OSError as failure:
            raise FileNotKept(failure.strerror or type(failure).__name__) from failure

    def _keep(self, name: str, data: bytes) -> None:
        path = self._path(name)
        try:
            if not _holds(path, name):
                path.parent.mkdir(parents=True, exist_ok=True)
                _write_whole(path, data)
                _settle(path.parent)
                _settle(self._folder)
        except OSError as failure:
            raise FileNotKept(f"{len(data)} bytes: {failure.strerror}") from failure

    def _load(self, sha256: str) -> bytes:
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError as failure:
            raise FileMissing(sha256) from failure
        except OSError as failure:
            raise PlaceAway(f"{failure.strerror}") from failure

    def _path(self, sha256: str) -> Path:
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
