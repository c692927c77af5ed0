"""检查组: who ever sat where and how each answered; the grounds of leave apart, for those who may read them."""

from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, Part, Piece, as_json
from inspection.departments import department_name
from storage import archives
from storage.store import Records
from storage.tables.inspections import Inspection, Seat, Team


def _team(records: Records, inspection: Inspection) -> Iterable[Piece]:
    """That somebody recused himself is part of the file; why is not, see below."""
    team = records.get(Team, inspection.id)
    people = [
        {
            "assignment": one.id,
            "department": records.get(Seat, one.seat_id).department,
            "is_lead_seat": records.get(Seat, one.seat_id).is_lead,
            "person": person.id,
            "name": person.name,
            "round": one.round,
            "state": one.state,
            "drawn_at": one.drawn_at,
            "notified_at": one.notified_at,
            "answer_by": one.answer_by,
            "answered_at": one.answered_at,
            "left_at": one.left_at,
        }
        for one, person in archives.all_assignments(records, inspection.id)
    ]
    content = {
        "state": team.state,
        "confirmed_at": team.confirmed_at,
        "confirmed_by": team.confirmed_by,
        "people": people,
    }
    yield Piece("team/team.json", "检查组组成和更替", JSON_TYPE, as_json(content))


def _leave(records: Records, inspection: Inspection) -> Iterable[Piece]:
    """Grounds and the words of an officer, or of the firm that applied: read by the head of that officer's department
    and the auditor only."""
    found: dict[str, list[dict[str, object]]] = {}
    for request, assignment, person in archives.leave_requests(records, inspection.id):
        department = records.get(Seat, assignment.seat_id).department
        found.setdefault(department, []).append(
            {
                "request": request.id,
                "person": person.id,
                "name": person.name,
                "kind": request.kind,
                "ground": request.ground,
                "words": request.words,
                "state": request.state,
                "filed_at": request.filed_at,
                "decide_by": request.decide_by,
                "decided_at": request.decided_at,
                "decided_by": request.decided_by,
                "is_by_default": request.is_by_default,
                "origin": request.origin,
                "filed_by": request.filed_by,
                "answer_words": request.answer_words,
                "stops_visit": request.stops_visit,
            }
        )
    for department, requests in sorted(found.items()):
        title = f"回避和不能参加的理由（{department_name(department)}，限阅）"
        path = f"leave/{department}.json"
        yield Piece(path, title, JSON_TYPE, as_json(requests), restricted_to=department)


TEAM = Part("team", _team)
LEAVE = Part("leave", _leave)
