"""Watches what the file store reads: evidence that is not what it was is journalled, told and shown."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from actions.evidence_alarm import note_damage, note_mended
from bot.rounds import note_fault
from inspection.evidence import receipt_of
from notifications.command_line import said
from notifications.formats import moment
from storage import file_alarms
from storage.file_alarms import Damage
from storage.files import FileDamaged, FileFault, FileStore
from storage.store import Records, Store

LOOKS_AGAIN_AFTER = timedelta(minutes=10)


class EvidenceWatch:
    """The alarm of a file store. It writes on a thread of its own: whoever is reading may stand in a transaction, and
    is answered first. `after` is called when there is something to send."""

    def __init__(
        self, store: Store, files: FileStore, clock: Callable[[], datetime], after: Callable[[], None]
    ) -> None:
        self._store, self._files, self._clock, self._after = store, files, clock, after
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="evidence-watch")
        self._looks_at: datetime | None = None
        files.on_alarm = self

    def __call__(self, sha256: str, fault: FileFault) -> None:
        damage = Damage.DAMAGED if isinstance(fault, FileDamaged) else Damage.MISSING
        self._do(self._note, sha256, damage)

    def look_again(self) -> None:
        """Whether what was damaged is well again, restored from a backup: at the start, and every ten minutes however
        often it is asked."""
        at = self._clock()
        if self._looks_at is None or at >= self._looks_at:
            self._looks_at = at + LOOKS_AGAIN_AFTER
            self._do(self._read_again)

    def close(self) -> None:
        """What was seen is written first."""
        self._writing.shutdown(wait=True)

    def _do(self, work: Callable[..., None], *given: object) -> None:
        with contextlib.suppress(RuntimeError):  # it is closed: read again after the start, it is noted then
            self._writing.submit(work, *given)

    def _note(self, sha256: str, damage: Damage) -> None:
        try:
            with self._store.reading() as records:
                if file_alarms.of_file(records, sha256) is not None:
                    return
            with self._store.transaction() as records:
                is_new = note_damage(records, sha256, damage, at=self._clock())
            if is_new:
                self._after()
        except Exception as fault:  # the file is read again some day, and the alarm raised then
            note_fault("noting damaged evidence", fault)

    def _read_again(self) -> None:
        try:
            with self._store.reading() as records:
                alarms = file_alarms.present(records)
            for alarm in alarms:
                if self._is_well(alarm.sha256):
                    with self._store.transaction() as records:
                        note_mended(records, alarm.sha256, at=self._clock())
                    self._after()
        except Exception as fault:
            note_fault("looking at damaged evidence again", fault)

    def _is_well(self, sha256: str) -> bool:
        try:
            self._files.read(sha256)
        except FileFault:
            return False
        return True


def alarm_lines(records: Records, language: str) -> Iterator[str]:
    """For `shuangsuiji status`."""
    for alarm in file_alarms.present(records):
        yield said(
            "file_alarm",
            language,
            damage=said(f"file_{alarm.damage}", language),
            receipt=receipt_of(alarm.sha256),
            since=moment(alarm.since, language),
            sha256=alarm.sha256,
        )


def alarm_counts(records: Records) -> dict[str, int]:
    """For `/health`: which files they are is nobody's business there."""
    counted = Counter(alarm.damage.value for alarm in file_alarms.present(records))
    return {damage.value: counted[damage.value] for damage in Damage}
