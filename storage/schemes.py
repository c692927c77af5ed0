"""Schemes by who leads them."""

from collections.abc import Callable, Collection
from itertools import islice

from sqlalchemy import select
from sqlmodel import col

from inspection.departments import is_within, level_of
from inspection.states import SchemeState
from storage.store import Records
from storage.tables.registers import Scheme

UNDER_WAY = (
    SchemeState.DRAFTED,
    SchemeState.SUBMITTED,
    SchemeState.FILED,
    SchemeState.ANNOUNCED,
    SchemeState.DRAWN,
)
OVER_SHOWN = 20
LOOKED_AT = 500
"""Among so many schemes that are over, of all departments, the newest of one department are looked for."""


def all_schemes(records: Records) -> list[Scheme]:
    """Every scheme, by id."""
    return list(records.session.execute(select(Scheme).order_by(col(Scheme.id))).scalars())


def with_hour_of_names(records: Records) -> list[Scheme]:
    """Schemes that set an hour for the names of their firms, the latest hour first."""
    rows = select(Scheme).where(col(Scheme.names_open_at).is_not(None))
    return list(
        records.session.execute(rows.order_by(col(Scheme.names_open_at).desc(), col(Scheme.id))).scalars()
    )


def led_by(
    records: Records, department: str, district: str, *, states: Collection[SchemeState] = UNDER_WAY
) -> list[Scheme]:
    """The schemes in these states whose lead department this is at this level, by id."""
    return _led(records, states, department, lambda level: level_of(level) == level_of(district))


def led_within(
    records: Records, department: str, district: str, *, states: Collection[SchemeState] = UNDER_WAY
) -> list[Scheme]:
    """The schemes in these states whose lead department this is at this level or below it, by id."""
    return _led(records, states, department, lambda level: is_within(level, district))


def _led(
    records: Records, states: Collection[SchemeState], department: str, concerns: Callable[[str], bool]
) -> list[Scheme]:
    rows = select(Scheme).where(col(Scheme.state).in_(tuple(states)))
    found = [
        scheme
        for scheme in records.session.execute(rows).scalars()
        if scheme.departments[0] == department and concerns(scheme.district)
    ]
    # Not by the database: PostgreSQL may then walk through all schemes by id, and look at the state of each.
    return sorted(found, key=lambda one: one.id)


def shown_to(records: Records, department: str, district: str) -> list[Scheme]:
    """What `led_by` finds, and the newest of those that are over, by id."""
    over = _lately(records, department, lambda level: level_of(level) == level_of(district))
    return sorted([*led_by(records, department, district), *over], key=lambda one: one.id)


def shown_within(records: Records, department: str, district: str) -> list[Scheme]:
    """What `led_within` finds, and the newest of those that are over, by id."""
    over = _lately(records, department, lambda level: is_within(level, district))
    return sorted([*led_within(records, department, district), *over], key=lambda one: one.id)


def _lately(records: Records, department: str, concerns: Callable[[str], bool]) -> list[Scheme]:
    newest = (
        select(col(Scheme.id), col(Scheme.departments), col(Scheme.district))
        .where(col(Scheme.state).not_in(UNDER_WAY))  # IN would have SQLite sort all that are over
        .order_by(col(Scheme.first_day).desc(), col(Scheme.id).desc())
        .limit(LOOKED_AT)
    )
    with records.session.execute(newest) as rows:  # mostly the first twenty of five hundred will do
        led = (id for id, departments, level in rows if departments[0] == department and concerns(level))
        ids = list(islice(led, OVER_SHOWN))
    return [records.get(Scheme, id) for id in ids]


def of_plan_lines(records: Records, plan_ids: Collection[str]) -> set[str]:
    """Those of these lines of a plan that have a scheme which was not given up."""
    rows = select(col(Scheme.plan_id)).where(
        col(Scheme.plan_id).in_(tuple(plan_ids)), col(Scheme.state) != SchemeState.VOIDED
    )
    return set(records.session.execute(rows).scalars()) - {None}


def inviting(records: Records, witness_id: str) -> list[str]:
    """The lead departments whose draws, still to be held, count on this witness."""
    rows = select(Scheme).where(col(Scheme.state).in_((SchemeState.FILED, SchemeState.ANNOUNCED)))
    found = records.session.execute(rows).scalars()
    return sorted({scheme.departments[0] for scheme in found if witness_id in scheme.witnesses})
