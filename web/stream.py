"""The live line of a chat: server-sent events, each a message, its id the revision."""

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from storage import web_chat
from web.chat import as_shown
from web.house import house_of
from web.visitors import DoorClosed, person_of_chat

_KEEP_ALIVE_SECONDS = 15.0
"""Also how late a message can be whose poke was lost."""


async def stream_messages(request: Request) -> StreamingResponse:
    """What is newer than `Last-Event-ID` (or `?after=`) at once, then each message as it comes."""
    chat = await run_in_threadpool(_allowed_chat, request)
    given = request.headers.get("last-event-id") or request.query_params.get("after", "")
    revision = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
    return StreamingResponse(
        _events(request, chat, revision),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(request: Request, chat: str, revision: int) -> AsyncIterator[str]:
    house = house_of(request)
    yield "retry: 1000\n\n"
    with house.live.listening(chat) as ear:
        while not house.live.is_closed:
            messages = await run_in_threadpool(_newer, request, revision)
            if messages is None:
                return
            for message in messages:
                revision = message["revision"]
                yield f"id: {revision}\ndata: {json.dumps(message, ensure_ascii=False)}\n\n"
            if not messages and not await ear.wait(_KEEP_ALIVE_SECONDS):
                yield "event: still\ndata: 1\n\n"  # a comment is not heard by the page, which must know that we live


def _newer(request: Request, revision: int) -> list[dict[str, Any]] | None:
    """None when this visitor may not be here any more: somebody signed out, or left the service."""
    with house_of(request).store.reading() as records:
        try:
            person = person_of_chat(request, records)
        except DoorClosed:
            return None
        return [as_shown(message) for message in web_chat.since(records, person.id, revision)]


def _allowed_chat(request: Request) -> str:
    with house_of(request).store.reading() as records:
        return person_of_chat(request, records).id
