"""Files that a chat brought, such as papers: for keeping, under the name that stands in the message."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from actions.personal_data import own_data
from storage import web_chat
from web.house import house_of
from web.visitors import DoorClosed, person_of_chat, words_for

_SERVED = frozenset({"application/pdf", "image/png"})
"""What is given as what it says it is; all else is bytes of no kind."""
_HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def give_document(request: Request) -> Response:
    """For whoever may see the chat that the document came into."""
    house, sha256 = house_of(request), request.path_params["sha256"]
    with house.store.reading() as records:
        person = person_of_chat(request, records)
        document = web_chat.document_of(records, person.id, sha256)
    if document is None:
        raise DoorClosed(404, words_for(person)("error_no_document"))
    kind = document["media_type"] if document["media_type"] in _SERVED else "application/octet-stream"
    headers = _HEADERS | {"Content-Disposition": for_keeping(document["file_name"])}
    return Response(house.files.read(sha256), media_type=kind, headers=headers)


def give_own_data(request: Request) -> Response:
    """All that is held about the person of the chat, to that person alone; that it was given out is journalled."""
    house = house_of(request)
    with house.store.transaction("web") as records:
        person = person_of_chat(request, records)
        content = own_data(records, person.id, by=person, at=house.clock())
    headers = {"Content-Disposition": for_keeping(f"my-data-{person.id}.json"), "Cache-Control": "no-store"}
    return Response(content, media_type="application/json", headers=headers)


def for_keeping(name: str) -> str:
    """A header holds plain signs only; the real name stands beside them (RFC 6266)."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in ".-") else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
