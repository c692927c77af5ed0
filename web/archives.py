"""Case files: searched, opened part by part, taken out as a package, archived, checked; every look is written down."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from actions.archive_check import Checked, check_package, note_check, to_check
from actions.archive_package import note_look, take_package, take_part, zip_chunks
from actions.archiving import build, gather, keep_package
from actions.case_files import (
    may_archive,
    may_read_restricted,
    may_reopen,
    may_see_looks,
    number_of,
    readable_file,
    reads_level,
    reads_own,
    reopen_case_file,
)
from inspection.archives import Outcome
from inspection.refusals import NotYours, Refusal
from inspection.states import ArchiveState
from notifications.catalogue import refusal_sentence
from storage import archives
from storage.archives import Search
from storage.store import Records
from storage.tables.archives import CaseFile
from storage.tables.inspections import JournalLine
from storage.tables.registers import Person, Scheme
from web.desk import desk_link, for_reader, for_writer
from web.house import house_of
from web.pages import page, refusal_page
from web.sign_in import read_form
from web.visitors import reader_of
from web.wording import wording

PAGE = 30
LOOKS = 50
_FORM_LIMIT = 40_000
"""Bytes: a reason in Chinese comes as nine a sign."""
_KEPT_APART = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
_AS_TEXT = (
    "application/json",
    "application/jsonl",
    "application/xml",
    "text/plain",
    "text/csv",
    "text/x-python",
)


def list_files(request: Request) -> Response:
    """`/archive?q=&year=&outcome=&state=&page=`: the reader's own files, or all."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        if not reads_own(reader):
            raise NotYours("archive_not_yours")
        search = _search_of(request)
        number = _whole(request, "page", 1)
        department = None if reads_level(reader) else reader.department
        found, total = archives.find_files(
            records,
            search,
            department=department,
            district=reader.district,
            skip=(number - 1) * PAGE,
            limit=PAGE,
        )
        counted = min(total, archives.COUNTED_TO)
        pages = max(1, -(-counted // PAGE))
        kept = {
            "q": search.text,
            "year": str(search.year or ""),
            "outcome": search.outcome,
            "state": search.state,
        }
        return page(
            "archive.html",
            reader.language,
            found=[
                (one, number_of(one), desk_link(request, f"/archive/{one.inspection_id}")) for one in found
            ],
            total=f"{counted}+" if total > counted else counted,
            search=search,
            years=archives.years(records),
            outcomes=list(Outcome),
            states=list(ArchiveState),
            number=number,
            pages=pages,
            here=lambda to: desk_link(request, "/archive", **kept, page=str(to)),
            chat=_chat(request),
        )

    return for_reader(request, read)


def show_file(request: Request) -> Response:
    """`/archive/<inspection>`: the file with its index; that it was opened is journalled."""

    def look(records: Records, reader: Person, at: datetime) -> Response:
        file = _file(request, records, reader)
        note_look(records, file.inspection_id, "file", by=reader, at=at, place=_place(request))
        return _file_page(request, records, file, reader)

    return for_writer(request, look)


def give_part(request: Request) -> Response:
    """`/archive/<inspection>/parts/<version>/<number>`: one part as it was archived."""
    version, number = (int(request.path_params[name]) for name in ("version", "number"))
    house = house_of(request)

    def look(records: Records, reader: Person, at: datetime) -> Response:
        inspection = request.path_params["inspection"]
        part = take_part(records, inspection, version, number, by=reader, at=at, place=_place(request))
        name = part.path.rpartition("/")[2]
        is_shown = part.media_type == "application/pdf" or part.media_type in _AS_TEXT
        how = "inline" if is_shown else "attachment"
        media_type = "text/plain; charset=utf-8" if part.media_type in _AS_TEXT else part.media_type
        headers = _KEPT_APART | {"Content-Disposition": f'{how}; filename="{name}"'}
        return Response(house.files.read(part.sha256), media_type=media_type, headers=headers)

    return for_writer(request, look)


def give_package(request: Request) -> Response:
    """`/archive/<inspection>/package.zip?version=`: the whole package as one ZIP, written while it is read."""
    given = request.query_params.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else None
    house = house_of(request)

    def look(records: Records, reader: Person, at: datetime) -> Response:
        inspection = request.path_params["inspection"]
        taken = take_package(records, inspection, by=reader, at=at, place=_place(request), version=version)
        headers = _KEPT_APART | {"Content-Disposition": f'attachment; filename="{taken.name}"'}
        return StreamingResponse(
            zip_chunks(taken, house.files), media_type="application/zip", headers=headers
        )

    return for_writer(request, look)


def make_package(request: Request) -> Response:
    """A form: archives the file now. Papers are set outside of any transaction."""
    house, place = house_of(request), request.path_params["inspection"]

    def make(reader: Person, at: datetime) -> Response:
        with house.store.reading() as records:
            gathered = gather(records, place, by=reader, at=at)
        built = build(gathered, house.files, fonts=house.fonts)
        with house.store.transaction("web") as records:
            keep_package(records, built, by=reader, at=at)
        return RedirectResponse(desk_link(request, f"/archive/{place}"), status_code=303)

    return _outside(request, make)


def check_file(request: Request) -> Response:
    """A form: verifies the newest package and shows what came of it."""
    house, place = house_of(request), request.path_params["inspection"]

    def check(reader: Person, at: datetime) -> Response:
        with house.store.reading() as records:
            what = to_check(records, place, by=reader)
        checked = check_package(what, house.files)
        with house.store.transaction("web") as records:
            note_check(records, place, checked, by=reader, at=at, place=_place(request))
            return _file_page(request, records, records.get(CaseFile, place), reader, checked)

    return _outside(request, check)


async def reopen_file(request: Request) -> Response:
    """A form with `reason`."""
    form = await read_form(request, limit=_FORM_LIMIT) or {}
    reason, place = form.get("reason", ""), request.path_params["inspection"]

    def reopen(records: Records, reader: Person, at: datetime) -> Response:
        reopen_case_file(records, place, reason, by=reader, at=at)
        return RedirectResponse(desk_link(request, f"/archive/{place}"), status_code=303)

    return for_writer(request, reopen)


def _outside(request: Request, do: Callable[[Person, datetime], Response]) -> Response:
    """For what takes seconds: `do` opens its own transactions."""
    house = house_of(request)
    with house.store.reading() as records:
        reader = reader_of(request, records)
    if reader is None:
        return refusal_page(wording(house.language)("error_sign_in"), house.language, status=401)
    try:
        return do(reader, house.clock())
    except Refusal as refusal:
        status = 404 if isinstance(refusal, NotYours) else 409
        return refusal_page(refusal_sentence(refusal, reader.language), reader.language, status=status)


def _file_page(
    request: Request, records: Records, file: CaseFile, reader: Person, checked: Checked | None = None
) -> Response:
    parts = archives.parts(records, file.inspection_id, file.package)
    looks = archives.looks(records, file.inspection_id, limit=LOOKS) if may_see_looks(file, reader) else None
    people = archives.names(
        records, {file.archived_by, file.reopened_by, *(one.actor for one in looks or ())}
    )
    below = f"/archive/{file.inspection_id}"
    return page(
        "case_file.html",
        reader.language,
        file=file,
        case_number=number_of(file),
        scheme=records.get(Scheme, file.scheme_id),
        packages=[
            (one, desk_link(request, f"{below}/package.zip", version=str(one.version)))
            for one in archives.packages(records, file.inspection_id)
        ],
        parts=[
            (
                one,
                desk_link(request, f"{below}/parts/{file.package}/{one.number}")
                if may_read_restricted(reader, one.restricted_to)
                else "",
            )
            for one in parts
        ],
        people=people,
        looks=None if looks is None else [_look(one) for one in looks],
        checked=checked,
        may_archive=may_archive(records, file, reader) and file.state is not ArchiveState.ARCHIVED,
        may_reopen=may_reopen(records, file, reader) and file.state is ArchiveState.ARCHIVED,
        to=lambda what: desk_link(request, f"{below}/{what}"),
        back=desk_link(request, "/archive"),
    )


def _look(line: JournalLine) -> dict[str, Any]:
    return {"part": None, "flaws": 0, "place": "", "at": line.at, "actor": line.actor, **line.details}


def _file(request: Request, records: Records, reader: Person) -> CaseFile:
    return readable_file(records, request.path_params["inspection"], reader)


def _search_of(request: Request) -> Search:
    asked = request.query_params
    return Search(
        text=asked.get("q", "").replace("\0", "").strip()[:60],
        year=_whole(request, "year", 0) or None,
        outcome=asked.get("outcome", "") if asked.get("outcome", "") in set(Outcome) else "",
        state=asked.get("state", "") if asked.get("state", "") in set(ArchiveState) else "",
    )


def _whole(request: Request, name: str, otherwise: int) -> int:
    given = request.query_params.get(name, "")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else otherwise


def _place(request: Request) -> str:
    """Where somebody looks from, as far as this machine can tell."""
    return request.client.host if request.client else ""


def _chat(request: Request) -> str:
    return request.query_params.get("chat", "") if house_of(request).is_demo else ""
