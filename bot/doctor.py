"""`shuangsuiji doctor`: one question after the other to an installation, running or not; changes nothing.

A check is a function that yields flaws: the name of its sentence in the catalogue (`doctor_…`, and what to do under
`doctor_…_do`) with its facts. A new check is one more line in `CHECKS`.
"""

import asyncio
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from actions.journal_check import Trust, trusted_keys
from actions.journal_check import examine as examine_journal
from bot.channels.telegram.wire import make_wire
from bot.file_place import FilesUnusable, check_files, open_files
from bot.settings import Settings
from bot.signing_key import KeyUnusable, signing_key
from inspection.calendar.beijing import beijing_day
from inspection.calendar.notices import Level
from notifications.command_line import said
from storage import inbox, open_matters, outbox, publicity
from storage.calendars import calendar_of
from storage.files import FileDamaged, FileFault, FileMissing
from storage.named_files import files_of
from storage.soundness import Shape, files_with_secrets, newest_line_at, own_clock, standing_of
from storage.store import Store, StoreFault, reason

LATE_AFTER = timedelta(minutes=5)
"""As the auditor has it."""
CLOCK_MAY_DIFFER = timedelta(seconds=30)
NEXT_YEAR_FROM = 12, 15
"""Month and day: the next year's holidays are announced in November."""
LEAST_SPACE = 1024**3
WEBHOOK_ERROR_WITHIN = timedelta(hours=1)
_SHOWN = 10


@dataclass(frozen=True)
class Flaw:
    """What is not as it should be: the name of a sentence, and what fills it."""

    name: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """The answer to one check, in the reader's language."""

    check: str
    title: str
    flaws: tuple[tuple[str, str], ...]
    """What is wrong, and what to do."""

    @property
    def is_ok(self) -> bool:
        return not self.flaws


@dataclass(frozen=True)
class Patient:
    """What is looked at. `progress` is told of files read, and of all there are as far as is known."""

    settings: Settings
    store: Store
    at: datetime
    progress: Callable[[int, int], None] = lambda _done, _whole: None


Check = Callable[[Patient], Iterator[Flaw]]


def examine(patient: Patient) -> Iterator[Finding]:
    """Every check, one after the other; one that can't be made is a flaw, and holds up none. Where the store has no
    tables of this version, only those that ask no rows."""
    language, has_rows = patient.settings.language, _has_rows(patient)
    for name, check in CHECKS.items():
        if not (has_rows or name in WITHOUT_ROWS):
            continue
        flaws = tuple(_worded(one, language) for one in _found(check, patient))
        yield Finding(name, said(f"doctor_{name}", language), flaws)


def _has_rows(patient: Patient) -> bool:
    try:
        return standing_of(patient.store).shape in (Shape.READY, Shape.DAMAGED)
    except StoreFault:
        return False


def _found(check: Check, patient: Patient) -> list[Flaw]:
    try:
        return list(check(patient))
    except StoreFault as fault:
        return [Flaw("unanswered", {"reason": reason(fault)})]
    except OSError as fault:
        return [Flaw("unanswered", {"reason": fault.strerror or type(fault).__name__})]


def _worded(flaw: Flaw, language: str) -> tuple[str, str]:
    return (
        said(f"doctor_{flaw.name}", language, **flaw.facts),
        said(f"doctor_{flaw.name}_do", language, **flaw.facts),
    )


# --- The store --------------------------------------------------------------------------------------------------------


def check_schema(patient: Patient) -> Iterator[Flaw]:
    """The tables are those of this version, and whole."""
    standing = standing_of(patient.store)
    if standing.shape is not Shape.READY:
        facts = {"revision": standing.revision, "flaws": "; ".join(standing.flaws)}
        yield Flaw(f"schema_{standing.shape}", facts)


def check_inbox(patient: Patient) -> Iterator[Flaw]:
    """What came in is worked on."""
    with patient.store.reading() as records:
        if aside := len(inbox.quarantined(records)):
            yield Flaw("inbox_aside", {"number": aside})
        if late := len(open_matters.late_updates(records, patient.at - LATE_AFTER)):
            yield Flaw("inbox_late", {"number": late})


def check_outbox(patient: Patient) -> Iterator[Flaw]:
    """What is to go out goes out."""
    with patient.store.reading() as records:
        if dead := len(outbox.dead(records)):
            yield Flaw("outbox_dead", {"number": dead})
        if late := len(open_matters.late_letters(records, patient.at - LATE_AFTER)):
            yield Flaw("outbox_late", {"number": late})


def check_calendar(patient: Patient) -> Iterator[Flaw]:
    """The working days of this year are known, and towards its end those of the next."""
    today = beijing_day(patient.at)
    years = [today.year, today.year + 1] if (today.month, today.day) >= NEXT_YEAR_FROM else [today.year]
    with patient.store.reading() as records:
        calendar = calendar_of(records)
        for year in years:
            if not all(calendar.is_announced(year, level) for level in Level):
                yield Flaw("calendar_unknown", {"year": year})


