"""What a migration does to a table that others are reading and writing at the same time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from alembic import op
from sqlalchemy import TextClause, text

BESIDE_OTHERS = "is_beside_others"
"""Among the attributes of Alembic's configuration: each migration has a transaction of its own, which it may end."""


def add_index(
    name: str,
    table: str,
    columns: Sequence[str | TextClause],
    *,
    unique: bool = False,
    where: TextClause | None = None,
) -> None:
    """An index on a table that there was before; `where` makes it one of some rows only. On PostgreSQL it is built
    beside those who write; an attempt that broke off is done anew."""
    if not _is_beside_others():
        op.create_index(name, table, columns, unique=unique, postgresql_where=where, sqlite_where=where)
        return
    with _patiently():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(
            name, table, columns, unique=unique, postgresql_where=where, postgresql_concurrently=True
        )


def drop_index(name: str, table: str) -> None:
    """An index that no version asks for any more."""
    if not _is_beside_others():
        op.drop_index(name, table)
        return
    with _patiently():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _is_beside_others() -> bool:
    config = op.get_context().config
    return config is not None and bool(config.attributes.get(BESIDE_OTHERS))


@contextmanager
def _patiently() -> Iterator[None]:
    """Outside of any transaction, and for as long as it takes: nobody waits behind it."""
    with op.get_context().autocommit_block():
        patience = op.get_bind().execute(text("SHOW lock_timeout")).scalar_one()
        op.execute("SET lock_timeout = 0")
        yield
        op.execute(f"SET lock_timeout = '{patience}'")
