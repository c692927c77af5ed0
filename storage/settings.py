"""Small values that outlive a restart."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlmodel import col

from storage.once import put
from storage.store import Records
from storage.tables.messaging import Setting

TELEGRAM_USERNAME = "telegram_username"
"""By which name people find us there, without the @; kept at every start, absent where Telegram is not used."""

PUBLIC_URL = "public_url"
"""How people outside reach the pages; kept at every start."""

RECEIVES = "receives:"
"""Before the name of a channel: the process that asks its messenger for updates, or watches over its webhook."""


def value(records: Records, name: str) -> str:
    """What is kept under this name; empty when nothing is."""
    kept = records.session.execute(select(col(Setting.value)).where(col(Setting.name) == name)).scalar()
    return kept or ""


def keep(records: Records, values: Mapping[str, str]) -> None:
    """Keeps each value under its name, in the place of the one before."""
    put(records, Setting, [{"name": name, "value": kept} for name, kept in values.items()], key=("name",))


def forget(records: Records, name: str) -> bool:
    """False when there was nothing under this name, or somebody else has just taken it away."""
    gone = records.session.execute(
        delete(Setting).where(col(Setting.name) == name), execution_options={"synchronize_session": False}
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def beginning_with(records: Records, start: str) -> dict[str, str]:
    """Every value whose name begins so, by the rest of its name."""
    rows = select(col(Setting.name), col(Setting.value)).where(
        col(Setting.name).startswith(start, autoescape=True)
    )
    return {
        name.removeprefix(start): kept
        for name, kept in records.session.execute(rows.order_by(col(Setting.name)))
    }
