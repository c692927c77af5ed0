"""The clocks of a result between the end of the visit and its publication."""

from datetime import datetime

from actions.deadline_parties import matter_of
from actions.deadlines import end_deadline, start_deadline
from inspection.deadlines.rules import RuleName
from inspection.states import DeadlineStep
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import Person


def start_joint_review(records: Records, inspection: Inspection, *, at: datetime) -> None:
    """Every department has agreed: now it lies with the reviewers of the lead department."""
    matter = matter_of(records, inspection)
    start_deadline(records, RuleName.REVIEW, inspection.id, matter=matter, at=at)


def start_submission(
    records: Records, inspection: Inspection, *, by: Person, at: datetime, was_reviewed: bool = False
) -> None:
    """It is with the team again. The joint review is over when `was_reviewed`, else nobody waits for it any more."""
    step = DeadlineStep.MEET if was_reviewed else DeadlineStep.CANCEL
    end_deadline(records, RuleName.REVIEW, inspection.id, step, at=at, by=by)
    matter = matter_of(records, inspection)
    start_deadline(records, RuleName.SUBMISSION, inspection.id, matter=matter, at=at)
