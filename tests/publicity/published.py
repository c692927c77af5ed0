"""A scheme played to its public result, with all that is public frozen and signed by a key of the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from actions.check_codes import keep_check_key
from actions.department_reviews import agree_findings
from actions.results import approve_result, submit_result
from bot.signing import sign_all
from bot.signing_key import SigningKey, signing_key
from storage.store import Store
from storage.tables.registers import Inspector, Person, Plan, RegisteredObject, Scheme
from tests.actions.story import Story, changing, rows_of
from tests.papers.kept_visits import a_kept_visit

CODE = "91652701MA77TEST0X"
NAME = "博乐市=𬭛㛃<b>好味</b>餐饮店"
"""A name with markup, with a rare sign, and with what a spreadsheet reads as a formula further in."""


@dataclass
class Town:
    """The store, whoever plays in it, and the key in its own folder."""

    story: Story
    inspection: str
    key: SigningKey

    @property
    def store(self) -> Store:
        return self.story.store

    def clock(self) -> datetime:
        return self.story.at

    def sign(self) -> int:
        return sign_all(self.store, self.key, self.clock)


@contextmanager
def a_published_town(database: str, folder: Path) -> Iterator[Town]:
    """On a store of its own, closed after. On SQLite the visit is a copy of one that was played before."""
    with a_kept_visit(database, folder) as (store, visit):
        story = Story(store, visit.at)
        story.later(hours=1)
        story.do(submit_result, visit.id, by=visit.lead)
        yield _published(story, visit.id, folder)


def _published(story: Story, inspection: str, folder: Path) -> Town:
    store = story.store
    with changing(store) as records:
        registered = records.get(RegisteredObject, inspection.partition(".")[2])
        registered.credit_code, registered.name = CODE, NAME
        scheme = records.get(Scheme, "S1")
        records.add(
            Plan(
                id="65270020260001",
                year=2026,
                name="=2026年餐饮联合抽查",
                lead_department="market",
                joining=["fire"],
                items=list(scheme.items),
                object_range="餐饮服务单位",
                ratio="5%",
                first_day=scheme.first_day,
                last_day=scheme.last_day,
            )
        )
        scheme.plan_id = "65270020260001"
    keep_code_key(store, story.at)
    story.later(hours=1)
    story.do(agree_findings, inspection, "fire", by="HD-fire")
    story.do(approve_result, inspection, by="RV")
    town = Town(story, inspection, signing_key(folder / "signing-key.pem"))
    town.sign()
    return town


def keep_code_key(store: Store, at: datetime) -> None:
    """As a first start makes it."""
    with store.transaction() as records:
        keep_check_key(records, "5e" * 32, at=at)


def what_stays_inside(store: Store) -> set[str]:
    """Names, ids and certificate numbers of everybody who is no witness, and what was written for the file only."""
    with store.reading() as records:
        people = rows_of(records, Person)
        officers = rows_of(records, Inspector)
    inside = {one.name for one in people if not one.title} | {one.id for one in people if not one.title}
    return inside | {one.certificate_number for one in officers}
