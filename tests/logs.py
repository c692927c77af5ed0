"""The logging of the tests, put back after something has set up its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def logging_put_back() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers, root.level)
    try:
        yield
    finally:
        root.handlers, root.level = before
        structlog.reset_defaults()
