"""What anybody may read: published results, schemes, draws. No query here touches a person."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlmodel import col

from storage.store import Records
from storage.tables.inspections import DrawRecord, Inspection, Publication, Selection
from storage.tables.registers import RegisteredObject, Scheme


@dataclass(frozen=True)
class DrawnObject:
    """One line of the drawn list."""

    inspection_id: str
    name: str
    credit_code: str
    district: str
    stratum: str
    is_published: bool


def results(records: Records, search: str, *, skip: int, limit: int) -> tuple[list[Publication], int]:
    """Newest first, each inspection in its newest version; with how many there are. `search` is part of a name or the
    beginning of a credit code, and its signs mean themselves."""
    found = _newest_versions()
    if search:
        code = search.upper().replace(" ", "")
        found = found.where(
            col(Publication.object_name).contains(search, autoescape=True)
            | col(Publication.credit_code).startswith(code, autoescape=True)
        )
    number = records.session.execute(select(func.count()).select_from(found.subquery())).scalar_one()
    rows = found.order_by(col(Publication.published_at).desc(), col(Publication.inspection_id))
    return list(records.session.execute(rows.offset(skip).limit(limit)).scalars()), number


def _newest_versions() -> Select[Publication]:
    newest = (
        select(
            col(Publication.inspection_id).label("id"), func.max(col(Publication.version)).label("version")
        )
        .group_by(col(Publication.inspection_id))
        .subquery()
    )
    return select(Publication).join(
        newest,
        (newest.c.id == col(Publication.inspection_id)) & (newest.c.version == col(Publication.version)),
    )


def versions(records: Records, inspection_id: str) -> list[Publication]:
    """Every published version of one result, newest first."""
    rows = (
        select(Publication)
        .where(col(Publication.inspection_id) == inspection_id)
        .order_by(col(Publication.version).desc())
    )
    return list(records.session.execute(rows).scalars())


def drawn_objects(records: Records, scheme_id: str) -> list[DrawnObject]:
    """The drawn list of a scheme, by stratum and name."""
    published = select(col(Publication.inspection_id)).where(col(Publication.scheme_id) == scheme_id)
    rows = records.session.execute(
        select(Inspection, RegisteredObject, col(Inspection.id).in_(published))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .where(col(Inspection.scheme_id) == scheme_id)
        .order_by(col(Inspection.stratum), col(RegisteredObject.name))
    )
    return [
        DrawnObject(inspection.id, one.name, one.credit_code, one.district, inspection.stratum, bool(is_out))
        for inspection, one, is_out in rows
    ]


def announced_schemes(records: Records) -> list[tuple[Scheme, list[DrawRecord]]]:
    """Schemes with at least one announced draw, each with its draws, oldest first."""
    rows = records.session.execute(
        select(Scheme, DrawRecord)
        .join(DrawRecord, col(DrawRecord.scheme_id) == col(Scheme.id))
        .order_by(col(Scheme.id), col(DrawRecord.announced_at), col(DrawRecord.id))
    )
    found: dict[str, tuple[Scheme, list[DrawRecord]]] = {}
    for scheme, draw in rows:
        found.setdefault(scheme.id, (scheme, []))[1].append(draw)
    return list(found.values())


def publications_of(records: Records, scheme_id: str) -> int:
    """How many inspections of a scheme have a published result."""
    rows = select(func.count(func.distinct(col(Publication.inspection_id)))).where(
        col(Publication.scheme_id) == scheme_id
    )
    return int(records.session.execute(rows).scalar_one())


def taken_in_schemes(records: Records) -> list[tuple[Scheme, list[Selection]]]:
    """Schemes whose objects and teams were drawn elsewhere or named, each with how, oldest first."""
    rows = records.session.execute(
        select(Scheme, Selection)
        .join(Selection, col(Selection.scheme_id) == col(Scheme.id))
        .order_by(col(Scheme.id), col(Selection.id))
    )
    found: dict[str, tuple[Scheme, list[Selection]]] = {}
    for scheme, selection in rows:
        found.setdefault(scheme.id, (scheme, []))[1].append(selection)
    return list(found.values())
