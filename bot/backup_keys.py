"""The keys of an installation as one file apart from its backup: who holds the backup alone can sign nothing."""

import json
import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.backup_faults import BackupFault

_BESIDE = re.compile(r"[\w-]+\.pem")


@dataclass(frozen=True)
class Keys:
    """The signing key, and those that were rotated away and lie beside it, by the name of their files."""

    current: str
    older: dict[str, str]

    @property
    def content(self) -> bytes:
        told = {"form": 1, "current": self.current, "older": self.older}
        return json.dumps(told, indent=1, sort_keys=True).encode()

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    def __repr__(self) -> str:
        return f"Keys({self.sha256[:8]})"


def keys_beside(key_file: Path) -> Keys | None:
    """What lies there now; None before the first start has made a key. Raises `OSError`."""
    if not key_file.exists():
        return None
    older = sorted(key_file.parent.glob(f"{key_file.stem}-*{key_file.suffix}"))
    return Keys(key_file.read_text("ascii"), {one.name: one.read_text("ascii") for one in older})


def write_keys(keys: Keys, file: Path) -> None:
    """For its owner alone to read; never over another one. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_closed(file, keys.content)


def read_keys(file: Path, wanted: str) -> Keys:
    """The keys of the backup whose manifest says that they have the SHA-256 `wanted`. Raises `BackupFault`."""
    try:
        told = json.loads(file.read_bytes())
        keys = Keys(told["current"], told["older"])
        if keys.sha256 != wanted or not all(map(_BESIDE.fullmatch, keys.older)):
            raise ValueError(wanted)
    except OSError as failure:
        raise BackupFault("restore_no_keys", file=file, reason=failure.strerror) from failure
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise BackupFault("restore_other_keys", file=file) from wrong
    return keys


def put_keys_back(keys: Keys, key_file: Path) -> None:
    """Where nothing lies, or the same. Raises `OSError`."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    for file, content in [
        *((key_file.with_name(name), content) for name, content in keys.older.items()),
        (key_file, keys.current),
    ]:
        if not (file.exists() and file.read_text("ascii") == content):
            write_closed(file, content.encode("ascii"))


def write_closed(file: Path, content: bytes) -> None:
    """A new file, with 0600 from its first moment."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
