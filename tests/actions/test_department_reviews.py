"""Each department's own reviewer agrees first, a return touches one department alone, and nobody reviews a visit that
they were drawn for."""

from pathlib import Path

from actions.checklists import reopen_part
from actions.department_reviews import agree_findings, return_findings
from actions.findings import enter_finding
from actions.next_steps import Step, next_steps
from actions.papers import read_paper
from actions.results import approve_result, return_result, submit_result
from actions.rule_check import check_scheme
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotYours
from inspection.results import Category
from inspection.roles import Role
from inspection.states import ChecklistState, DepartmentReviewState, ResultState
from notifications.buttons.papers import PaperKind
from notifications.papers.facts import JointSummaryPaper
from storage.result_counts import Entry, entries
from storage.store import Store
from storage.tables.deadlines import Deadline
from storage.tables.inspections import ChecklistPart, DepartmentReview, JournalLine, Result
from storage.tables.registers import Person
from tests.actions.story import Story, changing
from tests.builders import a_person
from tests.papers.visits import a_submitted_visit, officers

AGREED, ASKED, RETURNED = (
    DepartmentReviewState.AGREED,
    DepartmentReviewState.ASKED,
    DepartmentReviewState.RETURNED,
)


def _stands(story: Story, inspection: str) -> tuple[str, str, str]:
    """The joint result, market's review and fire's."""
    reviews = [story.row(DepartmentReview, f"{inspection}/{one}").state for one in ("market", "fire")]
    return (story.row(Result, inspection).state, *reviews)


def _clocks(story: Story, subject: str) -> list[str]:
    """Those of reviews, in order, by how they stand."""
    return [one.state.value for one in story.rows(Deadline, subject=subject, rule="review")]


def _owners(story: Story, step: Step) -> list[tuple[str, ...]]:
    with story.store.reading() as records:
        return [one.owners for one in next_steps(records) if one.step is step]


def test_own_reviewers_come_first_and_a_return_reopens_what_it_names_alone(
    store: Store, tmp_path: Path
) -> None:
    story, inspection, _files = a_submitted_visit(store, tmp_path)
    lead, fire = officers(story, inspection)
    of_fire = f"{inspection}/fire"
    assert _stands(story, inspection) == (ResultState.SUBMITTED, ASKED, ASKED)
    assert _clocks(story, of_fire) == ["running"]
    assert _clocks(story, inspection) == [], "the joint review begins when the departments have agreed"
    assert _owners(story, Step.REVIEW_FINDINGS) == [("HD-fire",)]
    assert _owners(story, Step.REVIEW_RESULT) == []
    assert "department_review_card" in story.told("HD-fire")
    assert "department_review_card" not in story.told("RV"), (
        "what the lead department found goes with the whole"
    )

    early = story.refuses(Incomplete, approve_result, inspection, by="RV")
    assert (early.sentence, early.facts["departments"]) == ("departments_review_first", ("fire",))
    for stranger in ("OP", "HD-market", fire, lead):
        story.refuses(NotYours, agree_findings, inspection, "fire", by=stranger)
    story.refuses(NotYours, agree_findings, inspection, "market", by="HD-fire")
    story.refuses(IllegalStep, agree_findings, inspection, "market", by="RV")

    story.later(hours=1)
    story.do(return_findings, inspection, "fire", "请写明液化气瓶的数量", by="HD-fire")
    assert _stands(story, inspection) == (ResultState.RETURNED, ASKED, RETURNED)
    parts = {one.department: one.state for one in story.rows(ChecklistPart)}
    assert parts == {"market": ChecklistState.LOCKED, "fire": ChecklistState.FINISHED}
    assert "result_returned" in story.told(fire)
    assert "result_returned" in story.told(lead)
    story.refuses(AlreadyDone, return_findings, inspection, "fire", "再来一次", by="HD-fire")
    story.refuses(AlreadyDone, agree_findings, inspection, "fire", by="HD-fire")
    locked = story.refuses(IllegalStep, reopen_part, inspection, by=lead)
    assert locked.sentence == "checklist_locked", "nobody returned what market found"
    with store.reading() as records:
        assert entries(records, "S1")[Entry.RETURNED] == 1

    story.do(enter_finding, inspection, "T-fire", Category.CORRECTED, by=fire)
    story.later(hours=1)
    story.refuses(NotYours, submit_result, inspection, by=fire)
    story.do(submit_result, inspection, by=lead)
    story.later(hours=1)
    story.do(agree_findings, inspection, "fire", by="HD-fire")
    story.refuses(AlreadyDone, agree_findings, inspection, "fire", by="HD-fire")
    assert _clocks(story, of_fire) == ["met", "met"]
    assert _clocks(story, inspection) == ["running"]
    assert _owners(story, Step.REVIEW_RESULT) == [("RV",)]

    story.later(hours=1)
    story.do(return_findings, inspection, "market", "请核对许可证编号", by="RV")
    assert _stands(story, inspection) == (ResultState.RETURNED, RETURNED, AGREED), "fire's agreement stands"
    story.later(hours=1)
    story.do(submit_result, inspection, by=lead)
    assert _stands(story, inspection) == (ResultState.SUBMITTED, ASKED, AGREED)
    story.do(return_result, inspection, "全部重新核对", by="RV")
    assert _stands(story, inspection) == (ResultState.RETURNED, RETURNED, RETURNED)
    story.later(hours=1)
    story.do(submit_result, inspection, by=lead)
    story.do(agree_findings, inspection, "fire", by="HD-fire")
    story.do(approve_result, inspection, by="RV")
    assert _stands(story, inspection) == (ResultState.PUBLISHED, AGREED, AGREED)
    paper = story.do(read_paper, inspection, PaperKind.SUMMARY, by="HD-fire")
    assert isinstance(paper, JointSummaryPaper)
    assert [(one.department, one.state, one.reviewer) for one in paper.reviews] == [
        ("market", "agreed", "人员RV"),
        ("fire", "agreed", "人员HD-fire"),
        ("", "published", "人员RV"),
    ]
    with store.reading() as records:
        assert check_scheme(records, "S1", story.at) == []
        assert entries(records, "S1") == {one: int(one is Entry.PUBLISHED) for one in Entry}
    words = [line.details for line in story.rows(JournalLine) if line.verb.startswith("department_review")]
    assert not any("液化气瓶" in str(one) for one in words)


def test_whoever_was_drawn_for_a_visit_reviews_nothing_of_it(store: Store, tmp_path: Path) -> None:
    story, inspection, _files = a_submitted_visit(store, tmp_path)
    _lead, fire = officers(story, inspection)
    with changing(store) as records:
        records.add(a_person("RV-fire", department="fire", roles=(Role.REVIEWER,)))
        records.get(Person, fire).roles = [Role.OFFICER.value, Role.REVIEWER.value]
    own = story.refuses(NotYours, agree_findings, inspection, "fire", by=fire)
    assert own.sentence == "own_result"
    story.refuses(NotYours, agree_findings, inspection, "fire", by="HD-fire")
    assert _owners(story, Step.REVIEW_FINDINGS) == [("RV-fire",)]
    with changing(store) as records:
        records.get(Person, "RV-fire").is_active = False
        records.get(Person, "HD-fire").is_active = False
    assert _owners(story, Step.REVIEW_FINDINGS) == []
    assert _owners(story, Step.REVIEW_RESULT) == [("RV",)]
    story.do(approve_result, inspection, by="RV")
    agreed = story.row(DepartmentReview, f"{inspection}/fire")
    assert (agreed.state, agreed.decided_by) == (AGREED, "RV"), (
        "nobody of fire could: the lead department covers it"
    )
