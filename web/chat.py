"""The doors of one chat: its page, its messages, and what its person says, presses, sends and shows."""

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from actions.keep_attachment import keep_attachment
from actions.web_chat import take_in
from inspection.file_names import clean_file_name
from notifications.incoming import Attachment, Incoming, IncomingKind
from storage import web_chat
from storage.files import FileFault
from storage.store import StoreFault
from storage.tables.messaging import WebMessage
from storage.tables.registers import Person
from storage.traces import trace_of_update
from web.demo import panel_values
from web.house import house_of
from web.pages import page
from web.uploads import Upload, read_upload
from web.visitors import DoorClosed, person_of_chat, signed_in_as, words_for

TEXT_LIMIT = 20_000
"""Bytes of one text; about 6,000 Chinese characters."""

_BODY_LIMIT = 4 * TEXT_LIMIT
_UPDATE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_REPLY = re.compile(r"out:reply:(\d+):")
_OPENING = 60
_log = structlog.get_logger()


@dataclass(frozen=True)
class _Posted:
    """What a door made of a post."""

    update_id: str
    kind: IncomingKind
    values: dict[str, Any]


def show_own_chat(request: Request) -> Response:
    """`/chat`: in a demo the people of the story, otherwise one's own chat, or the sign-in."""
    house = house_of(request)
    with house.store.reading() as records:
        if house.is_demo:
            return page("people.html", house.language, **panel_values(request, records, here=None))
        person = signed_in_as(request, records)
    return RedirectResponse(f"/chat/{person.id}" if person else "/sign-in", status_code=303)


def show_chat(request: Request) -> Response:
    """The page. Its messages come by the next doors, so that it is the same after a restart, here and elsewhere."""
    house = house_of(request)
    with house.store.reading() as records:
        try:
            person = person_of_chat(request, records)
        except DoorClosed:
            return RedirectResponse("/chat" if house.is_demo else "/sign-in", status_code=303)
        panel = panel_values(request, records, here=person.id) if house.is_demo else None
    return page("chat.html", person.language, person=person, panel=panel, is_demo=house.is_demo)


def list_messages(request: Request) -> Response:
    """`?after=N`: what is newer than revision N, in order of revisions, at most 200. Without it the latest 60, and with
    `?before=ID` those above that message, as they stand in the chat."""
    with house_of(request).store.reading() as records:
        person = person_of_chat(request, records)
        after, before = _number(request, "after"), _number(request, "before")
        if after is not None:
            messages = web_chat.since(records, person.id, after)
        else:
            messages = web_chat.page(records, person.id, before=before, limit=_OPENING)
    return JSONResponse([as_shown(message) for message in messages], headers={"Cache-Control": "no-store"})


def as_shown(message: WebMessage) -> dict[str, Any]:
    """A message as browsers and the play robot read it (web/README.md)."""
    body = message.body
    update_id = message.update_id or ""
    return {
        "id": message.id,
        "revision": message.revision,
        "mine": message.is_mine,
        "text": body.get("text", ""),
        "rows": body.get("rows", []),
        "wish": body.get("wish"),
        "slot": message.slot,
        "photo": body.get("photo"),
        "file_name": body.get("file_name"),
        "document": body.get("document"),
        "place": body.get("place"),
        "update_id": update_id.rpartition(":")[2] if message.is_mine else None,
        "answers": _newest_answered(update_id, *body.get("earlier", [])),
        "at": message.at.isoformat(),
    }


def _newest_answered(*update_ids: str) -> int | None:
    """Of all that has stood in this place, the newest answer: the number of the update that it answered."""
    numbers = [int(found[1]) for one in update_ids if (found := _REPLY.match(one))]
    return max(numbers, default=None)


async def say(request: Request) -> Response:
    """`{update_id, text}`."""
    return await _accept(request, IncomingKind.TEXT)


async def press(request: Request) -> Response:
    """`{update_id, data, message_id}`."""
    return await _accept(request, IncomingKind.BUTTON)


async def locate(request: Request) -> Response:
    """`{update_id, latitude, longitude}` in degrees."""
    return await _accept(request, IncomingKind.LOCATION)


async def send_photo(request: Request) -> Response:
    """A form with `update_id`, `file`, and if wanted `caption` and `as_file`. A file that is too large, or no picture,
    is taken too: its sentence comes as the reply in the chat."""
    person = await run_in_threadpool(_person, request)  # nobody else's megabytes are read
    with _held_back(person):
        upload = await read_upload(request, limit=house_of(request).upload_limit, words=words_for(person))
    try:
        return await run_in_threadpool(_accept_photo, request, person, upload)
    finally:
        upload.close()


