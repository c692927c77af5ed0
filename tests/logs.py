"""The logging of the tests: one plain line for an event. It is put back after something has set up its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


def log_plainly() -> None:
    """What structlog does by itself draws a frame around each call of a trace, which took a twentieth of some tests."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ]
    )


@contextmanager
def logging_put_back() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers, root.level)
    try:
        yield
    finally:
        root.handlers, root.level = before
        structlog.reset_defaults()
        log_plainly()
