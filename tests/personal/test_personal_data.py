"""What is held of a person: all of it given out to that person and to nobody else; gone when they have left, but for
what the law keeps; and no table is forgotten."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel
from typer.testing import CliRunner

from actions.enrolment import enrol, issue_code
from actions.journal_check import Trust, examine, trusted_keys
from actions.personal_data import STAYS, erase_person, own_data
from bot import cli
from bot.signing import Signer
from bot.signing_key import throwaway_key
from inspection.refusals import Unacceptable
from inspection.states import AssignmentState
from storage import inbox, personal
from storage.store import Records, Store
from storage.tables.inspections import Assignment, JournalLine, LeaveRequest
from storage.tables.messaging import (
    Conversation,
    EnrolmentCode,
    InboxState,
    InboxUpdate,
    OutboxLine,
    OutboxState,
    SentMessage,
    WebMessage,
    WebSession,
)
from storage.tables.registers import Absence, Inspector, Person
from tests.actions.story import Story, changing, rows_of
from tests.builders import NOW, a_small_register
from tests.journeys.town import Town
from tests.logs import logging_put_back
from tests.papers.kept_visits import a_kept_visit
from tests.stores import DATABASES, an_empty_store
from tests.web.houses import a_client, a_house

CODE = "ABCD-EFGH"
NAME, ACCOUNT, SAID, OFFICIAL = "云砚岫", "77712340001", "家里老人住院", "执法证字第88112233号"
OF_OFFICE = set(
    """
    calendar_version.loaded_by plan_year.opened_by plan_year.published_by register_change.actor
    register_load.filed_by register_version.loaded_by scheme.submitted_by scheme.decided_by clue.registered_by
    clue.decided_by countersignature.asked_id countersignature.said_by draw_record.announced_by draw_record.voided_by
    plan_filing.filed_by selection.entered_by draw_source.first_by draw_source.given_by foreign_batch.brought_by
    inspection.gone_reported_by plan_declined.declined_by case_file.archived_by case_file.reopened_by
    checklist_part.finished_by correction.registered_by correction.decided_by deadline.asked_id
    department_review.decided_by finding.entered_by follow_up.owner_id follow_up.opened_by follow_up.ordered_by
    follow_up.rechecked_by inspection_approval.decided_by inspection_approval.urgent_by inspection_notice.issued_by
    inspection_notice.served_by result.submitted_by result.reviewed_by suspected_crime.decider_id
    suspected_crime.reported_by suspected_crime.handed_over_by team.confirmed_by transfer.received_by
    answer.answered_by archive_package.made_by leave_request.decider_id leave_request.decided_by
    leave_request.filed_by follow_up_document.added_by deputy.deputy_id
    """.split()  # noqa: SIM905
)
"""Who did or decided something in office: it stays with the case, and the journal tells it to the person."""
NOBODY = {
    "inspection.replaced_by",
    "clue.sent_by",
    "correction.raised_by",
    "assignment.answer_by",
    "leave_request.decide_by",
    "card_code.used_by",
}
"""An object, a department, a kind, two times, a letter."""
BY_ACCOUNT = {
    f"{table}.chat"
    for table in (
        "inbox_update", "outbox_line", "sent_message", "web_message", "web_session", "awaited_file", "channel_account",
        "stray", "paper_order", "team_group", "conversation", "card_code",
        "pace_mark",
    )
} | {"outbox_line.addressee"}  # fmt: skip
_NAMING = {"actor", "person_id", "inspector_id", "addressee", "decider_id", "owner_id", "asked_id", "chat"}


def test_every_column_that_names_a_person_is_given_out_and_erased_or_known_to_stay() -> None:
    naming = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if column.name in _NAMING
        or column.name.endswith("_by")
        or any(one.column.table.name == "person" for one in column.foreign_keys)
    }
    about = {f"{one.table.__tablename__}.{one.column}" for one in personal.ABOUT}
    assert naming - about - OF_OFFICE - NOBODY - BY_ACCOUNT == set()
    assert (OF_OFFICE | NOBODY | BY_ACCOUNT) - naming == set()


@pytest.mark.parametrize("database", DATABASES)
def test_whoever_has_left_leaves_a_number_and_what_the_law_keeps(database: str, tmp_path: Path) -> None:
    with a_kept_visit(database, tmp_path) as (store, visit):
        story = Story(store, visit.at)
        left = next(one.person_id for one in story.rows(Assignment) if one.person_id != visit.lead)
        _lives(store, left)
        given = _given(store, left)
        assert given["person"][0]["name"] == NAME
        assert given["inspector"][0]["certificate_number"] == OFFICIAL
        assert [one["chat"] for one in given["channel_account"]] == [ACCOUNT, left]
        assert SAID in given["inbox_update"][0]["body"]["text"]
        assert len(given["outbox_line"]) >= 3
        assert len(given["web_message"]) == 1
        assert "digest" not in given["enrolment_code"][0]
        assert given["journal_line"]
        assert _verbs(store, "person.export") == 1

        with store.reading() as records:
            for line in rows_of(records, JournalLine):
                assert "人员" not in json.dumps(line.details, ensure_ascii=False), "a name in the journal"
        _refuses(store, left, "person_active")
        with changing(store) as records:
            records.get(Person, left).is_active = False
        _refuses(store, left, "person_on_duty")
        _all_done(store, left)
        kept = {table: _number(store, table) for table in STAYS}
        with store.transaction("cli") as records:
            done = erase_person(records, left, at=story.at)
        assert done["channel_account"] == 2
        for word in (NAME, ACCOUNT, SAID, OFFICIAL):
            assert _where(store, word) == [], word
        assert {table: _number(store, table) for table in STAYS} == kept | {
            "journal_line": kept["journal_line"] + 1
        }
        after = _given(store, left)
        assert after["person"][0]["name"] == left
        assert [one["id"] for one in after["assignment"]] == [one["id"] for one in given["assignment"]]
        with store.reading() as records:
            assert examine(records, Trust(trusted_keys(records)))[0] is None
            assert {one.state for one in rows_of(records, OutboxLine, person_id=left)} <= {
                OutboxState.SENT,
                OutboxState.DROPPED,
            }
            assert inbox.look(records, 9) == [], "nothing of theirs waits for the worker"


def _lives(store: Store, person_id: str) -> None:
    """An officer with a name, two accounts, and something said in each; one message is on its way."""
    with store.transaction("test") as records:
        person = records.get(Person, person_id)
        person.name = NAME
        records.get(Inspector, person_id).certificate_number = OFFICIAL
        enrol(records, person, channel="telegram", chat=ACCOUNT, at=NOW)
        enrol(records, person, channel="web", chat=person_id, at=NOW)
        body = {"text": f"{SAID}，{NAME}"}
        talk: dict[str, Any] = {"channel": "telegram", "chat": ACCOUNT}
        records.add(
            InboxUpdate(
                **talk, update_id="1", body=body, state=InboxState.DONE, received_at=NOW, done_at=NOW
            ),
            InboxUpdate(**talk, update_id="2", body=body, state=InboxState.PENDING, received_at=NOW),
            InboxUpdate(
                **talk, update_id="3", body=body, state=InboxState.QUARANTINED, received_at=NOW, error=NAME
            ),
            Conversation(**talk, person_id=person_id, state="leave_words", data=body, updated_at=NOW),
            SentMessage(**talk, slot="s", message_id="9"),
            EnrolmentCode(digest="d", person_id=person_id, made_at=NOW, expires_at=NOW),
            WebMessage(chat=person_id, revision=1, is_mine=True, update_id="u1", body=body, at=NOW),
            WebSession(
                id="s",
                digest="s",
                chat=person_id,
                browser=SAID,
                made_at=NOW,
                rotated_at=NOW,
                last_used_at=NOW,
                idle_until=NOW + timedelta(days=900),
                expires_at=NOW + timedelta(days=900),
            ),
            Absence(inspector_id=person_id, first_day=NOW.date(), last_day=NOW.date(), cause=SAID),
            *(_letter(state, person_id, body) for state in OutboxState),
        )


def _all_done(store: Store, person_id: str) -> None:
    with changing(store) as records:
        for one in rows_of(records, Assignment, person_id=person_id):
            one.state = AssignmentState.COMPLETED


def _letter(state: OutboxState, person_id: str | None, body: dict[str, str]) -> OutboxLine:
    return OutboxLine(
        key=f"k:{state}:{person_id}", addressee=f"telegram:{ACCOUNT}", person_id=person_id, channel="telegram",
        chat=ACCOUNT, kind="help", body=body, state=state, created_at=NOW, due_at=NOW, error="",
    )  # fmt: skip


def _given(store: Store, person_id: str) -> dict[str, Any]:
    with store.transaction("web") as records:
        content: dict[str, Any] = json.loads(
            own_data(records, person_id, by=records.get(Person, person_id), at=NOW)
        )
    return content


def _verbs(store: Store, verb: str) -> int:
    with store.reading() as records:
        return len(rows_of(records, JournalLine, verb=verb))


def _refuses(store: Store, person_id: str, sentence: str) -> None:
    with pytest.raises(Unacceptable) as refused, store.transaction() as records:
        erase_person(records, person_id, at=NOW)
    assert refused.value.sentence == sentence
    assert _where(store, ACCOUNT) != []


def _number(store: Store, table: str) -> int:
    with store.reading() as records:
        return int(records.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def _where(store: Store, word: str) -> list[str]:
    """Every column of every table in which it stands."""
    with store.reading() as records:
        return [
            f"{table.name}.{column}"
            for table in SQLModel.metadata.sorted_tables
            if _holds(records, table.name, table.columns.keys(), word)
            for column in table.columns.keys()  # noqa: SIM118
            if _holds(records, table.name, [column], word)
        ]


def _holds(records: Records, table: str, columns: Sequence[str], word: str) -> bool:
    any_of = " OR ".join(f'CAST("{one}" AS TEXT) LIKE :word' for one in columns)
    query = text(f"SELECT count(*) FROM {table} WHERE {any_of}")
    return bool(records.session.execute(query, {"word": f"%{word}%"}).scalar_one())


def test_of_a_firms_application_against_an_officer_the_officer_is_not_given_the_words(tmp_path: Path) -> None:
    with a_kept_visit("sqlite", tmp_path) as (store, _):
        with changing(store) as records:
            held = rows_of(records, Assignment)[0]
            facts = {
                "assignment_id": held.id,
                "kind": "recusal",
                "ground": "A2",
                "state": "granted",
                "filed_at": NOW,
            }
            for number, origin in ((8, "firm"), (9, "self")):
                words = f"{SAID}{origin}"
                records.add(LeaveRequest(id=f"{held.id}/r{number}", words=words, origin=origin, **facts))
        given = {one["id"][-2:]: one["words"] for one in _given(store, held.person_id)["leave_request"]}
        assert (given["r8"], given["r9"]) == ("", f"{SAID}self")


def test_the_words_of_old_messages_go_and_what_waits_or_was_set_aside_stays(tmp_path: Path) -> None:
    for database in DATABASES:
        with an_empty_store(database, tmp_path) as store:
            with store.transaction() as records:
                body = {"text": SAID}
                place: dict[str, Any] = {"channel": "telegram", "chat": ACCOUNT}
                for number, state in enumerate(InboxState):
                    records.add(
                        InboxUpdate(
                            **place,
                            update_id=str(number),
                            body=body,
                            state=state,
                            received_at=NOW,
                            done_at=NOW,
                        )
                    )
                records.add(*(_letter(state, None, body) for state in OutboxState))
                records.add(WebMessage(chat="P1", revision=1, is_mine=True, body=body, at=NOW))
            for before, changed in ((NOW, 0), (NOW + timedelta(days=1), 4), (NOW + timedelta(days=1), 0)):
                with store.transaction() as records:
                    assert personal.forget_messages(records, before=before) == changed
            with store.reading() as records:
                left = {one.state for one in rows_of(records, InboxUpdate) if one.body}
                assert left == {InboxState.PENDING, InboxState.QUARANTINED}
                unsent = {one.state for one in rows_of(records, OutboxLine) if one.body}
                assert unsent == {OutboxState.PENDING, OutboxState.DEAD}
            _a_day_is_closed(store)


def _a_day_is_closed(store: Store) -> None:
    """The signer does it in the evening, with the anchor."""
    with store.transaction() as records:
        records.journal("test.say", "x", by=None, at=NOW)
        records.add(WebMessage(chat="P2", revision=1, is_mine=True, body={"text": SAID}, at=NOW))
    for days, left in ((29, 1), (30, 0)):
        evening = NOW.replace(hour=11) + timedelta(days=days)
        Signer(store, throwaway_key(), lambda at=evening: at, message_days=30).turn()  # type: ignore[misc]
        assert _number(store, "web_message") == left, days
    assert _verbs(store, "messages.forget") == 1


def test_a_person_asks_in_the_chat_and_has_the_file_from_the_web_and_nobody_elses(tmp_path: Path) -> None:
    with an_empty_store("sqlite", tmp_path) as store:
        with store.transaction() as records:
            a_small_register(records)
        town = Town(store)
        town.enrol_everybody("fire-1", "fire-2")
        town.type("fire-1", "/mydata")
        assert "1个聊天账号" in town.hears("fire-1", "my_data").text
        house = a_house(store, tmp_path)
        with a_client(house) as door:
            assert door.get("/chat/fire-1/my-data.json").status_code == 401
            with store.transaction() as records:
                issue_code(records, "fire-1", CODE, at=house.clock(), valid_for=timedelta(hours=1))
            door.post("/sign-in", data={"code": CODE})
            answer = door.get("/chat/fire-1/my-data.json")
            assert answer.headers["content-disposition"].startswith("attachment")
            assert answer.json()["person"][0]["id"] == "fire-1"
            assert "fire-2" not in answer.text
            assert door.get("/chat/fire-2/my-data.json").status_code == 404
        with store.reading() as records:
            (line,) = rows_of(records, JournalLine, verb="person.export")
            assert (line.actor, line.subject, line.channel) == ("fire-1", "fire-1", "web")


def test_the_commands_say_what_would_go_before_anything_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    with a_kept_visit("sqlite", tmp_path) as (store, visit), logging_put_back():
        monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
        left = next(
            one.person_id for one in Story(store, visit.at).rows(Assignment) if one.person_id != visit.lead
        )
        _lives(store, left)
        run = CliRunner().invoke
        exported = run(cli.app, ["person", "export", left])
        assert json.loads(exported.stdout)["person"][0]["name"] == NAME
        still = run(cli.app, ["person", "erase", left, "--yes"])
        assert (still.exit_code, "还在人员名录里" in still.output) == (1, True)
        with changing(store) as records:
            records.get(Person, left).is_active = False
        _all_done(store, left)
        asked = run(cli.app, ["person", "erase", left])
        assert (asked.exit_code, "没有更改" in asked.output, "channel_account 2" in asked.output) == (
            2,
            True,
            True,
        )
        assert _where(store, NAME) != []
        done = run(cli.app, ["person", "erase", left, "--yes"])
        assert (done.exit_code, "已删除" in done.output) == (0, True), done.output
        assert _where(store, NAME) == []
        assert run(cli.app, ["person", "export", "nobody"]).exit_code == 1
