"""The papers of visits that were really made: what they gather, for whom, and when."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from actions.papers import pdf_of, read_paper
from actions.results import return_result
from inspection.refusals import Incomplete, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import AssignmentState
from notifications.buttons.papers import PaperKind
from notifications.papers.facts import JointSummaryPaper, OnSiteRecord
from storage.store import Store
from storage.tables.inspections import Assignment, DrawRecord, Photo
from storage.tables.registers import Person
from tests.actions.story import Story, a_drawn_story, changing
from tests.builders import a_person
from tests.evidence.attacks import a_pdf
from tests.papers.sheets import needs_a_font
from tests.papers.visits import (
    NAME,
    NOTE,
    a_started_visit,
    a_submitted_visit,
    an_ended_visit,
    fill_in,
    officers,
)
from tests.stores import an_empty_store, on_both

RECORD, SUMMARY = PaperKind.RECORD, PaperKind.SUMMARY


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """On SQLite, but where `on_both` says otherwise."""
    with an_empty_store(getattr(request, "param", "sqlite"), tmp_path) as opened:
        yield opened


def _record(story: Story, inspection: str) -> OnSiteRecord:
    paper = story.do(read_paper, inspection, RECORD, by="OP")
    assert isinstance(paper, OnSiteRecord)
    return paper


def _summary(story: Story, inspection: str) -> JointSummaryPaper:
    paper = story.do(read_paper, inspection, SUMMARY, by="OP")
    assert isinstance(paper, JointSummaryPaper)
    return paper


@on_both
def test_the_record_gathers_what_the_visit_left(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = a_submitted_visit(store, tmp_path)
    record = _record(story, inspection)
    visit = record.visit
    assert (visit.object, visit.departments) == (NAME, ("market", "fire"))
    assert [one.department for one in visit.officers] == ["market", "market", "fire", "fire"]
    lead = visit.officers[0]
    assert lead.is_lead
    assert lead.certificate_number == f"示例{story.lead(inspection).person_id}"
    assert lead.distance_m == 22
    assert [one.arrived_at is not None for one in visit.officers] == [True, False, True, False]
    answers = {
        one.number: (one.answer, one.note, one.photos) for part in record.parts for one in part.questions
    }
    assert answers == {
        "1": ("是", "", 1),
        "2": ("不适用", "", 0),
        "3": ("否", NOTE, 1),
        "4": ("不适用", "", 0),
    }
    assert [(one.category, one.transfer_to) for one in visit.findings] == [
        ("clean", ""),
        ("pending", "housing"),
    ]
    photos: list[Photo] = story.rows(Photo)
    assert {one.sha256 for one in record.photos} == {one.sha256 for one in photos}
    assert [(one.question, one.distance_m, one.grade) for one in record.photos] == [
        ("1", 22, "original"),
        ("3", 22, "original"),
    ]
    assert not record.is_draft


@on_both
def test_the_summary_gathers_what_every_department_found(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = a_submitted_visit(store, tmp_path)
    summary = _summary(story, inspection)
    assert [one.department for one in summary.noes] == ["fire"]
    assert [one.number for part in summary.noes for one in part.questions] == ["3"]
    assert (summary.answers, summary.photos) == (4, 2)
    (draw,) = [one for one in story.rows(DrawRecord) if one.transcript]
    assert (summary.draw, len(summary.draw_digest)) == (draw.id, 64)
    assert summary.submitted_at == story.at


@needs_a_font
def test_both_become_pdf_with_their_photos_and_the_same_bytes_each_time(store: Store, tmp_path: Path) -> None:
    story, inspection, files = a_submitted_visit(store, tmp_path)
    for kind, pictures in ((RECORD, 2), (SUMMARY, 0)):
        first, second = (pdf_of(story.do(read_paper, inspection, kind, by="OP"), files) for _ in range(2))
        assert first == second
        pages = PdfReader(BytesIO(first)).pages
        assert NAME in "".join(page.extract_text() for page in pages)
        assert sum(len(page.images) for page in pages) == pictures


def test_it_is_a_draft_until_it_is_submitted_and_again_after_it_was_returned(
    store: Store, tmp_path: Path
) -> None:
    story, inspection, _ = an_ended_visit(store, tmp_path)
    assert _record(story, inspection).is_draft
    assert _summary(story, inspection).is_draft
    lead = story.lead(inspection).person_id
    assert story.do(read_paper, inspection, SUMMARY, by=lead).is_draft, "the lead sees it before submission"


def test_a_returned_result_is_a_draft_again(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = a_submitted_visit(store, tmp_path)
    assert not _summary(story, inspection).is_draft
    story.do(return_result, inspection, "请补充照片", by="RV")
    summary = _summary(story, inspection)
    assert (summary.is_draft, summary.submitted_at) == (True, None)


def test_a_visit_under_way_has_a_record_and_no_summary_yet(store: Store, tmp_path: Path) -> None:
    story, inspection, files = a_started_visit(store, tmp_path)
    fill_in(story, inspection, files, by=officers(story, inspection)[0], first=1, colour="teal")
    record = _record(story, inspection)
    assert (record.visit.ended_at, record.is_draft) == (None, True)
    assert [one.answer for part in record.parts for one in part.questions] == ["是", "不适用", "", ""]
    refusal = story.refuses(Incomplete, read_paper, inspection, SUMMARY, by="OP")
    assert refusal.sentence == "paper_before_end"


def test_before_the_visit_there_is_nothing_to_record(store: Store) -> None:
    story = a_drawn_story(store)
    (inspection,) = story.inspections()
    refusal = story.refuses(Incomplete, read_paper, inspection, RECORD, by="OP")
    assert refusal.sentence == "paper_before_visit"


def test_the_team_the_reviewers_the_heads_and_the_operators_may_read(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = an_ended_visit(store, tmp_path)
    team = [one.person_id for one in story.live(inspection)]
    for reader in (*team, "OP", "RV", "HD-market", "HD-fire"):
        assert story.do(read_paper, inspection, RECORD, by=reader)
    read = [line for line in story.verbs(inspection) if line == "paper.read"]
    assert len(read) == len(team) + 4, "that it was read stands in the journal"


def test_nobody_else_may_read_and_an_unknown_visit_sounds_the_same(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = an_ended_visit(store, tmp_path)
    team = {one.person_id for one in story.live(inspection)}
    stranger = next(one for one in (f"fire-{number}" for number in range(1, 5)) if one not in team)
    with changing(store) as records:
        records.add(
            a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)),
            a_person("HD-tax", department="tax", roles=(Role.HEAD,)),
            a_person("ADM", department="market", roles=(Role.ADMIN,)),
        )
    for reader in (stranger, "OP-fire", "HD-tax", "ADM", "W1"):
        refusal = story.refuses(NotYours, read_paper, inspection, RECORD, by=reader)
        assert refusal.sentence == "paper_not_yours"
    unknown = story.refuses(NotYours, read_paper, "S1.B999", RECORD, by="OP")
    assert unknown.sentence == "paper_not_yours"


def test_who_left_the_team_reads_no_more(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = an_ended_visit(store, tmp_path)
    leaver = story.held_by(f"{inspection}/fire/2")
    with changing(store) as records:
        records.get(Assignment, leaver.id).state = AssignmentState.RECUSED
    story.refuses(NotYours, read_paper, inspection, RECORD, by=leaver.person_id)


def test_who_is_no_longer_active_reads_no_more(store: Store, tmp_path: Path) -> None:
    story, inspection, _ = an_ended_visit(store, tmp_path)
    with changing(store) as records:
        records.get(Person, "HD-fire").is_active = False
    story.refuses(NotYours, read_paper, inspection, RECORD, by="HD-fire")


@pytest.mark.parametrize("harm", ["gone", "changed", "no picture"])
def test_a_photo_that_cannot_be_read_stops_the_record_by_its_receipt(
    store: Store, tmp_path: Path, harm: str
) -> None:
    story, inspection, files = an_ended_visit(store, tmp_path)
    record = _record(story, inspection)
    photo = record.photos[1]
    if harm == "no picture":
        broken = replace(photo, sha256=files.put(b"no picture at all"))
        record = replace(record, photos=(record.photos[0], broken))
    else:
        kept = tmp_path / "files" / photo.sha256[:2] / photo.sha256
        kept.unlink() if harm == "gone" else kept.write_bytes(b"something else")
    with pytest.raises(Unacceptable) as refused:
        pdf_of(record, files)
    assert (refused.value.sentence, refused.value.facts) == (
        "paper_photo_unreadable",
        {"receipt": photo.receipt},
    )


@needs_a_font
def test_a_document_stands_on_the_record_by_its_receipt(store: Store, tmp_path: Path) -> None:
    story, inspection, files = an_ended_visit(store, tmp_path)
    record = _record(story, inspection)
    document = replace(record.photos[1], sha256=files.put(a_pdf()), receipt="R-D0C0D0C0")
    pdf = pdf_of(replace(record, photos=(record.photos[0], document)), files)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert "R-D0C0D0C0" in text
    assert text.count("未附图，见原件") == 1
