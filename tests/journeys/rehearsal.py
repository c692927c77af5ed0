"""Steps that are tried and undone: every one in a savepoint of one transaction, which is given up in the end.

So a whole pocketful of buttons can be pressed on the same store, by the right people and by the wrong ones, and what
each press changed is seen row by row.
"""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count

from sqlalchemy import event, select
from sqlalchemy.engine import Connection
from sqlmodel import col

from handlers.dispatch import answer_update
from handlers.turn import Tools
from notifications.buttons.data import ButtonData
from notifications.catalogue import TEXTS
from notifications.incoming import Incoming, IncomingKind
from notifications.outgoing import Outgoing
from storage.store import Records
from storage.tables.messaging import OutboxLine
from tests.all_rows import Rows, all_rows
from tests.journeys.town import CHANNEL, Town

TALK_ONLY = {"inbox_update", "outbox_line", "conversation", "channel_account", "setting"}
"""Tables that tell what was said, not what was done."""
_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")


@dataclass(frozen=True)
class Answered:
    """What one step brought: the replies, and whether a row of the trade is another now."""

    replies: tuple[Outgoing, ...]
    changed: bool

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.replies)

    @property
    def refusal(self) -> str:
        """The code of the refusal that was heard, or nothing."""
        return refusal_code(self.replies[0].text) if self.replies[0].kind == "refused" else ""


class Rehearsal:
    """One stage of a journey, in a transaction that will be given up."""

    def __init__(self, town: Town, records: Records) -> None:
        self.town, self.records = town, records
        self._numbers = count(1_000_000)
        self._written: set[str] = set()
        self._rows = self._everything()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done inside is taken back, and read anew after."""
        self.records.finish()
        savepoint, rows = self.records.session.begin_nested(), self._rows
        try:
            yield
        finally:
            savepoint.rollback()
            self.records.session.expire_all()
            self.records.forget()
            self.records.lines.clear()
            self.records.journalled.clear()
            self.records.finishing.clear()
            self.records.heard.clear()
            self._rows = rows

    def press(self, who: str, button: ButtonData | str) -> Answered:
        packed = button if isinstance(button, str) else button.pack()
        return self._take(who, IncomingKind.BUTTON, button=packed)

    def type(self, who: str, text: str) -> Answered:
        return self._take(who, IncomingKind.TEXT, text=text)

    def _take(self, who: str, kind: IncomingKind, **sent: str) -> Answered:
        before, number = self._rows, next(self._numbers)
        update = Incoming(CHANNEL, who, f"try{number}", kind, self.town.now, **sent)  # type: ignore[arg-type]
        self._written.clear()
        answer_update(
            self.records, update, number=number, tools=Tools(lambda: bytes(range(32))), at=self.town.now
        )
        self.records.finish()
        self.records.session.flush()
        changed = bool(self._written - TALK_ONLY) and self._changed_since(before)
        return Answered(self._replies(number), changed)

    def _replies(self, number: int) -> tuple[Outgoing, ...]:
        lines = select(OutboxLine).where(col(OutboxLine.key).startswith(f"reply:{number}:"))
        found = self.records.session.execute(lines.order_by(col(OutboxLine.key))).scalars()
        return tuple(Outgoing.from_json(line.body) for line in found)

    def _changed_since(self, before: Rows) -> bool:
        self._rows = self._everything()
        return self._rows != before

    def _everything(self) -> Rows:
        return all_rows(self.records.session.connection(), but=TALK_ONLY)

    def note_writing(self, statement: str) -> None:
        found = _WRITES.match(statement)
        if found:
            self._written.add(found[1])


class _GivenUp(Exception):
    pass


@contextmanager
def rehearsing(town: Town) -> Iterator[Rehearsal]:
    """Opens the store's own transaction and gives it up."""
    heard: list[Rehearsal] = []

    def listen(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        for one in heard:
            one.note_writing(statement)

    event.listen(town.store.engine, "before_cursor_execute", listen)
    try:
        with town.store.transaction(CHANNEL) as records:
            rehearsal = Rehearsal(town, records)
            heard.append(rehearsal)
            yield rehearsal
            raise _GivenUp
    except _GivenUp:
        pass
    finally:
        event.remove(town.store.engine, "before_cursor_execute", listen)


def refusal_code(sentence: str) -> str:
    """Which sentence of the catalogue this is; fails on one that is not there."""
    found = [code for code, pattern in _sentences().items() if pattern.fullmatch(sentence)]
    assert len(found) == 1, (found, sentence)
    return found[0]


@cache
def _sentences() -> dict[str, re.Pattern[str]]:
    """The Chinese refusals as patterns, any facts."""
    texts = tomllib.loads((TEXTS / "zh" / "refusals.toml").read_text(encoding="utf-8"))
    return {code: re.compile(_pattern(sentence), re.DOTALL) for code, sentence in texts.items()}


def _pattern(sentence: str) -> str:
    parts = re.split(r"\{\{.*?\}\}|\{% for .*?%\}.*\{% endfor %\}", sentence)
    return ".*".join(re.escape(part) for part in parts)
