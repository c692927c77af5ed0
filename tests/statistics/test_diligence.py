"""The record of an officer's duties: what is on it, what is plainly missing, who may read it; on its page, as a paper,
and in the chat."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from actions.diligence import read_diligence
from bot.printing import Printer
from inspection.diligence import Diligence, ListedDuty
from inspection.refusals import NotYours
from storage.tables.inspections import JournalLine, Photo, Publication
from storage.tables.registers import Inspector, Person
from tests.actions.story import changing
from tests.archive.published import WORDS, Published, a_published_visit
from tests.journeys.town import Town
from tests.papers.sheets import needs_a_font
from tests.stores import owned
from tests.web.houses import a_client, a_house

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Published]:
    with a_published_visit("sqlite", tmp_path) as published:
        yield published


def _read(case: Published, person: str, by: str = "", first: date = FIRST, last: date = LAST) -> Diligence:
    with case.store.reading() as records:
        reader = records.get(Person, by or person)
        return read_diligence(records, person, first, last, by=reader, at=case.story.at)


def _stands(case: Published, person: str) -> dict[ListedDuty, bool | None]:
    (served,) = _read(case, person).served
    return {one.duty: one.is_met for one in served.duties}


def test_each_duty_is_on_record_with_its_time_or_plainly_missing(case: Published) -> None:
    assert set(_stands(case, case.lead).values()) == {True}
    assert set(_stands(case, case.lead)) == set(ListedDuty)
    fire = _stands(case, case.fire)
    assert [duty for duty, is_met in fire.items() if is_met is not True] == [ListedDuty.CHECK_IN]
    assert ListedDuty.SUBMISSION not in fire
    assert _stands(case, case.left) == {ListedDuty.ANSWER: True}
    found = _read(case, case.lead)
    (served,) = found.served
    (photo,) = case.story.rows(Photo, sent_by=case.lead)
    (published,) = case.story.rows(Publication)
    assert (served.photos, served.publication, served.is_lead) == ((photo.sha256,), published.digest, True)
    assert served.deeds == sum(
        one.actor == case.lead and one.subject.startswith(case.inspection)
        for one in case.story.rows(JournalLine)
    )
    assert (found.visits, found.missing, _read(case, case.fire).missing) == (1, 0, 1)


def test_what_was_changed_afterwards_changes_what_is_on_record(case: Published) -> None:
    before = _read(case, case.lead).served[0].journal
    with changing(case.store) as records, owned(records):
        records.get(Inspector, case.lead).certificate_expires = date(2026, 11, 1)
        line = next(one for one in case.story.rows(JournalLine, actor=case.lead, verb="answer.value"))
        records.get(JournalLine, line.id).details = {"from": None, "to": "no"}
    assert _stands(case, case.lead)[ListedDuty.CERTIFICATE] is False
    assert _read(case, case.lead).served[0].journal != before


def test_it_is_read_by_the_officer_the_head_the_joint_office_and_the_auditor(case: Published) -> None:
    for reader in (case.fire, "HD-fire", "AU", "LI-market", "HD-market"):
        assert _read(case, case.fire, reader).name == f"人员{case.fire}"
    for reader in (case.lead, "OP-fire", "HD-health", "W1"):
        with pytest.raises(NotYours, match="diligence_not_yours"):
            _read(case, case.fire, reader)
    with pytest.raises(NotYours, match="diligence_not_yours"):
        _read(case, "nobody", "AU")
    day = case.story.rows(Publication)[0].published_at.date()
    assert _read(case, case.fire, first=day, last=LAST).served == ()


@needs_a_font
def test_page_and_paper_say_the_same_and_that_another_read_it_is_written_down(
    case: Published, tmp_path: Path
) -> None:
    house = a_house(case.store, tmp_path, is_demo=True)
    house.clock.now = case.story.at
    with a_client(house) as door:
        page = door.get("/diligence", params={"chat": "HD-fire", "person": case.fire})
        paper = door.get("/diligence.pdf", params={"chat": "HD-fire", "person": case.fire})
        own = door.get("/diligence", params={"chat": case.left, "first": "no day", "last": "2026-12-31"})
        others = door.get("/diligence", params={"chat": case.left, "person": case.lead})
        none = door.get("/diligence")
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(paper.content)).pages)
    for words in ("到场签到", "没有记录", f"人员{case.fire}", "按时答复"):
        assert words in page.text, words
        assert words in text, words
    assert "style=" not in page.text
    assert own.status_code == 200
    assert (others.status_code, none.status_code) == (404, 401)
    assert not any(WORDS in one for one in (page.text, text, own.text))
    lines = case.story.rows(JournalLine, verb="diligence.read")
    assert [(one.actor, one.subject) for one in lines] == [("HD-fire", case.fire)] * 2


@needs_a_font
def test_an_officer_gets_the_own_record_in_the_chat_and_nobody_else_does(case: Published) -> None:
    town = Town(case.store)
    town.now = case.story.at + timedelta(minutes=1)
    town.enrol_everybody(case.fire, "RV")
    town.settle()
    for who in (case.fire, "RV"):
        for shown in town.messenger.phones[who].messages if who in town.messenger.phones else ():
            shown.is_read = True
    town.type(case.fire, "履职")
    assert "履职记录正在生成" in town.hears(case.fire, "picture_ordered").text
    assert Printer(case.store, case.files, town.clock, lambda: None).print_next()
    town.settle()
    assert "已生成" in town.hears(case.fire, "picture_ordered").text
    made = town.hears(case.fire, "diligence_made")
    assert "承担检查1次" in made.text
    assert "到场签到" in made.text
    assert made.document is not None
    pdf = case.files.read(made.document.sha256)
    assert f"人员{case.fire}" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    town.type("RV", "/diligence")
    assert "您不能查看" in town.hears("RV", "refused").text
    town.nobody_hears_more()
