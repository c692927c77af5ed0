"""开放数据: everything public as JSON in the national shape, as CSV for a spreadsheet, and as a feed of what is new.

Each file is read from a cursor and written while it is read, some hundred rows at a time, so that a million rows need
no more memory than a hundred. No query here touches a person.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from inspection.calendar.beijing import beijing_day
from inspection.open_data import ITEM_LIST_SUBJECT, BundleKind
from inspection.publicity import canonical
from inspection.registration.written import guarded
from inspection.signatures import fields_of_signature, pem_of
from storage import publicity
from storage.publicity import Wanted
from storage.store import Records, Store
from storage.tables.inspections import Publication
from storage.tables.publicity import PublicBundle
from web import asked
from web.house import house_of
from web.pages import page
from web.wording import wording

USUAL = 1000
"""Rows of a file where nobody says how many; `?limit=0` is all of them."""
_AT_ONCE = 500
_FEED = 50
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-cache",
}
"""Anybody's program may read it, from any page."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One public thing: its bundle, where it stands in the order, its signature, and where people read it."""

    cursor: str
    bundle: Row
    digest: str
    signature: str | None
    key_id: str | None
    published_at: datetime
    title: str
    page: str


@dataclass(frozen=True)
class Dataset:
    """`read` gives so many entries after a cursor, newest first; `columns` are the headings of the CSV, `rows` makes
    its rows of one entry; `newest` is what an ETag is made from."""

    name: str
    read: Callable[[Records, str, int], list[Entry]]
    newest: Callable[[Records], tuple[str, datetime | None]]
    columns: Sequence[str]
    rows: Callable[[Row], Iterable[Sequence[object]]]


def show_open_data(request: Request) -> Response:
    """`/open-data/`: the files, their fields, the licence, how to check a signature."""
    house = house_of(request)
    return page(
        "open_data.html",
        house.language,
        datasets=tuple(DATASETS.values()),
        public_url=house.public_url,
        is_export=house.is_export,
    )


def give_file(request: Request) -> Response:
    """`/open-data/<name>.<json|csv|atom>`; `?before=` a cursor, `?limit=` rows (0: all)."""
    house, dataset = house_of(request), DATASETS.get(asked.part(request, "name"))
    form = asked.part(request, "form")
    if dataset is None or form not in FORMS:
        return JSONResponse({"error": wording(house.language)("error_not_here")}, status_code=404)
    before, limit = asked.words(request, "before"), _limit(request)
    with house.store.reading() as records:
        newest, at = dataset.newest(records)
    tag = sha256(f"{dataset.name} {form} {newest} {before} {limit}".encode()).hexdigest()[:20]
    headers = {**_OPEN, "ETag": f'W/"{tag}"'}
    if at is not None:
        headers["Last-Modified"] = format_datetime(at.astimezone(UTC), usegmt=True)
    if f'W/"{tag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    media_type, write = FORMS[form]
    lines = write(dataset, Reading(house.store, before, limit, house.public_url, house.language))
    return StreamingResponse(lines, media_type=media_type, headers=headers)


def _limit(request: Request) -> int:
    return asked.whole(request, "limit") if "limit" in request.query_params else USUAL


@dataclass(frozen=True)
class Reading:
    """What somebody reads: from where, how much, and below which address the pages are."""

    store: Store
    before: str
    limit: int
    public_url: str
    language: str

    def entries(self, dataset: Dataset, *, most: int = 0) -> Iterator[Entry]:
        """Some at a time, each time in a transaction of its own: whoever reads slowly holds up nobody."""
        left, before = most or self.limit, self.before
        while True:
            number = min(_AT_ONCE, left) if left else _AT_ONCE
            with self.store.reading() as records:
                some = dataset.read(records, before, number)
            yield from some
            if len(some) < number or left == number:
                return
            left, before = (left - number if left else 0), some[-1].cursor


# The forms


