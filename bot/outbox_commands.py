"""What waits to be sent and what could not be: shown to an operator, in words or as JSON."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import typer
from rich.table import Table

from bot.console import screen
from bot.status_lines import channel_name, log_trace
from notifications.command_line import said
from notifications.formats import moment
from notifications.messages.channels import in_operators_words
from storage import outbox
from storage.store import Records
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person

SHOWN = 50
"""Lines of each sort on a screen; JSON has all of them."""


def show_outbox(records: Records, language: str, *, at: datetime) -> None:
    waiting = outbox.waiting_by_channel(records, at=at)
    put_off, dead = outbox.put_off_lines(records), outbox.dead(records)
    if not (waiting or dead):
        typer.echo(said("outbox_empty", language))
        return
    table = Table(*(said(f"column_{name}", language) for name in ("channel", "waiting", "oldest", "later")))
    for channel, queue in waiting.items():
        oldest = moment(queue.oldest, language) if queue.oldest else ""
        table.add_row(channel_name(channel, language), str(queue.due), oldest, str(queue.later))
    screen.print(table)
    for name, lines in (("put_off", put_off), ("not_delivered", dead)):
        for sentence in _sentences(records, name, lines, language):
            typer.echo(sentence)


def _sentences(records: Records, name: str, lines: list[OutboxLine], language: str) -> Iterator[str]:
    for line in lines[:SHOWN]:
        at = line.due_at if name == "put_off" else line.created_at
        facts = {
            "number": line.id,
            "kind": line.kind,
            "person": _reader(records, line),
            "reason": in_operators_words(line.error, language),
        }
        sentence = said(name, language, **facts, at=moment(at, language), tries=line.attempts)
        yield sentence + log_trace(line.trace, language)
    if len(lines) > SHOWN:
        yield said("and_more", language, number=len(lines) - SHOWN)


def outbox_as_json(records: Records, *, at: datetime) -> str:
    """Times in ISO 8601, UTC; `channel` null where a notice goes wherever its person is by then."""
    report = {
        "waiting": [
            {"channel": channel, "due": queue.due, "later": queue.later, "oldest": _iso(queue.oldest)}
            for channel, queue in outbox.waiting_by_channel(records, at=at).items()
        ],
        "put_off": [
            {**_line(line), "tries": line.attempts, "next_try": _iso(line.due_at)}
            for line in outbox.put_off_lines(records)
        ],
        "dead": [_line(line) for line in outbox.dead(records)],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _line(line: OutboxLine) -> dict[str, Any]:
    return {
        "number": line.id,
        "kind": line.kind,
        "person": line.person_id,
        "channel": line.channel,
        "chat": line.chat,
        "since": _iso(line.created_at),
        "reason": line.error,
        "trace": line.trace,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _reader(records: Records, line: OutboxLine) -> str:
    person = records.find(Person, line.person_id) if line.person_id else None
    return f"{person.id} {person.name}" if person else f"{line.channel} {line.chat}"
