"""One dialect and one memory of compiled statements for all stores of a test process.

Every test opens a store of its own, and SQLAlchemy compiles each statement once per engine: half of what the tests
computed was the same few hundred statements, compiled anew for every test. A compiled statement is remembered by its
dialect, so the engines of a kind share theirs.
"""

from typing import Any, Self

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

_COMPILED: LRUCache[Any, Any] = LRUCache(5_000)


class _Shared:
    """The first that is made with some arguments is given to everybody who asks with the same."""

    _made: dict[Any, Self]

    def __new__(cls, **given: Any) -> Self:
        key = tuple(sorted((name, repr(value)) for name, value in given.items()))
        if key not in cls._made:
            cls._made[key] = super().__new__(cls)
        return cls._made[key]

    def __init__(self, **given: Any) -> None:
        if "_is_made" not in self.__dict__:
            super().__init__(**given)
            self._is_made = True


class _Remembering:
    """Every engine of the process, whoever makes it: a store that a command opens, the shadow of another."""

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)


class SharedSQLite(_Remembering, _Shared, SQLiteDialect_pysqlite):
    supports_statement_cache = True
    _made: dict[Any, Self] = {}  # noqa: RUF012


class SharedPostgreSQL(_Remembering, _Shared, PGDialect_psycopg):
    supports_statement_cache = True
    _made: dict[Any, Self] = {}  # noqa: RUF012


def share_dialects() -> None:
    registry.register("sqlite", __name__, "SharedSQLite")
    registry.register("postgresql.psycopg", __name__, "SharedPostgreSQL")
