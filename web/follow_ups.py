"""`/follow-ups`: what follows from visits, on the desk: the matters of a department, and one with all about it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.letters import order_letter, transfer_letter
from actions.matter_cards import crime_card, follow_up_card, lines_of, transfer_card
from actions.matter_documents import Matter, add_document, day_of, find_matter
from actions.papers import pdf_of
from actions.rectifications import order_correction
from inspection.follow_ups import CORRECTIONS, FollowUpKind
from inspection.refusals import IllegalStep, NotYours, Refusal
from inspection.states import FollowUpState
from notifications.catalogue import label, refusal_sentence
from notifications.papers.facts import CorrectionOrderPaper, TransferLetterPaper
from storage import follow_ups
from storage.store import Records
from storage.tables.follow_ups import FollowUpMatter, SuspectedCrime
from storage.tables.inspections import Transfer
from storage.tables.registers import Person
from web.desk import desk_link, for_reader, for_writer, require_page
from web.documents import for_keeping
from web.house import house_of
from web.pages import page, refusal_page
from web.sign_in import read_form
from web.uploads import Upload, read_upload
from web.visitors import reader_of
from web.wording import wording

PAGE = 50
_SHOWS = ("open", "late", "all")
_FORM_LIMIT = 40_000
_PDF = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def list_follow_ups(request: Request) -> Response:
    """`?show=` what is open, overdue, or all; `?page=` from 1."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        require_page(reader, "/follow-ups")
        show = request.query_params.get("show", "open")
        show = show if show in _SHOWS else _SHOWS[0]
        lines = lines_of(records, reader, only_open=show != "all", at=at)
        shown = [one for one in lines if show != "late" or one.is_overdue]
        given = request.query_params.get("page", "1")
        number = int(given) if given.isdecimal() and 0 < len(given) < 6 else 1
        pages = max(1, -(-len(shown) // PAGE))
        number = min(max(number, 1), pages)
        language = reader.language
        return page(
            "follow_ups.html",
            language,
            reader=reader,
            rows=[
                (one, desk_link(request, "/follow-ups/matter", id=one.id), _said(one.what, language),
                 _said(one.state, language))
                for one in shown[(number - 1) * PAGE : number * PAGE]
            ],
            show=show,
            shows=[(one, desk_link(request, "/follow-ups", show=one)) for one in _SHOWS],
            total=len(shown),
            number=number,
            pages=pages,
            before=desk_link(request, "/follow-ups", show=show, page=str(number - 1)),
            after=desk_link(request, "/follow-ups", show=show, page=str(number + 1)),
        )  # fmt: skip

    return for_reader(request, read)


def show_matter(request: Request) -> Response:
    """`?id=`: its facts, its history, its documents, its letter, and the order with a day of one's choice."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        matter = find_matter(records, request.query_params.get("id", ""), by=reader)
        return _matter_page(request, records, reader, matter)

    return for_reader(request, read)


async def order(request: Request) -> Response:
    """A correction is ordered with words and a day; both may be empty."""
    form = await read_form(request, limit=_FORM_LIMIT) or {}

    def write(records: Records, reader: Person, at: datetime) -> Response:
        id = form.get("id", "")
        find_matter(records, id, by=reader)
        until = day_of(form.get("until", ""))
        words = form.get("words", "")
        order_correction(records, id, until=until, words=words, by=reader, at=at)
        return RedirectResponse(desk_link(request, "/follow-ups/matter", id=id), status_code=303)

    return await run_in_threadpool(for_writer, request, write)


async def take_document(request: Request) -> Response:
    """A file for a matter: PDF or picture."""
    house = house_of(request)
    upload = await read_upload(request, limit=house.upload_limit, words=wording(house.language))
    try:
        return await run_in_threadpool(for_writer, request, _kept(request, upload))
    finally:
        upload.close()


def _kept(request: Request, upload: Upload) -> Callable[[Records, Person, datetime], Response]:
    house = house_of(request)

    def write(records: Records, reader: Person, at: datetime) -> Response:
        id = upload.fields.get("id", "")
        if upload.is_too_large:
            limit = house.upload_limit // (1024 * 1024)
            raise Refusal("photo_too_big", limit_mb=limit)
        data = upload.file.read() if upload.file else b""
        add_document(records, id, data, upload.file_name, keep=house.files.put, by=reader, at=at)
        return RedirectResponse(desk_link(request, "/follow-ups/matter", id=id), status_code=303)

    return write


def give_document(request: Request) -> Response:
    """One document of a matter, for keeping."""
    house, sha256 = house_of(request), request.path_params["sha256"]

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        id = request.query_params.get("id", "")
        find_matter(records, id, by=reader)
        kept = next((one for one in follow_ups.documents(records, id) if one.sha256 == sha256), None)
        if kept is None:
            raise NotYours
        headers = _PDF | {"Content-Disposition": for_keeping(kept.file_name)}
        return Response(house.files.read(sha256), media_type="application/octet-stream", headers=headers)

    return for_reader(request, read)


def give_letter(request: Request) -> Response:
    """The order of a correction, or the letter that a lead is handed over with, as PDF."""
    house, language = house_of(request), house_of(request).language
    try:
        with house.store.transaction("web") as records:
            reader = reader_of(request, records)
            if reader is None:
                return refusal_page(wording(language)("error_sign_in"), language, status=401)
            language, id = reader.language, request.query_params.get("id", "")
            paper = _letter(records, find_matter(records, id, by=reader))
            records.journal("paper.read", id, by=reader.id, at=house.clock(), paper="letter")
        pdf = pdf_of(paper, house.files, fonts=house.fonts)
    except Refusal as refusal:
        status = 404 if isinstance(refusal, NotYours) else 409
        return refusal_page(refusal_sentence(refusal, language), language, status=status)
    headers = _PDF | {"Content-Disposition": 'inline; filename="letter.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _letter(records: Records, matter: Matter) -> CorrectionOrderPaper | TransferLetterPaper:
    if isinstance(matter, Transfer):
        return transfer_letter(records, matter)
    if isinstance(matter, FollowUpMatter) and FollowUpKind(matter.kind) in CORRECTIONS:
        return order_letter(records, matter)
    raise IllegalStep


def _matter_page(request: Request, records: Records, reader: Person, matter: Matter) -> Response:
    language = reader.language
    names = {
        one: person.name
        for one in {line.actor for line in follow_ups.history(records, matter.id) if line.actor}
        if (person := records.find(Person, one))
    }
    is_correction = isinstance(matter, FollowUpMatter) and FollowUpKind(matter.kind) in CORRECTIONS
    is_ordered = is_correction and matter.state is not FollowUpState.OPENED
    return page(
        "follow_up.html",
        language,
        reader=reader,
        matter=matter,
        card=_card(records, reader, matter),
        kind=_kind(matter),
        title=_said(_title(matter), language),
        state=_said(f"{_kind(matter)}_state_{matter.state}", language),
        group=[person.name for one in getattr(matter, "group", []) if (person := records.find(Person, one))],
        history=[
            (line.at, line.verb.rpartition(".")[2], names.get(line.actor or "", ""))
            for line in follow_ups.history(records, matter.id)
            if not line.verb.startswith("paper.")
        ],
        documents=[
            (one, desk_link(request, f"/follow-ups/documents/{one.sha256}", id=matter.id))
            for one in follow_ups.documents(records, matter.id)
        ],
        letter=desk_link(request, "/follow-ups/letter.pdf", id=matter.id)
        if is_ordered or isinstance(matter, Transfer)
        else "",
        order_to=desk_link(request, "/follow-ups/order") if is_correction and not is_ordered else "",
        send_to=desk_link(request, "/follow-ups/documents"),
        back=desk_link(request, "/follow-ups"),
    )


def _card(records: Records, reader: Person, matter: Matter) -> Any:
    if isinstance(matter, FollowUpMatter):
        return follow_up_card(records, matter)
    if isinstance(matter, SuspectedCrime):
        return crime_card(records, matter, reader_id=reader.id)
    return transfer_card(records, matter, department=reader.department)


def _kind(matter: Matter) -> str:
    kinds = {FollowUpMatter: "follow_up", SuspectedCrime: "crime", Transfer: "transfer"}
    return kinds[type(matter)]


def _title(matter: Matter) -> str:
    if isinstance(matter, FollowUpMatter):
        return f"follow_up_kind_{matter.kind}"
    return f"matter_kind_{_kind(matter)}"


def _said(name: str, language: str) -> str:
    return label(name, language)