def _as_json(dataset: Dataset, reading: Reading) -> Iterator[str]:
    head = {"dataset": dataset.name, "licence": wording(reading.language)("open_licence")}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "data": [\n'
    number, last = 0, ""
    for entry in reading.entries(dataset):
        yield (",\n" if number else "") + canonical(signed_row(entry))
        number, last = number + 1, entry.cursor
    is_full = bool(reading.limit) and number == reading.limit
    after = asked.address(f"/open-data/{dataset.name}.json", before=last, limit=reading.limit)
    tail = {"next": f"{reading.public_url}{after}" if is_full else None}
    yield "\n], " + json.dumps(tail)[1:] + "\n"


def signed_row(entry: Entry) -> Row:
    """The bundle with its digest and signature beside its own fields; taken away again, what is left is what was
    signed."""
    return {**entry.bundle, **fields_of_signature(entry.digest, entry.signature, entry.key_id)}


def _as_csv(dataset: Dataset, reading: Reading) -> Iterator[str]:
    yield "\ufeff" + _line(("游标", *dataset.columns, "版本", "公示日期", "SHA-256"))
    for entry in reading.entries(dataset):
        tail = (entry.bundle["version"], entry.bundle["publishedOn"], entry.digest)
        for row in dataset.rows(entry.bundle):
            yield _line((entry.cursor, *row, *tail))


def _line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([guarded(value) for value in values])
    return out.getvalue()


_ATOM = "http://www.w3.org/2005/Atom"


def _as_feed(dataset: Dataset, reading: Reading) -> Iterator[str]:
    words = wording(reading.language)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    entries = list(reading.entries(dataset, most=_FEED))
    title = f"{words('product')} · {words(f'open_{dataset.name}')}"
    _tell(feed, "title", title)
    _tell(feed, "id", f"{reading.public_url}/open-data/{dataset.name}.atom")
    _link(feed, f"{reading.public_url}/open-data/{dataset.name}.atom", "self")
    newest = max((one.published_at for one in entries), default=datetime(2019, 1, 1, tzinfo=UTC))
    _tell(feed, "updated", newest.astimezone(UTC).isoformat(timespec="seconds"))
    _tell(ElementTree.SubElement(feed, f"{{{_ATOM}}}author"), "name", words("product_long"))
    for one in entries:
        entry = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        _tell(entry, "title", one.title)
        _tell(entry, "id", f"urn:sha256:{one.digest}")
        _link(entry, f"{reading.public_url}{one.page}", "alternate")
        _tell(entry, "updated", one.published_at.astimezone(UTC).isoformat(timespec="seconds"))
        _tell(entry, "summary", f"{words('version_number', number=one.bundle['version'])} · {one.digest}")
    ElementTree.register_namespace("", _ATOM)
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode") + "\n"


def _tell(parent: ElementTree.Element, name: str, text: str) -> None:
    kept = "".join(one for one in text if one >= " ")
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = kept


def _link(parent: ElementTree.Element, href: str, rel: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}link", {"href": href, "rel": rel})


FORMS: Mapping[str, tuple[str, Callable[[Dataset, Reading], Iterator[str]]]] = MappingProxyType(
    {
        "json": ("application/json", _as_json),
        "csv": ("text/csv; charset=utf-8", _as_csv),
        "atom": ("application/atom+xml", _as_feed),
    }
)


# The data


def _result_entry(publication: Publication, cursor: str) -> Entry:
    return Entry(
        cursor=cursor,
        bundle=json.loads(publication.bundle),
        digest=publication.digest,
        signature=publication.signature,
        key_id=publication.key_id,
        published_at=publication.published_at,
        title=publication.object_name,
        page=f"/results/{publication.inspection_id}",
    )


def _read_results(records: Records, before: str, limit: int) -> list[Entry]:
    wanted = Wanted(before=int(before) if before.isascii() and before.isdigit() else 0)
    rows = publicity.results(records, wanted, limit=limit).rows
    newest = publicity.publications(records, rows)
    return [
        _result_entry(newest[one.inspection_id], str(one.place))
        for one in rows
        if one.inspection_id in newest
    ]


def _newest_result(records: Records) -> tuple[str, datetime | None]:
    newest = publicity.newest_result(records)
    if newest is None:
        return "", None
    is_signed = publicity.publications(records, [newest])[newest.inspection_id].signature is not None
    return f"{newest.place} {is_signed}", newest.published_at


def _read_corrections(records: Records, before: str, limit: int) -> list[Entry]:
    found = publicity.corrections(records, before=_moment_and_id(before), limit=limit)
    return [_result_entry(one, f"{one.published_at.isoformat()}_{one.inspection_id}") for one in found]


def _moment_and_id(cursor: str) -> tuple[datetime, str] | None:
    at, _, id = cursor.partition("_")
    try:
        return (datetime.fromisoformat(at.replace(" ", "+")), id) if id else None
    except ValueError:
        return None


def _newest_correction(records: Records) -> tuple[str, datetime | None]:
    newest = publicity.corrections(records, limit=1)
    if not newest:
        return "", None
    return f"{newest[0].digest} {newest[0].signature}", newest[0].published_at


def _bundle_entry(bundle: PublicBundle, title: str, where: str) -> Entry:
    return Entry(
        cursor=str(bundle.id),
        bundle=json.loads(bundle.bundle),
        digest=bundle.digest,
        signature=bundle.signature,
        key_id=bundle.key_id,
        published_at=bundle.published_at,
        title=title,
        page=where,
    )


def _reader_of(
    kind: BundleKind, title: Callable[[Row], str], where: str, *, is_one_page: bool = False
) -> Callable[[Records, str, int], list[Entry]]:
    """The newest version of each subject of a kind; `where` is the folder of its pages, or the one page of all."""

    def read(records: Records, before: str, limit: int) -> list[Entry]:
        after = int(before) if before.isascii() and before.isdigit() else 0
        found = publicity.newest_bundles(records, kind, before=after, limit=limit)
        return [
            _bundle_entry(
                one, title(json.loads(one.bundle)), where if is_one_page else _page_of(one.subject, where)
            )
            for one in found
        ]

    return read


def _page_of(subject: str, where: str) -> str:
    return where if subject == ITEM_LIST_SUBJECT else f"{where}/{subject}"


def _newest_of(kind: BundleKind) -> Callable[[Records], tuple[str, datetime | None]]:
    def newest(records: Records) -> tuple[str, datetime | None]:
        last = publicity.last_bundle(records, kind)
        return (f"{last.id} {last.signature}", last.published_at) if last else ("", None)

    return newest


def _join(values: Iterable[str]) -> str:
    return "、".join(values)


def _result_rows(bundle: Row) -> Iterator[Sequence[object]]:
    """One row for each item of a result."""
    head = _values(bundle, _RESULT_HEAD)
    due = bundle["publicityDue"]
    for one in bundle["details"]:
        found = (one["seqno"], one["raninsItemName"], one["raninsCheckResName"])
        yield (*head, *found, due, bundle.get("correctionReason", ""))


def _values(bundle: Row, names: Iterable[str]) -> list[object]:
    return [_join(value) if isinstance(value := bundle[name], list) else value for name in names]


_RESULT_HEAD = (
    "raninsPlanId",
    "raninsPlaneName",
    "raninsTaskId",
    "raninsTaskName",
    "raninsTypeName",
    "insAuth",
    "insDate",
    "objectName",
    "creditCode",
)
_RESULT_COLUMNS = (
    *("抽查计划编号", "抽查计划名称", "抽查任务编号", "抽查任务名称", "抽查类型", "抽查机关", "抽查完成日期"),
    *("检查对象", "统一社会信用代码", "序号", "检查事项", "检查结果", "公示期限", "更正理由"),
)
_ITEM_FIELDS = {
    "itemId": "事项编码",
    "field": "抽查领域",
    "raninsItemName": "抽查事项",
    "itemKind": "事项类别",
    "initiator": "发起部门",
    "joining": "配合部门",
    "objectKind": "检查对象类型",
    "basis": "检查依据",
    "content": "检查内容",
    "methods": "检查方式",
    "ratio": "检查比例",
    "frequency": "检查频次",
    "level": "检查层级",
    "qualification": "人员资格",
    "itemVersion": "事项版本",
    "effectiveFrom": "生效日期",
}
_PLAN_FIELDS = {
    "raninsPlanId": "抽查计划编号",
    "raninsPlaneName": "抽查计划名称",
    "planYear": "年度",
    "raninsTypeName": "抽查类型",
    "insAuth": "抽查机关",
    "items": "抽查事项",
    "objectRange": "检查对象及范围",
    "ratio": "抽查比例",
    "frequency": "频次",
    "aboutCount": "大约数量",
    "level": "实施层级",
    "firstDay": "开始日期",
    "lastDay": "结束日期",
    "documentNumber": "发文文号",
}
_TASK_FIELDS = {
    "raninsPlanId": "抽查计划编号",
    "raninsTaskId": "抽查任务编号",
    "raninsTaskName": "抽查任务名称",
    "raninsTypeName": "抽查类型",
    "insAuth": "抽查机关",
    "items": "抽查事项",
    "firstDay": "开始日期",
    "lastDay": "结束日期",
    "drawnNumber": "抽取数量",
    "listWithheldReason": "名单不公示的依据",
}
_OBJECT_FIELDS = {
    "objectName": "检查对象",
    "creditCode": "统一社会信用代码",
    "district": "区域",
    "stratum": "分类",
}
_DRAW_FIELDS = {
    "drawId": "抽取编号",
    "raninsTaskId": "抽查任务编号",
    "raninsTaskName": "抽查任务名称",
    "announcedAt": "公告时间",
    "drawnAt": "抽取时间",
    "voidedAt": "作废时间",
    "voidReason": "作废原因",
}


def _item_rows(bundle: Row) -> Iterator[Sequence[object]]:
    return (_values(one, _ITEM_FIELDS) for one in bundle["items"])


def _plan_rows(bundle: Row) -> Iterator[Sequence[object]]:
    yield _values(bundle, _PLAN_FIELDS)


def _task_rows(bundle: Row) -> Iterator[Sequence[object]]:
    """One row for each drawn object; one in all where the list is withheld, or nothing is drawn yet."""
    head = _values(bundle, _TASK_FIELDS)
    nobody: list[Row] = [dict.fromkeys(_OBJECT_FIELDS, "")]
    for one in bundle["objects"] or nobody:
        yield (*head, *_values(one, _OBJECT_FIELDS))


def _draw_rows(bundle: Row) -> Iterator[Sequence[object]]:
    for one in bundle["files"]:
        yield (*_values(bundle, _DRAW_FIELDS), one["name"], one["size"], one["sha256"])


_ANCHOR_FIELDS = {
    "journalDay": "日期",
    "journalLines": "行数",
    "journalLastId": "最后一行编号",
    "journalHash": "哈希",
    "journalForm": "形式",
}


def _anchor_rows(bundle: Row) -> Iterator[Sequence[object]]:
    yield _values(bundle, _ANCHOR_FIELDS)


DATASETS: Mapping[str, Dataset] = MappingProxyType(
    {
        one.name: one
        for one in (
            Dataset(
                "items",
                _reader_of(BundleKind.ITEM_LIST, lambda _: "抽查事项清单", "/items"),
                _newest_of(BundleKind.ITEM_LIST),
                tuple(_ITEM_FIELDS.values()),
                _item_rows,
            ),
            Dataset(
                "plans",
                _reader_of(BundleKind.PLAN, lambda plan: str(plan["raninsPlaneName"]), "/plan"),
                _newest_of(BundleKind.PLAN),
                tuple(_PLAN_FIELDS.values()),
                _plan_rows,
            ),
            Dataset(
                "tasks",
                _reader_of(BundleKind.TASK, lambda task: str(task["raninsTaskName"]), "/schemes"),
                _newest_of(BundleKind.TASK),
                (*_TASK_FIELDS.values(), *_OBJECT_FIELDS.values()),
                _task_rows,
            ),
            Dataset("results", _read_results, _newest_result, _RESULT_COLUMNS, _result_rows),
            Dataset(
                "draws",
                _reader_of(
                    BundleKind.DRAW_RECORD,
                    lambda draw: f"{draw['raninsTaskName']} {draw['drawId']}",
                    "/draws",
                ),
                _newest_of(BundleKind.DRAW_RECORD),
                (*_DRAW_FIELDS.values(), "文件", "字节", "文件 SHA-256"),
                _draw_rows,
            ),
            Dataset("corrections", _read_corrections, _newest_correction, _RESULT_COLUMNS, _result_rows),
            Dataset(
                "journal",
                _reader_of(
                    BundleKind.JOURNAL, lambda anchor: str(anchor["journalDay"]), "/journal", is_one_page=True
                ),
                _newest_of(BundleKind.JOURNAL),
                tuple(_ANCHOR_FIELDS.values()),
                _anchor_rows,
            ),
        )
    }
)


# Signatures


def give_keys(request: Request) -> Response:
    """`/keys.json`: every public key that ever signed. The last one signs now."""
    with house_of(request).store.reading() as records:
        keys = publicity.keys(records)
    written = [
        {
            "id": one.id,
            "algorithm": "Ed25519",
            "publicKey": one.public_key,
            "addedOn": beijing_day(one.added_at).isoformat(),
        }
        for one in keys
    ]
    return Response(canonical({"keys": written}), media_type="application/json", headers=_OPEN)


def give_key(request: Request) -> Response:
    """`/keys/<id>.pem`: one public key as OpenSSL reads it."""
    with house_of(request).store.reading() as records:
        found = next((one for one in publicity.keys(records) if one.id == asked.part(request, "id")), None)
    if found is None:
        return _not_here(request)
    return Response(pem_of(found.public_key), media_type="application/x-pem-file", headers=_OPEN)


def give_signed(request: Request) -> Response:
    """`/bundles/<kind>/<subject>/<version>.<json|sig>`: the bytes that were signed, or the 64 of the signature."""
    found = _find_bundle(request)
    if found is None:
        return _not_here(request)
    if request.path_params["form"] == "json":
        return Response(found.bundle.encode(), media_type="application/json", headers=_OPEN)
    if found.signature is None:
        return _not_here(request)
    return Response(bytes.fromhex(found.signature), media_type="application/octet-stream", headers=_OPEN)


def _find_bundle(request: Request) -> Publication | PublicBundle | None:
    kind, subject = asked.part(request, "kind"), asked.part(request, "subject")
    version = request.path_params["version"]
    if kind not in set(BundleKind) or version >= 2**31:
        return None
    with house_of(request).store.reading() as records:
        if kind == BundleKind.RESULT:
            return publicity.result_version(records, subject, version)
        return publicity.bundle_of(records, BundleKind(kind), subject, version)


def _not_here(request: Request) -> Response:
    sentence = wording(house_of(request).language)("error_not_here")
    return JSONResponse({"error": sentence}, status_code=404)
