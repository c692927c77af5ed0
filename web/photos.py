"""Pictures of a chat, made anew for the screen: turned upright, without the camera's data, always JPEG."""

from io import BytesIO

from PIL import Image, ImageOps
from starlette.requests import Request
from starlette.responses import Response

from storage import web_chat
from web.house import house_of
from web.visitors import DoorClosed, person_of_chat, words_for

_LONGEST_SIDE = 1600
_HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
}


def show_photo(request: Request) -> Response:
    """For whoever may see the chat that the picture was sent in; the evidence itself stays as it came."""
    house, sha256 = house_of(request), request.path_params["sha256"]
    with house.store.reading() as records:
        person = person_of_chat(request, records)
        if not web_chat.shows_photo(records, person.id, sha256):
            raise DoorClosed(404, words_for(person)("error_no_photo"))
    return Response(for_screen(house.files.read(sha256)), media_type="image/jpeg", headers=_HEADERS)


def for_screen(data: bytes) -> bytes:
    """JPEG of at most 1600 pixels a side."""
    with Image.open(BytesIO(data)) as kept:
        kept.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        upright = ImageOps.exif_transpose(kept)
        upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        out = BytesIO()
        upright.convert("RGB").save(out, "JPEG", quality=84, optimize=True)
    return out.getvalue()
