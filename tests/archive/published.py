"""A visit whose result is public, with a recusal on the way; played once on SQLite and copied from then on."""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from actions.archiving import Built, build, gather, keep_package
from actions.department_reviews import agree_findings
from actions.findings import choose_follow_up, choose_receiver, describe_finding, enter_finding
from actions.leave import file_leave_request
from actions.notices import issue_notice, serve_notice
from actions.results import approve_result, submit_result
from actions.visits import check_in, end_visit, start_visit
from inspection.follow_ups import Service
from inspection.leave import Ground
from inspection.results import Category, FollowUp
from inspection.roles import Role
from inspection.states import TransferState
from storage.files import FileStore
from storage.store import Store
from storage.tables.inspections import Transfer
from storage.tables.registers import Person
from tests.actions.story import Story, a_drawn_story, changing
from tests.builders import a_person
from tests.papers.visits import fill_in, officers
from tests.stores import an_empty_store

WORDS = "检查对象是我的姐夫开的"
FOUND = "疏散通道堆放杂物"


@dataclass(frozen=True)
class Published:
    """Who is who. `left` recused himself; `lead` and `fire` went on site."""

    story: Story
    files: FileStore
    inspection: str
    left: str
    lead: str
    fire: str

    @property
    def store(self) -> Store:
        return self.story.store

    def settle_transfers(self) -> None:
        """What belongs to another chapter: every matter that was handed on is closed."""
        with changing(self.store) as records:
            for one in self.story.rows(Transfer):
                found = records.lock(Transfer, one.id)
                found.state = TransferState.CLOSED

    def archive(self, by: str = "OP") -> Built:
        """In the three steps of whoever archives."""
        with self.store.reading() as records:
            gathered = gather(records, self.inspection, by=records.get(Person, by), at=self.story.at)
        built = build(gathered, self.files)
        with self.store.transaction("test") as records:
            keep_package(records, built, by=records.get(Person, by), at=self.story.at)
        return built


@contextmanager
def a_published_visit(database: str, folder: Path, *, is_archived: bool = False) -> Iterator[Published]:
    """`folder` holds the files, and the store's where it is SQLite; `is_archived`: with its transfer closed, and its
    first package made."""
    if database != "sqlite":
        with an_empty_store(database, folder) as store:
            yield _play(store, folder)
        return
    kept, played = _archived() if is_archived else _played()
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    store = Store(f"sqlite:///{folder / 'store.db'}")
    story = Story(store, at=played.story.at)
    yield Published(
        story, FileStore(folder / "files"), played.inspection, played.left, played.lead, played.fire
    )
    store.close()


@functools.cache
def _played() -> tuple[Path, Published]:
    folder = Path(tempfile.mkdtemp(prefix="published-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with an_empty_store("sqlite", folder) as store:
        played = _play(store, folder)
    return folder, played


@functools.cache
def _archived() -> tuple[Path, Published]:
    folder = Path(tempfile.mkdtemp(prefix="archived-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with a_published_visit("sqlite", folder) as played:
        played.settle_transfers()
        played.archive()
    return folder, played


def _play(store: Store, folder: Path) -> Published:
    story, files = a_drawn_story(store), FileStore(folder / "files")
    with changing(store) as records:
        records.add(
            a_person("AU", department="reform", roles=(Role.AUDITOR,)),
            a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)),
            a_person("HD-health", department="health", roles=(Role.HEAD,)),
            a_person("LI-market", roles=(Role.LIAISON,)),
        )
    (inspection,) = story.inspections()
    left = story.held_by(f"{inspection}/fire/2")
    story.do(file_leave_request, left.id, Ground.KIN_BY_MARRIAGE, WORDS, by=left.person_id)
    story.confirm(inspection)
    story.later(hours=40)
    lead, fire = officers(story, inspection)
    with changing(store) as records:
        issue_notice(records, inspection, secret=b"n" * 32, by=records.get(Person, lead), at=story.at)
    story.do(serve_notice, inspection, Service.IN_PERSON, by=lead)
    story.do(start_visit, inspection, by=lead)
    story.do(check_in, inspection, 44.9002, 82.07, by=lead)
    fill_in(story, inspection, files, by=lead, first=1, colour="teal")
    fill_in(story, inspection, files, by=fire, first=3, colour="orange", no=True)
    story.do(enter_finding, inspection, "T-market", Category.CLEAN, by=lead)
    story.do(enter_finding, inspection, "T-fire", Category.PENDING, by=fire)
    story.do(describe_finding, inspection, "T-fire", FOUND, by=fire)
    story.do(choose_follow_up, inspection, "T-fire", FollowUp.NOTIFY, by=fire)
    story.do(choose_receiver, inspection, "T-fire", "housing", by=fire)
    story.later(hours=1)
    story.do(end_visit, inspection, by=lead)
    story.do(submit_result, inspection, by=lead)
    story.at += timedelta(days=1)
    story.do(agree_findings, inspection, "fire", by="HD-fire")
    story.do(approve_result, inspection, by="RV")
    return Published(story, files, inspection, left.person_id, lead, fire)
