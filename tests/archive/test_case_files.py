"""A case file from the moment its result is public: archived by whom, what its package holds, who may read what of it,
what is found when it is verified."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from actions.archive_check import Checked, Damage, check_package, to_check
from actions.archive_package import take_package, zip_chunks
from actions.archiving import build, gather, keep_package
from actions.case_files import open_case_file, reopen_case_file, reopen_for
from bot.archivist import LATER, Archivist
from inspection.refusals import (
    AlreadyDone,
    IllegalStep,
    Incomplete,
    NotYours,
    Refusal,
    StateMoved,
    Unacceptable,
)
from inspection.states import ArchiveState
from storage import archives
from storage.alone import alone
from storage.tables.archives import ArchivePart, CaseFile
from storage.tables.inspections import DrawRecord, Inspection, JournalLine, Publication
from storage.tables.registers import Person
from tests.actions.story import changing
from tests.archive.published import FOUND, WORDS, Published, a_published_visit
from tests.papers.sheets import needs_a_font
from tests.stores import DATABASES, owned

pytestmark = needs_a_font


@pytest.fixture(params=("sqlite",))
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Published]:
    with a_published_visit(request.param, tmp_path) as published:
        yield published


@pytest.fixture
def archived(tmp_path: Path) -> Iterator[Published]:
    with a_published_visit("sqlite", tmp_path, is_archived=True) as published:
        yield published


on_both = pytest.mark.parametrize("case", DATABASES, indirect=True)


def _file(case: Published) -> CaseFile:
    file: CaseFile = case.story.row(CaseFile, case.inspection)
    return file


def _refusal(case: Published, kind: type[Refusal], by: str) -> str:
    before = case.story.everything()
    with pytest.raises(kind) as refused:
        case.archive(by)
    assert case.story.everything() == before
    return refused.value.sentence


def _package(case: Published, by: str | None = None) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(_packed(case, by)))


def _packed(case: Published, by: str | None = None) -> bytes:
    with case.store.transaction("test") as records:
        reader = records.get(Person, by) if by else None
        taken = take_package(records, case.inspection, by=reader, at=case.story.at, place="127.0.0.1")
    return b"".join(zip_chunks(taken, case.files))


def _checked(case: Published) -> Checked:
    with case.store.reading() as records:
        what = to_check(records, case.inspection, by=None)
    return check_package(what, case.files)


def _damage(case: Published) -> dict[str, Damage]:
    return {one.path: one.damage for one in _checked(case).flaws}


def _part(case: Published, ending: str) -> ArchivePart:
    (part,) = (one for one in case.story.rows(ArchivePart) if one.path.endswith(ending))
    assert isinstance(part, ArchivePart)
    return part


def _bytes_of(case: Published, part: ArchivePart) -> Path:
    (path,) = case.files._folder.rglob(part.sha256)
    return path


@on_both
def test_a_file_goes_from_its_number_to_a_package_that_is_whole_and_is_opened_again(case: Published) -> None:
    file = _file(case)
    assert (file.state, file.department, file.year, file.number) == (ArchiveState.OPEN, "market", 2026, 1)
    assert file.outcome == "transferred"
    assert _refusal(case, Incomplete, "OP") == "archive_open_ends"
    case.settle_transfers()
    for reader in ("OP-fire", "HD-market", "RV", "AU"):
        assert _refusal(case, NotYours, reader) == "archive_not_keeper"
    for stranger in (case.lead, "HD-health", "W1"):
        assert _refusal(case, NotYours, stranger) == "archive_not_yours"
    built = case.archive()
    file = _file(case)
    assert (file.state, file.archived_by, file.package) == (ArchiveState.ARCHIVED, "OP", 1)
    assert (file.retention_years, str(file.keep_until)) == (30, "2056-12-31")
    assert _refusal(case, AlreadyDone, "OP") == "already_done"
    assert _checked(case).flaws == ()
    assert _checked(case).parts == len(built.lines)

    assert hashlib.sha256(_package(case).read("index.json")).hexdigest() == built.digest
    assert _packed(case) == _packed(case)

    reopening = (reopen_case_file, case.inspection, "公示更正")
    for stranger in ("RV", "OP-fire", "HD-fire", "AU"):
        assert case.story.refuses(NotYours, *reopening, by=stranger).sentence == "archive_not_keeper"
    case.story.refuses(Unacceptable, reopen_case_file, case.inspection, "  ", by="OP")
    case.story.later(days=3)
    case.story.do(*reopening, by="HD-market")
    assert _file(case).reopen_reason == "公示更正"
    case.story.refuses(IllegalStep, *reopening, by="OP")
    assert [verb for verb in case.story.verbs(case.inspection) if verb.startswith("archive.")] == [
        "archive.open",
        "archive.archive",
        "archive.reopen",
    ]


def test_the_package_holds_the_whole_inspection_and_the_draw_can_be_recomputed_from_it(
    archived: Published, tmp_path: Path
) -> None:
    package = _package(archived)
    names = package.namelist()
    assert names[:2] == ["index.json", "index.pdf"]
    kinds = list(dict.fromkeys(name.split("/")[0].split("-", 1)[1] for name in names[2:]))
    assert kinds == [
        "scheme", "draw", "list", "team", "leave", "notice", "papers", "visit", "answers", "photos", "result",
        "reviews", "publicity", "signatures", "follow-ups", "transfers", "journal",
    ]  # fmt: skip
    held = {line["path"]: line for line in json.loads(package.read("index.json"))["parts"]}
    assert set(held) == set(names) - {"index.json"}
    for name, line in held.items():
        data = package.read(name)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (line["sha256"], line["size"]), name
    assert held["07-papers/record.pdf"]["pages"] >= 2
    assert held["06-notice/notice.pdf"]["pages"] >= 1
    assert held["16-transfers/letter-1.pdf"]["pages"] >= 1
    assert json.loads(package.read("06-notice/service.json"))["service"] == "in_person"
    (review,) = (
        one for one in json.loads(package.read("12-reviews/reviews.json")) if one["department"] == "fire"
    )
    assert (review["state"], review["decided_by"]) == ("agreed", "HD-fire")
    (signed,) = json.loads(package.read("14-signatures/versions.json"))
    assert (signed["digest"], signed["signature"]) == (held["13-publicity/version-1.json"]["sha256"], None)
    (sent,) = json.loads(package.read("16-transfers/transfers.json"))
    assert [line["verb"] for line in sent["history"]] == ["transfer.open"]
    photos = [line for name, line in held.items() if name.endswith(".jpg")]
    assert [line["pages"] for line in photos] == [1, 1]
    (published,) = archived.story.rows(Publication)
    assert package.read("13-publicity/version-1.json").decode() == published.bundle
    assert FOUND in package.read("11-result/result.json").decode()
    journal = [json.loads(line) for line in package.read("17-journal/journal.jsonl").splitlines()]
    verbs = {line["verb"] for line in journal}
    assert verbs >= {
        "inspection.open", "assignment.recuse", "visit.check_in", "photo.keep", "answer.value", "finding.category",
        "result.publish", "publication.add", "deadline.meet", "leave_request.file",
    }  # fmt: skip
    package.extractall(tmp_path / "out")
    folder = tmp_path / "out" / "02-draw"
    ran = subprocess.run(
        [sys.executable, "verify.py", "--pools", ".", "transcript.json"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_grounds_of_leave_are_for_the_head_of_that_department_and_the_auditor_only(
    archived: Published,
) -> None:
    for reader, sees in (("HD-fire", True), ("AU", True), (None, True), ("HD-market", False), ("OP", False),
                         ("OP-fire", False), ("RV", False)):  # fmt: skip
        package = _package(archived, reader)
        has_part = "05-leave/fire.json" in package.namelist()
        assert has_part is sees, reader
        whole = b"".join(package.read(name) for name in package.namelist() if not name.endswith(".py"))
        assert (WORDS.encode() in whole) is sees, reader
        assert (b'"A5"' in whole) is sees, reader
        assert ("withheld.txt" in package.namelist()) is not sees
        if not sees:
            assert b"05-leave/fire.json" in package.read("withheld.txt")
            assert b"05-leave/fire.json" in package.read("index.json")
    for stranger in ("HD-health", archived.lead, "W1"):
        with pytest.raises(NotYours, match="archive_not_yours"):
            _packed(archived, stranger)


def test_every_look_is_written_down_with_who_what_when_and_from_where(archived: Published) -> None:
    _packed(archived, "RV")
    with archived.store.reading() as records:
        (look,) = archives.looks(records, archived.inspection, limit=10)
    assert (look.actor, look.at, look.details) == (
        "RV",
        archived.story.at,
        {"what": "package", "place": "127.0.0.1", "version": 1, "withheld": 1},
    )


def test_whatever_is_damaged_is_named_and_nothing_else(archived: Published) -> None:
    record, photo = _part(archived, "record.pdf"), _part(archived, "001-R-FDDA54E9.jpg")
    _bytes_of(archived, record).write_bytes(b"%PDF-1.7 something else")
    _bytes_of(archived, photo).unlink()
    assert _damage(archived) == {record.path: Damage.CHANGED, photo.path: Damage.MISSING}


def test_a_changed_draw_a_changed_publication_and_a_changed_index_are_found(archived: Published) -> None:
    drawn, published = _part(archived, "transcript.json"), _part(archived, "version-1.json")
    record = json.loads(_bytes_of(archived, drawn).read_bytes())
    record["rounds"][0]["seats"].reverse()
    other = archived.files.put(json.dumps(record, sort_keys=True, separators=(",", ":")).encode())
    with changing(archived.store) as records, owned(records):
        part = records.lock(ArchivePart, (archived.inspection, 1, drawn.number))
        part.sha256 = other
        (row,) = archived.story.rows(Publication)
        shown = records.get(Publication, (row.inspection_id, row.version))
        shown.bundle = shown.bundle.replace("未发现问题", "合格")
    found = _checked(archived).flaws
    assert {(one.path, one.damage) for one in found} == {
        (drawn.path, Damage.NOT_IN_INDEX),
        (drawn.path, Damage.DRAW),
        (published.path, Damage.PUBLICITY),
    }
    assert [one.detail for one in found if one.damage is Damage.DRAW] != [""]


def test_what_can_not_be_read_is_not_archived_without_a_word(case: Published) -> None:
    case.settle_transfers()
    photo = next(path for path in case.files._folder.rglob("*") if path.name.startswith("fdda54e9"))
    photo.write_bytes(b"gone")
    assert _refusal(case, Unacceptable, "OP") == "paper_photo_unreadable"
    assert _file(case).state is ArchiveState.OPEN


def test_every_line_of_the_journal_about_the_inspection_is_in_its_file(archived: Published) -> None:
    """Read from the table itself, not by the query that gathers them."""
    id = archived.inspection
    lines = [
        one.id
        for one in archived.story.rows(JournalLine)
        if one.subject == id or one.subject.startswith(f"{id}/") or one.verb.startswith("deadline.")
    ]
    with archived.store.reading() as records:
        gathered = [one.id for one in archives.journal_of(records, records.get(Inspection, id))]
    assert gathered == lines


def test_of_two_who_archive_at_once_the_second_changes_nothing(archived: Published) -> None:
    """And what comes later opens the file again, once, and leaves an open one alone."""

    def reopen() -> bool:
        with changing(archived.store) as records:
            return reopen_for(records, archived.inspection, "更正", by=None, at=archived.story.at)

    assert [reopen(), reopen()] == [True, False]
    with archived.store.reading() as records:
        operator = records.get(Person, "OP")
        late = build(gather(records, archived.inspection, by=operator, at=archived.story.at), archived.files)
    with changing(archived.store) as records:
        assert keep_package(records, late, by=operator, at=archived.story.at).package == 2
    for refusal in (AlreadyDone, StateMoved):
        before = archived.story.everything()
        with pytest.raises(refusal), changing(archived.store) as records:
            keep_package(records, late, by=operator, at=archived.story.at)
        assert archived.story.everything() == before
        reopen()
    assert {one.version for one in archived.story.rows(ArchivePart)} == {1, 2}


def test_the_archivist_waits_for_the_day_and_for_what_is_open(case: Published) -> None:
    """A draw without a transcript was held elsewhere: it can't be recomputed here, and is kept all the same."""
    with changing(case.store) as records:
        records.session.execute(update(DrawRecord).values(transcript=None))
    archivist = Archivist(case.store, case.files, lambda: case.story.at)
    assert not archivist.archive_next()
    due_at = _file(case).archive_at
    case.story.at = due_at
    assert archivist.archive_next()
    assert (_file(case).state, _file(case).archive_at) == (ArchiveState.OPEN, due_at + LATER)
    case.settle_transfers()
    case.story.at = due_at + LATER
    assert archivist.archive_next()
    assert (_file(case).state, _file(case).archived_by) == (ArchiveState.ARCHIVED, None)
    assert not archivist.archive_next()
    assert "02-draw/transcript.json" not in _package(case).namelist()
    assert _checked(case).flaws == ()


