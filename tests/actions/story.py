"""A scheme played step by step on a real store. Each step is one transaction, and after each the rules hold.

The rules are read from the tables here, not by the program's own checks: nobody twice in a team, one holder per seat,
nobody back at an object once left, and every draw verified by the file that a witness would use.
"""

import functools
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from actions.assignments import accept_assignment
from actions.ceremony import give_number
from actions.draws import announce_draw, run_draw
from actions.due_work import do_due_work
from actions.pools import pool_files
from actions.teams import confirm_team
from draw.double_random import Round, Transcript, read_transcript
from draw.verify import verify
from inspection.refusals import Refusal
from inspection.states import INSPECTION, LIVE_ASSIGNMENTS, AssignmentState, InspectionState, InspectionStep
from storage import draws, due
from storage.store import Records, Store
from storage.tables.deadlines import Deadline
from storage.tables.inspections import Assignment, DrawRecord, Inspection, JournalLine, Seat, Team
from storage.tables.messaging import DueWork, OutboxLine
from storage.tables.registers import Person, RegisteredObject, Scheme
from tests.all_rows import Rows, all_rows
from tests.builders import NOW, a_small_register
from tests.kept import played

SECRET = bytes(range(32))


@dataclass
class Story:
    """The store and the time that its people live in."""

    store: Store
    at: datetime = NOW
    has_summaries: bool = False

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def do(self, action: Callable[..., Any], *given: Any, by: str, **named: Any) -> Any:
        """One person does one thing; `by` is a person's id."""
        with self.store.transaction("test") as records:
            done = action(records, *given, by=records.get(Person, by), at=self.at, **named)
        self.check_rules()
        return done

    def refuses(
        self, refusal: type[Refusal], action: Callable[..., Any], *given: Any, by: str, **named: Any
    ) -> Refusal:
        """The same must be refused, and nothing at all may have changed."""
        before = self.everything()
        with pytest.raises(refusal) as refused:
            self.do(action, *given, by=by, **named)
        assert type(refused.value) is refusal
        assert self.everything() == before
        return refused.value

    def tick(self) -> list[str]:
        """Does what is due by now and gives its kinds, the earliest first. Summaries of a day or a week are left to
        those stories that are about them."""
        with self.store.transaction("clock") as records:
            works = due.claim(records, at=self.at, limit=100)
            if not self.has_summaries:
                works = [work for work in works if not work.kind.startswith("summary_")]
            for work in works:
                do_due_work(records, work, at=self.at)
                due.finish(work, at=self.at)
        self.check_rules()
        return [work.kind for work in works]

    def draw(self, scheme: str = "S1", *, by: str = "OP", number: str = "4711") -> None:
        """Announces and draws."""
        self.do(announce_draw, scheme, secret=SECRET, by=by)
        self.run(scheme, by=by, number=number)

    def run(self, scheme: str = "S1", *, by: str = "OP", number: str = "4711") -> Transcript:
        """The witness gives the number, and the operator draws."""
        with self.store.reading() as records:
            waiting = draws.waiting_for(records, "W1")
        for draw, _source in waiting:
            if draw.scheme_id == scheme:
                self.do(give_number, draw.id, number, by="W1")
        transcript: Transcript = self.do(run_draw, scheme, by=by)
        return transcript

    def accept_all(self, inspection: str | None = None) -> None:
        """Everybody who was asked accepts."""
        for one in self.assignments():
            if one.state is AssignmentState.NOTIFIED and inspection in (None, one.inspection_id):
                self.do(accept_assignment, one.id, by=one.person_id)

    def confirm(self, inspection: str) -> None:
        """Everybody accepts, and the lead confirms."""
        self.accept_all(inspection)
        self.do(confirm_team, inspection, by=self.lead(inspection).person_id)

    def move_inspection(self, inspection: str, step: InspectionStep, **facts: object) -> None:
        """Takes a step of the visit that belongs to another chapter."""
        with self.store.transaction("test") as records:
            row = records.lock(Inspection, inspection)
            records.move(INSPECTION, row, step, by=None, at=self.at)
            for name, value in facts.items():
                setattr(row, name, value)

    # What stands in the store.

    def rows(self, table: type[Any], /, **wanted: object) -> list[Any]:
        with self.store.reading() as records:
            return rows_of(records, table, **wanted)

    def row(self, kind: type[Any], key: Any) -> Any:
        with self.store.reading() as records:
            return records.get(kind, key)

    def assignments(self, **wanted: object) -> list[Assignment]:
        return self.rows(Assignment, **wanted)

    def live(self, inspection: str | None = None) -> list[Assignment]:
        """Who holds a seat now, by seat."""
        held = [one for one in self.assignments() if one.state in LIVE_ASSIGNMENTS]
        return [one for one in held if inspection in (None, one.inspection_id)]

    def holder(self, seat: str) -> Assignment | None:
        return next((one for one in self.live() if one.seat_id == seat), None)

    def held_by(self, seat: str) -> Assignment:
        """The same for a seat that must be held."""
        holder = self.holder(seat)
        assert holder is not None, f"nobody holds {seat}"
        return holder

    def lead(self, inspection: str) -> Assignment:
        seat = next(one for one in self.rows(Seat, inspection_id=inspection) if one.is_lead)
        return self.held_by(seat.id)

    def inspections(self) -> list[str]:
        return [one.id for one in self.rows(Inspection)]

    def state_of(self, inspection: str) -> InspectionState:
        state: InspectionState = self.row(Inspection, inspection).state
        return state

    def team_state(self, inspection: str) -> str:
        return str(self.row(Team, inspection).state.value)

    def last_round(self, draw: str = "D-S1-1") -> Round:
        """The newest round of a draw."""
        return read_transcript(self.row(DrawRecord, draw).transcript.encode()).rounds[-1]

    def told(self, person: str) -> list[str]:
        """The kinds of notices to a person, in order."""
        return [line.kind for line in self.rows(OutboxLine, person_id=person)]

    def letters(self, person: str, kind: str) -> list[str]:
        """What stands in the notices of a kind to a person, buttons and all, in order."""
        lines: list[OutboxLine] = self.rows(OutboxLine, person_id=person, kind=kind)
        return [json.dumps(line.body, ensure_ascii=False) for line in lines]

    def works(self, subject: str) -> list[DueWork]:
        """What was ever due for something, by itself or by a clock that was started for it, in order of writing."""
        clocks = [f"deadline:{one.id}" for one in self.rows(Deadline, subject=subject)]
        return [work for work in self.rows(DueWork) if work.subject in {subject, *clocks}]

    def planned(self, subject: str) -> list[str]:
        """The kinds of what is still due."""
        return [work.kind for work in self.works(subject) if work.done_at is None]

    def verbs(self, subject: str) -> list[str]:
        return [line.verb for line in self.rows(JournalLine, subject=subject)]

    def everything(self) -> Rows:
        with self.store.engine.connect() as connection:
            return all_rows(connection)

    def check_rules(self) -> None:
        draws: list[DrawRecord] = self.rows(DrawRecord)
        for one in draws:
            if one.transcript is not None:
                assert _is_verified(one.transcript, tuple(sorted(pool_files(one).items())))
        everybody = self.assignments()
        held = [one for one in everybody if one.state in LIVE_ASSIGNMENTS]
        assert len({one.seat_id for one in held}) == len(held), "a seat with two holders"
        places = [(one.inspection_id, one.person_id) for one in everybody]
        assert len(set(places)) == len(places), "somebody sits twice at one object, or came back to it"


