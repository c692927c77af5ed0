"""The registers for those who keep them: a load is looked at and accepted, rows are exported, changes are read."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.register_exports import export_register, names_of, need_register
from actions.register_loads import (
    accept_load,
    keeper_for,
    load_report,
    loads_for,
    propose_load,
    sees_load_of,
    withdraw_load,
)
from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.departments import department_name
from inspection.refusals import NotYours, Unacceptable
from inspection.registration.report import LoadReport
from inspection.states import RegisterLoadState
from notifications.catalogue import label
from notifications.load_report import problem_line
from notifications.register_differences import count_line, difference_words, field_lines
from storage import register_history as history
from storage.register_files import csv_lines, workbook
from storage.store import Records
from storage.tables.register_history import RegisterLoad
from storage.tables.registers import Person
from web.desk import Answer, for_reader, for_writer
from web.house import house_of
from web.pages import page
from web.register_admin import READER_COOKIE
from web.sign_in import read_form
from web.uploads import Upload, read_upload
from web.wording import wording

_SHOWN_PROBLEMS, _SHOWN_CHANGES, _PAGE = 100, 50, 100
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_registers(request: Request) -> Response:
    """`/registers`: the first register in the reader's language."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        keeper_for(records, reader.id)
        return RedirectResponse(f"/registers/{reader.language}/objects/list", status_code=303)

    return _for_keeper(request, read)


def _for_keeper(request: Request, read: Answer) -> Response:
    """A page of the registers. In a demo it remembers who reads, for the library's pages and every form below."""
    known = _with_reader(request)
    answer, chat = for_reader(known, read), known.query_params.get("chat", "")
    if house_of(request).is_demo and chat and answer.status_code < 400:
        answer.set_cookie(READER_COOKIE, chat, path="/registers", httponly=True, samesite="lax")
    return answer


def show_load(request: Request) -> Response:
    """`/registers/load`: the form for a file, and what is looked at or waits."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        return _load_page(records, reader, at, sentence="")

    return _for_keeper(request, read)


async def take_load(request: Request) -> Response:
    """The file of the form: kept, and shown with its differences."""
    house = house_of(request)
    upload = await read_upload(request, limit=house.upload_limit, words=wording(house.language))
    try:
        return await run_in_threadpool(_take, _with_reader(request), upload)
    finally:
        upload.close()


def _take(request: Request, upload: Upload) -> Response:
    def write(records: Records, reader: Person, at: datetime) -> Response:
        words = wording(reader.language)
        content = upload.file.read() if upload.file is not None else b""
        if upload.is_too_large or not content:
            said = words("error_far_too_large") if upload.is_too_large else words("error_no_file")
            return _load_page(records, reader, at, sentence=said, status=413 if upload.is_too_large else 400)
        day = _day(upload.fields.get("effective_from", "")) or beijing_day(at)
        load = propose_load(
            records, [(Path(upload.file_name).name or "file", content)], by=reader.id, at=at, effective_from=day,
            complete=upload.fields.get("complete") == "yes",
        )  # fmt: skip
        return RedirectResponse(f"/registers/loads/{load.id}", status_code=303)

    return for_writer(request, write)


def show_differences(request: Request) -> Response:
    """`/registers/loads/<number>`: what it would do, row by row, and the two buttons."""

    def write(records: Records, reader: Person, at: datetime) -> Response:
        load = _load_of(records, reader, request)
        is_open = load.state is RegisterLoadState.PROPOSED
        values: dict[str, Any] = _differences(records, load, at, reader.language) if is_open else {}
        return page(
            "registers_differences.html", reader.language, reader=reader, load=load,
            state=label(f"state_register_load_{load.state}", reader.language), at=at,
            **{"report": None, "lines": (), "counts": (), "problems": (), "more": 0, "is_due": False, **values},
        )  # fmt: skip

    return for_writer(_with_reader(request), write)  # a look is a load that is taken back


async def decide_load(request: Request) -> Response:
    """`answer` of the form: `accept` or `withdraw`."""
    form = await read_form(request)
    return await run_in_threadpool(_decide, _with_reader(request), (form or {}).get("answer", ""))


def _decide(request: Request, answer: str) -> Response:
    def write(records: Records, reader: Person, at: datetime) -> Response:
        load = _load_of(records, reader, request)
        if answer not in {"accept", "withdraw"}:
            raise Unacceptable
        deed = accept_load if answer == "accept" else withdraw_load
        deed(records, load.id or 0, by=reader.id, at=at)
        return RedirectResponse(f"/registers/loads/{load.id}", status_code=303)

    return for_writer(request, write)


def give_export(request: Request) -> Response:
    """`/registers/export/<register>.xlsx` or `.csv`, perhaps of one `?department=`."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        keeper = keeper_for(records, reader.id)
        register, format = request.path_params["register"], request.path_params["format"]
        need_register(register)
        department = request.query_params.get("department") or None
        found = export_register(records, register, department=department, reader=keeper)
        if format == "xlsx":
            body, kind = workbook(found.name, found.titles, found.rows), _WORKBOOK
        else:
            body, kind = "".join(csv_lines(found.titles, found.rows)).encode(), "text/csv; charset=utf-8"
        return _file(body, kind, f"{found.stem}.{format}")

    return for_reader(_with_reader(request), read)