def check_clocks(patient: Patient) -> Iterator[Flaw]:
    """This machine, the database's, and what was written last agree on the time."""
    if patient.settings.demo:
        return  # its clock is moved on by hand
    with patient.store.reading() as records:
        there, newest = own_clock(records), newest_line_at(records)
    if there is not None and abs(there - patient.at) > CLOCK_MAY_DIFFER:
        yield Flaw("clock_differs", {"seconds": round(abs(there - patient.at).total_seconds())})
    if newest is not None and newest > patient.at + CLOCK_MAY_DIFFER:
        yield Flaw("clock_back", {"seconds": round((newest - patient.at).total_seconds())})


# --- Beside it --------------------------------------------------------------------------------------------------------


def check_files_whole(patient: Patient) -> Iterator[Flaw]:
    """Every file that a row names lies in the file store, under the hash of itself."""
    files = open_files(patient.settings)
    try:
        check_files(files, patient.settings)
    except FilesUnusable as fault:
        yield Flaw("files_away", {"reason": fault.reason})
        return
    bad: list[str] = []
    number = 0
    with patient.store.reading() as records:
        for number, name in enumerate(files_of(records), start=1):
            try:
                files.read(name)
            except (FileDamaged, FileMissing):
                bad.append(name)
            except FileFault as fault:
                yield Flaw("files_away", {"reason": str(fault)})
                return
            patient.progress(number, number)
    if bad:
        facts = {"number": len(bad), "all": number, "names": "、".join(bad[:_SHOWN])}
        yield Flaw("files_bad", facts)


def check_journal(patient: Patient) -> Iterator[Flaw]:
    """No line was changed, removed or put in, by the chain and by every anchor that was signed."""
    with patient.store.reading() as records:
        flaw, _told = examine_journal(records, Trust(trusted_keys(records)))
    if flaw:
        facts = {"place": flaw.place, "line": flaw.line, "what": flaw.what, "since": flaw.since}
        words = said(f"journal_flaw_{flaw.kind}", patient.settings.language, **facts)
        yield Flaw("journal_bad", {"words": words})


def check_webhook(patient: Patient) -> Iterator[Flaw]:
    """Telegram brings updates where they are awaited, or is asked for them."""
    settings = patient.settings
    if settings.telegram_token is None:
        return
    token = settings.telegram_token.get_secret_value()
    try:
        told = asyncio.run(_webhook_info(token, settings.telegram_api_url, settings.telegram_proxy))
    except Exception as fault:  # whatever its library raises; its words may hold the address with the token
        yield Flaw("webhook_unasked", {"reason": type(fault).__name__})
        return
    wanted = settings.telegram_webhook_url or ""
    if told.get("url", "") != wanted:
        yield Flaw("webhook_elsewhere" if wanted else "webhook_in_the_way", {"url": wanted})
    failed = int(told.get("last_error_date") or 0)
    if wanted and failed > (patient.at - WEBHOOK_ERROR_WITHIN).timestamp():
        words = str(told.get("last_error_message", "")).replace(token, "(token)")
        yield Flaw("webhook_fails", {"reason": words})


async def _webhook_info(token: str, api_url: str, proxy: str | None) -> Mapping[str, Any]:
    wire = make_wire(token, api_url, proxy)
    try:
        told: Mapping[str, Any] = await wire.call("getWebhookInfo", {})
    finally:
        await wire.shutdown()
    return told


def check_space(patient: Patient) -> Iterator[Flaw]:
    """The disk has room for the next photos."""
    folder = patient.settings.data_dir.resolve()
    there = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_SPACE:
        facts = {"free": free // 1024**2, "least": LEAST_SPACE // 1024**2, "folder": folder}
        yield Flaw("space_short", facts)


def check_keys(patient: Patient) -> Iterator[Flaw]:
    """The signing key is there, ours, known to the store, and like all secrets read by its owner alone."""
    with patient.store.reading() as records:
        known = {one.id for one in publicity.keys(records)}
        secrets = files_with_secrets(records)
    file = patient.settings.key_file
    if file.exists():
        yield from _key_flaws(file, known)
    elif known:
        yield Flaw("key_gone", {"file": file})
    older = file.parent.glob(f"{file.stem}-*{file.suffix}")
    for one in (*older, *secrets):
        if one.exists() and _is_open(one):
            yield Flaw("key_open", {"file": one})


def _key_flaws(file: Path, known: set[str]) -> Iterator[Flaw]:
    if _is_open(file):
        yield Flaw("key_open", {"file": file})
        return
    try:
        id = signing_key(file).id
    except KeyUnusable as fault:
        yield Flaw("key_bad", {"file": file, "reason": fault.reason})
        return
    if known and id not in known:
        yield Flaw("key_unknown", {"file": file, "id": id})


def _is_open(file: Path) -> bool:
    return os.name == "posix" and bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


CHECKS: Mapping[str, Check] = {
    "schema": check_schema,
    "journal": check_journal,
    "files": check_files_whole,
    "inbox": check_inbox,
    "outbox": check_outbox,
    "calendar": check_calendar,
    "webhook": check_webhook,
    "clocks": check_clocks,
    "space": check_space,
    "keys": check_keys,
}
"""In the order in which they are told."""
WITHOUT_ROWS = frozenset({"schema", "webhook", "space"})
