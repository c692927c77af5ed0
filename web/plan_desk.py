"""The desk of the year's plan: what is missing, a department's own lines, merging, publishing, amending."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from actions.plan_cards import FilingStatus, filing_states, publication_due
from actions.plan_filing import (
    FiledLines,
    drop_line,
    file_plan,
    file_upload,
    put_line,
    read_line,
    return_filing,
)
from actions.plan_merging import (
    MergeLook,
    accept_proposal,
    decline_proposal,
    look_at_plan,
    set_window,
    split_line,
)
from actions.plan_publishing import add_plan, change_plan, publish_plan, withdraw_plan
from actions.planning import (
    filing_due,
    is_joint_office,
    is_liaison,
    no_such_page,
    open_planning,
    planned,
    require_joint_office,
    require_liaison,
)
from inspection.departments import DEPARTMENTS, DISTRICTS, department_name, district_name
from inspection.planning.looks import Clash
from inspection.refusals import Refusal, Unacceptable
from inspection.registration.problems import RowProblem
from inspection.registration.words import INDUSTRY_WORDS
from inspection.states import PlanFilingState, PlanLineState, PlanYearState
from inspection.supervision.rules import CLASSES, RiskLevel
from notifications.catalogue import refusal_sentence
from notifications.formats import dated
from notifications.load_report import problem_line, what_is_wrong, what_would_be_right
from storage import planning
from storage.store import Records
from storage.tables.planning import PlanFiling, PlanLine, PlanVersion, PlanYear
from storage.tables.registers import Person, Plan
from web.desk import desk_link, for_reader, for_writer, require_page
from web.house import house_of
from web.pages import page, refusal_page
from web.plan_forms import LEVELS, MANY, Fields, back_to, cells_of, line_cells, one, take_form
from web.uploads import read_upload
from web.visitors import DoorClosed
from web.wording import wording

DESK = "/plans/desk"
_SHOWN = frozenset(PlanLineState) - {PlanLineState.DROPPED}
_OBJECT_KINDS = ("enterprise", "individual", "cooperative", "office", "product", "project", "conduct")


# --- All years ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class YearStatus:
    """A year with how far its departments are; `published` is where the public reads it."""

    year: PlanYear
    filings: tuple[FilingStatus, ...]
    due: datetime | None


def show_desk(request: Request) -> Response:
    """`/plans/desk`: each year, who has filed, and where to go on; the joint office opens a year here."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        require_page(reader, DESK)
        years = planning.years(records)
        statuses = [
            YearStatus(one, tuple(filing_states(records, one.year)), publication_due(records, one.year))
            for one in years
        ]
        loaded = [year for year in planning.public_years(records) if all(one.year != year for one in years)]
        return page(
            "plan_desk.html",
            reader.language,
            reader=reader,
            statuses=statuses,
            loaded=loaded,
            next_year=at.year + 1,
            is_office=is_joint_office(reader),
            is_liaison=is_liaison(reader),
            link=_link(request),
        )

    return for_reader(request, read)


async def change_desk(request: Request) -> Response:
    """The joint office opens a year."""

    def write(records: Records, reader: Person, at: datetime, fields: Fields) -> Response:
        open_planning(records, _year(one(fields, "year"), at), by=reader, at=at)
        return back_to(request, DESK)

    return await take_form(request, write)


def _year(text: str, at: datetime) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Unacceptable("plan_year_wrong", year=text[:12], first=at.year)
    return int(text)


# --- A department's own lines ---------------------------------------------------------------------------------------


def show_mine(request: Request) -> Response:
    """`/plans/<year>/mine`: the lines of the reader's department, a spreadsheet to send, and the filing."""
    return for_reader(request, lambda records, reader, at: _mine(request, records, reader))


def _mine(
    request: Request,
    records: Records,
    reader: Person,
    filed: FiledLines | None = None,
    *,
    status: int = 200,
) -> Response:
    require_liaison(reader)
    year = _opened(records, request)
    filing = records.find(PlanFiling, f"{year.year}-{reader.department}")
    shown = planning.lines(records, year.year, _SHOWN, reader.department)
    lines = [line for line in shown if line.rows and not line.parts]
    state = filing.state if filing else PlanFilingState.DRAFT
    return page(
        "plan_mine.html",
        reader.language,
        status=status,
        reader=reader,
        year=year,
        state=state,
        words=filing.words if filing else "",
        lines=lines,
        rows={line.id: planned(line).rows[0] for line in lines},
        titles=planning.item_titles(records, {item for line in lines for item in line.items}),
        due=filing_due(records, year.year, reader.department),
        may_change=year.state is PlanYearState.OPENED and state is not PlanFilingState.MERGED,
        problems=[problem_line(one, reader.language) for one in filed.problems] if filed else [],
        filed=filed,
        link=_link(request),
    )


