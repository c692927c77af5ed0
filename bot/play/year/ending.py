"""The end of the year: everything that must hold, each as lines of what does not, and the numbers for the summary."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table as Shown

from actions.audit import audit
from actions.pools import pool_files
from actions.rule_check import check_scheme
from bot.exporting import export
from bot.play.year.books import Compared, compare_statistics, wishes_of
from bot.play.year.registers import AUDITOR, WHOLE, YEAR
from bot.play.year.year import Year
from bot.publicity_checks import Checked, check_folder
from draw.verify import verify
from inspection.results import CATEGORIES
from storage import inbox, outbox
from storage.recount import look_up
from storage.tables.inspections import DrawRecord

TOLD_AT_LEAST = (
    "lines joined", "schemes returned", "seats sent back", "results returned", "findings returned",
    "objects gone", "notices served",
    "firms that applied for a recusal", "complaints", "temporary schemes", "special checks", "draws made elsewhere",
    "crimes reported", "joint punishments", "objections: uphold", "objections: reject", "files archived by hand",
    "not corrected", "leads passed on", "leads sent back", "visits started urgently",
    "papers asked for", "documents kept", "feedback taken",
)  # fmt: skip
"""What the whole year tells once at least."""
SENT_AT_LEAST = (
    "answer_reminder", "reminder_digest", "deadline_overdue", "overdue_list", "liaison_summary", "lead_summary",
    "monthly_digest", "plan_opened", "plan_published", "assignment_lapsed", "result_published",
)  # fmt: skip
"""Messages that come by themselves as time passes, and those that come of deeds."""

KEPT_AT_LEAST = ("archived_documents", "archived_notices")
"""What is in some case file."""


@dataclass
class Ending:
    """`wrong` by what was looked at; empty where all holds."""

    numbers: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        return [f"{what}: {line}" for what, lines in self.wrong.items() for line in lines]


def call_to_account(year: Year, key_id: str, *, only: Collection[str] = ()) -> Ending:
    """Looks at everything, or only at some of it; `key_id` must have signed what is public."""
    ending, compared, published = Ending(), Compared(), Checked()
    looks: dict[str, Callable[[], Iterator[str]]] = {
        "statistics": lambda: _statistics(year, compared),
        "publicity": lambda: _publicity(year, published, key_id),
        "draws": lambda: _draws(year),
        "rules": lambda: _rules(year),
        "archive": lambda: _archives(year),
        "exchange": lambda: _exchange(year),
        "post": lambda: _post(year),
        "audit": lambda: _audit(year),
        "story": lambda: _story(year),
    }
    for what in only or looks:
        if what != "story" or year.size is WHOLE:
            ending.wrong[what] = list(looks[what]())
    ending.numbers = _numbers(year, compared, published)
    return ending


def _statistics(year: Year, compared: Compared) -> Iterator[str]:
    compared.take(year.compared, "")
    compared.take(compare_statistics(year.desk, wishes_of(year.size)), "")
    if compared.figures < 100:
        yield f"only {compared.figures} figures were found on {compared.pages} pages"
    yield from (line.strip() for line in compared.differences)


def _publicity(year: Year, told: Checked, key_id: str) -> Iterator[str]:
    """As `shuangsuiji publicity verify` does: everything that is public as files, checked from outside."""
    folder = year.folder / "public"
    folder.mkdir(exist_ok=True)
    export(year.desk.house, folder)
    for fault in check_folder(folder, key=key_id, told=told):
        yield f"{fault.place}: {fault.kind} {fault.words}".strip()
    if not told.signatures or not told.draws:
        yield f"{told.signatures} signatures and {told.draws} draws were found"


def _draws(year: Year) -> Iterator[str]:
    """Every draw, be its list public or not, by the program for witnesses."""
    with year.store.reading() as records:
        ids = [str(id) for (id,) in look_up(records, "draws")]
        for id in ids:
            draw = records.get(DrawRecord, id)
            difference = verify((draw.transcript or "").encode(), pool_files(draw))
            if difference is not None:
                yield f"{id}: {difference}"


def _rules(year: Year) -> Iterator[str]:
    for (scheme,) in year.look_up("schemes"):
        with year.store.reading() as records:
            for one in check_scheme(records, str(scheme), year.street.now, files=year.files):
                yield f"{one.rule} {one.subject}: {one.detail}"


def _archives(year: Year) -> Iterator[str]:
    """Every archived file verified on its page, on demand."""
    files = year.look_up("archived_files")
    if not files:
        yield "no file is archived"
    for (inspection,) in files:
        page = year.desk.post(f"/archive/{inspection}/check", AUDITOR)
        if 'class="alarm"' in page.text:
            yield f"{inspection}: a flaw stands on its page"
    for subject, flaws in year.look_up("checks_with_flaws"):
        yield f"{subject}: {flaws} flaws"


def _exchange(year: Year) -> Iterator[str]:
    """Everything has arrived at the platform, the first only on the second try."""
    platform = year.elsewhere.platform
    if set(platform.answers) != {200, 503} or platform.answers[503] != 1:
        yield f"the platform answered {dict(platform.answers)}"
    deliveries = {str(id): str(state) for id, state in year.look_up("deliveries")}
    yield from (f"{id} is {state}" for id, state in deliveries.items() if state != "sent")
    arrived = {id for id, state in deliveries.items() if state == "sent"}
    for id in sorted(arrived ^ set(platform.taken)):
        yield f"{id} is not on both sides"


def _post(year: Year) -> Iterator[str]:
    """Nothing that came in was set aside, and nothing that goes out is dead or waits."""
    with year.store.reading() as records:
        updates, letters = inbox.counts(records), outbox.counts(records)
    for name, counts, states in (
        ("updates", updates, ("quarantined", "pending")),
        ("letters", letters, ("dead", "pending", "claimed")),
    ):
        for state in states:
            if counts.get(state):
                yield f"{counts[state]} {name} are {state}"


def _audit(year: Year) -> Iterator[str]:
    with year.store.reading() as records:
        for flaw in audit(records, year.street.now):
            yield f"{flaw.kind} {flaw.subject} {flaw.about}"


def _story(year: Year) -> Iterator[str]:
    """The whole year is told whole."""
    yield from (f"{one}: never" for one in TOLD_AT_LEAST if not year.story.told[one])
    yield from (f"no message {one} was sent" for one in SENT_AT_LEAST if not year.street.phones.kinds[one])
    unseen = {one.value for one in CATEGORIES} - set(year.tally("finding", "category"))
    yield from (f"nothing was found {category}" for category in sorted(unseen))
    yield from (f"no deadline was {one}" for one in sorted({"met", "missed"} - set(year.tally("deadline"))))
    yield from (f"{what}: none" for what in KEPT_AT_LEAST if not year.look_up(what))
    if year.street.phones.papers < year.story.told["papers asked for"]:
        yield f"only {year.street.phones.papers} papers came"
    unfinished = year.look_up("unfinished_schemes")
    yield from (f"scheme {id} is still {state} on 31 December" for id, state in unfinished)


# --- Numbers ----------------------------------------------------------------------------------------------------------


def _numbers(year: Year, compared: Compared, published: Checked) -> dict[str, Any]:
    counted = year.tally
    street = year.street
    return {
        "year": YEAR,
        "counties": len(year.size.districts),
        "departments": len(year.size.departments),
        "people": len(year.people.departments) + 4 * len(year.size.departments),
        "plan_lines": counted("plan_line"),
        "schemes": counted("scheme", "kind"),
        "inspections": counted("inspection"),
        "assignments": counted("assignment"),
        "categories": counted("finding", "category"),
        "follow_ups": counted("follow_up", "kind"),
        "transfers": counted("transfer", "outcome"),
        "crimes": counted("suspected_crime"),
        "approvals": counted("inspection_approval"),
        "notices": counted("inspection_notice"),
        "corrections": counted("correction"),
        "deadlines": counted("deadline"),
        "case_files": counted("case_file"),
        "archive_parts": counted("archive_part", "kind"),
        "papers": street.phones.papers,
        "deliveries": dict(sorted(year.elsewhere.platform.kinds.items())),
        "told": dict(sorted(year.story.told.items())),
        "messages_by_kind": dict(sorted(street.phones.kinds.items())),
        "updates": street.updates,
        "page_requests": year.desk.requests,
        "moments": street.moments,
        "due_work": street.due_done,
        "messages": street.phones.kinds.total(),
        "refusals": street.phones.kinds["refused"],
        "statistics_pages": compared.pages,
        "figures_compared": compared.figures,
        "files_verified": published.files,
        "signatures_verified": published.signatures,
        "draws_verified": published.draws,
    }


_TITLES = {
    "counties": ("县市", "counties"),
    "departments": ("部门", "departments"),
    "schemes": ("实施方案（按种类）", "schemes by kind"),
    "inspections": ("检查（按状态）", "inspections by state"),
    "assignments": ("派发（按状态）", "assignments by state"),
    "categories": ("检查结果（按类别）", "findings by category"),
    "follow_ups": ("后续处理", "follow-ups"),
    "transfers": ("移送（按结果）", "transfers by outcome"),
    "crimes": ("涉嫌犯罪", "suspected crimes"),
    "corrections": ("异议", "objections"),
    "deadlines": ("期限", "deadlines"),
    "case_files": ("案卷", "case files"),
    "deliveries": ("交换平台已收", "taken by the platform"),
    "updates": ("人的操作", "deeds of people"),
    "messages": ("发出的消息", "messages sent"),
    "due_work": ("到期办理", "due work done"),
    "refusals": ("被拒绝的操作", "refusals"),
    "statistics_pages": ("核对的统计页", "statistics pages compared"),
    "figures_compared": ("核对的数字", "figures compared"),
    "signatures_verified": ("核验的签名", "signatures verified"),
    "draws_verified": ("复算的抽取", "draws recomputed"),
    "seconds": ("用时（秒）", "seconds"),
}


def table_of(numbers: dict[str, Any], language: str) -> Shown:
    """The numbers for the eye."""
    table = Shown(title=f"{YEAR}", show_header=False)
    table.add_column()
    table.add_column(justify="right", overflow="fold")
    for name, titles in _TITLES.items():
        if name in numbers:
            table.add_row(titles[language == "en"], _words(numbers[name]))
    return table


def _words(value: object) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name}×{number}" for name, number in value.items()) or "0"
    return str(value)


def folder_of(data_dir: Path) -> Path:
    """Where the year's own store, files and registers lie."""
    return data_dir / "year"