async def _accept(request: Request, kind: IncomingKind) -> Response:
    readers = {
        IncomingKind.TEXT: _read_text,
        IncomingKind.BUTTON: _read_button,
        IncomingKind.LOCATION: _read_place,
    }
    person = await run_in_threadpool(_person, request)
    body = await _json(request, person)
    posted = _Posted(_update_id(body.get("update_id"), person), kind, readers[kind](body, person))
    return await run_in_threadpool(_take_in, request, person, posted)


def _accept_photo(request: Request, person: Person, upload: Upload) -> Response:
    house = house_of(request)
    update_id = _update_id(upload.fields.get("update_id"), person)
    caption = _clean(upload.fields.get("caption", ""), person)
    if upload.file is None:
        raise DoorClosed(400, words_for(person)("error_no_file"))
    name = clean_file_name(_plain(upload.file_name))
    if upload.is_too_large:
        limit_mb = house.upload_limit // (1024 * 1024)
        attachment = Attachment(size=upload.size, file_name=name, refused="photo_too_big", limit_mb=limit_mb)
    else:
        is_original = upload.fields.get("as_file", "") in ("1", "true", "on", "yes")
        data = upload.file.read()
        with _held_back(person):
            attachment = keep_attachment(house.files, data, file_name=name, is_original=is_original)
    values = {"text": caption, "attachment": attachment}
    return _take_in(request, person, _Posted(update_id, IncomingKind.PHOTO, values))


def _take_in(request: Request, person: Person, posted: _Posted) -> Response:
    """Answers 202 only when the inbox row is on disk; a repeat is answered alike and changes nothing."""
    house = house_of(request)
    incoming = Incoming(
        channel=web_chat.CHANNEL,
        chat=person.id,
        update_id=f"{person.id}:{posted.update_id}",  # nobody can use up another's ids
        kind=posted.kind,
        received_at=house.clock(),
        **posted.values,
    )
    with _held_back(person), house.store.transaction(web_chat.CHANNEL) as records:
        is_new = take_in(records, incoming)
    trace = trace_of_update(incoming.channel, incoming.update_id)
    _log.info(
        "update_received", channel=incoming.channel, kind=incoming.kind.value, is_new=is_new, trace=trace
    )
    if is_new:
        house.wake()
        house.live.poke(person.id)
    return JSONResponse({"update_id": posted.update_id, "is_new": is_new}, status_code=202)


@contextmanager
def _held_back(person: Person) -> Iterator[None]:
    """A disk that is full, a store that is locked: nothing is acknowledged, the person reads so in the own language,
    and the page sends it again by itself. The operator reads it in the log."""
    try:
        yield
    except (StoreFault, FileFault, OSError) as fault:
        _log.error("not_taken_in", failure=type(fault).__name__)
        raise DoorClosed(503, words_for(person)("error_ours")) from fault


def _read_text(body: dict[str, Any], person: Person) -> dict[str, Any]:
    text = _clean(body.get("text"), person)
    if not text.strip():
        raise DoorClosed(400, words_for(person)("error_empty_text"))
    return {"text": text}


def _read_button(body: dict[str, Any], person: Person) -> dict[str, Any]:
    data = body.get("data")
    if not isinstance(data, str) or not 0 < len(data) <= 256:
        raise DoorClosed(400, words_for(person)("error_request"))
    message_id = body.get("message_id")
    return {"button": _plain(data), "message_id": None if message_id is None else str(message_id)[:40]}


def _read_place(body: dict[str, Any], person: Person) -> dict[str, Any]:
    latitude, longitude = _degrees(body.get("latitude"), 90), _degrees(body.get("longitude"), 180)
    if latitude is None or longitude is None:
        raise DoorClosed(400, words_for(person)("error_place"))
    return {"latitude": latitude, "longitude": longitude}


def _degrees(value: object, limit: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) <= limit else None


def _clean(text: object, person: Person) -> str:
    if not isinstance(text, str):
        raise DoorClosed(400, words_for(person)("error_request"))
    text = _plain(text)
    if len(text.encode()) > TEXT_LIMIT:
        raise DoorClosed(413, words_for(person)("error_text_too_long"))
    return text


def _plain(text: str) -> str:
    """Without what no database keeps: zero bytes and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _update_id(given: object, person: Person) -> str:
    if not isinstance(given, str) or not _UPDATE_ID.fullmatch(given):
        raise DoorClosed(400, words_for(person)("error_request"))
    return given


def _person(request: Request) -> Person:
    with house_of(request).store.reading() as records:
        return person_of_chat(request, records)


async def _json(request: Request, person: Person) -> dict[str, Any]:
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > _BODY_LIMIT:
            raise DoorClosed(413, words_for(person)("error_text_too_long"))
    try:
        body = json.loads(read)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise DoorClosed(400, words_for(person)("error_request"))
    return body


def _number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
