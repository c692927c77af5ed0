"""The re-check finds nothing in what the actions carried out, and everything that is done to it by hand."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from actions.assignments import accept_assignment
from actions.ceremony import give_number
from actions.checklists import answer_question, attach_photo, finish_part, keep_note
from actions.department_reviews import agree_findings
from actions.draws import announce_draw, run_draw
from actions.findings import choose_follow_up, choose_receiver, describe_finding, enter_finding
from actions.keep_attachment import keep_attachment
from actions.leave import file_leave_request
from actions.results import approve_result, return_result, submit_result
from actions.rule_check import check_scheme
from actions.scheme_report import scheme_report
from actions.teams import confirm_team
from actions.visits import end_visit, start_visit
from inspection.checklists import AnswerValue
from inspection.forms.form import Form
from inspection.leave import Ground
from inspection.results import Category, FollowUp
from storage import assignments
from storage.files import FileStore
from storage.growing import unguard
from storage.scheme_report import whole_scheme
from storage.store import Records, Store
from storage.tables.inspections import Assignment
from storage.tables.registers import Person
from tests.builders import NOW, a_small_register
from tests.field.pictures import a_picture
from tests.stores import an_empty_store

DEPARTMENTS = ("market", "fire")
LATER = NOW + timedelta(hours=3)


def a_carried_out_scheme(records: Records, files: FileStore) -> None:
    """Two inspections from the draw to the published results: one seat drawn again, a 否 with a transfer, a return."""
    a_small_register(records, officers=6, objects=4, count=2)
    operator, reviewer = records.get(Person, "OP"), records.get(Person, "RV")
    announce_draw(records, "S1", secret=b"s" * 32, by=operator, at=NOW)
    give_number(records, "D-S1-1", "05271", by=records.get(Person, "W1"), at=NOW)
    run_draw(records, "S1", by=operator, at=NOW)
    leaving = next(one for one in _drawn(records) if one.id.endswith("/fire/2/1"))
    someone = records.get(Person, leaving.person_id)
    file_leave_request(records, leaving.id, Ground.SPOUSE, "", by=someone, at=NOW)
    for one in _drawn(records):
        if one.left_at is None:
            accept_assignment(records, one.id, by=records.get(Person, one.person_id), at=NOW)
    for inspection in sorted({one.inspection_id for one in _drawn(records)}):
        lead = _officer(records, inspection, "market")
        confirm_team(records, inspection, by=lead, at=NOW)
        start_visit(records, inspection, by=lead, at=NOW)
        for department in DEPARTMENTS:
            _fill_in(records, files, inspection, department)
        end_visit(records, inspection, by=lead, at=LATER)
        submit_result(records, inspection, by=lead, at=LATER)
        return_result(records, inspection, "请再核对。", by=reviewer, at=LATER)
        submit_result(records, inspection, by=lead, at=LATER)
        agree_findings(records, inspection, "fire", by=records.get(Person, "HD-fire"), at=LATER)
        approve_result(records, inspection, by=reviewer, at=LATER)


def _fill_in(records: Records, files: FileStore, inspection: str, department: str) -> None:
    officer = _officer(records, inspection, department)
    form = Form.parse(whole_scheme(records, "S1").checklists[0].xform)
    questions = [one for one in form.questions if one.department == department and not one.companion_of]
    for question in questions:
        value = AnswerValue.NO if question.is_important and department == "fire" else AnswerValue.YES
        answer_question(records, inspection, question.id, value, by=officer, at=NOW)
        if value is AnswerValue.NO:
            keep_note(records, inspection, question.id, "通道堆物。", by=officer, at=NOW)
        if question.photo:
            picture = keep_attachment(files, a_picture(noise=True), file_name="a.jpg")
            attach_photo(records, inspection, question.id, picture, by=officer, at=NOW)
    finish_part(records, inspection, by=officer, at=NOW)
    item = f"T-{department}"
    if department == "market":
        enter_finding(records, inspection, item, Category.CLEAN, by=officer, at=NOW)
        return
    enter_finding(records, inspection, item, Category.PENDING, by=officer, at=NOW)
    describe_finding(records, inspection, item, "疏散通道堆物。", by=officer, at=NOW)
    choose_follow_up(records, inspection, item, FollowUp.CASE, by=officer, at=NOW)
    choose_receiver(records, inspection, item, "police", by=officer, at=NOW)


def _drawn(records: Records) -> list[Assignment]:
    return whole_scheme(records, "S1").assignments


def _officer(records: Records, inspection: str, department: str) -> Person:
    members = assignments.members(records, inspection)
    return next(
        m.person for m in members if m.person and m.seat.department == department and m.seat.number == 1
    )


@pytest.fixture(scope="module")
def carried_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store and its photos, made once and copied for every tampering."""
    folder = tmp_path_factory.mktemp("carried-out")
    with an_empty_store("sqlite", folder) as store:
        with store.transaction() as records:
            a_carried_out_scheme(records, FileStore(folder / "files"))
        with store.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def folder(carried_out: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(carried_out, tmp_path / "copy"))


