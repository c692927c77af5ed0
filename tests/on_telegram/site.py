"""A confirmed team with phones on Telegram, and everybody else of the small scheme."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from actions.enrolment import enrol
from bot.channels.channel import Channel
from inspection.states import AssignmentState
from notifications.catalogue import label
from storage.files import FileStore
from storage.store import Store
from storage.tables.inspections import Answer, Assignment, Inspection, Photo, Seat
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person
from tests.actions.story import Story, a_story, rows_of
from tests.builders import NOW
from tests.on_telegram.house import HURRY, TelegramHouse
from tests.telegram.chats import Shown
from tests.telegram.phones import Phone
from tests.telegram.seen import Seen
from tests.telegram.server import FakeTelegram

FIRST_NUMBER = 6001
OFFICERS = tuple(f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5))
PEOPLE = ("OP", "RV", "W1", "HD-market", "HD-fire", *OFFICERS)


class Site:
    """Drawn, and with `is_confirmed` ready to be visited; `lead` and `mate` sit for the lead department, `fire` and
    `other_fire` for the other. Questions 1 and 2 are the lead department's, 3 and 4 the other's; 1 and 3 want a photo.
    """

    def __init__(
        self, store: Store, telegram: FakeTelegram, folder: Path, *, is_confirmed: bool = True,
        hurry: float = HURRY, **channels: Channel,
    ) -> None:  # fmt: skip
        self.store, self.telegram = store, telegram
        self.house = TelegramHouse(store, telegram, folder, hurry=hurry, **channels)
        story: Story = a_story(store)
        self.phones: dict[str, Phone] = self._enrolled()
        story.draw()
        (self.id,) = story.inspections()
        if is_confirmed:
            story.confirm(self.id)
        self.lead = story.lead(self.id).person_id
        self.mate, self.fire, self.other_fire = self._others()

    def _enrolled(self) -> dict[str, Phone]:
        phones = {}
        with self.store.transaction("test") as records:
            for number, who in enumerate(PEOPLE, FIRST_NUMBER):
                phones[who] = self.telegram.phone(number, name=who, has_started=True)
                enrol(records, records.get(Person, who), channel="telegram", chat=str(phones[who].id), at=NOW)
        return phones

    def _others(self) -> tuple[str, str, str]:
        seats = {one.id: one for one in self.rows(Seat)}
        held = [one for one in self.rows(Assignment) if one.state is not AssignmentState.RECUSED]
        mate = next(one for one in held if "/market/" in one.seat_id and not seats[one.seat_id].is_lead)
        fire, other = (one.person_id for one in held if "/fire/" in one.seat_id)
        return mate.person_id, fire, other

    # --- doing

    def starts(self) -> None:
        """The house runs, and the visit is under way; what was said so far is read."""
        self.house.starts()
        self.house.rests()
        self.press(self.lead, "start_visit")
        self.read_all()

    def __getitem__(self, who: str) -> Phone:
        return self.phones[who]

    def says(self, who: str, text: str) -> Shown:
        said = self.phones[who].types(text)
        self.house.rests()
        assert said is not None, "there is no signal"
        return said

    def press(self, who: str, name: str, on: Seen | None = None, **facts: object) -> None:
        self.phones[who].presses(label(name, "zh", **facts), on)
        self.house.rests()

    def wait(self, **span: float) -> None:
        self.house.wait(timedelta(**span))

    def read_all(self) -> None:
        for phone in self.phones.values():
            phone.reads_everything()

    # --- looking

    def rows(self, table: type[Any], /, **wanted: object) -> list[Any]:
        with self.store.reading() as records:
            return rows_of(records, table, **wanted)

    def answers(self) -> dict[str, tuple[str, str]]:
        return {one.question_id: (one.value, one.note) for one in self.rows(Answer)}

    def photos(self) -> list[tuple[str, str]]:
        """Question and digest of each picture that is kept."""
        return sorted((one.question_id, one.sha256) for one in self.rows(Photo))

    @property
    def files(self) -> FileStore:
        return self.house.files

    @property
    def inspection(self) -> Inspection:
        found: Inspection = self.rows(Inspection, id=self.id)[0]
        return found

    def lines(self, kind: str, **wanted: object) -> list[OutboxLine]:
        return self.rows(OutboxLine, kind=kind, **wanted)
