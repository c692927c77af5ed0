"""What only a demo has: being any of the people of the story, and a clock that one may push on."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from inspection.departments import department_name
from inspection.roles import Role
from storage import people, web_chat
from storage.store import Records
from storage.tables.registers import Person
from storage.web_chat import Latest
from web.house import house_of
from web.pages import fragment
from web.sign_in import read_form
from web.wording import wording

_SHOWN = 60
_STORY = (Role.OPERATOR, Role.HEAD, Role.REVIEWER, Role.ADMIN, Role.LIAISON)
_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True)
class Neighbour:
    """One line of the list. `is_open` says that the last message waits for an answer by button."""

    id: str
    name: str
    department: str
    role: str
    revision: int
    headline: str
    at: datetime | None
    is_open: bool


def panel_values(request: Request, records: Records, *, here: str | None) -> dict[str, Any]:
    """What the side list shows: people whom something waits for, then the latest, then the rest by department."""
    house = house_of(request)
    search = request.query_params.get("q", "").strip()[:40]
    found = _neighbours(records, search, house.language)
    busy = [one for one in found if one.at is not None]
    quiet = [one for one in found if one.at is None]
    return {
        "here": here,
        "search": search,
        "now": house.clock(),
        "can_move_clock": house.move_clock is not None,
        "busy": sorted(busy, key=_urgency)[:_SHOWN],
        "quiet": _by_department(quiet[:_SHOWN]),
        "left_out": max(0, len(quiet) - _SHOWN),
    }


def list_people(request: Request) -> Response:
    """The side list alone, for the page that keeps it fresh; `?q=` searches, `?here=` marks the open chat."""
    house = house_of(request)
    with house.store.reading() as records:
        values = panel_values(request, records, here=request.query_params.get("here"))
    return HTMLResponse(
        fragment("people_list.html", house.language, **values), headers={"Cache-Control": "no-store"}
    )


async def push_clock(request: Request) -> Response:
    """`step` is `hour` or `day`, as JSON from a program or as a form from the page, which goes back where it was."""
    is_json = request.headers.get("content-type", "").startswith("application/json")
    form = await _json_form(request) if is_json else await read_form(request)
    step = _STEPS.get((form or {}).get("step", ""))
    house = house_of(request)
    if step is None or house.move_clock is None:
        return JSONResponse({"error": wording(house.language)("error_request")}, status_code=400)
    await run_in_threadpool(house.move_clock, step)
    house.wake()
    now = await run_in_threadpool(house.clock)
    back = (form or {}).get("back", "")
    if is_json or not back.startswith("/chat"):
        return JSONResponse({"now": now.isoformat()})
    return RedirectResponse(back, status_code=303)


async def _json_form(request: Request) -> dict[str, str] | None:
    try:
        body = json.loads(await request.body())
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _neighbours(records: Records, search: str, language: str) -> list[Neighbour]:
    latest = web_chat.latest_of_every_chat(records)
    everybody = people.everybody(records)
    story_first = sorted(everybody, key=lambda person: not _is_of_the_story(person))
    lines = [_neighbour(person, latest.get(person.id), language) for person in story_first]
    return [line for line in lines if search.casefold() in _searched(line).casefold()]


def _neighbour(person: Person, latest: Latest | None, language: str) -> Neighbour:
    message = latest.message if latest else None
    text = str(message.body.get("text", "")) if message else ""
    return Neighbour(
        id=person.id,
        name=person.name,
        department=department_name(person.department, language),
        role=_role(person, language),
        revision=latest.revision if latest else 0,
        headline=text.partition("\n")[0][:60],
        at=message.at if message else None,
        is_open=bool(message and not message.is_mine and message.body.get("rows")),
    )


def _role(person: Person, language: str) -> str:
    known = [role for role in (*_STORY, Role.OFFICER) if role in person.roles]
    return wording(language)(f"role_{known[0]}") if known else ""


def _is_of_the_story(person: Person) -> bool:
    return any(role in person.roles for role in _STORY)


def _searched(line: Neighbour) -> str:
    return f"{line.id} {line.name} {line.department} {line.role}"


def _urgency(line: Neighbour) -> tuple[bool, float]:
    return (not line.is_open, -line.at.timestamp() if line.at else 0.0)


def _by_department(lines: list[Neighbour]) -> list[tuple[str, list[Neighbour]]]:
    """The story's people come first among the quiet, as one group for each department."""
    ordered = sorted(lines, key=lambda line: line.department)
    return [(department, list(group)) for department, group in groupby(ordered, lambda line: line.department)]
