"""The doors of the running web chat, as the play's phones use them: HTTP and nothing else."""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

PATIENCE = 90.0
"""Seconds for which a phone tries again while the server does not answer."""
_PAUSE = 0.25
_AT_ONCE = 24
FULL_PAGE = 200
"""So many messages come at once (`web.chat.list_messages`); fewer are all there are."""


class DoorShut(Exception):
    """A door refused what the play did, or nobody answered for `PATIENCE`: the play can't go on."""


@dataclass(frozen=True)
class News:
    """What the demo's clock says, and each chat's newest revision."""

    now: datetime
    chats: Mapping[str, int]


@dataclass(frozen=True)
class Taken:
    """An update is on the server's disk. `is_new` False: it had been there before; `was_retried`: perhaps from this
    very call, whose answer was lost."""

    is_new: bool
    was_retried: bool

    @property
    def is_old(self) -> bool:
        return not self.is_new and not self.was_retried


class Doors:
    """One HTTP client for all phones of the play. Use as an asynchronous context."""

    def __init__(self, url: str) -> None:
        limits = httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE)
        timeout = httpx.Timeout(30.0, pool=None)
        self._client = httpx.AsyncClient(base_url=url, limits=limits, timeout=timeout, trust_env=False)
        self.requests = 0

    async def __aenter__(self) -> "Doors":
        return self

    async def __aexit__(self, *_why: object) -> None:
        await self._client.aclose()

    async def news(self) -> News:
        found = await self._read("/demo/news")
        return News(datetime.fromisoformat(found["now"]), found["chats"])

    async def cast(self) -> dict[str, Any]:
        """`people` with a part beyond an officer's (`id`, `roles`, `department`) and `schemes` (`id`, `lead`)."""
        found: dict[str, Any] = await self._read("/demo/cast")
        return found

    async def messages(self, chat: str, after: int) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = await self._read(
            f"/chat/{chat}/messages", params={"after": str(after)}
        )
        return messages

    async def transcript(self, draw: str) -> dict[str, Any]:
        """The public record of a draw."""
        found: dict[str, Any] = await self._read(f"/draws/{draw}/transcript.json")
        return found

    async def waiting(self) -> int:
        """Updates and letters that the server has still in hand."""
        health = await self._read("/health")
        return int(health["inbox"].get("pending", 0)) + int(health["outbox"].get("pending", 0))

    async def press(self, chat: str, update_id: str, data: str, message_id: int) -> Taken:
        return await self._post(
            f"/chat/{chat}/press",
            json={"update_id": update_id, "data": data, "message_id": str(message_id)},
        )

    async def say(self, chat: str, update_id: str, text: str) -> Taken:
        return await self._post(f"/chat/{chat}/say", json={"update_id": update_id, "text": text})

    async def locate(self, chat: str, update_id: str, latitude: float, longitude: float) -> Taken:
        place = {"update_id": update_id, "latitude": latitude, "longitude": longitude}
        return await self._post(f"/chat/{chat}/locate", json=place)

    async def show(self, chat: str, update_id: str, picture: bytes, *, caption: str, as_file: bool) -> Taken:
        return await self._post(
            f"/chat/{chat}/photo",
            data={"update_id": update_id, "caption": caption, "as_file": "1" if as_file else ""},
            files={"file": ("现场.jpg", picture, "image/jpeg")},
        )

    async def push_clock(self, step: str) -> bool:
        """`hour` or `day`. False when no answer came, so that it may have moved or not: not tried again here, since a
        second push would move it twice. Look at the clock (`news`) before the next one."""
        self.requests += 1
        try:
            answer = await self._client.post("/demo/clock", json={"step": step})
        except httpx.TransportError:
            return False
        if answer.is_client_error:
            raise DoorShut(f"POST /demo/clock: {answer.status_code} {answer.text[:200]}")
        return answer.is_success

    async def _read(self, path: str, **given: Any) -> Any:
        answer, _was_retried = await self._ask("GET", path, **given)
        return answer.json()

    async def _post(self, path: str, **given: Any) -> Taken:
        answer, was_retried = await self._ask("POST", path, **given)
        return Taken(bool(answer.json()["is_new"]), was_retried)

    async def _ask(self, method: str, path: str, **given: Any) -> tuple[httpx.Response, bool]:
        """The answer, and whether it had to be asked for more than once. A refusal is final, silence is not."""
        give_up_at, was_retried = time.monotonic() + PATIENCE, False
        while True:
            self.requests += 1
            try:
                answer = await self._client.request(method, path, **given)
                if answer.status_code < 300:
                    return answer, was_retried
                why, is_final = f"{answer.status_code} {answer.text[:200]}", answer.status_code < 500
            except httpx.TransportError as failure:
                why, is_final = repr(failure), False
            if is_final or time.monotonic() > give_up_at:
                raise DoorShut(f"{method} {path}: {why}")
            was_retried = True
            await asyncio.sleep(_PAUSE)


def update_id(*parts: object) -> str:
    """The same deed has the same id for ever, so that the server does it once however often it is sent."""
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:40]
