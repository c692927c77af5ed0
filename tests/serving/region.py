"""A region for the faults: four processes on one PostgreSQL, with a bucket for pictures and a Telegram."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.bucket import BucketStore, place_of
from storage.migrate import migrate
from storage.store import Store
from tests import postgres
from tests.evidence.s3 import KEYS, S3Server, an_s3_server
from tests.postgres import Postgres
from tests.served import free_port
from tests.serving.crew import Crew, Member, a_crew
from tests.serving.door import Door, a_door_before
from tests.telegram.server import FakeTelegram

ROLES = ("receive,work", "work,deliver,web", "deliver,tick,receive", "web,tick,work")
"""Every role twice at least."""
COMES_UP_WITHIN = 400.0
"""Seconds, beside three others who have much to do."""
_BUCKET = "evidence-of-a-region"
_KEPT = {"synchronous_commit": "on", "full_page_writes": "on", "max_connections": "200"}
"""A server that is killed here must have what it said was committed."""


@dataclass
class Host:
    """Where one of the four runs; whoever is started here again answers at the same address."""

    roles: str
    port: int
    member: Member

    @property
    def has_web(self) -> bool:
        return "web" in self.roles.split(",")


@dataclass
class Region:
    """All of it; `store` is the test's own way to what the four share."""

    server: Postgres
    database: str
    store: Store
    files: BucketStore
    door: Door
    telegram: FakeTelegram
    crew: Crew
    hosts: list[Host]

    def start(self) -> None:
        """One after the other, for the first makes what they have in common."""
        for roles in ROLES:
            port = free_port()
            self.hosts.append(Host(roles, port, self.crew.start(roles, port=port)))

    def start_again(self, host: Host, environment: Mapping[str, str]) -> None:
        """On this host; nobody waits until it is up."""
        host.member = self.crew.begin(host.roles, environment, port=host.port)

    def wait_for(self, host: Host) -> None:
        self.crew.wait_for(host.member, COMES_UP_WITHIN)

    def all_are_up(self) -> None:
        for host in self.hosts:
            self.wait_for(host)

    def crash(self) -> None:
        """PostgreSQL, which starts again at once."""
        self.server.restart()

    def cut(self) -> int:
        return self.server.cut(self.database)


@contextlib.contextmanager
def a_region(folder: Path, telegram: FakeTelegram) -> Iterator[Region]:
    """With nobody serving yet."""
    server = postgres.start(**_KEPT)
    try:
        database = server.fresh_database()
        url = server.url(database)
        migrate(url)
        with an_s3_server() as s3, a_door_before(s3) as door:
            s3.make_bucket(_BUCKET)
            files = BucketStore(place_of(s3.url(_BUCKET)), KEYS)
            with (
                contextlib.closing(Store(url)) as store,
                a_crew(folder, forks=True, **_settings(url, door.s3, telegram)) as crew,
            ):
                yield Region(server, database, store, files, door, telegram, crew, [])
    finally:
        server.stop()


def _settings(url: str, s3: S3Server, telegram: FakeTelegram) -> dict[str, object]:
    return {
        "database_url": url,
        "files_url": s3.url(_BUCKET),
        "files_access_key": KEYS.key,
        "files_secret_key": KEYS.secret,
        "telegram_token": telegram.token,
        "telegram_api_url": telegram.url,
        "telegram_per_second": 1000,
        "canary": "off",
        "demo": 0,
    }
