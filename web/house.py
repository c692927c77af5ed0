"""What the pages are given from outside: the store, the clock, dice, and how to wake the others."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from starlette.requests import Request

from storage.files import FileStore
from storage.store import Store
from web.brought import Door
from web.live import Live
from web.tries import Tries
from web.watching import Watch


def _counted_requests() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"request-{next(numbers)}"


@dataclass(frozen=True)
class WebHouse:
    """Wired once, in `bot`. `upload_limit` is in bytes; `move_clock` is there in a demo only."""

    store: Store
    files: FileStore
    clock: Callable[[], datetime]
    live: Live
    wake: Callable[[], None]
    """Tells the worker that there is work; called from any thread, after the commit."""
    is_demo: bool
    upload_limit: int
    new_token: Callable[[], str]
    """For sign-ins: unguessable, at least 128 bits."""
    move_clock: Callable[[timedelta], None] | None
    watch: Watch | None = None
    """For the doors that machines watch; without it there are none."""
    webhooks: Mapping[str, Door] = field(default_factory=dict)
    """By channel: takes the secret that came with an update, and its body; gives the HTTP status."""
    language: str = "zh"
    """Of the public pages; a chat speaks its person's language."""
    api_per_minute: int = 120
    """How often one token of the API may ask."""
    fonts: Path | None = None
    """The folder of fonts for papers, in place of the system's usual ones."""
    public_url: str = ""
    """How people outside reach the pages: stands in QR codes and feeds."""
    complaint_path: str = ""
    """Where a firm complains about an inspection."""
    pages_per_minute: int = 240
    """How often one person who has signed in may ask."""
    sign_ins: Tries = field(default_factory=lambda: Tries(most=20, minutes=15))
    """From where browsers have asked to be signed in."""
    wrong_codes: Tries = field(default_factory=lambda: Tries(most=30, minutes=10))
    """Who has asked with check codes that are none."""
    has_pages: bool = True
    """False where only the doors of messengers are open."""
    new_request_id: Callable[[], str] = field(default_factory=_counted_requests)
    """For requests that bring no mark of their own; none is given twice."""
    is_export: bool = False
    """The pages are written to files: nothing on them may need a server."""


def house_of(request: Request) -> WebHouse:
    """The house that this request came to."""
    house: WebHouse = request.app.state.house
    return house
