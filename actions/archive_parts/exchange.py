"""数据交换: what was handed over to other platforms about this visit, by id and digest."""

from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, Part, Piece, as_json
from storage import exchange, results
from storage.store import Records
from storage.tables.inspections import Inspection


def _pieces(records: Records, inspection: Inspection) -> Iterable[Piece]:
    subjects = [inspection.id, *(one.id for one in results.transfers(records, inspection.id))]
    found = [
        {
            "id": one.id,
            "target": one.target,
            "kind": one.kind,
            "version": one.version,
            "sha256": one.sha256,
            "state": one.state,
            "created_at": one.created_at,
            "settled_at": one.settled_at,
        }
        for one in exchange.about(records, subjects)
    ]
    if found:
        yield Piece("exchange/deliveries.json", "数据交换", JSON_TYPE, as_json(found))


EXCHANGE = Part("exchange", _pieces)