async def change_mine(request: Request) -> Response:
    """Files, files that there is nothing, or takes a line back."""
    year = request.path_params["year"]

    def write(records: Records, reader: Person, at: datetime, fields: Fields) -> Response:
        act = one(fields, "act")
        if act == "drop":
            drop_line(records, one(fields, "line"), by=reader, at=at)
        else:
            file_plan(records, year, by=reader, at=at, is_empty_meant=act == "nothing")
        return back_to(request, f"/plans/{year}/mine")

    return await take_form(request, write)


async def upload_mine(request: Request) -> Response:
    """A spreadsheet of lines: all of it is kept, or none with every mistake named."""
    house, year = house_of(request), request.path_params["year"]
    w = wording(house.language)
    try:
        upload = await read_upload(request, limit=house.upload_limit, words=w)
    except DoorClosed as closed:
        return refusal_page(closed.sentence, house.language, status=closed.status)
    try:
        content = upload.file.read() if upload.file is not None else b""
    finally:
        upload.close()
    if upload.is_too_large or not content:
        sentence = w("error_far_too_large" if upload.is_too_large else "error_no_file")
        return refusal_page(sentence, house.language, status=413 if upload.is_too_large else 400)

    def write(records: Records, reader: Person, at: datetime) -> Response:
        filed = file_upload(records, year, upload.file_name, content, by=reader, at=at)
        status = 200 if filed.is_taken else 422
        return _mine(request, records, reader, filed, status=status)

    return await run_in_threadpool(for_writer, request, write)


def show_line(request: Request) -> Response:
    """`/plans/<year>/line` for a new line, `/plans/<year>/line/<id>` for one that stands."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        require_liaison(reader)
        _opened(records, request)
        id = request.path_params.get("id")
        if id is None:
            return _line_form(request, records, reader, _blank(request.path_params["year"]), ())
        line = records.find(PlanLine, id)
        if (
            line is None
            or line.department != reader.department
            or line.parts
            or line.year != request.path_params["year"]
        ):
            raise no_such_page()
        return _line_form(request, records, reader, cells_of(line, planned(line)), ())

    return for_reader(request, read)


async def change_line(request: Request) -> Response:
    """What was sent is kept, or shown again with what is wrong; nothing that was typed is lost."""
    year, id = request.path_params["year"], request.path_params.get("id")

    def write(records: Records, reader: Person, at: datetime, fields: Fields) -> Response:
        require_liaison(reader)
        cells = line_cells(fields)
        found = read_line(records, cells)
        if found.values is None:
            return _line_form(request, records, reader, cells, _said(found.problems, reader.language))
        try:
            with records.attempt():
                put_line(records, year, found.values, line_id=id, by=reader, at=at)
        except Unacceptable as refusal:
            said = (refusal_sentence(refusal, reader.language),)
            return _line_form(request, records, reader, cells, said)
        return back_to(request, f"/plans/{year}/mine")

    return await take_form(request, write)


def _said(problems: Iterable[RowProblem], language: str) -> tuple[str, ...]:
    """`抽查比例：… 应为：…`, one sentence for each."""
    return tuple(
        f"{one.heading}：{what_is_wrong(one, language)}"
        + wording(language)("should_be", right=what_would_be_right(one, language))
        for one in problems
        if one.is_error
    )


def _blank(year: int) -> dict[str, str]:
    return {
        **dict.fromkeys(MANY, ""), "name": "", "kind": "directed", "items": "", "object_range": "", "ratio": "",
        "about_count": "", "times": "1", "level": LEVELS[-1], "first_day": f"{year}-05-01",
        "last_day": f"{year}-10-31",
    }  # fmt: skip


def _line_form(
    request: Request,
    records: Records,
    reader: Person,
    cells: Mapping[str, str],
    problems: tuple[str, ...],
    *,
    amends: bool = False,
    chosen: Mapping[str, str] | None = None,
) -> Response:
    language = reader.language
    return page(
        "plan_line_form.html",
        language,
        status=422 if problems else 200,
        reader=reader,
        year=request.path_params["year"],
        cells=cells,
        choices=_choices(records, language),
        problems=problems,
        levels=LEVELS,
        is_new="id" not in request.path_params,
        amends=amends,
        chosen=chosen or {"department": "", "reason": ""},
        departments=_departments(language),
        action=desk_link(request, request.url.path),
        back=desk_link(request, DESK if amends else f"/plans/{request.path_params['year']}/mine"),
    )


def _choices(records: Records, language: str) -> dict[str, list[tuple[str, str]]]:
    """By field the values that can be ticked, each with its words."""
    w = wording(language)
    districts = [(code, district_name(code, language)) for code in DISTRICTS]
    return {
        "joining": _departments(language),
        "items": [(id, f"{id} {title}") for id, title in planning.item_titles(records).items()],
        "class": [(one, w("plan_class", letter=one)) for one in CLASSES],
        "district": districts,
        "object_kind": [(one, w(f"object_kind_{one}")) for one in _OBJECT_KINDS],
        "industry": [(value, word) for word, value in INDUSTRY_WORDS.items()],
        "lists": [(name, name) for name in planning.special_lists(records)],
        "risk": [(one.value, w(f"risk_{one}")) for one in RiskLevel],
        "districts": districts,
    }


def _departments(language: str) -> list[tuple[str, str]]:
    return [(id, department_name(id, language)) for id in DEPARTMENTS]


# --- Merging and publishing -----------------------------------------------------------------------------------------


def show_merge(request: Request) -> Response:
    """`/plans/<year>/merge`: what could be one visit, caps, clashes, and the publication."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        require_joint_office(reader)
        year = _opened(records, request)
        look = look_at_plan(records, year.year)
        return page(
            "plan_merge.html",
            reader.language,
            reader=reader,
            year=year,
            look=look,
            lines=_listed(look),
            clashes=[clash_sentence(one, reader.language) for one in look.clashes],
            filings=filing_states(records, year.year),
            due=publication_due(records, year.year),
            link=_link(request),
        )

    return for_reader(request, read)


