"""Ten years of inspections that are over, made by the database itself from the numbers 1 to N: invented throughout, and
the same rows at every run."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Enum
from sqlmodel import SQLModel

from scripts.bench.publicity import _BUNDLE, _PARTS_POSTGRESQL, _PARTS_SQLITE
from storage.store import Store

OFFICERS, TEAM, LIVING = 1_000, 4, 20
"""`market-1` … `market-20` and `fire-1` … are among the officers: who works today has a past."""
_OF_A_SCHEME, _MINUTES = 200, 10 * 365 * 24 * 60
_BEGAN = "2016-11-01 02:00:00"


@dataclass(frozen=True)
class _Rows:
    """`each` rows of a table for every inspection, or `of` so many in all. The columns are SQL over `n`, which counts
    the rows from 1, `i`, which counts the inspections, and `k`, the place of the row among those of its inspection;
    what is not said is as empty as the column allows."""

    table: str
    columns: Mapping[str, str]
    each: int = 1
    of: int | None = None


_SCHEME = f"'H' || ((i - 1) / {_OF_A_SCHEME} + 1)"
_ID = f"{_SCHEME} || '.O' || i"
_DEPARTMENT = "CASE WHEN k < 2 THEN 'market' ELSE 'fire' END"
_EITHER = "CASE WHEN k = 0 THEN 'market' ELSE 'fire' END"
_SEAT = f"{_ID} || '/' || ({_DEPARTMENT}) || '/' || (k % 2 + 1)"
_HASH = f"((i % {OFFICERS} * 7919 + k * 104729) % {OFFICERS})"
_OFFICER = (
    f"CASE WHEN {_HASH} < {LIVING} THEN 'market-' || ({_HASH} + 1)"
    f" WHEN {_HASH} < {2 * LIVING} THEN 'fire-' || ({_HASH} - {LIVING} + 1) ELSE 'P' || {_HASH} END"
)
_CODE = "'91652701MB' || (10000000 + i)"
_NAME = "'示例' || substr('好味香顺达康宁新华天山红旗阳光金桥', i % 16 + 1, 2) || '商店' || i"


def _history(number: int) -> Iterator[_Rows]:
    firms = max(number // 4, 100)
    firm = f"'O' || (i % {firms} * 7919 % {firms} + 1)"
    schemes = -(-number // _OF_A_SCHEME)
    yield _Rows(
        "person", {"id": "'P' || (n - 1)", "name": "'示例人员' || n", "department": "'tax'", "district": "'652701'",
        "roles": """'["officer"]'""", "language": "'zh'", "is_active": "TRUE"}, of=OFFICERS,
    )  # fmt: skip
    yield _Rows(
        "registered_object", {"id": "'O' || n", "kind": "'enterprise'", "name": "'示例商户' || n", "status": "'open'",
        "credit_code": _CODE, "district": "'652701'", "industry": "'retail'", "credit_class": "'B'",
        "is_active": "TRUE"}, of=firms,
    )  # fmt: skip
    scheme, year = "'H' || n", f"(2016 + n * 10 / {schemes + 1})"
    yield _Rows(
        "scheme", {"id": scheme, "name": "'示例联合抽查' || n", "departments": """'["market", "fire"]'""",
        "items": """'["T-market", "T-fire"]'""", "checklist_id": "'C1'", "state": "'finished'", "kind": "'random'",
        "district": "'652700'", "first_day": f"[day {year}]", "last_day": f"[day {year}]"}, of=schemes,
    )  # fmt: skip
    moment = f"[moment n * {_OF_A_SCHEME}]"
    yield _Rows(
        "draw_record", {"id": "'D-H' || n || '-1'", "scheme_id": scheme, "announcement": "'{}'", "drawn_at": moment,
        "announced_at": moment, "announced_by": "'OP'"}, of=schemes,
    )  # fmt: skip
    yield from _visits(firm)
    yield from _answers()
    yield from _publicity()
    yield from _messages()


def _visits(firm: str) -> Iterator[_Rows]:
    yield _Rows(
        "inspection", {"id": _ID, "scheme_id": _SCHEME, "draw_id": f"'D-' || {_SCHEME} || '-1'", "object_id": firm,
        "state": "'closed'", "checklist_version": "1", "started_at": "[moment i]", "ended_at": "[moment i]"},
    )  # fmt: skip
    yield _Rows("team", {"inspection_id": _ID, "state": "'confirmed'", "confirmed_at": "[moment i]"})
    yield _Rows(
        "seat", {"id": _SEAT, "inspection_id": _ID, "department": _DEPARTMENT, "number": "k % 2 + 1",
        "is_lead": "k = 0"}, TEAM,
    )  # fmt: skip
    yield _Rows(
        "assignment", {"id": f"{_SEAT} || '/1'", "seat_id": _SEAT, "inspection_id": _ID, "person_id": _OFFICER,
        "round": "0", "state": "'completed'", "drawn_at": "[moment i]", "notified_at": "[moment i]",
        "answer_by": "[moment i]", "answered_at": "[moment i]"}, TEAM,
    )  # fmt: skip
    clock = {
        "rule": "CASE WHEN k = 0 THEN 'answer' ELSE 'publicity' END", "version": "1", "inspection_id": _ID,
        "subject": f"CASE WHEN k = 0 THEN {_SEAT} || '/1' ELSE {_ID} END", "department": "'market'",
        "started_at": "[moment i]", "due_at": "[moment i]", "state": "'met'", "ended_at": "[moment i]",
    }  # fmt: skip
    yield _Rows("deadline", clock, 2)
    yield _Rows(
        "due_work", {"key": "'w' || n", "kind": "'lapse'", "subject": f"{_SEAT} || '/1'", "due_at": "[moment i]",
        "done_at": "[moment i]", "outcome": "'done'", "person_id": _OFFICER}, 3,
    )  # fmt: skip


def _answers() -> Iterator[_Rows]:
    part = f"{_ID} || '/' || ({_EITHER})"
    yield _Rows(
        "checklist_part", {"id": part, "inspection_id": _ID, "department": _EITHER, "state": "'locked'",
        "finished_at": "[moment i]"}, 2,
    )  # fmt: skip
    yield _Rows(
        "answer", {"part_id": f"{_ID} || '/' || ({_DEPARTMENT})", "question_id": "'q' || (k + 1)", "value": "'na'",
        "answered_at": "[moment i]", "answered_by": _OFFICER}, 4,
    )  # fmt: skip
    yield _Rows(
        "photo", {"inspection_id": _ID, "question_id": "'q1'", "sha256": "'h' || i", "department": "'market'",
        "receipt": "'E' || i", "media_type": "'image/jpeg'", "grade": "'original'", "channel": "'phone'",
        "sent_by": _OFFICER, "received_at": "[moment i]"},
    )  # fmt: skip
    yield _Rows(
        "check_in", {"inspection_id": _ID, "person_id": _OFFICER, "at": "[moment i]", "latitude": "44.9",
        "longitude": "82.07"},
    )  # fmt: skip
    yield _Rows(
        "result", {"inspection_id": _ID, "state": "'published'", "submitted_at": "[moment i]",
        "reviewed_at": "[moment i]", "published_at": "[moment i]"},
    )  # fmt: skip
    yield _Rows(
        "finding", {"inspection_id": _ID, "item_id": f"'T-' || ({_EITHER})", "department": _EITHER,
        "category": "'clean'", "entered_at": "[moment i]", "entered_by": _OFFICER}, 2,
    )  # fmt: skip
    yield _Rows(
        "department_review", {"id": f"{_ID} || '/fire'", "inspection_id": _ID, "department": "'fire'",
        "state": "'agreed'", "asked_at": "[moment i]", "decided_at": "[moment i]"},
    )  # fmt: skip


def _publicity() -> Iterator[_Rows]:
    yield _Rows(
        "publication", {"inspection_id": _ID, "version": "1", "scheme_id": _SCHEME, "object_name": _NAME,
        "credit_code": _CODE, "bundle": f"'{_BUNDLE}'", "digest": "'d' || i", "due": "[day 2026]",
        "published_at": "[moment i]", "signature": "'00'", "kind": "'result'"},
    )  # fmt: skip
    yield _Rows(
        "published_result", {"place": "i", "inspection_id": _ID, "version": "1", "scheme_id": _SCHEME,
        "department": "'market'", "district": "'652701'", "year": "2016 + i % 10", "object_name": _NAME,
        "folded_name": _NAME, "initial": "'S'", "credit_code": _CODE, "published_at": "[moment i]"},
    )  # fmt: skip
    yield _Rows(
        "case_file", {"inspection_id": _ID, "scheme_id": _SCHEME, "department": "'market'", "year": "2015 - i % 10",
        "number": "i", "object_name": _NAME, "credit_code": _CODE, "outcome": "'clean'", "state": "'archived'",
        "closed_at": "[moment i]", "archive_at": "[moment i]"},
    )  # fmt: skip
    yield _Rows("case_reader", {"inspection_id": _ID, "department": _EITHER}, 2)


def _messages() -> Iterator[_Rows]:
    yield _Rows(
        "inbox_update", {"channel": "'phone'", "update_id": "'h' || n", "chat": _OFFICER, "state": "'done'",
        "received_at": "[moment i]", "done_at": "[moment i]"}, 3,
    )  # fmt: skip
    yield _Rows(
        "outbox_line", {"key": "'h' || n", "addressee": _OFFICER, "person_id": _OFFICER, "channel": "'phone'",
        "chat": _OFFICER, "kind": "'assignment_drawn'", "slot": f"'as:' || {_SEAT}", "subject": f"{_SEAT} || '/1'",
        "state": "'sent'", "created_at": "[moment i]", "due_at": "[moment i]", "sent_at": "[moment i]",
        "message_id": "'' || n"}, 4,
    )  # fmt: skip
    yield _Rows(
        "sent_message", {"channel": "'phone'", "chat": _OFFICER, "slot": f"'as:' || {_SEAT}", "message_id": "'' || n"},
        2,
    )  # fmt: skip
    yield _Rows(
        "web_message", {"chat": _OFFICER, "revision": "n", "is_mine": "FALSE", "at": "[moment i]"}, 1,
    )  # fmt: skip
    yield _Rows(
        "journal_line", {"id": "n", "at": "[moment i]", "actor": _OFFICER, "channel": "'phone'",
        "verb": "'assignment.accept'", "subject": f"CASE WHEN k < 4 THEN {_SEAT} || '/1' ELSE {_ID} END"}, 6,
    )  # fmt: skip
    yield _Rows("journal_link", {"place": "n", "line_id": "n", "hash": f"'{'0' * 64}'"}, 6)


def fill(store: Store, number: int) -> None:
    """So many inspections with all that stands around each, into a store whose register has the people of today."""
    with _hastily(store) as run:
        for rows in _history(number):
            run(_statement(store, rows, rows.of or number * rows.each))
        run(_PARTS_SQLITE if store.is_sqlite else _PARTS_POSTGRESQL)
        if not store.is_sqlite:
            for name in ("journal_line", "published_result"):
                key = "place" if name == "published_result" else "id"
                run(f"SELECT setval(pg_get_serial_sequence('{name}', '{key}'), max({key})) FROM {name}")


@contextlib.contextmanager
def _hastily(store: Store) -> Iterator[Any]:
    """Without the rules between tables, in one commit, and with what the planner wants to know in the end."""
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        cursor = raw.cursor()
        if store.is_sqlite:
            for pragma in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -2000000"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.execute("BEGIN")
        else:
            cursor.execute("SET session_replication_role = replica")
        yield cursor.execute
        cursor.execute("COMMIT")
        if not store.is_sqlite:
            raw.autocommit = True
            cursor.execute("VACUUM ANALYZE")
        connection.invalidate()  # a connection that keeps no rules is nobody's
    store.engine.dispose()


def _statement(store: Store, rows: _Rows, number: int) -> str:
    table = SQLModel.metadata.tables[rows.table]
    columns = {
        one.name: _default(one)
        for one in table.columns
        if not one.nullable and not (one.primary_key and one.name not in rows.columns)
    }
    columns.update({name: _said(store, sql) for name, sql in rows.columns.items()})
    numbers = (
        f"WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {number})"
        if store.is_sqlite
        else f"WITH number (n) AS (SELECT generate_series(1, {number}))"
    )
    count = "CAST(n AS INTEGER)" if store.is_sqlite else "n::bigint"
    each = max(rows.each, 1)
    counted = f"SELECT {count} AS n, (n - 1) / {each} + 1 AS i, (n - 1) % {each} AS k FROM number"
    head = f"INSERT INTO {rows.table} ({', '.join(columns)})"
    body = f"SELECT {', '.join(columns.values())} FROM ({counted}) AS counted"
    return f"{numbers} {head} {body}" if store.is_sqlite else f"{head} {numbers} {body}"


def _default(column: Column[Any]) -> str:
    kind = column.type
    if isinstance(kind, Enum):
        return f"'{kind.enums[0]}'"
    if isinstance(kind, JSON):
        made = getattr(column.default, "arg", list)
        return "'{}'" if getattr(made, "__name__", "") == "dict" else "'[]'"
    plain = {int: "0", float: "0", bool: "FALSE"}
    return plain.get(kind.python_type, f"'{_BEGAN}+00'" if "Date" in type(kind).__name__ else "''")


def _said(store: Store, sql: str) -> str:
    """Moments and days as each database writes them."""
    while "[" in sql and ("[moment " in sql or "[day " in sql):
        kind = "[moment " if "[moment " in sql else "[day "
        before, rest = sql.split(kind, 1)
        inner, after = rest.split("]", 1)
        sql = f"{before}{_moment(store, inner) if kind == '[moment ' else _day(store, inner)}{after}"
    return sql


def _moment(store: Store, minutes: str) -> str:
    if store.is_sqlite:
        return f"strftime('%Y-%m-%d %H:%M:%S.000000', '{_BEGAN}', '+' || (({minutes}) * 5 % {_MINUTES}) || ' minutes')"
    return f"(TIMESTAMPTZ '{_BEGAN}+00' + ((({minutes}) * 5 % {_MINUTES}) * INTERVAL '1 minute'))"


def _day(store: Store, year: str) -> str:
    written = f"({year}) || '-06-01'"
    return written if store.is_sqlite else f"({written})::date"
