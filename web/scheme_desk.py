"""The operator's schemes on the desk: the list, the form with the eight parts, submitting and taking back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.approvals import abandon_scheme, submit_scheme, withdraw_scheme
from actions.rights import is_allowed
from actions.scheme_drafts import Draft, new_draft, open_draft, save_draft
from inspection.calendar.beijing import beijing_day
from inspection.departments import DEPARTMENTS, department_name
from inspection.refusals import Refusal
from inspection.registration import words as w
from inspection.rights import Deed
from inspection.roles import Role
from inspection.scheme_forms import ROWS
from inspection.schemes import SchemeKind
from inspection.states import SchemeState
from notifications.catalogue import label, refusal_sentence
from notifications.load_report import what_is_wrong, what_would_be_right
from storage import approvals, clues, people, schemes
from storage.store import Records
from storage.tables.registers import InspectionItem, Person, Scheme
from web.desk import desk_link, for_reader, for_writer, require_page
from web.forms import read_fields
from web.house import house_of
from web.pages import page, refusal_page
from web.wording import wording

_ROWS_SHOWN = 3
"""Empty rows of the object range that are always offered."""


@dataclass(frozen=True)
class Choices:
    """What the selects and boxes of the form offer: (value as it is written, words for the reader)."""

    departments: Sequence[tuple[str, str]]
    items: Sequence[tuple[str, Sequence[InspectionItem]]]
    checklists: Sequence[tuple[str, str]]
    exemptions: Sequence[tuple[str, str]]
    rules: Sequence[tuple[str, str]]
    witnesses: Sequence[tuple[str, str]]


def list_own_schemes(request: Request) -> Response:
    """`/schemes/mine`: what the department leads, and the lines of the plan that have no scheme yet."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        require_page(reader, "/schemes/mine")
        led = schemes.shown_within(records, reader.department, reader.district)
        year = beijing_day(at).year
        planned = approvals.plan_lines(records, reader.department, reader.district, year)
        taken = schemes.of_plan_lines(records, [one.id for one in planned])
        lines = [one for one in planned if one.id not in taken]
        return page(
            "schemes_mine.html",
            reader.language,
            reader=reader,
            led=[(one, label(f"state_scheme_{one.state}", reader.language)) for one in led],
            kinds={one.id: label(f"scheme_kind_{one.kind}", reader.language) for one in led},
            lines=lines,
            may_write=Role.OPERATOR in reader.roles,
            link=lambda path, **query: desk_link(request, path, **query),
        )

    return for_reader(request, read)


def show_new_scheme(request: Request) -> Response:
    """`/schemes/new`: `?plan=` a line of the plan, `?clues=` ids joined by commas, or `?field=` a special field."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        plan_id = request.query_params.get("plan", "")
        clue_ids = request.query_params.get("clues", "").split(",")
        field_id = request.query_params.get("field", "")
        draft = new_draft(records, plan_id=plan_id, clue_ids=clue_ids, field_id=field_id, by=reader, at=at)
        return _form(request, records, reader, draft)

    return for_reader(request, read)


def show_scheme_form(request: Request) -> Response:
    """`/schemes/<id>/edit`: the form of a draft; of any other the same to read."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        draft = open_draft(records, request.path_params["id"], by=reader)
        return _form(request, records, reader, draft)

    return for_reader(request, read)


async def save_scheme(request: Request) -> Response:
    """The form: `do` says whether it is only kept, submitted, taken back or given up."""
    fields = await read_fields(request)
    if fields is None:
        language = house_of(request).language
        return refusal_page(wording(language)("error_request"), language, status=413)
    return await run_in_threadpool(_save, request, fields)


def _save(request: Request, fields: dict[str, str]) -> Response:
    scheme_id = request.path_params.get("id", "")

    def write(records: Records, reader: Person, at: datetime) -> Response:
        wanted = fields.get("do", "save")
        if wanted == "withdraw":
            withdraw_scheme(records, scheme_id, by=reader, at=at)
            return _back(request, scheme_id)
        if wanted == "abandon":
            abandon_scheme(records, scheme_id, by=reader, at=at)
            return RedirectResponse(desk_link(request, "/schemes/mine"), status_code=303)
        draft = save_draft(records, scheme_id, fields, by=reader, at=at)
        assert draft.scheme is not None
        if wanted == "submit":
            return _submit(request, records, reader, draft, at)
        if not scheme_id:
            return _back(request, draft.scheme.id)
        return _form(request, records, reader, draft, is_saved=True)

    return for_writer(request, write)


