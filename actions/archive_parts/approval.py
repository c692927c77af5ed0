"""审批: of the scheme with its countersignatures, and of the visit by the head of each authority."""

from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, Part, Piece, as_json, row_of
from storage import archives, visit_approvals
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import Scheme

_OF_SCHEME = (
    "submissions", "submitted_at", "submitted_by", "decided_at", "decided_by", "decision_words", "paper_approver",
    "paper_approved_on", "paper_opinion", "state",
)  # fmt: skip


def _scheme(records: Records, inspection: Inspection) -> Iterable[Piece]:
    """Whether in the system or on paper."""
    scheme = records.get(Scheme, inspection.scheme_id)
    said = [row_of(one) for one in archives.countersignatures(records, scheme.id)]
    if not (said or scheme.submitted_at or scheme.paper_approver):
        return
    row = row_of(scheme)
    content = {**{name: row[name] for name in _OF_SCHEME}, "countersignatures": said}
    yield Piece("approval/scheme.json", "实施方案审批和会签", JSON_TYPE, as_json(content))


def _visit(records: Records, inspection: Inspection) -> Iterable[Piece]:
    found = [row_of(one) for one in visit_approvals.of_inspection(records, inspection.id)]
    if found:
        yield Piece("approval/visit.json", "行政检查审批", JSON_TYPE, as_json(found))


SCHEME_APPROVAL = Part("approval", _scheme)
VISIT_APPROVAL = Part("visit-approval", _visit)