@functools.lru_cache(maxsize=256)
def _is_verified(transcript: str, files: tuple[tuple[str, bytes], ...]) -> bool:
    """Asked after every step, and most steps draw nothing."""
    return verify(transcript.encode(), dict(files)) is None


def rows_of(records: Records, table: type[Any], /, **wanted: object) -> list[Any]:
    """Rows with these values, by primary key."""
    keys = [col(getattr(table, column.name)) for column in table.__table__.primary_key]
    chosen = select(table).order_by(*keys)
    for name, value in wanted.items():
        chosen = chosen.where(col(getattr(table, name)) == value)
    return list(records.session.execute(chosen).scalars())


def a_story(store: Store, **register: Any) -> Story:
    """A small register with one filed scheme; `register` as in `a_small_register`."""

    def register_all() -> None:
        with store.transaction() as records:
            a_small_register(records, **register)

    played(store, ("register", repr(register)), register_all)
    return Story(store)


def a_story_of_today(store: Store, *, firm: str) -> Story:
    """For the program itself, whose clock is the world's: not drawn yet, the visits due from the day after tomorrow,
    and every object bears this name."""
    story: Story = a_story(store)
    story.at = datetime.now(UTC)
    with store.transaction() as records:
        scheme = records.get(Scheme, "S1")
        scheme.first_day, scheme.last_day = ((story.at + timedelta(days=days)).date() for days in (2, 16))
        for number in (1, 2, 3):
            records.get(RegisteredObject, f"B{number}").name = firm
    return story


def a_drawn_story(store: Store, **register: Any) -> Story:
    """The same with its draw done: by default one object, two departments of two seats, two to spare in each."""

    def draw() -> None:
        with store.transaction() as records:
            a_small_register(records, **register)
        Story(store).draw()

    played(store, ("draw", repr(register)), draw)
    return Story(store)


def changing(store: Store) -> AbstractContextManager[Records]:
    """For what a test changes in the registers behind everybody's back."""
    return store.transaction("test")
