"""The town of the journeys on real messengers: what every one of them shares, whatever stands on its phones."""

import random
from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Protocol

from actions.enrolment import issue_code
from notifications.catalogue import label
from notifications.incoming import Incoming
from notifications.outgoing import Outgoing
from storage.files import FileStore
from storage.store import Store
from storage.tables.messaging import OutboxLine
from tests.actions.story import rows_of
from tests.journeys.town import Town
from tests.on_telegram.house import HouseOnAMessenger

VALID_FOR = timedelta(days=30)
Act = Callable[[], object]


class Standing(Protocol):
    """One message as it stands on a phone."""

    is_unread: bool

    @property
    def id(self) -> object: ...


class TownOnAMessenger(Town):
    """Whatever somebody does is done on their phone, and comes by the messenger's own way; each deed waits until all
    that follows from it is done. A phone without a signal keeps what is done on it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.from_before: list[tuple[str, str]] = []
        """Buttons that were pressed though they stood on no phone any more."""
        self._kept: dict[str, list[Act]] = {}

    @property
    @abstractmethod
    def files(self) -> FileStore:
        """Where the service keeps what was sent to it."""

    @abstractmethod
    def chat_of(self, who: str) -> str:
        """The chat as `channel` columns have it."""

    @abstractmethod
    def standing(self, who: str) -> Sequence[Standing]:
        """What the phone shows, oldest first."""

    @abstractmethod
    def documents(self, who: str) -> list[tuple[str, bytes]]:
        """Names and bytes of the files on the phone, oldest first."""

    @abstractmethod
    def comes_twice(self, number: int) -> None:
        """So many of the next things that are brought to us are brought twice."""

    def is_part(self, shown: Standing, known: Collection[str]) -> bool:
        """Whether it only belongs to a message: `known` are the ids of messages."""
        return False

    def enrol_everybody(self, *ids: str) -> None:
        """Each by the code that they were given."""
        for id in ids:
            with self.store.transaction("test") as records:
                code = f"CODE{len(self.enrolled):09d}"
                issue_code(records, id, code, at=self.now, valid_for=VALID_FOR)
            self.enrolled.append(id)
            self.enrol(id, code)
        self.settle()
        for id in ids:
            self.read(id)

    @abstractmethod
    def enrol(self, who: str, code: str) -> None:
        """The phone is there, and its owner gives the code as everybody does on this messenger."""

    # --- without a signal

    def loses_signal(self, who: str) -> None:
        self._kept[who] = []

    def finds_signal(self, who: str, *, seed: int) -> None:
        """All that was done meanwhile is sent, at once and in an order of chance; what belongs together stays so."""
        acts = self._kept.pop(who)
        random.Random(seed).shuffle(acts)
        for act in acts:
            act()
        self.settle()

    def do(self, who: str, act: Act) -> None:
        if who in self._kept:
            self._kept[who].append(act)
        else:
            act()
            self.settle()

    # --- what stands there

    def shown(self, who: str) -> list[Outgoing]:
        return [outgoing for _, outgoing in self._meant(who)]

    def read(self, who: str) -> None:
        for shown in self.standing(who):
            shown.is_unread = False

    def read_all(self) -> None:
        for who in self.enrolled:
            self.read(who)

    def hears(self, who: str, kind: str) -> Outgoing:
        unread = self._unread(who)
        for shown, outgoing in unread:
            if outgoing.kind == kind:
                shown.is_unread = False
                return outgoing
        raise AssertionError(f"{who} did not hear {kind!r} but {[one.kind for _, one in unread]}")

    def holders_who_hear(self, kind: str) -> list[str]:
        found = [who for who in sorted(self.enrolled) if kind in (one.kind for _, one in self._unread(who))]
        for who in found:
            self.hears(who, kind)
        return found

    def nobody_hears_more(self) -> None:
        unread = {who: [one.kind for _, one in self._unread(who)] for who in self.enrolled}
        assert not any(unread.values()), {who: kinds for who, kinds in unread.items() if kinds}

    def has_button(self, who: str, name: str) -> bool:
        return label(name, "zh") in self.labels(who)

    @abstractmethod
    def labels(self, who: str) -> list[str]:
        """What can be pressed on the phone."""

    def _unread(self, who: str) -> list[tuple[Standing, Outgoing]]:
        return [(shown, outgoing) for shown, outgoing in self._meant(who) if shown.is_unread]

    def _meant(self, who: str) -> list[tuple[Standing, Outgoing]]:
        """Each message with what it was meant to say; not those whose place another one has taken, though a messenger
        that could not change them shows them still."""
        lines = self.lines(who)
        meant, gone = {line.message_id or "": line.body for line in lines}, _superseded(lines)
        return [
            (shown, Outgoing.from_json(meant[str(shown.id)]))
            for shown in self.standing(who)
            if str(shown.id) not in gone and not self.is_part(shown, meant.keys())
        ]

    def lines(self, who: str) -> list[OutboxLine]:
        """All that was for this phone, oldest first."""
        with self.store.reading() as records:
            lines = rows_of(records, OutboxLine, chat=self.chat_of(who))
        return sorted(lines, key=lambda line: line.id or 0)

    def ever(self, who: str) -> list[tuple[str, str]]:
        """Data and words of all buttons that this phone had, oldest first."""
        return [
            (key["data"], key["label"])
            for line in self.lines(who)
            for row in line.body["rows"]
            for key in row
        ]

    def from_before_by(self, who: str, words: str) -> str:
        """A button that was there and went with its message: phones without a signal show it still."""
        found = next((data for data, said in reversed(self.ever(who)) if said == words), None)
        assert found is not None, f"{who} never had a button {words!r}"
        self.from_before.append((who, words))
        return found

    def _send(self, who: str, update: Incoming) -> None:
        raise AssertionError(f"{update.kind} of {who} did not come by a phone")


def _superseded(lines: Sequence[OutboxLine]) -> set[str | None]:
    """Messages of a slot that a later one was to change in place."""
    newest: dict[str, str | None] = {}
    gone: set[str | None] = set()
    for line in lines:
        if line.slot and line.message_id:
            before = newest.get(line.slot, line.message_id)
            if before != line.message_id and not line.body["is_fresh"]:
                gone.add(before)
            newest[line.slot] = line.message_id
    return gone


class TownWithAHouse(TownOnAMessenger):
    """The service lives in a thread of its own, as `serve` has it."""

    house: HouseOnAMessenger

    @property
    def files(self) -> FileStore:
        return self.house.files

    def settle(self) -> None:
        self.house.now = self.now
        self.house.rests()