@pytest.mark.parametrize("case", ["postgresql"], indirect=True)
def test_of_two_archivists_one_works(case: Published) -> None:
    """The other one neither sets the same papers nor puts off what it was too late for."""
    case.settle_transfers()
    case.story.at = due_at = _file(case).archive_at
    archivist = Archivist(case.store, case.files, lambda: case.story.at)
    with alone(case.store, "archive"):
        assert not archivist.archive_next()
    archivist._put_off(case.inspection, due_at, "open")
    assert _file(case).archive_at == due_at + LATER
    case.story.at += LATER
    assert archivist.archive_next()
    archivist._put_off(case.inspection, case.story.at, "too late")
    assert (_file(case).state, _file(case).archive_at) == (ArchiveState.ARCHIVED, due_at + LATER)


def test_a_case_number_is_given_once(case: Published) -> None:
    """They count up in a department, and begin anew with the year."""
    with changing(case.store) as records:
        given = [archives.next_number(records, "market", 2026) for _ in range(3)]
        assert given == [2, 3, 4]
        assert archives.next_number(records, "market", 2027) == 1
        assert archives.next_number(records, "fire", 2026) == 1
    with pytest.raises(Exception, match=r"(?i)unique"), case.store.transaction("test") as records:
        open_case_file(records, records.get(Inspection, case.inspection), at=case.story.at)
