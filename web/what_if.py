"""What if, on a page: other shares for a scheme that is filed; nothing is written."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from actions.rights import found, require
from actions.what_ifs import WhatIf, what_if
from inspection.refusals import Refusal
from inspection.rights import Deed
from inspection.states import SchemeState
from inspection.strata import Row
from inspection.supervision.rules import CLASSES, per_cent, per_cent_of
from notifications.catalogue import refusal_sentence
from notifications.shares import share_sentence
from storage import schemes
from storage.store import Records
from storage.tables.registers import Person, Scheme
from web.desk import desk_link, for_reader
from web.pages import page

_RUNS = 20
"""A page is waited for; `shuangsuiji draw what-if` takes more."""
_BY_CLASS, _BY_ROW = "class_", "row_"


def list_what_ifs(request: Request) -> Response:
    """`/what-if`: the schemes of the reader's department that are filed and not announced."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        require(Deed.WHAT_IF, reader)
        filed = schemes.led_by(records, reader.department, reader.district, states=(SchemeState.FILED,))
        found = [(one, desk_link(request, f"/schemes/{one.id}/what-if")) for one in filed]
        return page("what_ifs.html", reader.language, reader=reader, found=found)

    return for_reader(request, read)


def show_what_if(request: Request) -> Response:
    """`/schemes/<id>/what-if?class_A=2%25&row_1=5%25`: one field for each row of the scheme and one for each class."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        scheme = found(records, Scheme, request.path_params["id"], Deed.WHAT_IF)
        require(Deed.WHAT_IF, reader, of=scheme.departments[0], in_=scheme.district)
        rows = [Row.from_json(one) for one in scheme.strata]
        given = {name: value.strip()[:40] for name, value in request.query_params.items() if value.strip()}
        outlook, sentence = _reckoned(records, scheme, _asked(given, rows), reader, at)
        language = reader.language
        return page(
            "what_if.html",
            language,
            status=422 if sentence else 200,
            reader=reader,
            scheme=scheme,
            rows=[(f"{_BY_ROW}{number}", row, _stands(row)) for number, row in enumerate(rows, start=1)],
            classes=[(f"{_BY_CLASS}{one}", one) for one in CLASSES],
            given=given,
            chat=request.query_params.get("chat", ""),
            outlook=outlook,
            sentence=sentence,
            shares=[share_sentence(one, language) for one in outlook.shares] if outlook else [],
            per_cent=per_cent,
            action=request.url.path,
            back=desk_link(request, "/what-if"),
        )

    return for_reader(request, read)


def _asked(given: dict[str, str], rows: list[Row]) -> dict[str, str]:
    by_row = {row.name: given.get(f"{_BY_ROW}{number}", "") for number, row in enumerate(rows, start=1)}
    by_class = {one: given.get(f"{_BY_CLASS}{one}", "") for one in CLASSES}
    return {name: ratio for name, ratio in {**by_row, **by_class}.items() if ratio}


def _reckoned(
    records: Records, scheme: Scheme, asked: dict[str, str], reader: Person, at: datetime
) -> tuple[WhatIf | None, str]:
    """What came of it, or one sentence on why nothing could; the form keeps what was typed."""
    try:
        return what_if(records, scheme.id, asked, at=at, runs=_RUNS), ""
    except Refusal as refusal:
        return None, refusal_sentence(refusal, reader.language)


def _stands(row: Row) -> str:
    """The share or the number that the scheme was filed with."""
    return per_cent_of(row.ratio) if row.ratio else str(row.count)
