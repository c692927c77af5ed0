"""任务交底: what each member of the team was briefed with, and when it was read."""

from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, Part, Piece, as_json, row_of
from storage import archives
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import Scheme


def _pieces(records: Records, inspection: Inspection) -> Iterable[Piece]:
    found = [row_of(one) for one in archives.briefings(records, inspection.id)]
    if found:
        scheme = records.get(Scheme, inspection.scheme_id)
        content = {"key_points": scheme.key_points, "notes": scheme.notes, "briefings": found}
        yield Piece("briefing/briefings.json", "任务交底和阅知时间", JSON_TYPE, as_json(content))


BRIEFING = Part("briefing", _pieces)
