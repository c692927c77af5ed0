"""Schemes by who leads them."""

from sqlalchemy import select
from sqlmodel import col

from inspection.departments import is_within, level_of
from inspection.states import SchemeState
from storage.store import Records
from storage.tables.registers import Scheme


def all_schemes(records: Records) -> list[Scheme]:
    """Every scheme, by id."""
    return list(records.session.execute(select(Scheme).order_by(col(Scheme.id))).scalars())


def with_hour_of_names(records: Records) -> list[Scheme]:
    """Schemes that set an hour for the names of their firms, the latest hour first."""
    rows = select(Scheme).where(col(Scheme.names_open_at).is_not(None))
    return list(
        records.session.execute(rows.order_by(col(Scheme.names_open_at).desc(), col(Scheme.id))).scalars()
    )


def led_by(records: Records, department: str, district: str) -> list[Scheme]:
    """The schemes whose lead department this is at this level, by id."""
    found = led_within(records, department, district)
    return [scheme for scheme in found if level_of(scheme.district) == level_of(district)]


def led_within(records: Records, department: str, district: str) -> list[Scheme]:
    """The schemes whose lead department this is at this level or below it, by id."""
    return [
        scheme
        for scheme in all_schemes(records)
        if scheme.departments[0] == department and is_within(scheme.district, district)
    ]


def inviting(records: Records, witness_id: str) -> list[str]:
    """The lead departments whose draws, still to be held, count on this witness."""
    return sorted(
        {
            scheme.departments[0]
            for scheme in all_schemes(records)
            if witness_id in scheme.witnesses and scheme.state in {SchemeState.FILED, SchemeState.ANNOUNCED}
        }
    )
