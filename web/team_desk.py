"""Where nothing is drawn: the special fields of a department, and the teams that its head names."""

from collections import defaultdict
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.full_coverage import fields_of_department, name_teams, propose_teams
from inspection.refusals import AlreadyDone, NotYours, Refusal
from inspection.roles import Role
from notifications.catalogue import refusal_sentence
from storage.store import Records
from storage.tables.registers import Person, Scheme
from web.desk import desk_link, for_reader, for_writer
from web.forms import read_fields
from web.house import house_of
from web.pages import page, refusal_page
from web.wording import wording

_PARTED = "|"
"""Between object and seat in the name of a field."""


def list_special_fields(request: Request) -> Response:
    """`/special-fields`: those of the department, each with its objects and the way to cover them."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        return page(
            "special_fields.html",
            reader.language,
            fields=fields_of_department(records, reader),
            may_write=Role.OPERATOR in reader.roles,
            link=lambda path, **query: desk_link(request, path, **query),
        )

    return for_reader(request, read)


def show_teams(request: Request) -> Response:
    """`/schemes/<id>/teams`: a proposal for every seat, for the head to change and confirm."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        return _form(request, records, reader, {})

    return for_reader(request, read)


async def save_teams(request: Request) -> Response:
    """The head's names, all of them or none."""
    fields = await read_fields(request)
    if fields is None:
        language = house_of(request).language
        return refusal_page(wording(language)("error_request"), language, status=413)
    return await run_in_threadpool(_save, request, fields)


def _save(request: Request, fields: dict[str, str]) -> Response:
    scheme_id = request.path_params["id"]

    def write(records: Records, reader: Person, at: datetime) -> Response:
        people: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for name, person in fields.items():
            registered, parted, seat = name.partition(_PARTED)
            if parted:
                people[registered][seat] = person
        try:
            with records.attempt():
                name_teams(records, scheme_id, people, reason=fields.get("reason", ""), by=reader, at=at)
        except (AlreadyDone, NotYours):
            raise
        except Refusal as refusal:
            sentence = refusal_sentence(refusal, reader.language)
            return _form(request, records, reader, fields, sentence=sentence, status=409)
        return RedirectResponse(desk_link(request, "/schemes/mine"), status_code=303)

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
    scheme_id = request.path_params["id"]
    teams = propose_teams(records, scheme_id, by=reader)
    return page(
        "teams.html",
        reader.language,
        status=status,
        scheme=records.get(Scheme, scheme_id),
        teams=teams,
        fields=fields,
        parted=_PARTED,
        sentence=sentence,
        action=desk_link(request, f"/schemes/{scheme_id}/teams"),
        up=desk_link(request, "/schemes/mine"),
    )