@pytest.fixture
def tampered(folder: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{folder / 'store.db'}")
    with store.engine.begin() as connection:
        unguard(connection)
    yield store
    store.close()


def _violated(store: Store, folder: Path) -> set[str]:
    with store.reading() as records:
        found = check_scheme(records, "S1", LATER, files=FileStore(folder / "files"))
    return {one.rule for one in found}


def test_a_scheme_that_its_actions_carried_out_breaks_no_rule(store: Store, tmp_path: Path) -> None:
    files = FileStore(tmp_path / "files")
    with store.transaction() as records:
        a_carried_out_scheme(records, files)
    with store.reading() as records:
        assert check_scheme(records, "S1", LATER, files=files) == []


def test_the_report_counts_what_was_done(tampered: Store) -> None:
    with tampered.reading() as records:
        report = scheme_report(records, "S1")
    assert {
        name: report[name] for name in ("objects_drawn", "seats", "people_drawn", "accepted", "redraws")
    } == {
        "objects_drawn": 2,
        "seats": 8,
        "people_drawn": 9,
        "accepted": 8,
        "redraws": 1,
    }
    assert report["recused"] == {"A2": 1}
    assert report["findings"] == {"clean": 2, "pending": 2}
    assert (report["checklist_answers"], report["answers_no"], report["photos_stored"]) == (8, 2, 4)
    counted = ("results_submitted", "results_returned", "results_approved", "published", "transfers_opened")
    assert [report[name] for name in counted] == [4, 2, 2, 2, 2]
    assert report["state"] == "finished"


_SEAT = "(SELECT id FROM assignment WHERE state = 'completed' ORDER BY id LIMIT 1)"
_HOLDER = f"(SELECT person_id FROM assignment WHERE id = {_SEAT})"
_OBJECT = (
    f"(SELECT object_id FROM inspection WHERE id = (SELECT inspection_id FROM assignment WHERE id = {_SEAT}))"
)

_LEFT = "(SELECT person_id FROM assignment WHERE state = 'recused')"
_LEAD = "(SELECT person_id FROM assignment WHERE id LIKE '%/market/1/1' LIMIT 1)"
_TEAM_MEMBER = (
    "(SELECT person_id FROM assignment WHERE inspection_id = subject AND state = 'completed' LIMIT 1)"
)
_NAMED = f'replace(bundle, \'"insDate"\', \'"officer":"\' || {_HOLDER} || \'","insDate"\')'

_TAMPERINGS = {
    "somebody of another department sits there": (
        f"UPDATE person SET department = 'health' WHERE id = {_HOLDER}",
        "full_team",
    ),
    "a seat is empty": (f"UPDATE assignment SET state = 'lapsed' WHERE id = {_SEAT}", "full_team"),
    "one sits there twice": (
        f"UPDATE assignment SET person_id = {_HOLDER} WHERE id LIKE '%/market/2/1'",
        "no_one_twice",
    ),
    "an interest was declared": (
        f"INSERT INTO declared_interest VALUES ({_HOLDER}, {_OBJECT}, 'A6')",
        "conflict",
    ),
    "a certificate lapses early": (
        f"UPDATE inspector SET certificate_expires = '2026-12-09' WHERE id = {_HOLDER}",
        "conflict",
    ),
    "somebody is away": (
        f"INSERT INTO absence VALUES ({_HOLDER}, '2026-12-10', '2026-12-20', '')",
        "conflict",
    ),
    "somebody came back to what they left": (
        f"UPDATE assignment SET person_id = {_LEFT} WHERE id LIKE '%/fire/2/2'",
        "conflict",
    ),
    "a number was changed after the draw": ("UPDATE draw_source SET value = '4712'", "inputs"),
    "a number was given after the draw": ("UPDATE draw_source SET given_at = '2027-01-01'", "inputs"),
    "a number was given by another": ("UPDATE draw_source SET given_by = 'OP'", "inputs"),
    "a public value was entered by one": (
        "UPDATE draw_source SET witness_id = NULL, first_by = 'W1'",
        "inputs",
    ),
    "an officer sits where an expert ought to": (
        "UPDATE scheme SET expert_seats = 1, expert_field = '食品安全'",
        "full_team",
    ),
    "a number is missing in a seat's history": (
        "UPDATE assignment SET id = seat_id || '/3' WHERE id LIKE '%/2/2'",
        "seat_history",
    ),
    "two hold one seat": (
        "UPDATE assignment SET state = 'completed' WHERE state = 'recused'",
        "seat_history",
    ),
    "somebody left and nobody granted it": ("DELETE FROM leave_request", "seat_history"),
    "somebody left for a ground of another kind": (
        "UPDATE leave_request SET kind = 'unavailability'",
        "seat_history",
    ),
    "a seat lapsed before its time": (
        "UPDATE assignment SET state = 'lapsed' WHERE state = 'recused'",
        "seat_history",
    ),
    "a seat was sent back by nobody": (
        "UPDATE assignment SET state = 'sent_back' WHERE state = 'recused'",
        "seat_history",
    ),
    "somebody was released from an object that is there": (
        "UPDATE assignment SET state = 'released' WHERE state = 'recused'",
        "seat_history",
    ),
    "the lead may not lead": (
        f"UPDATE inspector SET may_lead = 0 WHERE id = {_LEAD}",
        "fit",
    ),
    "a qualification is missing": (
        'UPDATE scheme SET qualifications = \'{"fire": ["hazardous goods"]}\'',
        "fit",
    ),
    "somebody holds too many seats": (f"UPDATE inspector SET capacity = 0 WHERE id = {_HOLDER}", "fit"),
    "a seat of a department that takes no part": (
        "UPDATE scheme SET departments = '[\"market\"]'",
        "full_team",
    ),
    "somebody else accepted": (
        f"UPDATE journal_line SET actor = 'OP' WHERE verb = 'assignment.accept' AND subject = {_SEAT}",
        "own_deed",
    ),
    "a team was confirmed by another than its lead": (
        "UPDATE journal_line SET actor = 'OP' WHERE verb = 'team.confirm'",
        "own_deed",
    ),
    "a result was submitted by another than the lead": (
        "UPDATE journal_line SET actor = 'OP' WHERE verb = 'result.submit'",
        "own_deed",
    ),
    "one of the team approved the result": (
        f"UPDATE journal_line SET actor = {_TEAM_MEMBER} WHERE verb = 'result.approve'",
        "own_deed",
    ),
    "an answer came too late": (
        f"UPDATE assignment SET answer_by = datetime(drawn_at, '-1 hour') || '.000000' WHERE id = {_SEAT}",
        "answer_time",
    ),
    "an answer is a stranger's": ("UPDATE answer SET answered_by = 'OP'", "own_deed"),
    "a photo is a stranger's": ("UPDATE photo SET sent_by = 'OP'", "own_deed"),
    "a finding is a stranger's": ("UPDATE finding SET entered_by = 'OP'", "own_deed"),
    "it was published too late": (
        "UPDATE publication SET published_at = datetime(published_at, '+60 days') || '.000000'",
        "publicity_late",
    ),
    "the line of the draw is gone": (
        f"DELETE FROM journal_line WHERE verb = 'assignment.draw' AND subject = {_SEAT}",
        "seat_history",
    ),
    "a step is gone from the journal": (
        f"DELETE FROM journal_line WHERE verb = 'assignment.accept' AND subject = {_SEAT}",
        "legal_path",
    ),
    "a state was set by hand": ("UPDATE result SET state = 'draft'", "legal_path"),
    "a finding is gone": ("DELETE FROM finding WHERE department = 'market'", "finding"),
    "a category is invented": ("UPDATE finding SET category = 'fine' WHERE department = 'market'", "finding"),
    "an important 否 is called clean": (
        "UPDATE finding SET category = 'clean' WHERE department = 'fire'",
        "important_no",
    ),
    "an answer is gone": ("DELETE FROM answer WHERE value = 'yes'", "answer"),
    "a note is gone": ("UPDATE answer SET note = ''", "answer"),
    "a photo is gone": ("DELETE FROM photo WHERE department = 'fire'", "answer"),
    "a receipt is another's": ("UPDATE photo SET receipt = 'R-00000000'", "photo"),
    "the last day is one day late": (
        "UPDATE result SET publicity_due = date(publicity_due, '+1 day')",
        "publicity_due",
    ),
    "the last day is gone": ("UPDATE result SET publicity_due = NULL", "publicity_due"),
    "a bundle was changed": (
        "UPDATE publication SET bundle = replace(bundle, '待后续', '已经')",
        "publication",
    ),
    "a digest was changed": ("UPDATE publication SET digest = 'x'", "publication"),
    "a publication is gone": ("DELETE FROM publication", "publication"),
    "an officer is named": (f"UPDATE publication SET bundle = {_NAMED}", "publication"),
    "a transfer is gone": ("DELETE FROM transfer", "transfer"),
    "a transfer goes elsewhere": ("UPDATE transfer SET to_department = 'tax'", "transfer"),
    "a pool was changed": (
        "UPDATE draw_record SET inspectors = replace(inspectors, 'market-1', 'market-9')",
        "draw",
    ),
    "a round was changed": (
        "UPDATE draw_record SET transcript = replace(transcript, '\"05271\"', '\"05272\"')",
        "draw",
    ),
    "somebody sits there who was not drawn": (
        f"UPDATE assignment SET person_id = 'HD-market' WHERE id = {_SEAT}",
        "draw",
    ),
    "an object was never drawn": (
        "UPDATE inspection SET object_id = 'B9' WHERE id = (SELECT min(id) FROM inspection)",
        "draw",
    ),
}


@pytest.mark.parametrize("name", _TAMPERINGS)
def test_what_was_done_by_hand_is_found(name: str, tampered: Store, folder: Path) -> None:
    statement, rule = _TAMPERINGS[name]
    with tampered.transaction() as records:
        records.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        if "'B9'" in statement:
            records.session.execute(text("UPDATE registered_object SET id = 'B9' WHERE id = 'B4'"))
        changed = records.session.execute(text(statement))
        assert changed.rowcount > 0  # type: ignore[attr-defined]
    assert rule in _violated(tampered, folder)


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_bytes_that_are_not_those_received_are_found(damage: str, tampered: Store, folder: Path) -> None:
    picture = next(path for path in (folder / "files").rglob("*") if path.is_file())
    if damage == "changed":
        picture.write_bytes(picture.read_bytes() + b"\0")
    else:
        picture.unlink()
    assert _violated(tampered, folder) == {"photo"}


def test_what_is_not_published_in_time_is_found(tampered: Store) -> None:
    with tampered.transaction() as records:
        records.session.execute(text("DELETE FROM publication"))
    with tampered.reading() as records:
        late = check_scheme(records, "S1", LATER + timedelta(days=60))
    assert "publicity_late" in {one.rule for one in late}


def test_the_journal_lines_of_a_path_must_follow_the_table(tampered: Store, folder: Path) -> None:
    with tampered.transaction() as records:
        swapped = "UPDATE journal_line SET verb = 'assignment.confirm' WHERE verb = 'assignment.accept'"
        records.session.execute(text(swapped))
    assert "legal_path" in _violated(tampered, folder)
