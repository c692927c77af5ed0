"""`make demo PLAY=year`: one process, no socket, a clock moved by hand, and at the end the store called to account."""

import json
import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.status import Status

from bot.logging import set_up_logging
from bot.play.year.chapters import plan_chapters
from bot.play.year.ending import call_to_account, folder_of, table_of
from bot.play.year.registers import WHOLE, Size
from bot.play.year.street import YearStopped
from bot.play.year.year import Year
from bot.settings import Settings
from bot.signing_key import FILE_NAME, signing_key
from inspection.calendar.beijing import BEIJING
from storage.migrate import migrate
from storage.store import Store

PLAY = "year"
"""The word that `--play` takes for it."""
SUMMARY = "year-summary.json"
_STORE = "year.db"


class FolderTaken(Exception):
    """The folder holds something that no year has left there."""


def play_year(settings: Settings, size: Size = WHOLE) -> int:
    """Plays a year in a store of its own below the data folder; gives 0 when all holds. Whatever an earlier year left
    there goes; anything else is not touched (`FolderTaken`). The numbers go to `year-summary.json` in the data folder.
    """
    console, began = Console(), time.monotonic()
    set_up_logging("ERROR", settings.log_form)
    folder = folder_of(settings.data_dir)
    _make_room(folder)
    with console.status("") as status:
        summary, wrong = _played(folder, size, status)
    summary["seconds"] = round(time.monotonic() - began, 1)
    summary["wrong"] = wrong
    path = settings.data_dir / SUMMARY
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console.print(table_of(summary, settings.language))
    for line in wrong:
        console.print(line, style="red", markup=False)
    console.print(str(path), markup=False)
    return 1 if wrong else 0


def _played(folder: Path, size: Size, status: Status) -> tuple[dict[str, Any], list[str]]:
    """The numbers, and what is wrong."""
    store = Store(f"sqlite:///{folder / _STORE}")
    migrate(store)
    key = signing_key(folder / FILE_NAME)
    year = Year(store, folder, size, key)
    year.street.daily.append(lambda: status.update(_today(year.street.now)))
    try:
        year.begin()
        plan_chapters(year)
        year.live()
        ending = call_to_account(year, key.id)
        return ending.numbers, ending.lines
    except YearStopped as stopped:
        return {"stopped_at": year.street.now.isoformat()}, [f"{_today(year.street.now)}: {stopped}"]
    finally:
        year.close()
        store.close()


def _today(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d")


def _make_room(folder: Path) -> None:
    if folder.exists():
        if any(folder.iterdir()) and not (folder / _STORE).is_file():
            raise FolderTaken(str(folder))
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
