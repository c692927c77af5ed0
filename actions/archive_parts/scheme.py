"""实施方案 with the line of the plan it came from, and the items."""

from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, Part, Piece, as_json, row_of
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import InspectionItem, Plan, Scheme


def _pieces(records: Records, inspection: Inspection) -> Iterable[Piece]:
    scheme = records.get(Scheme, inspection.scheme_id)
    plan = records.find(Plan, scheme.plan_id) if scheme.plan_id else None
    items = [row_of(records.get(InspectionItem, one)) for one in inspection.items]
    content = {"scheme": row_of(scheme), "plan": row_of(plan) if plan else None, "items": items}
    yield Piece("scheme/scheme.json", "实施方案", JSON_TYPE, as_json(content))


SCHEME = Part("scheme", _pieces)