def _submit(request: Request, records: Records, reader: Person, draft: Draft, at: datetime) -> Response:
    """What was typed is kept, whatever is said to the submission."""
    assert draft.scheme is not None
    try:
        with records.attempt():
            submit_scheme(records, draft.scheme.id, by=reader, at=at)
    except Refusal as refusal:
        sentence = refusal_sentence(refusal, reader.language)
        return _form(request, records, reader, draft, is_saved=True, sentence=sentence, status=409)
    return _back(request, draft.scheme.id)


def _back(request: Request, scheme_id: str) -> Response:
    return RedirectResponse(desk_link(request, f"/schemes/{scheme_id}/edit"), status_code=303)


def _form(
    request: Request,
    records: Records,
    reader: Person,
    draft: Draft,
    *,
    is_saved: bool = False,
    sentence: str = "",
    status: int = 200,
) -> Response:
    language, scheme = reader.language, draft.scheme
    is_open = scheme is None or scheme.state is SchemeState.DRAFTED
    right = partial(_right, language)
    wrong = {
        one.field: f"{what_is_wrong(one.problem, language)}{right(what_would_be_right(one.problem, language))}"
        for one in draft.problems
        if one.problem.is_error and not one.is_gap
    }
    filled = [n for n in range(1, ROWS + 1) if any(f.startswith(f"row{n}-") for f in draft.fields)]
    path = f"/schemes/{scheme.id}/edit" if scheme else "/schemes/new"
    return page(
        "scheme_form.html",
        language,
        status=status,
        reader=reader,
        scheme=scheme,
        fields=draft.fields,
        wrong=wrong,
        missing=[label(f"part_{one}", language) for one in draft.missing],
        rows=range(1, min(ROWS, max(filled, default=0) + _ROWS_SHOWN) + 1),
        choices=_choices(records, language),
        state=label(f"state_scheme_{scheme.state}", language) if scheme else "",
        head=people.head_of(records, reader.department, scheme.district if scheme else reader.district),
        said=_said(records, draft, language),
        clues=[one.id for one in clues.of_scheme(records, scheme.id)] if scheme else [],
        is_open=is_open and _may_write(reader, scheme),
        is_saved=is_saved,
        sentence=sentence,
        teams=_teams_link(request, draft, reader),
        action=desk_link(request, path),
        up=desk_link(request, "/schemes/mine"),
    )


def _right(language: str, words: str) -> str:
    return wording(language)("form_right", right=words)


def _may_write(reader: Person, scheme: Scheme | None) -> bool:
    """A new one whoever writes schemes; another level's only who is of that level."""
    if scheme is None:
        return is_allowed(Deed.RUN_SCHEME, reader)
    return is_allowed(Deed.RUN_SCHEME, reader, of=scheme.departments[0], in_=scheme.district)


def _teams_link(request: Request, draft: Draft, reader: Person) -> str:
    """Where the head names the teams of an approved scheme that is not drawn; empty where there is nothing to name."""
    scheme = draft.scheme
    if scheme is None or scheme.kind != SchemeKind.FULL_COVERAGE or Role.HEAD not in reader.roles:
        return ""
    is_to_name = scheme.state is SchemeState.FILED
    return desk_link(request, f"/schemes/{scheme.id}/teams") if is_to_name else ""


def _said(records: Records, draft: Draft, language: str) -> list[tuple[str, str, str]]:
    """What the joining departments have said of the newest submission."""
    if draft.scheme is None:
        return []
    return [
        (
            department_name(one.department, language),
            label(f"countersign_state_{one.state}", language),
            one.words,
        )
        for one in approvals.countersignatures(records, draft.scheme)
    ]


def _choices(records: Records, language: str) -> Choices:
    by_department: dict[str, list[InspectionItem]] = {}
    for item in approvals.items_on_list(records):
        by_department.setdefault(item.department, []).append(item)
    return Choices(
        departments=[(one.name, department_name(one.id, language)) for one in DEPARTMENTS.values()],
        items=[(department_name(id, language), items) for id, items in by_department.items()],
        checklists=approvals.checklist_titles(records),
        exemptions=[
            (word, label(f"cap_exemption_{value}", language)) for word, value in w.CAP_EXEMPTION_WORDS.items()
        ],
        rules=[
            (word, label(f"district_rule_{value}", language)) for word, value in w.DISTRICT_RULE_WORDS.items()
        ],
        witnesses=[
            (one.id, f"{one.title} {one.name}".strip()) for one in people.with_role(records, Role.WITNESS)
        ],
    )
