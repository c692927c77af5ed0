"""Pictures of a chat, made anew for the screen: turned upright, without the camera's data, always JPEG.

What came is never served as what it says it is: a document is given for keeping only, as bytes of no kind.
"""

from starlette.requests import Request
from starlette.responses import Response

from inspection.pictures import bare_jpeg, kind_of
from storage import web_chat
from web.house import house_of
from web.visitors import DoorClosed, person_of_chat, words_for

_LONGEST_SIDE = 1600
_HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
}
_FOR_KEEPING = _HEADERS | {"Content-Disposition": "attachment"}


def show_photo(request: Request) -> Response:
    """For whoever may see the chat that the picture was sent in; the evidence itself stays as it came."""
    house, sha256 = house_of(request), request.path_params["sha256"]
    with house.store.reading() as records:
        person = person_of_chat(request, records)
        if not web_chat.shows_photo(records, person.id, sha256):
            raise DoorClosed(404, words_for(person)("error_no_photo"))
    data = house.files.read(sha256)
    if kind_of(data) is None:
        return Response(data, media_type="application/octet-stream", headers=_FOR_KEEPING)
    return Response(bare_jpeg(data, _LONGEST_SIDE), media_type="image/jpeg", headers=_HEADERS)
