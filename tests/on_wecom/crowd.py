"""People who say things on WeCom, each word different, and what must have come of it."""

from collections import Counter
from datetime import timedelta

from actions.enrolment import enrol
from storage import inbox
from storage.store import Store
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.builders import NOW, a_person
from tests.wecom.phones import Phone
from tests.wecom.server import FakeWecom


class Crowd:
    """People who say things that nobody understands; each answer repeats the words, so they can be told apart."""

    def __init__(self, store: Store, wecom: FakeWecom, size: int = 8) -> None:
        self.store, self.wecom = store, wecom
        self.phones = [self._phone(f"C{number}") for number in range(size)]
        self.said: list[str] = []

    def _phone(self, id: str) -> Phone:
        with self.store.transaction("test") as records:
            records.add(a_person(id))
            records.session.flush()
            enrol(records, records.get(Person, id), channel="wecom", chat=id, at=NOW - timedelta(minutes=1))
        return self.wecom.phone(id)

    def says(self, times: int) -> None:
        for _ in range(times):
            words = f"第{len(self.said):05d}句"
            self.phones[len(self.said) % len(self.phones)].types(words)
            self.said.append(words)

    def heard(self) -> Counter[str]:
        """How often each word was answered."""
        heard: Counter[str] = Counter()
        for phone in self.phones:
            heard.update(shown.text.partition("“")[2].partition("”")[0] for shown in phone.messages)
        del heard[""]
        return heard

    def were_answered(self, *, but_twice: int = 0) -> None:
        heard = self.heard()
        assert [words for words in self.said if not heard[words]] == [], "lost"
        assert len([words for words in self.said if heard[words] > 1]) <= but_twice
        with self.store.reading() as records:
            counts = inbox.counts(records)
            replies = [line for line in rows_of(records, OutboxLine) if line.key.startswith("reply:")]
        assert (counts.get("done"), counts.get("pending", 0)) == (len(self.said), 0)
        assert len(replies) == len(self.said)
        assert self.wecom.lost == []
