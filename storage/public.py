"""What anybody may read: published results, schemes, draws. No query here touches a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlmodel import col

from inspection.corrections import PublicationKind
from inspection.states import InspectionState
from storage.store import Records
from storage.tables.inspections import DrawRecord, Inspection, Publication
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
    status: str = ""
    """What became of an object that was not visited: `closed`, `revoked`, `cancelled`, `moved`, `moved_within` the
    prefecture (then `moved_to` is where) or `called_off`. It says nothing of what anybody did."""
    moved_to: str = ""


def results(records: Records, search: str, *, skip: int, limit: int) -> tuple[list[Publication], int]:
    """Newest first, each inspection in its newest version, without those whose publicity has ended; with how many
    there are. `search` is part of a name or the
    beginning of a credit code, and its signs mean themselves."""
    found = _newest_versions().where(col(Publication.kind) != PublicationKind.WITHDRAWAL)
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


def first_published(records: Records, inspection_ids: Collection[str]) -> dict[str, datetime]:
    """When the first version of each of these results came out: that kept the time, whatever corrected it later."""
    rows = select(col(Publication.inspection_id), col(Publication.published_at)).where(
        col(Publication.inspection_id).in_(inspection_ids), col(Publication.version) == 1
    )
    return dict(records.session.execute(rows).all())


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
        DrawnObject(
            inspection.id,
            one.name,
            one.credit_code,
            one.district,
            inspection.stratum,
            bool(is_out),
            _status(inspection),
            inspection.moved_to or "",
        )
        for inspection, one, is_out in rows
    ]


def _status(inspection: Inspection) -> str:
    if inspection.state is InspectionState.CALLED_OFF:
        return "called_off"
    if inspection.state is not InspectionState.REPLACED:
        return ""
    return "moved_within" if inspection.moved_to else inspection.gone_cause or ""


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
