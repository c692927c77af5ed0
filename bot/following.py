"""The log lines by which a matter is followed: it came in, was answered, was sent. They share a `trace`.

One search for it finds the update, what answered it, and every message that was sent for it, in whatever process that
was (docs/observability.md). The lines name nobody and quote nothing. They are written after the commit: what stands in
the log has happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.channels.channel import Fate, Sent
from bot.meters import Meter
from notifications.incoming import Incoming
from storage.outbox import Letter
from storage.traces import trace_of_update

_log = structlog.get_logger()


@dataclass(frozen=True)
class Handled:
    """One update that was answered, and by what."""

    number: int
    channel: str
    trace: str
    handler: str
    seconds: float


def note_received(updates: Iterable[Incoming]) -> None:
    for one in updates:
        trace = trace_of_update(one.channel, one.update_id)
        _log.info("update_received", channel=one.channel, kind=one.kind.value, trace=trace)


def note_handled(handled: Sequence[Handled], commit_seconds: float, meter: Meter) -> None:
    """What one commit has closed."""
    if handled:
        meter.committed(len(handled), commit_seconds)
    for one in handled:
        meter.answered(one.handler, one.seconds)
        meter.taken_up(one.channel, "handled")
        _log.info(
            "update_handled",
            number=one.number,
            channel=one.channel,
            handler=one.handler,
            milliseconds=round(one.seconds * 1000, 1),
            trace=one.trace,
        )


def note_fates(fates: Sequence[tuple[Letter, Fate]], at: datetime, meter: Meter) -> None:
    """How it went with these letters, once it is on record."""
    for letter, fate in fates:
        is_sent = isinstance(fate, Sent)
        result = "sent" if isinstance(fate, Sent) else fate.trouble.value
        meter.sent(letter.channel, result)
        if is_sent and letter.asked_at is not None:
            meter.replied(letter.channel, max(0.0, (at - letter.asked_at).total_seconds()))
        _log.info(
            "letter_sent" if is_sent else "letter_not_sent",
            number=letter.line_id,
            channel=letter.channel,
            result=result,
            tries=letter.attempts,
            trace=letter.trace,
        )
