"""Calendar files as text."""

from pathlib import Path

from storage.pages import Unreadable

_LIMIT = 1024**2
"""Bytes: a hundred years of notices are a tenth of it."""


def read_calendar_file(path: Path) -> str:
    """Raises `Unreadable` for what is no text of a sensible size."""
    try:
        if path.stat().st_size > _LIMIT:
            raise Unreadable("file_too_large", megabytes=path.stat().st_size // 1024**2, limit=1)
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise Unreadable("calendar_unreadable") from fault
