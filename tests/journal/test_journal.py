"""The journal on both databases: chained by whoever writes, in every order; nothing may be changed, and all that is
changed past the database's own refusal is found."""

import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Column, Connection, MetaData, Table, text
from typer.testing import CliRunner

from actions.journal_anchors import anchor_due
from actions.journal_check import Trust, examine, trusted_keys, written_out
from bot import cli
from bot.publicity_checks import Checked, check_pages
from bot.signing import Signer
from bot.signing_key import SigningKey, signing_key, throwaway_key
from inspection.journal_chain import START, Anchor, Examination, Flaw, FlawKind, anchor_of, linked
from inspection.open_data import BundleKind
from inspection.publicity import read_bundle
from inspection.states import SchemeState
from notifications.catalogue import LANGUAGES
from notifications.command_line import said as command_line_said
from storage import chain, growing, publicity
from storage.migrate import configuration, migrate, migrating
from storage.store import Records, Store, StoreFault
from tests.builders import NOW
from tests.logs import logging_put_back
from tests.stores import DATABASES, an_empty_store, owned
from tests.web.houses import a_client, a_house

EVENING = NOW.replace(hour=11)
"""19:00 in Beijing."""


@dataclass
class Clock:
    """Stands where it is put."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Anchored:
    """A store whose journal was anchored on three evenings, and the key that signed."""

    store: Store
    key: SigningKey
    clock: Clock

    def anchors(self) -> list[Anchor]:
        with self.store.reading() as records:
            found = publicity.bundles(records, BundleKind.JOURNAL, limit=9)
        return [anchor_of(read_bundle(one.bundle)) for one in reversed(found)]

    @contextmanager
    def tampered(self, *statements: str) -> Iterator[Records]:
        """As whoever owns the database can: the guards taken off first. Undone after."""
        with contextlib.suppress(_GivenUp), self.store.transaction() as records:
            growing.unguard(records.session.connection())
            for one in statements:
                records.session.execute(text(one))
            yield records
            raise _GivenUp


class _GivenUp(Exception):
    """Somebody changes their mind in the middle."""


def _say(records: Records, subject: str, **details: object) -> None:
    records.journal("test.say", subject, by="P1", at=NOW, **details)


def _say_and_give_up(records: Records) -> None:
    _say(records, "undone")
    records.session.flush()
    raise _GivenUp


def _examined(
    store: Store, trust: Trust | None = None, since: date | None = None
) -> tuple[Flaw | None, Examination]:
    with store.reading() as records:
        return examine(records, trust or Trust(trusted_keys(records)), since=since)


def _flaw(store: Store, trust: Trust | None = None, since: date | None = None) -> Flaw | None:
    return _examined(store, trust, since)[0]


def test_hands_that_write_at_once_make_one_chain_and_what_is_undone_is_no_part_of_it(store: Store) -> None:
    def write(hand: int) -> None:
        for number in range(6):
            with store.transaction("web") as records:
                _say(
                    records,
                    f"S{hand}.{number}",
                    of=(1.0, 0.25),
                    state=SchemeState.DRAWN,
                    name="甲“\U0001f600",
                )
                for savepoint in (records.attempt, records.step):
                    with contextlib.suppress(_GivenUp), savepoint():
                        _say_and_give_up(records)
                _say(records, f"S{hand}.{number}", on=NOW, big=10**15, many={"b": [], "a": None})

    hands = [threading.Thread(target=write, args=(hand,)) for hand in range(4)]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    with contextlib.suppress(_GivenUp), store.transaction() as records:
        _say_and_give_up(records)
    flaw, told = _examined(store)
    assert (flaw, told.lines, told.head.place) == (None, 48, 48)
    with store.reading() as records:
        assert {one["place"] for one in written_out(records) if "place" in one} == set(range(1, 49))
        assert "undone" not in json.dumps(list(written_out(records)))


TOUCHED = {
    "journal_line": "verb", "journal_link": "hash", "public_bundle": "bundle", "publication": "reason",
    "signing_key": "public_key", "draw_record": "objects", "register_version": "digest", "register_change": "kind",
    "check_in": "latitude", "archive_package": "digest", "archive_part": "sha256",
}  # fmt: skip


def test_the_database_itself_refuses_to_change_what_is_evidence(store: Store) -> None:
    assert set(TOUCHED) == {one.table for one in growing.GROWING}
    with store.engine.begin() as connection:
        assert growing.unguarded(connection) == []
        for table, column in TOUCHED.items():
            _add_a_row(connection, table)
            for wrong in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
                _is_refused(connection, wrong, table)
            if not store.is_sqlite:
                _is_refused(connection, f"TRUNCATE {table} CASCADE", table)
        for table in ("journal_line", "journal_link") if store.is_sqlite else ():
            _is_refused(connection, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}", table)
        for once in ("signature", "key_id"):
            connection.execute(text(f"UPDATE public_bundle SET {once} = 'a'"))
            connection.execute(text(f"UPDATE public_bundle SET {once} = 'a'"))
            _is_refused(connection, f"UPDATE public_bundle SET {once} = 'b'", "public_bundle")
            _is_refused(connection, f"UPDATE public_bundle SET {once} = NULL", "public_bundle")
        connection.rollback()


def test_what_took_a_guard_away_or_put_another_in_its_place_is_named(store: Store) -> None:
    with store.engine.begin() as connection:
        on = "" if store.is_sqlite else " ON check_in"
        connection.execute(text(f"DROP TRIGGER check_in_no_delete{on}"))
        if not store.is_sqlite:
            connection.execute(text("ALTER TABLE signing_key DISABLE TRIGGER signing_key_no_update"))
            harmless = (
                "CREATE OR REPLACE FUNCTION journal_line_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            )
            connection.execute(text(harmless + "$$ BEGIN RETURN NEW; END $$"))
        named = ["check_in"] if store.is_sqlite else ["journal_line", "signing_key", "check_in"]
        assert growing.unguarded(connection) == named
    flaw = _flaw(store)
    assert flaw is not None
    assert (flaw.kind, flaw.what) == (FlawKind.UNGUARDED, named[0])
    with store.engine.begin() as connection:
        growing.guard(connection)
        assert growing.unguarded(connection) == []


def _add_a_row(connection: Connection, table: str) -> None:
    """Something in every column; what it points at is not looked for."""
    columns = Table(table, MetaData(), autoload_with=connection)
    row = {one.name: _anything(one) for one in columns.c if one.name not in ("signature", "key_id")}
    switch = "PRAGMA defer_foreign_keys = ON", "SELECT 1"
    if connection.dialect.name == "postgresql":
        switch = "SET LOCAL session_replication_role = replica", "SET LOCAL session_replication_role = origin"
    connection.execute(text(switch[0]))
    connection.execute(columns.insert(), row)
    connection.execute(text(switch[1]))


def _anything(column: Column[Any]) -> object:
    kind = column.type.python_type
    given: dict[type, object] = {dict: {}, object: {}, datetime: NOW.replace(tzinfo=None), date: NOW.date()}
    return given[kind] if kind in given else kind(1)


def _is_refused(connection: Connection, statement: str, table: str) -> None:
    with pytest.raises(StoreFault, match=f"{table} {growing.REFUSAL}"), connection.begin_nested():
        connection.execute(text(statement))


@pytest.fixture(scope="module", params=DATABASES)
def anchored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anchored]:
    """Three days of a journal, each with its signed anchor; whatever a test does to it is undone."""
    with an_empty_store(request.param, tmp_path_factory.mktemp("anchored")) as store:
        clock, key = Clock(EVENING), throwaway_key()
        for day in range(3):
            clock.at = EVENING + timedelta(days=day)
            with store.transaction() as records:
                for number in range(5):
                    _say(records, f"S{day}.{number}")
            assert Signer(store, key, clock).turn()
        with store.transaction() as records:
            _say(records, "after the last anchor")
        yield Anchored(store, key, clock)


def test_each_evening_has_its_anchor_signed_and_a_missed_one_is_made_up_for(anchored: Anchored) -> None:
    flaw, told = _examined(anchored.store)
    assert (flaw, told.anchors) == (None, 3)
    assert told.head.place == told.lines > 15
    kept = anchored.anchors()
    assert [one.day.isoformat() for one in kept] == ["2026-11-24", "2026-11-25", "2026-11-26"]
    assert kept[0].link.place == 5
    flaw, told = _examined(anchored.store, since=date(2026, 11, 26))
    assert (flaw, told.start, told.anchors) == (None, kept[1].link, 2)
    for hours, day in (
        (-2, None),
        (22, None),
        (24, "2026-11-27"),
        (39, "2026-11-27"),
        (48 + 22, "2026-11-28"),
    ):
        with anchored.store.reading() as records:
            due = anchor_due(records, at=anchored.clock.at + timedelta(hours=hours))
            assert (due.isoformat() if due else None) == day, hours


REMOVED_WHOLE = ("DELETE FROM journal_line WHERE id = 8", "DELETE FROM journal_link WHERE line_id = 8")
CUT = ("DELETE FROM journal_line WHERE id > 8", "DELETE FROM journal_link WHERE place > 8")
INSERTED = (
    "INSERT INTO journal_line (at, actor, channel, verb, subject, details)"
    " SELECT at, actor, channel, verb, 'S9', details FROM journal_line WHERE id = 8"
)
TAMPERED: dict[str, tuple[tuple[str, ...], Flaw]] = {
    "who": (("UPDATE journal_line SET actor = 'P2' WHERE id = 8",), Flaw(FlawKind.CHANGED, 8, 8, since=5)),
    "when": (
        ("UPDATE journal_line SET at = (SELECT max(at) FROM journal_line) WHERE id = 8",),
        Flaw(FlawKind.CHANGED, 8, 8, since=5),
    ),
    "what": (
        ("UPDATE journal_line SET details = '{\"a\"\\:1}' WHERE id = 8",), Flaw(FlawKind.CHANGED, 8, 8, since=5)
    ),
    "its hash": (("UPDATE journal_link SET hash = 'x' WHERE place = 8",), Flaw(FlawKind.CHANGED, 8, 8, since=5)),
    "exchanged": (
        (
            "UPDATE journal_link SET line_id = -1 WHERE place = 8",
            "UPDATE journal_link SET line_id = 8 WHERE place = 9",
            "UPDATE journal_link SET line_id = 9 WHERE place = 8",
        ),
        Flaw(FlawKind.CHANGED, 8, 9, since=5),
    ),
    "removed": (REMOVED_WHOLE[:1], Flaw(FlawKind.REMOVED, 8, 8, since=5)),
    "removed with its link": (REMOVED_WHOLE, Flaw(FlawKind.REMOVED, 8, since=5)),
    "put in": ((INSERTED,), Flaw(FlawKind.INSERTED, line=0)),
    "cut off": (CUT, Flaw(FlawKind.CUT_OFF, 8, 8, "2026-11-25", 13)),
    "an anchor": (
        ("UPDATE public_bundle SET bundle = replace(bundle, 'journalLines', 'journal_lines') WHERE id = 2",),
        Flaw(FlawKind.BAD_ANCHOR, what="2026-11-25"),
    ),
    "a signature": (
        ("UPDATE public_bundle SET signature = (SELECT signature FROM public_bundle WHERE id = 1) WHERE id = 2",),
        Flaw(FlawKind.BAD_ANCHOR, what="2026-11-25"),
    ),
    "an anchor removed": (
        ("DELETE FROM public_bundle WHERE id = 2",), Flaw(FlawKind.ANCHOR_REMOVED, line=14, what="2026-11-25")
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_done_to_the_journal_is_named(anchored: Anchored, what: str) -> None:
    statements, wanted = TAMPERED[what]
    with anchored.tampered(*statements) as records:
        flaw, _ = examine(records, Trust(trusted_keys(records)))
    assert flaw is not None
    if flaw.kind is FlawKind.INSERTED:
        flaw = replace(flaw, line=0)
    assert flaw == wanted


def test_a_chain_that_was_computed_anew_falls_over_the_next_anchor_and_with_it_over_one_kept_elsewhere(
    anchored: Anchored,
) -> None:
    first, second, _ = anchored.anchors()
    with anchored.tampered("UPDATE journal_line SET actor = 'P2' WHERE id = 8") as records:
        _chain_anew(records)
        trust = Trust(trusted_keys(records))
        flaw, _ = examine(records, trust)
        assert flaw == Flaw(FlawKind.REWRITTEN, 13, 13, "2026-11-25", 5)
        flaw, _ = examine(records, trust, since=date(2026, 11, 26))
        assert flaw == Flaw(FlawKind.REWRITTEN, 13, 13, "2026-11-25", 0), "the walk begins there"
        execute = records.session.execute
        execute(text("DELETE FROM public_bundle"))
        execute(text("UPDATE journal_line SET verb = 'x' WHERE verb = 'public_bundle.add'"))
        _chain_anew(records)
        flaw, _ = examine(records, trust)
        assert flaw is not None
        assert flaw.kind is FlawKind.UNGUARDED, "all anchors gone, nothing in the store knows"
        flaw, _ = examine(records, replace(trust, kept=[first, second]))
        assert flaw == Flaw(FlawKind.REWRITTEN, 13, 13, "2026-11-25", 5)
        execute(text("DELETE FROM journal_link WHERE place > 12"))
        flaw, _ = examine(records, replace(trust, kept=[second]), since=date(2026, 11, 30))
        assert flaw == Flaw(FlawKind.CUT_OFF, 12, 12, "2026-11-25", 13)


def test_only_a_key_that_is_trusted_makes_an_anchor(anchored: Anchored) -> None:
    other = throwaway_key()
    with anchored.store.reading() as records:
        keys = trusted_keys(records, (other.id, other.public))
        assert set(keys) == {anchored.key.id, other.id}
        assert trusted_keys(records, ("0" * 16, other.public), only={"0" * 16}) == {}
        flaw, _ = examine(records, Trust(trusted_keys(records, (other.id, other.public), only={other.id})))
    assert flaw == Flaw(FlawKind.BAD_ANCHOR, what="2026-11-26")


def _chain_anew(records: Records) -> None:
    """As somebody does who knows the form as well as we do."""
    session = records.session
    walked = [line for _, line in chain.pairs(session) if line is not None]
    session.execute(text("DELETE FROM journal_link"))
    for one in linked(START, walked):
        row = {"place": one.place, "line_id": one.line_id, "hash": one.hash}
        session.execute(text("INSERT INTO journal_link VALUES (:place, :line_id, :hash)"), row)


def test_what_was_journalled_before_there_was_a_chain_is_chained_by_the_migration(tmp_path: Path) -> None:
    """More lines than one stretch, of every shape, with ids that miss some."""
    for database in DATABASES:
        with an_empty_store(database, tmp_path) as store:
            _journal_of_before(store)
            migrate(store)
            flaw, told = _examined(store)
            assert (flaw, told.lines) == (None, 1299)
            with store.transaction() as records:
                _say(records, "after")
            assert _examined(store)[1].head.place == 1300


def _journal_of_before(store: Store) -> None:
    with migrating(store) as connection:
        command.downgrade(configuration(connection), "0022")
        insert = text(
            "INSERT INTO journal_line (at, actor, channel, verb, subject, details)"
            " VALUES (:at, :actor, 'web', 'x', :subject, CAST(:details AS %s))"
            % ("TEXT" if store.is_sqlite else "JSONB")
        )
        at = "2026-05-20 02:00:00.000123" if store.is_sqlite else NOW
        details = '{"z":1.0,"a":[0.25,"甲","\\ud83d\\ude00",null]}'
        rows = [
            {"at": at, "actor": None if number % 3 else "P1", "subject": str(number), "details": details}
            for number in range(1300)
        ]
        connection.execute(insert, rows)
        connection.execute(text("DELETE FROM journal_line WHERE id = 7"))


def test_anybody_finds_the_anchors_and_checks_what_they_kept(anchored: Anchored, tmp_path: Path) -> None:
    third, second, first = (one.link.hash for one in reversed(anchored.anchors()))
    with a_client(a_house(anchored.store, tmp_path)) as door:
        page = door.get("/journal").text
        assert page.index(third) < page.index(second) < page.index(first)
        kept = door.get("/bundles/journal/2026-11-25/1.json")
        assert anchor_of(kept.json()) == anchored.anchors()[1]
        told = Checked()
        assert list(check_pages(str(door.base_url), key=anchored.key.id, told=told)) == []
        assert told.signatures == 3
        assert [row.split(",")[1] for row in door.get("/open-data/journal.csv").text.splitlines()[1:]] == [
            "2026-11-26", "2026-11-25", "2026-11-24",
        ]  # fmt: skip


@pytest.fixture
def at_the_console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Anchored]:
    """The store and the key of the commands."""
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    with an_empty_store("sqlite", tmp_path) as store, logging_put_back():
        with store.transaction() as records:
            for number in range(5):
                _say(records, f"S{number}", name="甲")
        key = signing_key(tmp_path / "signing-key.pem")
        Signer(store, key, Clock(EVENING)).turn()
        yield Anchored(store, key, Clock(EVENING))


def _run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["journal", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_the_commands_say_in_one_sentence_what_is_wrong(at_the_console: Anchored, tmp_path: Path) -> None:
    code, said = _run("verify")
    assert (code, "工作记录完好" in said, "锚点 1 个" in said) == (0, True, True)
    note = tmp_path / "note.json"
    note.write_text(_run("head")[1])
    exported = _run("export")[1].splitlines()
    assert len(exported) == 1 + json.loads(note.read_text())["journalLines"]
    assert json.loads(json.loads(exported[1])["line"])["details"] == {"name": "甲"}
    assert _run("verify", "--anchor", note, "--since", "2026-11-25")[0] == 0
    assert _run("verify", "--key", "0" * 16)[0] == 1
    for wrong, words in ((tmp_path / "none.json", "读不出锚点文件"), (Path(__file__), "不是工作记录的锚点")):
        assert words in _run("verify", "--anchor", wrong)[1]
    with at_the_console.store.transaction() as records, owned(records):
        records.session.execute(text("UPDATE journal_line SET actor = 'P9' WHERE id = 3"))
    code, said = _run("verify")
    assert (code, "第 3 行（编号 3）与写入时不同" in said) == (1, True)
    with at_the_console.store.transaction() as records, owned(records):
        records.session.execute(text("UPDATE journal_line SET actor = 'P1' WHERE id = 3"))
        last = json.loads(note.read_text())["journalLines"]
        for table, column in (("journal_line", "id"), ("journal_link", "place")):
            records.session.execute(text(f"DELETE FROM {table} WHERE {column} >= {last}"))
    assert _run("verify")[0] == 0, "nothing after the last anchor of our own is proven"
    code, said = _run("verify", "--anchor", note)
    assert (code, "末尾被截掉了" in said) == (1, True)
    with at_the_console.store.engine.begin() as connection:
        growing.unguard(connection)
    assert "触发器不在或被换过" in _run("verify")[1]
    for language in LANGUAGES:
        for kind in FlawKind:
            facts = {"place": 1, "line": 2, "what": "x", "since": 3}
            assert command_line_said(f"journal_flaw_{kind}", language, **facts)
