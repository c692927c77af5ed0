"""The numbers of a scheme, counted from what stands in the store."""

import json
from collections import Counter
from collections.abc import Iterable

from inspection.leave import LeaveKind
from inspection.states import AssignmentState, InspectionState, LeaveRequestState, TeamState
from storage.scheme_report import WholeScheme, notices_sent, whole_scheme
from storage.store import Records
from storage.tables.inspections import DrawRecord, LeaveRequest

_NOTICES = ("assignment_drawn",)


def scheme_report(records: Records, scheme_id: str) -> dict[str, object]:
    """How far a scheme is, as one object that can be written as JSON.

    `seats` are those of standing inspections; `accepted` counts people who ever said yes, `recused` and the other ways
    of leaving count people who left; `redraws` are rounds of the draw after the first. `NotFound` without the scheme.
    """
    whole = whole_scheme(records, scheme_id)
    return {
        "scheme": scheme_id,
        "name": whole.scheme.name,
        "state": whole.scheme.state.value,
        "departments": len(whole.scheme.departments),
        **_draw_numbers(whole),
        "notices_sent": notices_sent(records, scheme_id, _NOTICES),
        **_seat_numbers(whole),
        **_field_numbers(whole),
        **_result_numbers(whole),
    }


def _draw_numbers(whole: WholeScheme) -> dict[str, object]:
    replaced = {one.id for one in whole.inspections if one.state is InspectionState.REPLACED}
    return {
        "objects_drawn": len(whole.inspections),
        "objects_replaced": len(replaced),
        "seats": sum(1 for seat in whole.seats if seat.inspection_id not in replaced),
    }


def _seat_numbers(whole: WholeScheme) -> dict[str, object]:
    states = Counter(one.state for one in whole.assignments)
    steps = _journalled(whole)
    granted = [one for one in whole.requests if one.state is LeaveRequestState.GRANTED]
    return {
        "people_drawn": len(whole.assignments),
        "accepted": len({line.subject for line in whole.journal if line.verb == "assignment.accept"}),
        "acceptances_withdrawn": steps["assignment.withdraw"],
        "recused": _by_ground(one for one in granted if one.kind == LeaveKind.RECUSAL),
        "unavailable": _by_ground(one for one in granted if one.kind == LeaveKind.UNAVAILABILITY),
        "leave_refused": sum(one.state is LeaveRequestState.REFUSED for one in whole.requests),
        "lapsed": states[AssignmentState.LAPSED],
        "sent_back": states[AssignmentState.SENT_BACK],
        "released": states[AssignmentState.RELEASED],
        "redraws": sum(_rounds(draw) - 1 for draw in whole.draws if draw.drawn_at),
        "most_people_on_one_seat": max(Counter(one.seat_id for one in whole.assignments).values(), default=0),
        "teams_confirmed": sum(team.state is TeamState.CONFIRMED for team in whole.teams),
    }


def _field_numbers(whole: WholeScheme) -> dict[str, object]:
    return {
        "checklist_answers": len(whole.answers),
        "answers_no": sum(answer.value == "no" for answer in whole.answers),
        "photos_stored": len(whole.photos),
        "photos_original": sum(photo.grade == "original" for photo in whole.photos),
        "findings": dict(sorted(Counter(finding.category for finding in whole.findings).items())),
    }


def _result_numbers(whole: WholeScheme) -> dict[str, object]:
    steps = _journalled(whole)
    return {
        "results_submitted": steps["result.submit"],
        "results_returned": steps["result.return"],
        "results_approved": steps["result.approve"],
        "published": len({one.inspection_id for one in whole.publications}),
        "transfers_opened": len(whole.transfers),
    }


def _journalled(whole: WholeScheme) -> Counter[str]:
    return Counter(line.verb for line in whole.journal)


def _by_ground(requests: Iterable[LeaveRequest]) -> dict[str, int]:
    return dict(sorted(Counter(request.ground for request in requests).items()))


def _rounds(draw: DrawRecord) -> int:
    return len(json.loads(draw.transcript)["rounds"]) if draw.transcript else 1
