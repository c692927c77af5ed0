"""A backup put back into an empty place: looked at first, whole, before anything is written."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bot.backup_faults import BackupFault
from bot.backup_keys import Keys, put_keys_back, read_keys
from bot.backups import FILES, FORM, MANIFEST, STORE, is_the_part, lines_of
from storage.files import FileFault, FileStore
from storage.snapshots import Facts, SnapshotUnusable, is_empty, is_known, put_back

Progress = Callable[[int, int], None]
_PART = re.compile(r"files\.txt|store/[a-z0-9_]+\.(?:db|copy)")


@dataclass(frozen=True)
class Kept:
    """A backup as its manifest describes it; `parts` by their path in its folder."""

    folder: Path
    facts: Facts
    number_of_files: int
    keys: str | None
    """The SHA-256 of the keys that belong to it."""
    parts: Mapping[str, Mapping[str, Any]]

    @property
    def files(self) -> FileStore:
        return FileStore(self.folder.parent / "files")

    @property
    def keys_file(self) -> Path:
        """Where `backup` puts them if it is told nothing else."""
        place = self.folder.resolve().parent
        return place.with_name(f"{place.name}.keys") / f"{self.folder.resolve().name}.json"


@dataclass(frozen=True)
class Place:
    """Where it goes: the store's address, the file store, the key's file."""

    url: str
    files: FileStore
    is_away: bool
    """The files lie in a bucket, which may still hold them all."""
    key_file: Path


def read_backup(folder: Path) -> Kept:
    """Raises `BackupFault` where the folder holds no backup of ours, or one of a newer version."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        kept = Kept(folder, Facts.of(told["store"]), told["files"], told["keys"], dict(told["parts"]))
        if told["form"] != FORM or not all(map(_PART.fullmatch, kept.parts)):
            raise SnapshotUnusable("the manifest is of another form")
    except OSError as failure:
        raise BackupFault("restore_no_manifest", folder=folder, reason=failure.strerror) from failure
    except (ValueError, KeyError, TypeError) as wrong:
        raise BackupFault("restore_bad_manifest", folder=folder, reason=type(wrong).__name__) from wrong
    except SnapshotUnusable as wrong:
        raise BackupFault("restore_bad_manifest", folder=folder, reason=wrong.reason) from wrong
    if not is_known(kept.facts.revision):
        raise BackupFault("restore_newer", folder=folder, revision=kept.facts.revision)
    return kept


def check_backup(kept: Kept, progress: Progress) -> None:
    """Reads all of it. Raises `BackupFault` with the first part, or the first files, that are not what was kept."""
    for name, told in kept.parts.items():
        if not is_the_part(kept.folder / name, told):
            raise BackupFault("restore_bad_part", part=kept.folder / name)
    bad = list(islice(_flawed(kept, progress), 20))
    if bad:
        raise BackupFault("restore_bad_files", number=len(bad), names="\n".join(bad))


def restore(kept: Kept, keys: Keys | None, place: Place, progress: Progress) -> None:
    """Files, then keys, then rows, which come all at once: a restoring that breaks off has made no store, and can be
    begun again. Raises `BackupFault`, `OSError`, `FileFault` and what the database raises."""
    for number, name in enumerate(lines_of(kept.folder / FILES), start=1):
        if not (place.is_away and place.files.has(name)):
            place.files.put(kept.files.read(name))
        progress(number, max(number, kept.number_of_files))
    if keys is not None:
        put_keys_back(keys, place.key_file)
    try:
        put_back(place.url, kept.folder / STORE, kept.facts, progress)
    except SnapshotUnusable as wrong:
        raise BackupFault("restore_bad_manifest", folder=kept.folder, reason=wrong.reason) from wrong


def keys_of(kept: Kept, given: Path | None) -> Keys | None:
    """The keys that belong to this backup; None where it has none, or where they do not lie in their usual place and
    no other is named. Raises `BackupFault` for such as are not its."""
    if kept.keys is None or (given is None and not kept.keys_file.exists()):
        return None
    return read_keys(given or kept.keys_file, kept.keys)


def _flawed(kept: Kept, progress: Progress) -> Iterator[str]:
    for number, name in enumerate(lines_of(kept.folder / FILES), start=1):
        if not _is_well(kept.files, name):
            yield name
        progress(number, max(number, kept.number_of_files))


def _is_well(files: FileStore, name: str) -> bool:
    try:
        files.read(name)
    except FileFault:
        return False
    return True


def refuse_what_is_not_empty(kept: Kept, keys: Keys | None, place: Place) -> None:
    """Raises `BackupFault` where something lies that is not of this backup, and for a database of another kind."""
    is_sqlite = place.url.startswith("sqlite")
    if (kept.facts.database == "sqlite") is not is_sqlite:
        raise BackupFault("restore_other_database", database=kept.facts.database)
    if not is_empty(place.url):
        raise BackupFault("restore_store_there")
    if keys is not None and place.key_file.exists() and place.key_file.read_text("ascii") != keys.current:
        raise BackupFault("restore_key_there", file=place.key_file)
    if not place.is_away and any(not kept.files.has(name) for name in place.files.names()):
        raise BackupFault("restore_files_there")
