"""The migrations and the tables of the code say the same, on both databases, up and down."""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import Inspector
from sqlmodel import SQLModel

from inspection.forms.filling import Filling
from inspection.forms.form import Form
from storage import publicity, web_sessions
from storage import settings as kept_settings
from storage.migrate import OLDEST, StoreIsNewer, configuration, is_migrated, migrate, migrating
from storage.publicity import Wanted
from storage.soundness import Shape, Standing, standing_of
from storage.store import Store
from storage.tables.inspections import DrawSource, Inspection
from storage.tables.messaging import EnrolmentCode
from storage.tables.registers import Checklist
from tests.postgres import fresh_database
from tests.stores import DATABASES


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
    else:
        with fresh_database() as address:
            yield address


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _checks(inspector: Inspector) -> dict[tuple[str, str | None], str]:
    return {
        (table, check["name"]): check["sqltext"]
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


def test_the_migrations_lead_to_the_tables_of_the_code(store: Store) -> None:
    with migrating(store) as connection:
        command.check(configuration(connection))
        assert _tables(connection) == set(SQLModel.metadata.tables)


def test_the_migrations_allow_the_same_states_as_the_code(store: Store) -> None:
    """Alembic does not compare these, so a new state would be refused by the database only."""
    with store.engine.begin() as connection:
        migrated = _checks(inspect(connection))
        SQLModel.metadata.drop_all(connection)
        SQLModel.metadata.create_all(connection)
        assert migrated == _checks(inspect(connection))
    assert ("assignment", "ck_assignment_assignmentstate") in migrated


def test_the_way_down_leaves_nothing_and_the_way_up_works_again(url: str) -> None:
    migrate(url)
    with migrating(url) as connection:
        command.downgrade(configuration(connection), "base")
        assert _tables(connection) == set()
    migrate(url)
    with migrating(url) as connection:
        assert _tables(connection) == set(SQLModel.metadata.tables)


def test_a_draw_of_before_keeps_its_one_number_and_its_visits_their_items(url: str) -> None:
    """What was announced before witnesses could be invited is still drawn, and what was drawn stays as it is."""
    with migrating(url) as connection:
        command.upgrade(configuration(connection), "0002")
        connection.execute(text(_SCHEME))
        connection.execute(text(_OBJECT))
        for id, transcript, drawn_at in (("D-S1-1", "NULL", "NULL"), ("D-S1-2", _TRANSCRIPT, "'2026-05-16'")):
            connection.execute(text(_DRAW.format(id=id, transcript=transcript, drawn_at=drawn_at)))
        connection.execute(text(_INSPECTION))
    migrate(url)
    store = Store(url)
    with store.reading() as records:
        assert records.get(Inspection, "S1.B1").items == ["T1", "T2"]
        waiting, given = records.get(DrawSource, ("D-S1-1", 1)), records.get(DrawSource, ("D-S1-2", 1))
        assert (waiting.name, waiting.value, waiting.due) == ("num", None, datetime(2026, 5, 17, tzinfo=UTC))
        assert (given.value, given.given_by) == ("4711", "OP")
        assert given.given_at is not None
        assert given.given_at.date() == date(2026, 5, 16)
    store.close()


_SCHEME = """
    INSERT INTO scheme (id, name, departments, items, checklist_id, strata, seats_per_department, district_rule,
        qualifications, content, method, level, requirements, handling, first_day, last_day, answer_hours,
        decision_hours, is_list_public, state)
    VALUES ('S1', 'x', '["market"]', '["T1", "T2"]', 'C1', '[]', 2, 'any', '{}', '', '', '', '', '',
        '2026-05-20', '2026-05-30', 24, 24, TRUE, 'drawn')
"""
_OBJECT = """
    INSERT INTO registered_object (id, kind, name, credit_code, status, district, address, contact, industry, licence,
        special_lists, credit_class, visits_this_year, yearly_cap, is_active)
    VALUES ('B1', 'enterprise', 'x', '', 'open', '652701', '', '', '', '', '[]', 'B', 0, 2, TRUE)
"""
_TRANSCRIPT = r"""'{"inputs"\:[{"source"\:"num","value"\:"4711"}]}'"""
_DRAW = r"""
    INSERT INTO draw_record (id, scheme_id, announcement, objects, inspectors, exclusions, secret, transcript,
        announced_at, announced_by, drawn_at)
    VALUES ('{id}', 'S1', '{{"sources"\:[{{"due"\:"2026-05-17T00\:00\:00Z","name"\:"num"}}]}}', '', '', '', '',
        {transcript}, '2026-05-15', 'OP', {drawn_at})
"""
_INSPECTION = """
    INSERT INTO inspection (id, scheme_id, draw_id, object_id, stratum, state)
    VALUES ('S1.B1', 'S1', 'D-S1-2', 'B1', 'all', 'assembling')
"""


def test_a_checklist_of_rows_becomes_a_form_and_its_answers_stay_where_they_were(url: str) -> None:
    """Lists that were loaded before checklists were forms: asked, numbered and demanded as before."""
    with migrating(url) as connection:
        command.upgrade(configuration(connection), "0004")
        connection.execute(text(_CHECKLIST))
        for row in _QUESTIONS:
            connection.execute(text(_QUESTION), row)
    migrate(url)
    store = Store(url)
    with store.reading() as records:
        form = Form.parse(records.get(Checklist, ("C1", 1)).xform)
    store.close()
    asked = [one for one in form.questions if not one.companion_of]
    assert [(one.id, one.number, one.department, one.is_important, one.basis) for one in asked] == [
        ("q1", 1, "market", True, "甲<乙>“丙”"),
        ("q2", 2, "", False, ""),
    ]
    filling = Filling(form, {"q1": "no", "q2": "yes"})
    assert filling.label("q1", "zh") == "是否<合规>&“齐全”"
    assert [one.id for one in filling.open()] == ["q1n", "q1p"]
    assert Filling(form, {"q1": "na", "q2": "no", "q2n": "缺一页"}).is_complete


_CHECKLIST = "INSERT INTO checklist (id, version, title, digest, loaded_at) VALUES ('C1', 1, '旧表', 'd', '2026-05-15')"
_QUESTION = """
    INSERT INTO question (checklist_id, checklist_version, id, number, department, text, basis, is_important,
        wants_photo)
    VALUES ('C1', 1, :id, :number, :department, :text, :basis, :important, :photo)
"""
_QUESTIONS = (
    {
        "id": "q1", "number": 1, "department": "market", "text": "是否<合规>&“齐全”", "basis": "甲<乙>“丙”",
        "important": True, "photo": True,
    },
    {
        "id": "q2", "number": 2, "department": "", "text": "是否在册", "basis": "", "important": False,
        "photo": False,
    },
)  # fmt: skip


def test_reminders_of_before_there_were_rules_are_set_aside_and_what_lapses_still_does(url: str) -> None:
    with migrating(url) as connection:
        command.upgrade(configuration(connection), "0009")
        for kind in ("remind_answer", "publicity", "lapse"):
            connection.execute(text(_DUE_WORK.format(kind=kind)))
    migrate(url)
    with migrating(url) as connection:
        rows = connection.execute(text("SELECT kind, outcome FROM due_work ORDER BY kind")).all()
        assert [tuple(row) for row in rows] == [
            ("lapse", None),
            ("publicity", "superseded"),
            ("remind_answer", "superseded"),
        ]


_DUE_WORK = """
    INSERT INTO due_work (key, kind, subject, due_at) VALUES ('{kind}', '{kind}', 'S1', '2026-05-20')
"""


def test_results_of_before_are_found_by_name_in_their_newest_version(url: str) -> None:
    with migrating(url) as connection:
        command.upgrade(configuration(connection), "0002")
        connection.execute(text(_SCHEME))
        connection.execute(text(_OBJECT))
        connection.execute(text(_DRAW.format(id="D-S1-2", transcript="NULL", drawn_at="NULL")))
        connection.execute(text(_INSPECTION))
        for version, name in ((1, "旧名"), (2, "博乐市好味<店>")):
            connection.execute(text(_PUBLICATION), {"version": version, "name": name})
    migrate(url)
    store = Store(url)
    with store.transaction() as records:
        (line,) = publicity.results(records, Wanted("味<", department="market", year=2026), limit=9).rows
        assert (line.version, line.district, line.initial) == (2, "652701", "H")
        assert publicity.results(records, Wanted("旧名"), limit=9).rows == []
        published = publicity.publications(records, [line])["S1.B1"]
        publicity.enter_result(records, published, department="market", district="652701")
        (again,) = publicity.results(records, Wanted("味<"), limit=9).rows
        assert (again.place or 0) > (line.place or 0)
        assert len(publicity.unsigned(records, limit=9)) == 2
    store.close()


_PUBLICATION = """
    INSERT INTO publication (inspection_id, version, scheme_id, object_name, credit_code, bundle, digest, due,
        published_at)
    VALUES ('S1.B1', :version, 'S1', :name, '', 'x', 'd', '2026-06-20', '2026-06-01 02:00:00+00:00')
"""


def test_a_new_store_is_made_from_memory_word_for_word_as_the_migrations_make_it(tmp_path: Path) -> None:
    """A process remembers the first one that it made: triggers, first rows and all."""
    step_by_step, *remembered = (f"sqlite:///{tmp_path / name}.db" for name in ("steps", "first", "second"))
    with migrating(step_by_step) as connection:
        command.upgrade(configuration(connection), "head")
    for one in (step_by_step, *remembered):
        migrate(one)
    wanted = _whole_file(tmp_path / "steps.db")
    assert len([one for one in wanted if one[0].startswith("CREATE TRIGGER")]) > 20
    assert _whole_file(tmp_path / "second.db") == wanted


def _whole_file(file: Path) -> list[list[str]]:
    """Statement by statement, each in its parts: a table that was copied may have its rules in another order."""
    with closing(sqlite3.connect(file)) as db:
        return sorted(sorted(re.split(r",?\s*\n\s*", one)) for one in db.iterdump())


def test_a_second_migration_changes_nothing(store: Store) -> None:
    with store.transaction() as records:
        records.journal("test", "it", by=None, at=datetime(2026, 5, 15, tzinfo=UTC))
    migrate(store)
    with store.reading() as records:
        assert records.session.execute(text("SELECT count(*) FROM journal_line")).scalar_one() == 1


def test_processes_that_start_together_migrate_once(url: str) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        try:
            migrate(url)
        except BaseException as error:
            failed.append(error)

    starting = [threading.Thread(target=start) for _ in range(4)]
    for one in starting:
        one.start()
    for one in starting:
        one.join()
    assert failed == []
    with migrating(url) as connection:
        command.check(configuration(connection))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_store_of_a_newer_version_is_served_as_long_as_that_one_allows_it(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    migrate(store)
    assert is_migrated(store)
    assert standing_of(store) == Standing(Shape.READY, "9999")
    with store.transaction() as records:
        assert kept_settings.value(records, OLDEST) >= "0036"
        kept_settings.keep(records, {OLDEST: "9998"})
    assert standing_of(store).shape is Shape.NEWER
    for asked in (migrate, is_migrated):
        with pytest.raises(StoreIsNewer, match="9999"):
            asked(store)
    with store.transaction() as records:
        kept_settings.forget(records, OLDEST)  # as a version wrote it that did not know of this
    with pytest.raises(StoreIsNewer):
        migrate(store)


def test_who_is_signed_in_stays_so_and_a_code_of_before_is_for_the_department_of_its_person(url: str) -> None:
    at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    values = {"digest": "d" * 64, "at": at, "until": at + timedelta(days=20)}
    with migrating(url) as connection:
        command.upgrade(configuration(connection), "0022")
        connection.execute(
            text(
                "INSERT INTO person (id, name, department, district, roles, language, title, is_active)"
                " VALUES ('P1', '示例', 'fire', '652701', '[]', 'zh', '', true)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO web_session (digest, chat, made_at, expires_at) VALUES (:digest, 'P1', :at, :until)"
            ),
            values,
        )
        connection.execute(
            text(
                "INSERT INTO enrolment_code (digest, person_id, made_at, expires_at)"
                " VALUES (:digest, 'P1', :at, :until)"
            ),
            values,
        )
        command.upgrade(configuration(connection), "head")
    store = Store(url)
    with store.reading() as records:
        assert web_sessions.session_chat(records, "d" * 64, at=at + timedelta(days=19)) == "P1"
        assert records.get(EnrolmentCode, "d" * 64).department == "fire"
    store.close()
    with migrating(url) as connection:
        command.downgrade(configuration(connection), "0022")
        assert connection.execute(text("SELECT digest FROM web_session")).scalar_one() == "d" * 64