def _listed(look: MergeLook) -> list[tuple[PlanLine, int, int]]:
    return [(line, look.sizes[line.id], look.visits[line.id]) for line in look.lines]


async def change_merge(request: Request) -> Response:
    """One press each: join, keep apart, take apart, set the window, send back, publish."""
    year = request.path_params["year"]

    def write(records: Records, reader: Person, at: datetime, fields: Fields) -> Response:
        require_joint_office(reader)
        act = one(fields, "act")
        if act == "publish":
            publish_plan(records, year, one(fields, "number"), by=reader, at=at)
            return back_to(request, f"/plans/{year}")
        _ACTS.get(act, _nothing)(records, year, fields, reader, at)
        return back_to(request, f"/plans/{year}/merge")

    return await take_form(request, write)


def _accept(records: Records, _year: int, fields: Fields, by: Person, at: datetime) -> None:
    accept_proposal(records, one(fields, "one"), one(fields, "other"), by=by, at=at)


def _decline(records: Records, _year: int, fields: Fields, by: Person, at: datetime) -> None:
    decline_proposal(records, one(fields, "one"), one(fields, "other"), by=by, at=at)


def _split(records: Records, _year: int, fields: Fields, by: Person, at: datetime) -> None:
    split_line(records, one(fields, "line"), by=by, at=at)


def _window(records: Records, _year: int, fields: Fields, by: Person, at: datetime) -> None:
    first, last = _day(one(fields, "first_day")), _day(one(fields, "last_day"))
    name = one(fields, "name")
    set_window(records, one(fields, "line"), name=name, first_day=first, last_day=last, by=by, at=at)


def _return(records: Records, year: int, fields: Fields, by: Person, at: datetime) -> None:
    return_filing(records, year, one(fields, "department"), one(fields, "words"), by=by, at=at)


def _nothing(_records: Records, _year: int, _fields: Fields, _by: Person, _at: datetime) -> None:
    raise Refusal


_ACTS = {"accept": _accept, "decline": _decline, "split": _split, "window": _window, "return": _return}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unacceptable("unfit_date", value=text[:40]) from None


def clash_sentence(clash: Clash, language: str) -> str:
    """One sentence: what stands against what."""
    facts = dict(clash.facts)
    for name in ("first", "last"):
        if name in facts:
            facts[name] = dated(facts[name], language)  # type: ignore[arg-type]
    if "department" in facts:
        facts["department"] = department_name(str(facts["department"]), language)
    return wording(language)(f"clash_{clash.code}", **facts)


# --- Amendments -----------------------------------------------------------------------------------------------------


def show_amend(request: Request) -> Response:
    """`/plans/<year>/amend`: every published line, to be changed or withdrawn; and one more to be added."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        require_joint_office(reader)
        year = request.path_params["year"]
        found = planning.published(records, year)
        if not found:
            raise no_such_page()
        return page(
            "plan_amend.html",
            reader.language,
            reader=reader,
            year=year,
            found=[(plan, line.state.value if line else "published") for plan, line in found],
            withdrawn=PlanLineState.WITHDRAWN.value,
            link=_link(request),
        )

    return for_reader(request, read)


def show_amended(request: Request) -> Response:
    """`/plans/<year>/amend/<plan>`: one published line with what became of it, to be changed or withdrawn."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        require_joint_office(reader)
        return _amend_form(request, records, reader)

    return for_reader(request, read)


