"""What the database itself lets only grow: triggers that refuse to change or remove what is evidence.

They stop a wrong statement, a program that is not ours and an injection. Whoever owns the database can take them off;
then the chain and its anchors tell, and `unguarded` names the table. A migration that copies such a table on SQLite
(`batch_alter_table`) loses its triggers and calls `guard` again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Growing:
    """A table of evidence. `fixed` are the columns that stay as they were inserted, empty for all of them; `once` are
    those that are written once, from NULL. `number` is a key that the table counts itself: there a row is not put in
    the place of another, which on SQLite is no deletion."""

    table: str
    fixed: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    number: str = ""


_BUNDLE = ("bundle", "digest", "version", "published_at")
GROWING = (
    Growing("journal_line", number="id"),
    Growing("journal_link", number="place"),
    Growing(
        "public_bundle", ("id", "kind", "subject", *_BUNDLE, "stamp"), ("signature", "key_id"), number="id"
    ),
    Growing(
        "publication",
        ("inspection_id", "scheme_id", "object_name", "credit_code", *_BUNDLE, "due", "kind", "reason"),
        ("signature", "key_id"),
    ),
    Growing("signing_key"),
    Growing(
        "draw_record",  # a redraw adds its round to the transcript
        (
            "id", "scheme_id", "announcement", "objects", "inspectors", "exclusions", "secret", "codes",
            "announced_at", "announced_by",
        ),
        ("drawn_at", "voided_at", "voided_by"),
    ),
    Growing("register_version"),
    Growing("register_change", number="id"),
    Growing("check_in"),
    Growing("archive_package"),
    Growing("archive_part"),
)  # fmt: skip
REFUSAL = "may only grow"
"""In what the database says when it refuses."""


def guard(connection: Connection, tables: Iterable[Growing] = GROWING) -> None:
    """Puts the triggers on; a second time changes nothing."""
    for one in tables:
        unguard(connection, (one,))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(_function(one))
        for statement in _triggers(one, connection.dialect.name).values():
            connection.exec_driver_sql(statement)


def unguard(connection: Connection, tables: Iterable[Growing] = GROWING) -> None:
    """Takes them off: for a migration that must change what stands there, and for nobody else."""
    dialect = connection.dialect.name
    for one in tables:
        on = f" ON {one.table}" if dialect == "postgresql" else ""
        for name in _triggers(one, dialect):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
        if dialect == "postgresql":
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {one.table}_only_grows()")


def unguarded(connection: Connection) -> list[str]:
    """The tables that lack a trigger, or where one is switched off or does something else."""
    dialect = connection.dialect.name
    standing = _on_sqlite(connection) if dialect == "sqlite" else _on_postgresql(connection)
    return [
        one.table
        for one in GROWING
        if any(standing.get(name) != said for name, said in _wanted(one, dialect).items())
    ]


def _wanted(one: Growing, dialect: str) -> dict[str, str]:
    triggers = _triggers(one, dialect)
    if dialect == "sqlite":
        return triggers
    return dict.fromkeys(triggers, "on") | {f"{one.table}_only_grows": _body(one)}


def _on_sqlite(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {row.name: row.sql for row in rows}


def _on_postgresql(connection: Connection) -> dict[str, str]:
    """What a trigger does is in its definition too; `on` is for one that is switched on and calls its function."""
    triggers = connection.execute(
        text(
            "SELECT t.tgname, c.relname, p.proname, t.tgenabled::text FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
            " AND c.relnamespace = current_schema()::regnamespace AND p.pronamespace = c.relnamespace"
        )
    )
    standing = {
        name: "on"
        for name, table, function, enabled in triggers
        if enabled in ("O", "A") and function == f"{table}_only_grows" and name.startswith(f"{table}_no_")
    }
    functions = connection.execute(
        text("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace")
    )
    return standing | {row.proname: row.prosrc for row in functions}


def _function(one: Growing) -> str:
    return f"CREATE FUNCTION {one.table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS $${_body(one)}$$"


def _body(one: Growing) -> str:
    return f" BEGIN RAISE EXCEPTION '{one.table} {REFUSAL}'; END "


def _triggers(one: Growing, dialect: str) -> dict[str, str]:
    """Each with the statement that makes it."""
    whens = {"update": f"UPDATE OF {', '.join(one.fixed)}" if one.fixed else "UPDATE", "delete": "DELETE"}
    conditions = {}
    if one.once:
        differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
        whens["second"] = f"UPDATE OF {', '.join(one.once)}"
        conditions["second"] = " OR ".join(
            f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in one.once
        )
    if dialect == "postgresql":
        whens["truncate"] = "TRUNCATE"
    elif one.number:
        whens["replace"] = "INSERT"
        conditions["replace"] = f"EXISTS (SELECT 1 FROM {one.table} WHERE {one.number} = NEW.{one.number})"
    return {
        f"{one.table}_no_{what}": _trigger(one, dialect, what, when, conditions.get(what, ""))
        for what, when in whens.items()
    }


def _trigger(one: Growing, dialect: str, what: str, when: str, condition: str) -> str:
    each = "STATEMENT" if what == "truncate" else "ROW"
    only = f" WHEN ({condition})" if condition else ""
    deed = (
        f"BEGIN SELECT RAISE(ABORT, '{one.table} {REFUSAL}'); END"
        if dialect == "sqlite"
        else f"EXECUTE FUNCTION {one.table}_only_grows()"
    )
    name = f"{one.table}_no_{what}"
    return f"CREATE TRIGGER {name} BEFORE {when} ON {one.table} FOR EACH {each}{only} {deed}"
