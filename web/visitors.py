"""Who is at the door of a chat: a browser that signed in, or in a demo anybody."""

import hashlib
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse

from storage import web_sessions
from storage.store import Records
from storage.tables.registers import Person
from web.cookies import COOKIE
from web.house import house_of
from web.wording import Wording, wording


@dataclass(eq=False)
class DoorClosed(Exception):
    """This visitor may not; `status` 401 before a sign-in, 404 where no such chat is theirs, 4xx for what was sent."""

    status: int
    sentence: str


def token_digest(token: str) -> str:
    """What is kept of a cookie."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def signed_in_as(request: Request, records: Records) -> Person | None:
    """The person whose browser this is."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    chat = web_sessions.session_chat(records, token_digest(token), at=house_of(request).clock())
    person = records.find(Person, chat) if chat else None
    return person if person and person.is_active else None


def reader_of(request: Request, records: Records) -> Person | None:
    """Whose eyes these are: who has signed in, or in a demo, where nobody does, who `?chat=` says."""
    if not house_of(request).is_demo:
        return signed_in_as(request, records)
    person = records.find(Person, request.query_params.get("chat", ""))
    return person if person and person.is_active else None


def person_of_chat(request: Request, records: Records) -> Person:
    """The person of the chat in the address, if this visitor may be there; `DoorClosed` when not."""
    house = house_of(request)
    chat = request.path_params["chat"]
    if house.is_demo:
        person = records.find(Person, chat)
    else:
        person = signed_in_as(request, records)
        if person is None:
            raise DoorClosed(401, wording(house.language)("error_sign_in"))
    if person is None or person.id != chat:
        raise DoorClosed(404, wording(house.language)("error_no_chat"))
    return person


def words_for(person: Person) -> Wording:
    return wording(person.language)


async def answer_closed_door(_request: Request, closed: Exception) -> JSONResponse:
    """The doors of the chat answer in JSON: `{"error": "one sentence"}`."""
    assert isinstance(closed, DoorClosed)
    return JSONResponse({"error": closed.sentence}, status_code=closed.status)
