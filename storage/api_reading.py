"""What other systems read over the API, a page at a time, each page after the last key of the one before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, tuple_
from sqlmodel import col

from inspection.departments import PREFECTURE, is_within, level_of
from inspection.states import DeliveryState, PlanLineState
from storage.public import is_announced
from storage.register_rows import holds
from storage.store import Records
from storage.tables.exchange import Delivery
from storage.tables.inspections import (
    DrawRecord,
    Inspection,
    JournalLine,
    Publication,
    Transfer,
)
from storage.tables.planning import PlanLine, PlanVersion
from storage.tables.register_history import RegisterChange, RegisterVersion
from storage.tables.registers import InspectionItem, Plan, RegisteredObject, Scheme

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Window:
    """One page: at most `limit` rows after the key `after`; with `since` only what changed at that moment or later."""

    limit: int
    after: Key | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Found:
    """The rows of a page, and the key of its last one while there are more."""

    rows: list[Any]
    last: Key | None


def _page(records: Records, rows: Select[Any], columns: Sequence[Any], window: Window) -> Found:
    """`columns` are the key: unique, and the order of the pages."""
    if window.after is not None:
        pairs = zip(window.after, columns, strict=True)
        rows = rows.where(tuple_(*columns) > tuple_(*(literal(one, column.type) for one, column in pairs)))
    ordered = rows.add_columns(*columns).order_by(*columns).limit(window.limit + 1)
    found = records.session.execute(ordered).all()
    shown, width = found[: window.limit], len(columns)
    last = tuple(shown[-1][-width:]) if len(found) > window.limit else None
    return Found([tuple(one[:-width]) for one in shown], last)


def _changed(subject: Any) -> Any:
    """When the journal last told of this thing."""
    return select(func.max(col(JournalLine.at))).where(col(JournalLine.subject) == subject).scalar_subquery()


def _since(rows: Any, changed: Any, window: Window) -> Any:
    return rows if window.since is None else rows.where(changed >= window.since)


def _registered(register: str, key: Any) -> Any:
    """When the register last changed this row by a version; NULL for what stood there before versions were kept."""
    rows = select(func.max(col(RegisterChange.at)))
    return rows.where(
        col(RegisterChange.register_id) == register, col(RegisterChange.key) == key
    ).scalar_subquery()


def _registered_since(rows: Any, register: str, key: Any, window: Window) -> Any:
    if window.since is None:
        return rows
    loaded = select(col(RegisterVersion.number)).where(
        col(RegisterVersion.register_id) == register, col(RegisterVersion.loaded_at) >= window.since
    )
    changed = select(col(RegisterChange.key)).where(
        col(RegisterChange.register_id) == register, col(RegisterChange.version).in_(loaded)
    )
    return rows.where(key.in_(changed))


def items(records: Records, window: Window, id: str | None = None) -> Found:
    """Rows of item and when the register last changed it."""
    key = col(InspectionItem.id)
    rows = _registered_since(select(InspectionItem, _registered("items", key)), "items", key, window)
    if id is not None:
        rows = rows.where(key == id)
    return _page(records, rows, [key], window)


def objects(
    records: Records,
    window: Window,
    supervisor: str | None,
    *,
    id: str | None = None,
    within: str | None = None,
    district: str | None = None,
) -> Found:
    """Rows of object and when the register last changed it: those that this department supervises, or with None all;
    those of the one district `within`, and of these those of the `district` that is asked for."""
    key = col(RegisteredObject.id)
    rows = _registered_since(select(RegisteredObject, _registered("objects", key)), "objects", key, window)
    if supervisor is not None:
        rows = rows.where(holds(col(RegisteredObject.departments), [supervisor]))
    if id is not None:
        rows = rows.where(key == id)
    for one in (within, district):
        if one is not None:
            rows = rows.where(col(RegisteredObject.district) == one)
    return _page(records, rows, [key], window)


_PUBLIC_LINES = (PlanLineState.PUBLISHED, PlanLineState.AMENDED, PlanLineState.WITHDRAWN)


def plans(records: Records, window: Window, *, id: str | None = None, year: int | None = None) -> Found:
    """Rows of published line, the state of what is behind it, and when it was last published or amended; of a loaded
    line neither is known. What is in the making is no row here."""
    changed = select(func.max(col(PlanVersion.at))).where(col(PlanVersion.plan_id) == col(Plan.id))
    at = changed.scalar_subquery()
    rows = (
        select(Plan, col(PlanLine.state), at)
        .outerjoin(PlanLine, col(PlanLine.plan_id) == col(Plan.id))
        .where(or_(col(PlanLine.state).is_(None), col(PlanLine.state).in_(_PUBLIC_LINES)))
    )
    if id is not None:
        rows = rows.where(col(Plan.id) == id)
    if year is not None:
        rows = rows.where(col(Plan.year) == year)
    return _page(records, _since(rows, at, window), [col(Plan.id)], window)


def _told_since(rows: Any, key: Any, window: Window) -> Any:
    """With `since` those alone of which the journal has told since, however few they are among all."""
    if window.since is None:
        return rows
    return rows.where(key.in_(select(col(JournalLine.subject)).where(col(JournalLine.at) >= window.since)))


def _own(department: str, district: str) -> ColumnElement[bool]:
    """The schemes that a department leads or joins, of this level and those below it."""
    mine = holds(col(Scheme.departments), [department])
    return mine if is_within(PREFECTURE, district) else and_(mine, col(Scheme.district) == level_of(district))


def schemes(
    records: Records, window: Window, department: str, district: str, *, id: str | None = None
) -> Found:
    """Rows of scheme and when it last changed: a department's own, and of the others those that are announced, which
    everybody may read."""
    changed = _changed(col(Scheme.id))
    rows = select(Scheme, changed).where(or_(_own(department, district), is_announced()))
    if id is not None:
        rows = rows.where(col(Scheme.id) == id)
    return _page(records, _told_since(rows, col(Scheme.id), window), [col(Scheme.id)], window)


def draws(records: Records, window: Window, *, id: str | None = None, scheme: str | None = None) -> Found:
    """Rows of draw, its scheme, and when it last changed."""
    changed = func.coalesce(col(DrawRecord.voided_at), col(DrawRecord.drawn_at), col(DrawRecord.announced_at))
    rows = select(DrawRecord, Scheme, changed).join(Scheme, col(Scheme.id) == col(DrawRecord.scheme_id))
    if id is not None:
        rows = rows.where(col(DrawRecord.id) == id)
    if scheme is not None:
        rows = rows.where(col(DrawRecord.scheme_id) == scheme)
    return _page(records, _since(rows, changed, window), [col(DrawRecord.id)], window)


def inspections(
    records: Records,
    window: Window,
    department: str,
    district: str,
    *,
    id: str | None = None,
    scheme: str | None = None,
) -> Found:
    """Rows of inspection, its object, and when it last changed, of the schemes of a department, in the order of schemes
    and then of ids."""
    key = [col(Inspection.scheme_id), col(Inspection.id)]
    rows = select(Inspection, RegisteredObject, _changed(col(Inspection.id))).join(
        RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id)
    )
    own = _own(department, district)
    if id is None and scheme is None and window.since is None:
        return _by_scheme(records, rows, key, own, window)
    rows = rows.join(Scheme, col(Scheme.id) == col(Inspection.scheme_id)).where(own)
    if id is not None:
        rows = rows.where(col(Inspection.id) == id)
    if scheme is not None:
        rows = rows.where(col(Inspection.scheme_id) == scheme)
    return _page(records, _told_since(rows, col(Inspection.id), window), key, window)


def _by_scheme(
    records: Records, rows: Select[Any], key: Sequence[Any], own: ColumnElement[bool], window: Window
) -> Found:
    """The page is put together from one scheme after another, so that it reads what it shows: asked for all of them at
    once PostgreSQL, which cannot know how many schemes are a department's own, sorts every visit there ever was."""
    found: list[Any] = []
    own_schemes = _schemes_with_visits(records, own, window)
    for scheme in own_schemes:
        rest = replace(window, limit=window.limit - len(found))
        part = _page(records, rows.where(col(Inspection.scheme_id) == scheme), key, rest)
        found += part.rows
        if len(found) == window.limit:
            return Found(found, part.last if scheme == own_schemes[-1] else (scheme, found[-1][0].id))
    return Found(found, None)


