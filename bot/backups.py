"""A backup, made while the service runs.

    DIR/files/ab/abcd…              every file once, under its SHA-256: a later backup copies only what is new
    DIR/2026-11-27T140301Z/         one backup: readable by its owner alone, for the rows hold secrets of draws
        store/…                     the rows as they stood at one moment
        files.txt                   the SHA-256 of each file that lay in the file store after that moment
        manifest.json               the SHA-256 of each part, and what the store held
    DIR.keys/2026-11-27T140301Z.json   the keys, apart

Rows first, then files: a file is kept for good before a row names it, and is never changed, so that every file of the
rows is there when the files are copied.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from bot.backup_faults import BackupFault
from bot.backup_keys import keys_beside, write_closed, write_keys
from storage.files import FileDamaged, FileMissing, FileStore
from storage.snapshots import Facts, take
from storage.store import Store

MANIFEST, FILES, STORE = "manifest.json", "files.txt", "store"
FORM = 1
"""Of the manifest."""
_UNFINISHED = ".unfinished-"
_NAMED = ".named"
Progress = Callable[[int, int], None]


@dataclass
class Backup:
    """What was made."""

    folder: Path
    facts: Facts
    keys: Path | None = None
    """Where the keys lie; None where there were none yet."""
    copied: int = 0
    known: int = 0
    """Files that an earlier backup had brought."""
    damaged: list[str] = field(default_factory=list)
    """What lies in the file store and is not what it was."""
    missing: list[str] = field(default_factory=list)
    """What the rows name and neither the file store nor an earlier backup has as it came."""


def back_up(
    store: Store,
    files: FileStore,
    key_file: Path,
    place: Path,
    keys: Path,
    *,
    at: datetime,
    progress: Progress,
) -> Backup:
    """Makes a backup below `place`, and its keys below `keys`. What is there appears whole or not at all. Raises
    `BackupFault`, `OSError`, what the database raises and `storage.files.FileFault`."""
    if keys.resolve().is_relative_to(place.resolve()):
        raise BackupFault("backup_keys_inside", keys=keys, folder=place)
    name = f"{at:%Y-%m-%dT%H%M%SZ}"
    if (place / name).exists():
        raise BackupFault("backup_too_soon", folder=place / name)
    with _alone(place):
        work = place / f"{_UNFINISHED}{name}"
        try:
            (work / STORE).mkdir(parents=True, mode=0o700)
            work.chmod(0o700)
            made = _taken(store, files, work, progress)
            _save_keys(made, work, key_file, keys / f"{name}.json", at)
            work.rename(place / name)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        _settle(place)
    made.folder = place / name
    return made


def newest_backup(place: Path) -> Path | None:
    """The youngest finished backup below this folder."""
    return max((one.parent for one in place.glob(f"*/{MANIFEST}")), default=None)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One at a time; what lies there unfinished is then nobody's."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise BackupFault("backup_busy", folder=place) from busy
        for left in place.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _taken(store: Store, files: FileStore, work: Path, progress: Progress) -> Backup:
    with (work / _NAMED).open("w", encoding="ascii") as named:
        facts = take(store, work / STORE, progress, lambda name: named.write(f"{name}\n"))
    made, kept = Backup(work, facts), FileStore(work.parent / "files")
    _copy_files(files, kept, work / FILES, made, progress)
    for name in lines_of(work / _NAMED):
        if not kept.has(name):
            made.missing.append(name)
    (work / _NAMED).unlink()
    return made


def _copy_files(files: FileStore, kept: FileStore, listed: Path, made: Backup, progress: Progress) -> None:
    """One in memory at a time."""
    whole = sum(1 for _ in files.names())
    with listed.open("w", encoding="ascii") as lines:
        for number, name in enumerate(files.names(), start=1):
            if kept.has(name):
                made.known += 1
            elif _copied(files, kept, name):
                made.copied += 1
            else:
                made.damaged.append(name)
                continue
            lines.write(f"{name}\n")
            progress(number, max(number, whole))


def _copied(files: FileStore, kept: FileStore, name: str) -> bool:
    try:
        kept.put(files.read(name))
    except (FileDamaged, FileMissing):
        return False
    return True


def _save_keys(made: Backup, work: Path, key_file: Path, keys_file: Path, at: datetime) -> None:
    keys = keys_beside(key_file)
    if keys is not None:
        write_keys(keys, keys_file)
        made.keys = keys_file
    manifest = {
        "form": FORM,
        "at": at.isoformat(),
        "store": made.facts.as_json(),
        "files": made.copied + made.known,
        "missing": made.missing,
        "keys": keys.sha256 if keys is not None else None,
        "parts": {name: _part(work / name) for name in _parts(work)},
    }
    try:
        write_closed(work / MANIFEST, json.dumps(manifest, indent=1).encode())
        _settle(work)
    except BaseException:
        keys_file.unlink(missing_ok=True)
        raise


def _parts(work: Path) -> list[str]:
    return sorted(str(one.relative_to(work)) for one in work.rglob("*") if one.is_file())


def _part(file: Path) -> dict[str, Any]:
    """Hashed from the disk, after it is there for good."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())
        return {"sha256": file_digest(opened, "sha256").hexdigest(), "size": file.stat().st_size}


def is_the_part(file: Path, told: Mapping[str, Any]) -> bool:
    """Whether a part is what its line in the manifest says."""
    with suppress(OSError), file.open("rb") as opened:
        return bool(file_digest(opened, "sha256").hexdigest() == told["sha256"])
    return False


def lines_of(file: Path) -> Iterator[str]:
    with file.open(encoding="ascii") as lines:
        yield from (line.rstrip("\n") for line in lines)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
