"""A house under siege: everything of a finished inspection in it, a door in this process, and what people throw."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from actions.api_tokens import Scope, issue_token
from actions.exchange import set_target
from bot.channels.telegram.reading import Raw
from bot.channels.telegram.webhook import Webhook, secret_of
from bot.channels.telegram.wire import make_wire
from storage import web_sessions
from tests.archive.published import Published, a_published_visit
from tests.builders import a_person
from tests.web.houses import House, a_house
from web.app import make_app
from web.cookies import COOKIE
from web.visitors import token_digest

PEOPLE = ("OP", "RV", "AU", "HD-fire", "HD-health", "LI-market", "W1", "OFF")
API_TOKEN = "ssj_of-the-siege-000000000000"
OTHERS_TOKEN = "ssj_of-another-department-000"
BOT_TOKEN = "42:of-the-siege"

NASTY = (
    "' OR 1=1 --",
    "x'); DROP TABLE person; --",
    "%", "_", "\\", "%' ESCAPE '!",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "{% raw %}", "${7*7}",
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1",
    "\0", "a\0b", "\ud800", "\u202e", "😀" * 50, "ﷺ" * 200, "\r\nSet-Cookie: a=b", "\n",
    "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "C:\\boot.ini", "file:///etc/passwd",
    "http://169.254.169.254/", "0", "-0", "1e309", "NaN", "9" * 19, "9" * 400, "２０２６", "2026-02-30", "9999-12-31",
    "0001-01-01", "null", "[]", "{}", "true", "", " ", "x" * 5000,
)  # fmt: skip


_HERE = "http://127.0.0.1"
"""As a browser says of its own pages; what comes from elsewhere is refused before it is read."""


@dataclass
class Siege:
    """`clients` by who has signed in; "" is a stranger."""

    case: Published
    house: House
    app: Starlette
    cookies: dict[str, str]
    runner: asyncio.Runner

    def ask(
        self, method: str, path: str, *, who: str = "", headers: Any = None, **given: Any
    ) -> httpx.Response:
        """In this process: whatever nobody caught is raised here."""
        return self.runner.run(self._ask(method, path, who, {"Origin": _HERE, **(headers or {})}, given))

    async def _ask(
        self, method: str, path: str, who: str, headers: dict[str, str], given: dict[str, Any]
    ) -> httpx.Response:
        if who:
            headers["Cookie"] = f"{COOKIE}={self.cookies[who]}"
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=_HERE) as client:
            async with asyncio.timeout(20):
                return await client.request(method, path, headers=headers, **given)


@contextmanager
def a_siege(folder: Path) -> Iterator[Siege]:
    """On a store of its own, which may be spoilt."""
    with a_published_visit("sqlite", folder, is_archived=True) as case:
        house = a_house(case.store, folder, upload_limit=200_000, api_per_minute=1_000_000)
        house.clock.now = case.story.at + timedelta(hours=1)
        kept: list[Raw] = []

        async def keep(updates: list[Raw]) -> None:
            kept.extend(updates)

        wire = make_wire(BOT_TOKEN, "http://127.0.0.1:9")
        webhook = Webhook(wire, secret_of(BOT_TOKEN), keep)
        object.__setattr__(house.web, "webhooks", {"telegram": webhook.receive})
        with asyncio.Runner() as runner:
            yield Siege(case, house, make_app(house.web), _signed_in(house, case), runner)


def _signed_in(house: House, case: Published) -> dict[str, str]:
    cookies = {who: f"cookie-of-{who}" for who in (*PEOPLE, case.lead)}
    at = house.clock()
    with house.store.transaction() as records:
        records.add(a_person("OFF", department="health"))
        for who, cookie in cookies.items():
            expires = at + timedelta(days=9)
            web_sessions.open_session(records, token_digest(cookie), chat=who, at=at, expires_at=expires)
        issue_token(records, "others", OTHERS_TOKEN, "health", (Scope.READ, Scope.TRANSFER), at=at)
        set_target(records, "region", "", at=at)
        issue_token(records, "siege", API_TOKEN, "market", tuple(Scope), target="region", at=at)
    return cookies


def doors(app: Starlette) -> list[tuple[str, str]]:
    """Every method and path of the app, those of what is mounted too; not the endless stream, nor files on disk."""
    found = [
        (method, path) for path, route in _routes("", app.routes) for method in sorted(route.methods or ())
    ]
    return [(method, path) for method, path in found if not path.endswith("/stream") and method != "HEAD"]


def _routes(before: str, routes: list[BaseRoute] | Any) -> Iterator[tuple[str, Route]]:
    for one in routes:
        if isinstance(one, Route):
            yield before + one.path, one
        elif isinstance(one, Mount):
            yield from _routes(before + one.path, one.routes)
