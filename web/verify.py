"""The page on which a visitor's own browser recomputes a draw, and the door where it finds a firm by its code."""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.tables.inspections import DrawRecord
from web.house import house_of
from web.pages import STATIC, page
from web.public import FRESH, files_of, find_draw, not_here
from web.wording import wording

_TWO_DIGITS = re.compile(r"[0-9a-f]{2}")


def show_verify(request: Request) -> Response:
    """A page and its words: the program is in `static/verify/`, the files are fetched by the browser."""
    house = house_of(request)
    with house.store.reading() as records:
        found = find_draw(records, request.path_params["id"])
    if found is None:
        return not_here(house)
    scheme, draw = found
    files = files_of(scheme, draw)
    return page(
        "verify.html",
        house.language,
        draw=draw,
        files=[name for name, _, _ in files],
        size=_size(sum(size for _, size, _ in files)),
        state=_state(draw, {name for name, _, _ in files}),
        modules=sorted(module.name for module in (STATIC / "verify").glob("*.js")),
    )


def give_codes(request: Request) -> Response:
    """Every code of the range whose SHA-256 begins with these two hex digits: who asks does not tell which is meant."""
    house, digits = house_of(request), request.path_params["digits"]
    if not _TWO_DIGITS.fullmatch(digits):
        return JSONResponse({"error": wording(house.language)("error_request")}, status_code=400)
    with house.store.reading() as records:
        found = find_draw(records, request.path_params["id"])
    if found is None:
        return JSONResponse({"error": wording(house.language)("error_not_here")}, status_code=404)
    lines = re.findall(rf'^\{{"code": ?"{digits}.*$', found[1].codes, re.MULTILINE)
    return Response(f"[{','.join(lines)}]", media_type="application/json", headers=FRESH)


def _state(draw: DrawRecord, public: set[str]) -> str:
    """How far the draw is, for one who is not shown the list before the inspections are over."""
    if "transcript.json" in public:
        return "public"
    if draw.transcript is not None:
        return "withheld"
    return "waiting" if draw.voided_at is None else "voided"


def _size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1_000_000 else f"{-(-number // 1000)} KB"
