"""Where evidence is kept: in the data folder, or on the storage of `SHUANGSUIJI_FILES_URL`."""

import os
from collections.abc import Mapping

from bot.settings import Settings
from storage.bucket import BucketStore, Credentials, place_of
from storage.files import Alarm, FileFault, FileStore


class FilesUnusable(Exception):
    """Evidence can't be kept there; `place` and `reason` hold no secret."""

    def __init__(self, place: str, reason: str) -> None:
        self.place, self.reason = place, reason
        super().__init__(f"{place}: {reason}")


def open_files(settings: Settings, *, on_alarm: Alarm | None = None) -> FileStore:
    """The file store of the settings, not tried yet. Raises `FilesUnusable` where keys are missing."""
    if settings.files_url is None:
        return FileStore(settings.data_dir / "files", on_alarm=on_alarm)
    credentials = _credentials(settings, os.environ)
    if credentials is None:
        raise FilesUnusable(
            place_name(settings), "SHUANGSUIJI_FILES_ACCESS_KEY / SHUANGSUIJI_FILES_SECRET_KEY ?"
        )
    return BucketStore(place_of(settings.files_url), credentials, on_alarm=on_alarm)


def check_files(files: FileStore, settings: Settings) -> None:
    """Tries the store with a few bytes, so that a wrong bucket or key is told at the start and not to the first
    officer who sends a photo. Raises `FilesUnusable`."""
    try:
        files.check()
    except FileFault as fault:
        raise FilesUnusable(place_name(settings), f"{type(fault).__name__}: {fault}") from fault


def place_name(settings: Settings) -> str:
    """The place without anything that lets one in."""
    if settings.files_url is None:
        return str(settings.data_dir / "files")
    place = place_of(settings.files_url)
    where = f"s3://{place.bucket}/{place.prefix}".rstrip("/")
    return f"{where} ({place.endpoint})" if place.endpoint else where


def _credentials(settings: Settings, variables: Mapping[str, str]) -> Credentials | None:
    """Our own settings, or the usual variables, never half of each."""
    own = settings.files_access_key, settings.files_secret_key
    if own[0] is not None and own[1] is not None:
        return Credentials(own[0].get_secret_value(), own[1].get_secret_value())
    if own != (None, None):
        return None
    key, secret = (variables.get(f"AWS_{name}", "") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    return Credentials(key, secret, variables.get("AWS_SESSION_TOKEN", "")) if key and secret else None