def _amend_form(request: Request, records: Records, reader: Person) -> Response:
    plan = records.find(Plan, request.path_params["plan"])
    if plan is None or plan.year != request.path_params["year"]:
        raise no_such_page()
    line = planning.line_of_plan(records, plan.id)
    versions: list[PlanVersion] = [
        one for one in planning.versions(records, plan.year) if one.plan_id == plan.id
    ]
    return page(
        "plan_amended.html",
        reader.language,
        reader=reader,
        year=plan.year,
        plan=plan,
        is_withdrawn=line is not None and line.state is PlanLineState.WITHDRAWN,
        versions=versions,
        names={one.by: _name(records, one.by) for one in versions},
        departments=_departments(reader.language),
        titles={**planning.item_titles(records, plan.items), **planning.item_titles(records)},
        link=_link(request),
    )


def _name(records: Records, id: str) -> str:
    person = records.find(Person, id)
    return person.name if person else id


async def change_amended(request: Request) -> Response:
    """Changes or withdraws a published line, with the reason."""
    year, plan_id = request.path_params["year"], request.path_params["plan"]

    def write(records: Records, reader: Person, at: datetime, fields: Fields) -> Response:
        reason = one(fields, "reason")
        if one(fields, "act") == "withdraw":
            withdraw_plan(records, plan_id, reason=reason, by=reader, at=at)
        else:
            values = _changed(one(fields, name) for name in _TEXTS)
            values |= {name: _day(one(fields, name)) for name in ("first_day", "last_day")}
            values["about_count"] = _count(one(fields, "about_count"))
            values |= _chosen(records, plan_id, fields)
            change_plan(records, plan_id, values, reason=reason, by=reader, at=at)
        return back_to(request, f"/plans/{year}/amend/{plan_id}")

    return await take_form(request, write)


_TEXTS = ("name", "object_range", "ratio", "frequency", "level")
_LONGEST = {"object_range": 5000}


def _changed(values: Iterable[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in zip(_TEXTS, values, strict=True):
        limit = _LONGEST.get(name, 200)
        if len(value) > limit:
            raise Unacceptable("words_too_long", length=len(value), limit=limit)
        if name == "name" and not value:
            raise Unacceptable("words_empty")
        found[name] = value
    return found


def _chosen(records: Records, plan_id: str, fields: Fields) -> dict[str, object]:
    """The departments that join and the items, of those that there are; the others of a form are nobody's."""
    plan, known = records.get(Plan, plan_id), planning.item_titles(records)
    joining = [id for id in fields.get("joining", ()) if id in DEPARTMENTS and id != plan.lead_department]
    items = [id for id in fields.get("items", ()) if id in known or id in plan.items]
    return {"joining": joining, "items": items}


def _count(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Unacceptable("unfit_integer", value=text[:40])
    return int(text)


def show_add(request: Request) -> Response:
    """`/plans/<year>/add`: one line more in a published plan."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        require_joint_office(reader)
        return _line_form(request, records, reader, _blank(request.path_params["year"]), (), amends=True)

    return for_reader(request, read)


async def change_add(request: Request) -> Response:
    """Adds the line, or shows it again with what is wrong."""
    year = request.path_params["year"]

    def write(records: Records, reader: Person, at: datetime, fields: Fields) -> Response:
        require_joint_office(reader)
        cells, chosen = line_cells(fields), {name: one(fields, name) for name in ("department", "reason")}
        found = read_line(records, cells)
        said = _said(found.problems, reader.language)
        if found.values is not None:
            try:
                with records.attempt():
                    add_plan(
                        records,
                        year,
                        chosen["department"],
                        found.values,
                        reason=chosen["reason"],
                        by=reader,
                        at=at,
                    )
                return back_to(request, f"/plans/{year}/amend")
            except Unacceptable as refusal:
                said = (refusal_sentence(refusal, reader.language),)
        return _line_form(request, records, reader, cells, said, amends=True, chosen=chosen)

    return await take_form(request, write)


# --- In common ------------------------------------------------------------------------------------------------------


def _opened(records: Records, request: Request) -> PlanYear:
    found = records.find(PlanYear, request.path_params["year"])
    if found is None:
        raise no_such_page()
    return found


class _Link:
    """In a template: `link("/plans/desk")`."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def __call__(self, path: str) -> str:
        return desk_link(self._request, path)


def _link(request: Request) -> _Link:
    return _Link(request)
