"""Where the review of what each department found stands, as cards and papers show it."""

from actions.on_site import department_reviewers
from inspection.states import DepartmentReviewState
from notifications.messages.results import ReviewLine
from storage.store import Records
from storage.tables.inspections import DepartmentReview, Inspection
from storage.tables.registers import Person, Scheme

_SETTLED = frozenset({DepartmentReviewState.AGREED, DepartmentReviewState.RETURNED})


def review_of(records: Records, inspection_id: str, department: str) -> DepartmentReview | None:
    return records.find(DepartmentReview, f"{inspection_id}/{department}")


def has_own_review(records: Records, inspection: Inspection, department: str) -> bool:
    """Whether a reviewer of its own must agree first. What the lead department found, and what nobody of the
    department can review, is reviewed along with the joint result."""
    lead = records.get(Scheme, inspection.scheme_id).departments[0]
    return department != lead and bool(department_reviewers(records, inspection, department))


def waiting_for(records: Records, inspection: Inspection) -> tuple[str, ...]:
    """The departments whose own reviewers have been asked, or must be, and have not agreed; in the scheme's order."""
    return tuple(
        department
        for department in records.get(Scheme, inspection.scheme_id).departments
        if (review := review_of(records, inspection.id, department)) is not None
        and review.state is not DepartmentReviewState.AGREED
        and has_own_review(records, inspection, department)
    )


def review_lines(records: Records, inspection: Inspection) -> tuple[ReviewLine, ...]:
    """One for each department that was asked at least once."""
    departments = records.get(Scheme, inspection.scheme_id).departments
    found = (review_of(records, inspection.id, one) for one in departments)
    return tuple(_line(records, inspection, review) for review in found if review is not None)


def _line(records: Records, inspection: Inspection, review: DepartmentReview) -> ReviewLine:
    if review.state in _SETTLED:
        person = records.find(Person, review.decided_by) if review.decided_by else None
        words = review.words if review.state is DepartmentReviewState.RETURNED else ""
        name = person.name if person else ""
        return ReviewLine(review.department, review.state.value, name, review.decided_at, words)
    is_asked = review.state is DepartmentReviewState.ASKED
    is_joint = is_asked and not has_own_review(records, inspection, review.department)
    return ReviewLine(review.department, "joint" if is_joint else review.state.value)
