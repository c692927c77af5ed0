"""Clues on the desk: the list with what belongs together, a new one, and one in full."""

from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.clue_desk import choose_checklist, clue_of_form, clusters_of, register_place, threshold
from actions.clues import (
    clue_card,
    items_of_department,
    merge_clue,
    open_clues,
    own_clue,
    register_clue,
    require_registering,
)
from inspection.calendar.beijing import beijing_day
from inspection.clues import UNREGISTERED, ClueSource
from inspection.departments import DISTRICTS, district_name
from inspection.refusals import Refusal, Unacceptable
from inspection.registration.words import INDUSTRY_WORDS, KINDS_WITH_A_CREDIT_CODE, OBJECT_KIND_WORDS
from inspection.roles import Role
from inspection.states import ClueState
from notifications.catalogue import label, refusal_sentence
from storage import approvals, clues
from storage.store import Records
from storage.tables.registers import Person, RegisteredObject
from web.desk import desk_link, for_reader, for_writer
from web.forms import read_fields
from web.house import house_of
from web.pages import page, refusal_page
from web.wording import wording

SHOWN = 200
_FOUND = 20
_INDUSTRIES = {value: word for word, value in INDUSTRY_WORDS.items()}
_OPEN = (ClueState.RECEIVED, ClueState.APPROVED, ClueState.UNDER_WAY)


def list_clues(request: Request) -> Response:
    """`/clues`: those of the department, `?all=1` with those that are done; and what is widespread."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        require_registering(reader)
        states = tuple(ClueState) if request.query_params.get("all") else _OPEN
        found = open_clues(records, states, reader=reader)
        language = reader.language
        return page(
            "clues.html",
            reader.language,
            reader=reader,
            found=[
                (
                    clue,
                    registered.name if registered else clue.place,
                    label(f"clue_state_{clue.state}", language),
                )
                for clue, registered in found[:SHOWN]
            ],
            sources={one.value: label(f"clue_source_{one}", reader.language) for one in ClueSource},
            clusters=clusters_of(records, reader, at=at),
            industries=_INDUSTRIES,
            limit=threshold(records),
            shows_all=bool(request.query_params.get("all")),
            may_write=Role.OPERATOR in reader.roles,
            link=lambda path, **query: desk_link(request, path, **query),
        )

    return for_reader(request, read)


def show_new_clue(request: Request) -> Response:
    """`/clues/new`: the form; `?q=` looks for the object first."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        fields = {"received_on": beijing_day(at).isoformat(), "q": request.query_params.get("q", "")[:60]}
        return _form(request, records, reader, fields)

    return for_reader(request, read)


async def save_new_clue(request: Request) -> Response:
    """The form of a new clue; what was typed stays there while something is wrong with it."""
    return await _with_fields(request, _save_new)


def _save_new(request: Request, fields: dict[str, str]) -> Response:
    def write(records: Records, reader: Person, at: datetime) -> Response:
        try:
            with records.attempt():
                clue = register_clue(records, clue_of_form(fields), by=reader, at=at)
        except Refusal as refusal:
            sentence = refusal_sentence(refusal, reader.language)
            return _form(request, records, reader, fields, sentence=sentence, status=409)
        return RedirectResponse(desk_link(request, f"/clues/{clue.id}"), status_code=303)

    return for_writer(request, write)


def _form(
    request: Request,
    records: Records,
    reader: Person,
    fields: dict[str, str],
    *,
    sentence: str = "",
    status: int = 200,
) -> Response:
    require_registering(reader)
    search = fields.get("q", "").strip()
    found = clues.find_objects(records, search, limit=_FOUND) if search else []
    return page(
        "clue_new.html",
        reader.language,
        status=status,
        fields=fields,
        found=[(one.id, one.name, district_name(one.district, reader.language)) for one in found],
        items=items_of_department(records, reader.department),
        checklists=approvals.checklist_titles(records),
        sources=[(one.value, label(f"clue_source_{one}", reader.language)) for one in ClueSource],
        districts=[(code, district_name(code, reader.language)) for code in DISTRICTS],
        sentence=sentence,
        action=desk_link(request, "/clues/new"),
        chat=request.query_params.get("chat", ""),
        up=desk_link(request, "/clues"),
    )


def show_clue(request: Request) -> Response:
    """`/clues/<id>`: one in full, for the department that has it."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        return _one(request, records, reader, request.path_params["id"])

    return for_reader(request, read)


async def change_clue(request: Request) -> Response:
    """`do` says what: another checklist, merged with another clue, or the place has been registered."""
    return await _with_fields(request, _change)


def _change(request: Request, fields: dict[str, str]) -> Response:
    clue_id = request.path_params["id"]

    def write(records: Records, reader: Person, at: datetime) -> Response:
        try:
            with records.attempt():
                _do(records, clue_id, fields, reader, at)
        except Refusal as refusal:
            sentence = refusal_sentence(refusal, reader.language)
            return _one(request, records, reader, clue_id, sentence=sentence, status=409)
        return RedirectResponse(desk_link(request, f"/clues/{clue_id}"), status_code=303)

    return for_writer(request, write)


def _do(records: Records, clue_id: str, fields: dict[str, str], reader: Person, at: datetime) -> None:
    clue = own_clue(records, clue_id, by=reader)
    wanted = fields.get("do", "")
    if wanted == "checklist":
        choose_checklist(records, clue.id, fields.get("checklist_id", ""), by=reader, at=at)
    elif wanted == "merge":
        merge_clue(records, clue.id, fields.get("into", "").strip(), by=reader, at=at)
    elif wanted == "register" and clue.object_id is not None:
        named = {name: fields.get(name, "") for name in ("name", "kind", "credit_code")}
        register_place(records, clue.object_id, **named, by=reader, at=at)
    else:
        raise Unacceptable


def _one(
    request: Request,
    records: Records,
    reader: Person,
    clue_id: str,
    *,
    sentence: str = "",
    status: int = 200,
) -> Response:
    clue = own_clue(records, clue_id, by=reader)
    registered = records.find(RegisteredObject, clue.object_id) if clue.object_id else None
    kinds = {value: word for word, value in OBJECT_KIND_WORDS.items() if value in KINDS_WITH_A_CREDIT_CODE}
    return page(
        "clue.html",
        reader.language,
        status=status,
        clue=clue,
        card=clue_card(records, clue, reader),
        state=label(f"clue_state_{clue.state}", reader.language),
        source=label(f"clue_source_{clue.source}", reader.language),
        checklists=approvals.checklist_titles(records),
        is_unregistered=registered is not None and registered.kind == UNREGISTERED,
        kinds=kinds,
        sentence=sentence,
        action=desk_link(request, f"/clues/{clue.id}"),
        up=desk_link(request, "/clues"),
    )


async def _with_fields(request: Request, answer: Callable[[Request, dict[str, str]], Response]) -> Response:
    fields = await read_fields(request)
    if fields is None:
        language = house_of(request).language
        return refusal_page(wording(language)("error_request"), language, status=413)
    return await run_in_threadpool(answer, request, fields)
