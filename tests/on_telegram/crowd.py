"""People who say things on Telegram, each word different, and what must have come of it."""

from collections import Counter
from datetime import timedelta

from actions.enrolment import enrol
from storage import inbox
from storage.store import Store
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.builders import NOW, a_person
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

FIRST_NUMBER = 7001


class Crowd:
    """`says` makes one of them say something nobody understands; the answer repeats it, so each can be told apart."""

    def __init__(self, store: Store, telegram: FakeTelegram, size: int = 10) -> None:
        self.store, self.telegram = store, telegram
        self.phones = [telegram.phone(FIRST_NUMBER + number, has_started=True) for number in range(size)]
        self._enrol_everybody()
        self.said: list[tuple[Phone, str]] = []

    def _enrol_everybody(self) -> None:
        with self.store.transaction("test") as records:
            for number, phone in enumerate(self.phones):
                if records.find(Person, f"C{number}") is None:
                    records.add(a_person(f"C{number}"))
                    records.session.flush()
                    person = records.get(Person, f"C{number}")
                    enrol(
                        records, person, channel="telegram", chat=str(phone.id), at=NOW - timedelta(minutes=1)
                    )

    def says(self, times: int = 1) -> None:
        for _ in range(times):
            phone = self.phones[len(self.said) % len(self.phones)]
            words = f"第{len(self.said):05d}句"
            self.said.append((phone, words))
            phone.types(words)

    def heard(self) -> Counter[str]:
        """How often each word was answered."""
        found: Counter[str] = Counter()
        for phone in self.phones:
            for shown in phone.messages:
                found.update(word for word in (shown.text.partition("“")[2].partition("”")[0],) if word)
        return found

    def all_were_answered_once(self, *, but_twice: int = 0) -> None:
        """Nobody was forgotten; `but_twice` counts breaks after which one message may stand there twice."""
        heard, said = self.heard(), [words for _, words in self.said]
        assert [words for words in said if not heard[words]] == [], "lost"
        assert set(heard) == set(said)
        assert max(heard.values(), default=0) <= 2
        twice = [words for words, times in heard.items() if times > 1]
        assert len(twice) <= but_twice, twice
        self.each_was_applied_once()

    def each_was_applied_once(self) -> None:
        with self.store.reading() as records:
            counts = inbox.counts(records)
            replies = [line for line in rows_of(records, OutboxLine) if line.key.startswith("reply:")]
        assert (counts.get("done"), counts.get("pending", 0)) == (len(self.said), 0), counts
        assert len(replies) == len(self.said)

    def were_answered_in_order(self) -> None:
        for phone in self.phones:
            words = [shown.text.partition("“")[2].partition("”")[0] for shown in phone.messages]
            assert [one for one in words if one] == sorted(one for one in words if one), phone.name
