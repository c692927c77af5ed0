"""The fetcher: brings the bytes of pictures from their messengers into the file store, beside all conversations."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from actions.awaited_files import file_arrived, file_lost
from actions.keep_attachment import keep_attachment
from bot.channels.channel import FetchError, FileSource
from bot.rounds import Rounds, note_fault
from notifications.incoming import Attachment, Incoming
from storage import awaited_files
from storage.files import FileFault, FileStore
from storage.store import Store
from storage.tables.messaging import AwaitedFile
from storage.traces import bear, trace_of_update

AT_ONCE = 8
"""Files on their way at the same moment: each may be of 20 MB, and stands in memory once."""
GATHERING = 0.2
"""Seconds: every answer that is given might have named a file, and it is not worth a look each time."""
LONGEST_WAIT = timedelta(minutes=1)
GIVES_UP_AFTER = timedelta(days=1)
"""Messengers keep what they promise to keep for a day; after that asking is of no use."""
_log = structlog.get_logger()


class Fetcher(Rounds):
    """`after` is called when a picture is here, for the worker has something to do."""

    doing = "claiming files"

    def __init__(
        self,
        store: Store,
        files: FileStore,
        sources: Mapping[str, FileSource],
        clock: Callable[[], datetime],
        after: Callable[[], None],
    ) -> None:
        super().__init__()
        self._store, self._files, self._sources = store, files, sources
        self._clock, self._after = clock, after
        self._fetching: set[asyncio.Task[None]] = set()

    async def _turn(self) -> bool:
        room = AT_ONCE - len(self._fetching)
        rows = await asyncio.to_thread(self._claim, room) if room > 0 else []
        for row in rows:
            task = asyncio.create_task(self._fetch(row))
            self._fetching.add(task)
            task.add_done_callback(self._done)
        return bool(rows)

    async def _pause(self) -> None:
        await super()._pause()
        await asyncio.sleep(GATHERING)

    async def _finish(self) -> None:
        if self._fetching:
            await asyncio.wait(self._fetching)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._fetching.discard(task)
        self._woken.set()

    def _claim(self, limit: int) -> list[AwaitedFile]:
        at = self._clock()
        with self._store.reading() as records:
            has_come = awaited_files.has_come(records, at)
        if not has_come:
            return []
        with self._store.transaction() as records:
            return awaited_files.claim(records, at=at, limit=limit)

    async def _fetch(self, row: AwaitedFile) -> None:
        """A fault of the store, or of the disk, leaves the file claimed: its lease ends, and it is fetched again."""
        bear(trace_of_update(row.channel, row.update_id))
        try:
            try:
                attachment = await self._attachment(row)
            except FetchError as error:
                await asyncio.to_thread(self._note_failure, row, error)
                return
            await asyncio.to_thread(self._note_arrival, row, attachment)
            self._after()
        except Exception as fault:
            note_fault("fetching a file", fault)

    async def _attachment(self, row: AwaitedFile) -> Attachment:
        named = Incoming.from_json(row.body).attachment or Attachment()
        source = self._sources.get(row.channel)
        if source is None:
            raise FetchError(retryable=True, reason=f"channel {row.channel} is not running")
        data = await source.fetch(named.remote)
        try:
            return await asyncio.to_thread(
                keep_attachment,
                self._files,
                data,
                file_name=named.file_name,
                is_original=named.is_original,
            )
        except FileFault as fault:
            raise FetchError(retryable=True, reason=f"not kept: {type(fault).__name__}") from fault

    def _note_arrival(self, row: AwaitedFile, attachment: Attachment) -> None:
        with self._store.transaction(row.channel) as records:
            file_arrived(records, row.id or 0, attachment, at=self._clock())

    def _note_failure(self, row: AwaitedFile, error: FetchError) -> None:
        at = self._clock()
        _log.warning("file_not_fetched", number=row.id, channel=row.channel, detail=error.reason)
        with self._store.transaction(row.channel) as records:
            if _is_worth_another_try(row, error, at):
                waiting = error.retry_after or timedelta(seconds=min(2**row.attempts, 60))
                retry_at = at + min(waiting, LONGEST_WAIT)
                awaited_files.put_off(records, row.id or 0, error.reason, retry_at=retry_at)
            else:
                file_lost(records, row.id or 0, error.reason, at=at)


def _is_worth_another_try(row: AwaitedFile, error: FetchError, at: datetime) -> bool:
    if error.tries is not None and row.attempts >= error.tries:
        return False
    return error.retryable and at < row.received_at + GIVES_UP_AFTER
