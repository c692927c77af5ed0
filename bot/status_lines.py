"""What waits and since when, in words: for `shuangsuiji status`, the same facts as on `/metrics`."""

from collections.abc import Iterator
from datetime import datetime

from notifications.catalogue import label
from notifications.command_line import said
from notifications.formats import lasting
from notifications.messages.channels import NAMED_CHANNELS, channel_label
from storage.figures import Figures, Waiting, read_figures
from storage.store import Records


def waiting_lines(records: Records, language: str, *, at: datetime) -> Iterator[str]:
    figures = read_figures(records, at=at)
    yield _inbox(figures, language, at)
    yield from _outbox(figures, language, at)
    yield _due(figures, language, at)
    yield _deadlines(figures, language)
    yield from _beside(figures, language)


def log_trace(trace: str | None, language: str) -> str:
    """Where in the log more is to be found; nothing of what is older than the marks."""
    return said("log_trace", language, trace=trace) if trace else ""


def channel_name(channel: str | None, language: str) -> str:
    if channel is None:
        return said("wherever", language)
    return label(channel_label(channel), language) if channel in NAMED_CHANNELS else channel


def _inbox(figures: Figures, language: str, at: datetime) -> str:
    oldest = figures.oldest_update()
    if not oldest.number:
        return said("waiting_inbox_none", language)
    age = lasting(oldest.age(at), language)
    return said("waiting_inbox", language, number=oldest.number, age=age)


def _outbox(figures: Figures, language: str, at: datetime) -> Iterator[str]:
    for channel, queue in figures.outbox.items():
        yield said(
            "waiting_outbox",
            language,
            channel=channel_name(channel, language),
            number=queue.due,
            age=lasting(Waiting(queue.due, queue.oldest).age(at), language),
            later=queue.later,
        )


def _due(figures: Figures, language: str, at: datetime) -> str:
    kinds = figures.due.values()
    due, overdue, soon = (sum(getattr(one, name) for one in kinds) for name in ("due", "overdue", "soon"))
    if not due:
        return said("waiting_due_none", language, soon=soon)
    age = lasting(Waiting(due, figures.earliest_due).age(at), language)
    return said("waiting_due", language, due=due, overdue=overdue, soon=soon, age=age)


def _deadlines(figures: Figures, language: str) -> str:
    rules = figures.deadlines.values()
    today, overdue = sum(one.ends_today for one in rules), sum(one.overdue for one in rules)
    return said("waiting_deadlines", language, today=today, overdue=overdue)


def _beside(figures: Figures, language: str) -> Iterator[str]:
    numbers = {
        "files": figures.files.number,
        "papers": figures.papers.number,
        "pending": figures.deliveries["pending"],
        "dead": figures.deliveries["dead"],
    }
    if any(numbers.values()):
        yield said("waiting_beside", language, **numbers)
