"""The archivist: files whose time has come are archived by themselves, beside all conversations."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from actions.archiving import build, gather, keep_package
from bot.rounds import Rounds, note_fault
from inspection.refusals import Refusal
from inspection.states import ArchiveState
from storage import archives
from storage.alone import alone
from storage.files import FileFault, FileStore
from storage.store import Store, StoreFault
from storage.tables.archives import CaseFile

PAUSE = 60.0
"""Seconds between looks: a file waits for weeks, and a minute more is nothing."""
LATER = timedelta(days=1)
"""When a file is looked at again that could not be archived: something of it is open, or can't be read or set."""
_log = structlog.get_logger()


class Archivist(Rounds):
    """One file after the other, and of several processes one at a time: setting the papers of a file takes seconds."""

    doing = "archiving"

    def __init__(
        self, store: Store, files: FileStore, clock: Callable[[], datetime], fonts: Path | None = None
    ) -> None:
        super().__init__()
        self._store, self._files, self._clock, self._fonts = store, files, clock, fonts

    async def _turn(self) -> bool:
        return await asyncio.to_thread(self.archive_next)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(PAUSE):
                await self._woken.wait()
        except TimeoutError:
            pass

    def archive_next(self) -> bool:
        """Archives one file whose time has come, or puts it off; False where there is none, or another process is at
        it."""
        with alone(self._store, "archive") as is_alone:
            return is_alone and self._archive_next(self._clock())

    def _archive_next(self, at: datetime) -> bool:
        with self._store.reading() as records:
            waiting = archives.due_for_archiving(records, at=at, limit=1)
        if not waiting:
            return False
        try:
            self._archive(waiting[0], at)
        except StoreFault:
            raise
        except Refusal as refusal:
            self._put_off(waiting[0], at, refusal.sentence)
        except FileFault as fault:
            self._put_off(waiting[0], at, type(fault).__name__)
        except Exception as fault:
            note_fault("archiving a file", fault)
            self._put_off(waiting[0], at, type(fault).__name__)
        return True

    def _archive(self, inspection_id: str, at: datetime) -> None:
        with self._store.reading() as records:
            gathered = gather(records, inspection_id, by=None, at=at)
        built = build(gathered, self._files, fonts=self._fonts)
        with self._store.transaction("clock") as records:
            keep_package(records, built, by=None, at=at)

    def _put_off(self, inspection_id: str, at: datetime, why: str) -> None:
        _log.info("archive_put_off", inspection=inspection_id, why=why)
        with self._store.transaction("clock") as records:
            file = records.lock(CaseFile, inspection_id)
            if file.state is ArchiveState.ARCHIVED:  # by hand, meanwhile
                return
            file.archive_at = max(file.archive_at, at + LATER)
