"""`make demo PLAY=1`: a server, everybody's phones, a progress bar, and at the end the store called to account."""

import asyncio
import json
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from actions.rule_check import check_scheme
from actions.scheme_report import scheme_report
from bot.clock import DemoClock
from bot.file_place import open_files
from bot.play.doors import Doors, DoorShut
from bot.play.ending import lines_of, missing_from, table_of
from bot.play.robot import Progress as HowFar
from bot.play.robot import Robot, Stuck
from bot.play.server import PlayServer
from bot.service import open_store
from bot.settings import Settings
from storage import inbox, outbox

SCHEME = "S2601"
"""What `PLAY=1` plays; any other word is taken for the id of a scheme."""
SUMMARY = "demo-summary.json"
_BARS = {
    "answered": ("应答派发", "answers"),
    "confirmed": ("确认检查组", "teams confirmed"),
    "entered": ("检查表与结果", "checklists"),
    "published": ("审核公示", "published"),
}


def play_scheme(settings: Settings, play: str) -> int:
    """Plays a scheme of a prepared store over HTTP; gives 0 when the story is told whole and no rule was broken.

    Broken off and started again it goes on where it stopped. The numbers go to `demo-summary.json` in the data folder.
    """
    scheme = scheme_to_play(play)
    console = Console()
    began, server = time.monotonic(), PlayServer(settings)
    try:
        asyncio.run(_play(server, scheme, settings.language, console))
        failure = ""
    except (DoorShut, Stuck) as stopped:
        failure = f"{type(stopped).__name__}: {stopped}"
    summary = {
        **account(settings, scheme),
        "seconds": round(time.monotonic() - began, 1),
        "server_starts": server.starts,
    }
    return _tell(settings, summary, failure, console)


def scheme_to_play(play: str) -> str:
    """The id that `PLAY=…` means."""
    return SCHEME if play in ("", "1", "yes", "true") else play


def account(settings: Settings, scheme: str) -> dict[str, Any]:
    """All numbers of the scheme and every broken rule, read from the store alone."""
    store = open_store(settings)
    at = DemoClock(store)()
    with store.reading() as records:
        violations = check_scheme(records, scheme, at, files=open_files(settings))
        updates, letters = inbox.counts(records), outbox.counts(records)
        report = scheme_report(records, scheme)
    store.close()
    return {
        **report,
        "updates": updates.get("done", 0),
        "updates_waiting": updates.get("pending", 0),
        "updates_set_aside": updates.get("quarantined", 0),
        "letters": letters.get("sent", 0),
        "letters_waiting": letters.get("pending", 0),
        "letters_dead": letters.get("dead", 0),
        "violations": len(violations),
        "violation_list": lines_of(violations),
    }


async def _play(server: PlayServer, scheme: str, language: str, console: Console) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks = {name: bars.add_task(titles[language == "en"], total=None) for name, titles in _BARS.items()}

        def show(far: HowFar) -> None:
            for name, task in tasks.items():
                done, total = getattr(far, name)
                bars.update(task, completed=done, total=total)

        async with server.running(), Doors(server.url) as doors:
            await Robot(doors, scheme, show).play()


def _tell(settings: Settings, summary: dict[str, Any], failure: str, console: Console) -> int:
    lines = [failure] if failure else []
    lines += missing_from(summary)
    summary["missing"] = lines
    path = settings.data_dir / SUMMARY
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console.print(table_of(summary, settings.language))
    for line in [
        *lines,
        *(f"{one['rule']} {one['subject']}: {one['detail']}" for one in summary["violation_list"]),
    ]:
        console.print(line, style="red", markup=False)
    console.print(str(path), markup=False)
    return 1 if lines or summary["violations"] else 0
