"""Who opened the names of a scheme's firms before their hour, and the way to open one."""

from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from actions.object_names import looks_of_scheme, open_name
from actions.rights import is_allowed
from inspection.refusals import NotFound
from inspection.rights import Deed
from notifications.messages.object_names import NameOpened
from storage import schemes
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import Person, Scheme
from storage.veils import is_veiled, shown_object
from web.desk import desk_link, for_reader, for_writer, require_page
from web.forms import read_fields
from web.house import house_of
from web.pages import page, refusal_page
from web.wording import wording


@dataclass(frozen=True)
class LookedAt:
    """One visit, its firm as it may be shown now, and who looked before the hour."""

    inspection: str
    number: int
    object: str
    looks: list[tuple[Person, datetime]]


def list_schemes(request: Request) -> Response:
    """`/schemes/names`: the schemes that set an hour, as far as they are this reader's to look at."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        require_page(reader, "/schemes/names")
        found = schemes.with_hour_of_names(records)
        return page(
            "names_of_schemes.html",
            reader.language,
            found=[
                one
                for one in found
                if is_allowed(Deed.OPEN_NAME, reader, of=one.departments[0], in_=one.district)
            ],
            link=lambda path, **query: desk_link(request, path, **query),
        )

    return for_reader(request, read)


def show_names(request: Request) -> Response:
    """`/schemes/<id>/names`: for operator, head and auditor."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        return _page(request, records, reader)

    return for_reader(request, read)


async def open_one(request: Request) -> Response:
    """`inspection` of the form is shown to this reader, on this one page; that is journalled."""
    fields = await read_fields(request)
    if fields is None:
        language = house_of(request).language
        return refusal_page(wording(language)("error_request"), language, status=413)
    return await run_in_threadpool(_open, request, fields)


def _open(request: Request, fields: dict[str, str]) -> Response:
    def write(records: Records, reader: Person, at: datetime) -> Response:
        inspection = records.find(Inspection, fields.get("inspection", ""))
        if inspection is None or inspection.scheme_id != request.path_params["id"]:
            raise NotFound
        seen = open_name(records, inspection.id, by=reader, at=at)
        records.session.flush()
        return _page(request, records, reader, seen)

    return for_writer(request, write)


def _page(request: Request, records: Records, reader: Person, seen: NameOpened | None = None) -> Response:
    scheme_id = request.path_params["id"]
    found = looks_of_scheme(records, scheme_id, by=reader)
    scheme = records.get(Scheme, scheme_id)
    return page(
        "names.html",
        reader.language,
        scheme=scheme,
        lines=[LookedAt(one.id, one.number, shown_object(records, one).name, looks) for one, looks in found],
        is_hidden=is_veiled(scheme),
        seen=seen,
        action=desk_link(request, f"/schemes/{scheme_id}/names"),
        up=desk_link(request, "/schemes/names"),
    )
