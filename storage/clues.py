"""Clues by what they point at and by who decides."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlmodel import col

from inspection.states import ClueState
from storage.beginnings import begins
from storage.store import Records
from storage.tables.clues import Clue, SpecialField
from storage.tables.registers import RegisteredObject, Scheme

LOOKED_AT = 500


def ids_beginning(records: Records, start: str) -> set[str]:
    """The ids of all clues that begin so."""
    rows = select(col(Clue.id)).where(begins(records, Clue.id, start))
    return set(records.session.execute(rows).scalars())


def of_scheme(records: Records, scheme_id: str) -> list[Clue]:
    """The clues into which this scheme looks, by id."""
    rows = select(Clue).where(col(Clue.scheme_id) == scheme_id).order_by(col(Clue.id))
    return list(records.session.execute(rows).scalars())


def number_of_scheme(records: Records, scheme_id: str) -> int:
    rows = select(func.count()).select_from(Clue).where(col(Clue.scheme_id) == scheme_id)
    return int(records.session.execute(rows).scalar_one())


def of_department(
    records: Records, department: str, *, since: date, states: Collection[ClueState] = tuple(ClueState)
) -> list[tuple[Clue, RegisteredObject | None]]:
    """The clues of a department with the object that each points at, the newest first."""
    rows = (
        select(Clue, RegisteredObject)
        .outerjoin(RegisteredObject, col(RegisteredObject.id) == col(Clue.object_id))
        .where(
            col(Clue.department) == department,
            col(Clue.state).in_(tuple(states)),
            col(Clue.received_on) >= since,
        )
        .order_by(col(Clue.received_on).desc(), col(Clue.id).desc())
    )
    return [(clue, registered) for clue, registered in records.session.execute(rows)]


def waiting(records: Records, department: str) -> list[Clue]:
    """The clues that wait for the head of this department, the urgent and oldest first."""
    rows = (
        select(Clue)
        .where(col(Clue.department) == department, col(Clue.state) == ClueState.RECEIVED)
        .order_by(col(Clue.is_urgent).desc(), col(Clue.registered_at), col(Clue.id))
    )
    return list(records.session.execute(rows).scalars())


def find_objects(records: Records, words: str, *, limit: int) -> list[RegisteredObject]:
    """Objects by their id or their credit code, or else by a piece of their name, by name."""
    exact = (col(RegisteredObject.id) == words) | (col(RegisteredObject.credit_code) == words)
    for which in (exact, col(RegisteredObject.name).contains(words, autoescape=True)):
        rows = select(RegisteredObject).where(which, col(RegisteredObject.is_active))
        found = list(
            records.session.execute(rows.order_by(col(RegisteredObject.name)).limit(limit)).scalars()
        )
        if found:
            return found
    return []


def active_fields(records: Records) -> list[SpecialField]:
    """The special fields that are watched in full, by id."""
    rows = select(SpecialField).where(col(SpecialField.is_active)).order_by(col(SpecialField.id))
    return list(records.session.execute(rows).scalars())


def others_at(records: Records, clue: Clue) -> int:
    """How many other clues at the same object, or the same unregistered place, are open."""
    is_same = (
        col(Clue.object_id) == clue.object_id
        if clue.object_id is not None
        else (col(Clue.object_id).is_(None)) & (col(Clue.place) == clue.place)
    )
    is_open = col(Clue.state).in_((ClueState.RECEIVED, ClueState.APPROVED, ClueState.UNDER_WAY))
    rows = select(func.count()).select_from(Clue).where(is_same, is_open, col(Clue.id) != clue.id)
    return int(records.session.execute(rows).scalar_one())


def checklist_of_items(records: Records, items: Collection[str]) -> str:
    """The checklist of the newest scheme that shares most of these items, among the `LOOKED_AT` newest; empty where
    there is none."""
    rows = (
        select(col(Scheme.checklist_id), col(Scheme.items))
        .order_by(col(Scheme.first_day).desc(), col(Scheme.id).desc())
        .limit(LOOKED_AT)
    )
    wanted, best, most = set(items), "", 0
    for checklist_id, its_items in records.session.execute(rows):
        shared = len(wanted & set(its_items))
        if checklist_id and shared > most:
            best, most = checklist_id, shared
    return best


def open_of(
    records: Records, department: str, states: Collection[ClueState]
) -> list[tuple[Clue, RegisteredObject | None]]:
    """The clues of a department in these states, the newest first."""
    return of_department(records, department, since=date.min, states=states)


def industries_of(records: Records, object_ids: Collection[str]) -> list[str]:
    """The industries of these objects, the most frequent first."""
    rows = (
        select(col(RegisteredObject.industry))
        .where(col(RegisteredObject.id).in_(tuple(object_ids)), col(RegisteredObject.industry) != "")
        .group_by(col(RegisteredObject.industry))
        .order_by(func.count().desc(), col(RegisteredObject.industry))
    )
    return list(records.session.execute(rows).scalars())


def of_object(records: Records, object_id: str, department: str) -> list[Clue]:
    """The clues of a department at one object, by id."""
    rows = select(Clue).where(col(Clue.object_id) == object_id, col(Clue.department) == department)
    return list(records.session.execute(rows.order_by(col(Clue.id))).scalars())


def known_references(records: Records) -> set[tuple[str, str]]:
    """Department and reference of every clue that has one: a list that is loaded again brings nothing twice."""
    rows = select(col(Clue.department), col(Clue.reference)).where(col(Clue.reference) != "")
    return {(department, reference) for department, reference in records.session.execute(rows)}
