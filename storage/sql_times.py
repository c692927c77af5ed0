"""Days and spans counted in the database itself, in the words of each: a million rows are not fetched to be counted."""

from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class beijing_day_of(GenericFunction[str]):  # noqa: N801  # SQLAlchemy names a function after its class
    """`2026-11-26`, the day in Beijing of a moment; null of null."""

    type = String()
    inherit_cache = True


class minutes_from(GenericFunction[int]):  # noqa: N801
    """Whole minutes from the first to the second moment, both taken at the second in which they lie."""

    type = Integer()
    inherit_cache = True


@compiles(beijing_day_of, "sqlite")
def _sqlite_day(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    moment = (
        f"substr({compiler.process(element.clauses, **given)}, 1, 19)"  # it would round up the last second
    )
    return f"strftime('%Y-%m-%d', {moment}, '+8 hours')"


@compiles(beijing_day_of, "postgresql")
def _postgres_day(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **given)} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"


@compiles(minutes_from, "sqlite")
def _sqlite_minutes(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    first, second = (f"substr({compiler.process(one, **given)}, 1, 19)" for one in element.clauses)
    return f"((strftime('%s', {second}) - strftime('%s', {first})) / 60)"


@compiles(minutes_from, "postgresql")
def _postgres_minutes(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    first, second = (compiler.process(one, **given) for one in element.clauses)
    seconds = f"floor(extract(epoch from {second})) - floor(extract(epoch from {first}))"
    return f"CAST(floor(({seconds}) / 60) AS INTEGER)"