def show_changes(request: Request) -> Response:
    """`/registers/changes`: the feed of the reader's department, the newest first; `?format=json` and `csv` give all
    since `?since=` a day."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        keeper = keeper_for(records, reader.id)
        format = request.query_params.get("format", "")
        since = _day(request.query_params.get("since", ""))
        at = datetime.combine(since, datetime.min.time(), BEIJING) if since else None
        if format in {"json", "csv"}:
            return _feed(records, keeper.department, at, format, reader.language)
        before = request.query_params.get("before", "")
        found = history.changes_for(
            records, keeper.department, since=at, before=int(before) if before.isdecimal() else None,
            limit=_PAGE + 1, newest_first=True,
        )  # fmt: skip
        shown = found[:_PAGE]
        return page(
            "registers_changes.html", reader.language, reader=reader, since=since.isoformat() if since else "",
            department=keeper.department, lines=list(_feed_lines(records, shown, reader.language)),
            older=shown[-1].id if len(found) > _PAGE else None,
        )  # fmt: skip

    return _for_keeper(request, read)


def _feed(records: Records, department: str, at: datetime | None, format: str, language: str) -> Response:
    found = history.changes_for(records, department, since=at)
    if format == "json":
        names = names_of(records, found)
        lines = [
            {
                "id": one.id, "at": one.at.isoformat(), "register": one.register, "version": one.version,
                "key": one.key, "name": names.get((one.register, one.key), ""), "kind": one.kind.value,
                "before": one.before, "after": one.after,
            }
            for one in found
        ]  # fmt: skip
        body = json.dumps({"department": department, "changes": lines}, ensure_ascii=False, default=str)
        return _file(body.encode(), "application/json", f"changes-{department}.json")
    words = wording(language)
    titles = [
        words(f"registers_{name}") for name in ("when", "register", "change", "key", "name", "difference")
    ]
    rows = (
        [line["when"], line["register"], line["kind"], line["key"], line["name"], "；".join(line["fields"])]
        for line in _feed_lines(records, found, language)
    )
    return _file(
        "".join(csv_lines(titles, rows)).encode(), "text/csv; charset=utf-8", f"changes-{department}.csv"
    )


def _feed_lines(records: Records, found: list[history.SeenChange], language: str) -> Iterator[dict[str, Any]]:
    names, words = names_of(records, found), difference_words(language)
    for one in found:
        yield {
            "at": one.at,
            "when": one.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"),
            "register": label(f"register_{one.register}", language),
            "kind": words[one.kind.value],
            "key": one.key,
            "name": names.get((one.register, one.key), ""),
            "fields": field_lines(one.register, one.before, one.after, language),
        }


def _differences(records: Records, load: RegisterLoad, at: datetime, language: str) -> dict[str, Any]:
    def look(report: LoadReport) -> dict[str, Any]:
        lines = []
        for register, version in report.versions.items():
            found = list(history.changes_of(records, register, version, limit=_SHOWN_CHANGES))
            lines += list(_feed_lines(records, found, language))
        changed = sum(one.new + one.changed for one in report.counts)
        return {
            "report": report,
            "lines": lines,
            "counts": [count_line(one, language) for one in report.counts],
            "problems": [problem_line(one, language) for one in report.problems[:_SHOWN_PROBLEMS]],
            "more_problems": max(0, len(report.problems) - _SHOWN_PROBLEMS) + report.untold,
            "more": changed - len(lines),
            "is_due": load.effective_from <= beijing_day(at),
        }

    return load_report(records, load, at=at, look=look)


def _load_page(
    records: Records, reader: Person, at: datetime, *, sentence: str, status: int = 200
) -> Response:
    keeper = keeper_for(records, reader.id)
    waiting = [
        (one, label(f"state_register_load_{one.state}", reader.language))
        for one in loads_for(records, reader.id)
    ]
    return page(
        "registers_load.html", reader.language, status=status, reader=reader, sentence=sentence, waiting=waiting,
        today=beijing_day(at).isoformat(), department=department_name(keeper.department, reader.language),
    )  # fmt: skip


def _load_of(records: Records, reader: Person, request: Request) -> RegisterLoad:
    """Of those that this reader may see; the words don't say whether there is another."""
    keeper = keeper_for(records, reader.id)
    load = records.find(RegisterLoad, int(request.path_params["number"]))
    if load is None:
        raise NotYours
    filer = records.find(Person, load.filed_by) if load.filed_by else None
    if not sees_load_of(keeper, filer):
        raise NotYours
    return load


def _with_reader(request: Request) -> Request:
    """In a demo nobody signs in: who reads is said once in the address, and then by a cookie."""
    if house_of(request).is_demo and not request.query_params.get("chat"):
        query = urlencode({**request.query_params, "chat": request.cookies.get(READER_COOKIE, "")})
        return Request({**request.scope, "query_string": query.encode()}, request.receive)
    return request


def _file(body: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unacceptable("not_a_day") from None
