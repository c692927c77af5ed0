"""The forms of the year's plan: read from a request, and filled again from what stands or from what was sent."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from inspection.planning.lines import PlannedLine
from inspection.registration.registers import PLAN_LINES
from inspection.registration.words import PLAN_LEVEL_WORDS
from inspection.supervision.rules import per_cent_of
from storage.store import Records
from storage.tables.planning import PlanLine
from storage.tables.registers import Person
from web.desk import desk_link, for_writer
from web.house import house_of
from web.pages import refusal_page
from web.wording import wording

Fields = Mapping[str, tuple[str, ...]]
Written = Callable[[Records, Person, datetime, Fields], Response]
_LIMIT = 64 * 1024
LEVELS = tuple(dict.fromkeys(PLAN_LEVEL_WORDS.values()))
MANY = ("joining", "class", "district", "object_kind", "industry", "lists", "risk", "districts")
"""Fields of a line that hold several values."""


async def take_form(request: Request, write: Written) -> Response:
    """What a form of the desk does, all of it in one transaction; one that is too long to be a form is refused."""
    fields = await _read(request)
    if fields is None:
        language = house_of(request).language
        return refusal_page(wording(language)("error_request"), language, status=413)
    return await run_in_threadpool(
        for_writer, request, lambda records, reader, at: write(records, reader, at, fields)
    )


def back_to(request: Request, path: str, **query: str) -> Response:
    """After a form that did its work."""
    return RedirectResponse(desk_link(request, path, **query), status_code=303)


def one(fields: Fields, name: str) -> str:
    """The last value of a field; empty where there is none."""
    return fields.get(name, ("",))[-1].replace("\0", "").strip()


def line_cells(fields: Fields) -> dict[str, str]:
    """The fields of a line as a spreadsheet would hold them."""
    names = [column.field for column in PLAN_LINES.columns]
    return {
        name: "、".join(value.replace("\0", "").strip() for value in fields.get(name, ()) if value.strip())
        for name in names
    }


def cells_of(line: PlanLine, planned: PlannedLine) -> dict[str, str]:
    """What stands, as the fields of the form."""
    row = planned.rows[0]
    where = {
        ("object_kind" if name == "kind" else name): "、".join(values) for name, values in row.where.items()
    }
    return {
        **dict.fromkeys(MANY, ""),
        **where,
        "name": line.name,
        "kind": line.kind,
        "joining": "、".join(line.joining),
        "items": "、".join(line.items),
        "object_range": line.object_range,
        "ratio": per_cent_of(row.ratio) if row.ratio else "",
        "about_count": str(line.about_count or ""),
        "times": str(line.times),
        "level": line.level,
        "districts": "、".join(line.districts),
        "first_day": line.first_day.isoformat(),
        "last_day": line.last_day.isoformat(),
    }


async def _read(request: Request) -> Fields | None:
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > _LIMIT:
            return None
    pairs = parse_qs(read.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: tuple(values) for name, values in pairs.items()}
