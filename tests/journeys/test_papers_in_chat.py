"""The papers of a visit come into the chat of whoever may read them: asked for, made beside the conversation, once."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from actions.check_codes import check_url, keep_check_key
from actions.paper_orders import paper_made
from actions.papers import pdf_of, read_paper
from bot.printing import TRIES, Printer
from inspection.states import PaperOrderState
from notifications.buttons.papers import PaperButton, PaperKind
from notifications.buttons.results import ResultAct, ResultButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.outgoing import Outgoing
from notifications.qr import qr_png
from storage import paper_orders
from storage.files import FileNotKept, FileStore
from storage.store import Store
from storage.tables.inspections import JournalLine
from storage.tables.messaging import OutboxLine, PaperOrder
from storage.tables.registers import Person
from tests.actions.story import changing, rows_of
from tests.journeys.town import Town
from tests.papers.kept_visits import Visit, a_kept_visit, seen
from tests.papers.sheets import needs_a_font
from tests.papers.visits import NAME, a_started_visit
from tests.stores import DATABASES, an_empty_store

RECORD, SUMMARY = PaperKind.RECORD, PaperKind.SUMMARY


class Site:
    """A visit whose people have phones, with what they heard so far read; papers are made when the test says so."""

    def __init__(self, store: Store, folder: Path, visit: Visit) -> None:
        self.store, self.folder, self.files = store, folder, FileStore(folder / "files")
        self.id, self.lead, self.fire = visit.id, visit.lead, visit.fire
        self.town = Town(store)
        self.town.now = visit.at
        self.town.enrol_everybody("OP", "RV", "W1", "HD-fire", self.lead, self.fire)
        self.town.settle()
        self.read_all()

    def read_all(self) -> None:
        self.town.read_all()

    def printer(self, files: FileStore | None = None, fonts: Path | None = None) -> Printer:
        return Printer(self.store, files or self.files, self.town.clock, lambda: None, fonts)

    def print(self, printer: Printer | None = None) -> int:
        """Makes all that is to be made now, and says how many there were."""
        printer, number = printer or self.printer(), 0
        while printer.print_next():
            number += 1
        self.town.settle()
        return number

    def order(self, who: str, kind: PaperKind = RECORD) -> None:
        self.town.press_data(who, PaperButton(kind, self.id))

    def hears_paper(self, who: str) -> tuple[Outgoing, bytes]:
        """What stands with the paper, and its bytes."""
        outgoing = self.town.hears(who, "paper_made")
        assert outgoing.document is not None
        return outgoing, self.files.read(outgoing.document.sha256)

    def orders(self) -> list[PaperOrder]:
        with self.store.reading() as records:
            return rows_of(records, PaperOrder)

    def read(self, who: str, kind: PaperKind) -> bytes:
        """The same paper as the page gives it."""
        with self.store.transaction("web") as records:
            paper = read_paper(records, self.id, kind, by=records.get(Person, who), at=self.town.now)
        return pdf_of(paper, self.files)


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """On SQLite, but where `on_both` says otherwise."""
    with a_kept_visit(getattr(request, "param", "sqlite"), tmp_path) as (store, visit):
        yield Site(store, tmp_path, visit)


on_both = pytest.mark.parametrize("site", DATABASES, indirect=True)


@on_both
@needs_a_font
def test_the_lead_sees_both_papers_in_the_chat_before_submission(site: Site) -> None:
    town, lead = site.town, site.lead
    town.press_data(lead, ResultButton(ResultAct.VIEW, site.id))
    town.hears(lead, "joint_summary")
    for name, kind, title in (
        ("paper_record", RECORD, "现场检查笔录"),
        ("paper_summary", SUMMARY, "联合检查汇总表"),
    ):
        town.press(lead, name)
        assert f"{title}正在生成…" in town.hears(lead, "paper_ordered").text
        assert site.print() == 1
        assert f"{title}已生成" in town.hears(lead, "paper_ordered").text
        outgoing, pdf = site.hears_paper(lead)
        assert outgoing.document is not None
        assert outgoing.document.file_name == f"{title}-{site.id}.pdf"
        assert outgoing.text.startswith(f"{title}（草稿）")
        assert pdf == site.read(lead, kind)
        assert NAME in PdfReader(BytesIO(pdf)).pages[0].extract_text()
    town.press(lead, "view_result")
    town.press(lead, "submit_result")
    assert [one.state for one in site.orders()] == [PaperOrderState.MADE] * 2
    kinds = [one.outgoing.kind for one in town.messenger.phones[lead].messages][-5:]
    assert kinds == ["result_submitted", "paper_ordered", "paper_made", "paper_ordered", "paper_made"]


@needs_a_font
def test_after_submission_it_is_no_draft_and_the_reading_stands_in_the_journal(site: Site) -> None:
    site.town.press_data(site.lead, ResultButton(ResultAct.SUBMIT, site.id))
    site.read_all()
    site.order("RV", SUMMARY)
    site.print()
    outgoing, pdf = site.hears_paper("RV")
    assert "草稿" not in outgoing.text
    assert outgoing.rows == ()
    assert "草稿" not in PdfReader(BytesIO(pdf)).pages[0].extract_text()
    with site.store.reading() as records:
        lines = rows_of(records, JournalLine, verb="paper.read")
    assert [(one.actor, one.subject, one.details["paper"]) for one in lines] == [("RV", site.id, "summary")]


@needs_a_font
def test_pressed_twice_while_it_is_in_work_makes_one_paper(site: Site) -> None:
    site.order(site.lead)
    site.town.hears(site.lead, "paper_ordered")
    site.order(site.lead)
    assert "没有重复办理" in site.town.hears(site.lead, "paper_ordered").text
    assert site.print() == 1
    site.town.hears(site.lead, "paper_ordered")
    site.hears_paper(site.lead)
    site.town.nobody_hears_more()
    assert len(site.orders()) == 1


@needs_a_font
def test_the_same_facts_give_the_same_bytes_to_everybody_and_each_time(site: Site) -> None:
    digests = []
    for who in (site.lead, "HD-fire", "RV", site.lead):
        site.order(who)
        site.print()
        digests.append([line.body["document"]["sha256"] for line in _papers(site)][-1])
    assert len(digests) == 4
    assert len(set(digests)) == 1


def _papers(site: Site) -> list[OutboxLine]:
    with site.store.reading() as records:
        return sorted(rows_of(records, OutboxLine, kind="paper_made"), key=lambda line: line.id or 0)


@needs_a_font
def test_a_member_finds_both_papers_below_where_once_the_visit_is_over(site: Site) -> None:
    site.town.type(site.fire, "/where")
    site.town.press(site.fire, "paper_summary")
    site.print()
    outgoing, _ = site.hears_paper(site.fire)
    assert outgoing.rows == ()  # the lead submits
    assert site.town.has_button(site.fire, "paper_record")


def test_an_outsider_is_refused_and_nothing_is_ordered(site: Site) -> None:
    site.order("W1")
    assert "没有这份文书，或者您不能查看" in site.town.hears("W1", "refused").text
    site.town.press_data("W1", PaperButton(RECORD, "S9.B9"))
    assert "没有这份文书，或者您不能查看" in site.town.hears("W1", "refused").text
    assert site.orders() == []


@needs_a_font
def test_on_site_the_lead_reads_the_record_and_hears_that_there_is_no_summary_yet(tmp_path: Path) -> None:
    with an_empty_store("sqlite", tmp_path) as store:
        story, inspection, _ = a_started_visit(store, tmp_path)
        _reads_the_record_on_site(Site(store, tmp_path, seen(story, inspection)))


def _reads_the_record_on_site(site: Site) -> None:
    site.town.press_data(site.lead, VisitButton(VisitAct.OVERVIEW, site.id))
    site.town.press(site.lead, "paper_record")
    site.order(site.lead, SUMMARY)
    assert "检查还没有结束" in site.town.hears(site.lead, "refused").text
    assert site.print() == 1
    outgoing, _ = site.hears_paper(site.lead)
    assert outgoing.rows == ()  # nothing is to be submitted yet


def test_a_machine_without_a_chinese_font_says_so_once(site: Site) -> None:
    empty = site.folder / "no-fonts"
    empty.mkdir()
    site.order(site.lead)
    site.town.hears(site.lead, "paper_ordered")
    assert site.print(site.printer(fonts=empty)) == 1
    told = site.town.hears(site.lead, "paper_refused").text
    assert told.startswith("现场检查笔录没有生成")
    assert "fonts-noto-cjk" in told
    site.town.nobody_hears_more()
    (order,) = site.orders()
    assert (order.state, order.error) == (PaperOrderState.REFUSED, "paper_no_chinese_font")
    assert site.print() == 0


@needs_a_font
def test_a_photo_that_is_gone_is_told_and_stops_the_record_only(site: Site) -> None:
    for path in site.folder.glob("files/??/*"):
        path.unlink()
    site.order(site.lead, RECORD)
    site.order(site.lead, SUMMARY)
    assert site.print() == 2
    assert "在存档中缺失或者已损坏" in site.town.hears(site.lead, "paper_refused").text
    outgoing, _ = site.hears_paper(site.lead)
    assert outgoing.text.startswith("联合检查汇总表")


def test_whoever_may_not_read_it_any_more_does_not_get_what_was_ordered(site: Site) -> None:
    site.order("HD-fire")
    with changing(site.store) as records:
        records.get(Person, "HD-fire").department = "housing"
    site.print()
    assert "您不能查看" in site.town.hears("HD-fire", "paper_refused").text
    assert _papers(site) == []


# --- printers that die, are slow, or are many


def _claimed(site: Site) -> PaperOrder:
    """Somebody claimed it, and nothing more is heard of them."""
    with site.store.transaction() as records:
        order = paper_orders.claim(records, at=site.town.now)
    assert order is not None
    return order


@on_both
@needs_a_font
def test_what_a_killed_printer_had_in_hand_is_made_by_the_next_when_its_lease_is_over(site: Site) -> None:
    site.order(site.lead)
    _claimed(site)
    site.town.wait(paper_orders.LEASE - timedelta(seconds=1))
    assert site.print() == 0
    site.town.wait(timedelta(seconds=1))
    assert site.print() == 1
    site.hears_paper(site.lead)
    assert [one.attempts for one in site.orders()] == [2]
    site.town.wait(timedelta(days=1))
    assert site.print() == 0
    assert len(_papers(site)) == 1


@needs_a_font
def test_a_slow_printer_that_comes_second_sends_nothing(site: Site) -> None:
    site.order(site.lead)
    slow = _claimed(site)
    site.town.wait(paper_orders.LEASE)
    site.print()
    with site.store.transaction() as records:
        assert not paper_made(records, slow.id or 0, "f" * 64, is_draft=True, at=site.town.now)
    site.town.settle()
    assert len(_papers(site)) == 1


@needs_a_font
def test_where_there_is_no_other_process_a_restart_goes_on_at_once(site: Site) -> None:
    site.order(site.lead)
    _claimed(site)
    with site.store.transaction() as records:
        paper_orders.let_go(records)
    assert site.print() == 1


@needs_a_font
def test_a_clock_that_was_set_back_holds_no_paper_for_ever(site: Site) -> None:
    site.town.now += timedelta(days=1)
    site.order(site.lead)
    _claimed(site)
    site.town.now -= timedelta(days=1)
    assert site.print() == 1
    site.hears_paper(site.lead)


@on_both
@needs_a_font
def test_two_printers_share_the_work_and_make_each_paper_once(site: Site) -> None:
    for who in (site.lead, site.fire, "OP", "RV"):
        site.order(who)
        site.order(who, SUMMARY)
    made: list[int] = []

    def work() -> None:
        printer = site.printer()
        made.append(sum(1 for _ in iter(printer.print_next, False)))

    working = [threading.Thread(target=work) for _ in range(2)]
    for one in working:
        one.start()
    for one in working:
        one.join()
    site.town.settle()
    assert sum(made) == 8
    assert len(_papers(site)) == 8
    assert {one.state for one in site.orders()} == {PaperOrderState.MADE}


class _FullDisk(FileStore):
    """Which has room again after so many tries."""

    def __init__(self, folder: Path, times: int) -> None:
        super().__init__(folder)
        self._times = times

    def put(self, data: bytes) -> str:
        self._times -= 1
        if self._times >= 0:
            raise FileNotKept("no space left")
        return super().put(data)


@needs_a_font
@pytest.mark.parametrize("times", [TRIES - 1, TRIES])
def test_a_full_disk_is_tried_again_and_told_when_it_stays_full(site: Site, times: int) -> None:
    printer = site.printer(_FullDisk(site.folder / "files", times))
    site.order(site.lead)
    for _ in range(TRIES):
        site.print(printer)
        site.town.wait(timedelta(minutes=1))
    if times < TRIES:
        site.hears_paper(site.lead)
    else:
        assert "出错的原因已经记下" in site.town.hears(site.lead, "paper_refused").text
    assert [one.attempts for one in site.orders()] == [TRIES]


def test_a_paper_over_which_every_printer_dies_is_given_up(site: Site) -> None:
    site.order(site.lead)
    for _ in range(TRIES):
        _claimed(site)
        site.town.wait(paper_orders.LEASE)
    assert site.print() == 1
    assert "出错的原因已经记下" in site.town.hears(site.lead, "paper_refused").text


def test_the_check_code_comes_as_a_picture_for_the_firm_to_scan(site: Site) -> None:
    with site.store.transaction() as records:
        keep_check_key(records, "5e" * 32, at=site.town.now)
        address = check_url(records, site.id, public_url="https://example.org")
    site.order(site.lead, PaperKind.CHECK)
    printer = Printer(site.store, site.files, site.town.clock, lambda: None, public_url="https://example.org")
    assert site.print(printer) == 1
    outgoing, picture = site.hears_paper(site.lead)
    assert outgoing.document is not None
    assert outgoing.document.media_type == "image/png"
    assert outgoing.document.file_name.endswith(".png")
    assert picture == qr_png(address)
    assert "给企业扫一扫" in outgoing.text
    site.order("RV", PaperKind.CHECK)  # a reviewer, who is not of the team
    assert site.print(printer) == 0
    assert site.town.hears("RV", "refused").text


def test_the_window_of_the_visit_comes_as_an_entry_for_the_phones_calendar(site: Site) -> None:
    town, lead = site.town, site.lead
    site.order(lead, PaperKind.WINDOW)
    assert site.print() == 1
    outgoing, entry = site.hears_paper(lead)
    assert outgoing.document is not None
    assert outgoing.document.file_name.endswith(".ics")
    assert outgoing.document.media_type == "text/calendar"
    assert "加进手机日历" in outgoing.text
    lines = entry.decode().split("\r\n")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert f"UID:{site.id}@shuangsuiji" in lines
    site.order("RV", PaperKind.WINDOW)
    assert site.print() == 0
    assert town.hears("RV", "refused").text