def _schemes_with_visits(records: Records, own: ColumnElement[bool], window: Window) -> list[str]:
    """More than a page can need, from that of the last row of the page before, which may have no more."""
    with_visits = exists().where(col(Inspection.scheme_id) == col(Scheme.id))
    # Of what stands in a list PostgreSQL thinks that it is rare, and would look through all schemes before it sorts
    # the few it expects; of a CASE it knows nothing, and walks in the order of the ids until the page is full.
    rows = select(col(Scheme.id)).where(case((own, True), else_=False), with_visits)
    if window.after is not None:
        rows = rows.where(col(Scheme.id) >= window.after[0])
    return list(records.session.execute(rows.order_by(col(Scheme.id)).limit(window.limit + 2)).scalars())


def publications(
    records: Records, window: Window, *, inspection: str | None = None, version: int | None = None
) -> Found:
    """Every version of every published result, the oldest first."""
    rows = select(Publication)
    if inspection is not None:
        rows = rows.where(col(Publication.inspection_id) == inspection)
    if version is not None:
        rows = rows.where(col(Publication.version) == version)
    rows = _since(rows, col(Publication.published_at), window)
    key = [col(Publication.published_at), col(Publication.inspection_id), col(Publication.version)]
    return _page(records, rows, key, window)


def transfers(
    records: Records, window: Window, department: str, district: str, *, id: str | None = None
) -> Found:
    """Rows of transfer and when it last changed: those that a department sent or gets, of schemes of this level and
    those below it."""
    changed = _changed(col(Transfer.id))
    mine = or_(col(Transfer.from_department) == department, col(Transfer.to_department) == department)
    rows = (
        select(Transfer, changed)
        .join(Inspection, col(Inspection.id) == col(Transfer.inspection_id))
        .where(mine)
    )
    if not is_within(PREFECTURE, district):
        of_level = select(col(Scheme.id)).where(col(Scheme.district) == level_of(district))
        rows = rows.where(col(Inspection.scheme_id).in_(of_level))
    if id is not None:
        rows = rows.where(col(Transfer.id) == id)
    return _page(records, _told_since(rows, col(Transfer.id), window), [col(Transfer.id)], window)


def deliveries(records: Records, window: Window, target: str, states: Collection[DeliveryState]) -> Found:
    rows = select(Delivery).where(col(Delivery.target) == target, col(Delivery.state).in_(states))
    return _page(records, rows, [col(Delivery.number)], window)


def inspections_of_selection(records: Records, selection_id: str) -> list[str]:
    rows = select(col(Inspection.id)).where(col(Inspection.selection_id) == selection_id)
    return list(records.session.execute(rows.order_by(col(Inspection.id))).scalars())
