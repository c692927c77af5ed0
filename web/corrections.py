"""Objections to what is public, for those who register and decide them: a list, a form, and one page each."""

from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.corrections import (
    chosen,
    deciders,
    register_objection,
    reject_objection,
    uphold_objection,
    withdraw_publication,
)
from actions.rights import is_allowed
from inspection.corrections import REASON_LIMIT, WORDS_LIMIT, RaisedBy, Verdict, WithdrawalCause
from inspection.refusals import NotYours
from inspection.rights import Deed
from inspection.states import CorrectionState
from storage import corrections, public
from storage.store import Records
from storage.tables.inspections import Correction, Inspection
from storage.tables.registers import Person, Scheme
from storage.veils import shown_object
from web.desk import Answer, desk_link, for_reader, for_writer, require_page
from web.house import house_of
from web.pages import page, refusal_page
from web.sign_in import read_form
from web.wording import wording

_FORM_LIMIT = 40_000
"""Bytes: a Chinese sign is nine of them in a form."""
_HERE = "/desk/corrections"
Fields = dict[str, str]


def list_corrections(request: Request) -> Response:
    """`/desk/corrections`: the objections to results that the reader's department took part in, with the forms that
    are theirs; `?inspection=` fills in which result is meant."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        require_page(reader, _HERE)
        found = corrections.listed(records, reader.department, reader.district)
        lines = [
            (one, inspection, registered.name, desk_link(request, f"{_HERE}/{one.id}"))
            for one, inspection, registered, _scheme in found
        ]
        return page(
            "corrections.html",
            reader.language,
            lines=lines,
            register_at=desk_link(request, _HERE) if is_allowed(Deed.REGISTER_OBJECTION, reader) else "",
            withdraw_at=desk_link(request, "/desk/withdrawals")
            if is_allowed(Deed.WITHDRAW_PUBLICATION, reader)
            else "",
            inspection=request.query_params.get("inspection", "")[:26],
            raised_by=list(RaisedBy),
            causes=list(WithdrawalCause),
            words_limit=WORDS_LIMIT,
            reason_limit=REASON_LIMIT,
        )

    return for_reader(request, read)


def show_correction(request: Request) -> Response:
    """One objection: what was said, to whoever registered it and to those who decide."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        objection = records.get(Correction, _id_of(request))
        inspection = records.get(Inspection, objection.inspection_id)
        may_decide = any(one.id == reader.id for one in deciders(records, inspection))
        if not may_decide and reader.id != objection.registered_by:
            raise NotYours("correction_not_yours")
        registrar = records.find(Person, objection.registered_by)
        return page(
            "correction.html",
            reader.language,
            one=objection,
            object=shown_object(records, inspection).name,
            scheme=records.get(Scheme, inspection.scheme_id),
            registrar=registrar.name if registrar else "",
            versions=public.versions(records, inspection.id),
            decide_at=desk_link(request, f"{_HERE}/{objection.id}")
            if may_decide and objection.state is CorrectionState.REGISTERED
            else "",
            back=desk_link(request, _HERE),
            reason_limit=REASON_LIMIT,
        )

    return for_reader(request, read)


async def add_objection(request: Request) -> Response:
    """The form of the list: `inspection`, `raised_by`, `words`, perhaps `contact`."""

    def write(fields: Fields) -> Answer:
        def register(records: Records, reader: Person, at: datetime) -> Response:
            raised_by = chosen(RaisedBy, fields.get("raised_by", ""))
            objection = register_objection(
                records,
                fields.get("inspection", "").strip(),
                raised_by,
                fields.get("words", ""),
                fields.get("contact", ""),
                by=reader,
                at=at,
            )
            return RedirectResponse(desk_link(request, f"{_HERE}/{objection.id}"), status_code=303)

        return register

    return await _written(request, write)


async def decide_objection(request: Request) -> Response:
    """The form of one objection: `verdict` is `uphold` or `reject`, `reason` is public; `department_<id>` for each
    department whose findings are wrong."""

    def write(fields: Fields) -> Answer:
        def decide(records: Records, reader: Person, at: datetime) -> Response:
            objection, reason = _id_of(request), fields.get("reason", "")
            if chosen(Verdict, fields.get("verdict", "")) is Verdict.UPHOLD:
                named = [
                    name.removeprefix("department_") for name in fields if name.startswith("department_")
                ]
                uphold_objection(records, objection, reason, named, by=reader, at=at)
            else:
                reject_objection(records, objection, reason, by=reader, at=at)
            return RedirectResponse(desk_link(request, f"{_HERE}/{objection}"), status_code=303)

        return decide

    return await _written(request, write)


async def withdraw(request: Request) -> Response:
    """The other form of the list: `inspection`, `cause`, `reason`."""

    def write(fields: Fields) -> Answer:
        def end(records: Records, reader: Person, at: datetime) -> Response:
            inspection = fields.get("inspection", "").strip()
            cause = chosen(WithdrawalCause, fields.get("cause", ""))
            withdraw_publication(records, inspection, cause, fields.get("reason", ""), by=reader, at=at)
            return RedirectResponse(f"/results/{inspection}", status_code=303)

        return end

    return await _written(request, write)


async def _written(request: Request, write: Callable[[Fields], Answer]) -> Response:
    fields = await read_form(request, limit=_FORM_LIMIT)
    if fields is None:
        language = house_of(request).language
        return refusal_page(wording(language)("error_request"), language, status=413)
    return await run_in_threadpool(for_writer, request, write(fields))


def _id_of(request: Request) -> str:
    return f"{request.path_params['inspection']}/{request.path_params['number']}"
