"""What stands in the store while a play is under way and when it is over, read from the tables by a hand of its own."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from storage.store import Store

_HALF_DELIVERED = """
SELECT count(*) FROM outbox_line JOIN web_message
    ON web_message.chat = outbox_line.chat AND web_message.update_id = 'out:' || outbox_line.key
WHERE outbox_line.state = 'pending'
"""

_HALF_APPLIED = """
SELECT count(*) FROM inbox_update JOIN outbox_line ON outbox_line.key LIKE 'reply:' || inbox_update.id || ':%'
WHERE inbox_update.state = 'pending'
"""
_OPEN_AFTER_REFUSAL = """
SELECT count(*) FROM leave_request JOIN assignment ON assignment.id = leave_request.assignment_id
WHERE leave_request.state = 'refused' AND assignment.state = 'notified'
"""


@dataclass(frozen=True)
class Books:
    """One store and its folder of files."""

    store: Store
    files: Path

    def done(self, verb: str) -> int:
        """How often the journal says this."""
        return self._number("SELECT count(*) FROM journal_line WHERE verb = :verb", verb=verb)

    def photos(self) -> int:
        return self._number("SELECT count(*) FROM photo")

    def updates(self, state: str) -> int:
        return self._number("SELECT count(*) FROM inbox_update WHERE state = :state", state=state)

    def letters(self, state: str) -> int:
        return self._number("SELECT count(*) FROM outbox_line WHERE state = :state", state=state)

    def open_after_refusal(self) -> int:
        """Assignments whose request to leave was refused, and which ask for an answer again."""
        return self._number(_OPEN_AFTER_REFUSAL)

    def open_after_return(self) -> int:
        """Results that were returned and are not decided."""
        return self._number("SELECT count(*) FROM result WHERE returns > 0 AND reviewed_at < submitted_at")

    def clock_moved(self) -> timedelta:
        """How far the play has pushed the clock."""
        kept = self._rows("SELECT value FROM setting WHERE name = 'clock_offset_seconds'")
        return timedelta(seconds=float(kept[0][0]) if kept else 0)

    def half_delivered(self) -> int:
        """Letters that stand in the chat already and in the outbox still."""
        return self._number(_HALF_DELIVERED)

    def deeds(self) -> dict[str, int]:
        """Every verb of the journal with how often it was done."""
        return dict(self._rows("SELECT verb, count(*) FROM journal_line GROUP BY verb"))

    def half_applied(self) -> int:
        """Updates that have been answered and are open still: they would be carried out once more."""
        return self._number(_HALF_APPLIED)

    def lost_letters(self) -> list[str]:
        """Keys of the outbox that say `sent` and never stood in their chat."""
        return sorted(self._sent() - set(self._shown()))

    def doubled_letters(self) -> list[str]:
        """What stands in a chat twice, or without a line in the outbox: under its key, or to the eye."""
        shown, sent = self._shown(), self._sent()
        by_key = [key for key, number in shown.items() if number > 1 or key not in sent]
        return sorted(by_key) + [f"{chat}: {words}" for chat, words in self._seen_twice()]

    def damaged_photos(self) -> list[str]:
        """Photos whose bytes do not lie in the file store under the digest of themselves."""
        named = {sha256 for (sha256,) in self._rows("SELECT sha256 FROM photo")}
        kept = {path.name for path in self.files.rglob("*") if path.is_file() and _digest(path) == path.name}
        return sorted(named - kept)

    def _sent(self) -> set[str]:
        return {f"out:{key}" for (key,) in self._rows("SELECT key FROM outbox_line WHERE state = 'sent'")}

    def _shown(self) -> Counter[str]:
        """How many messages stand, or stood until they were replaced, for each key."""
        rows = self._rows("SELECT update_id, body FROM web_message WHERE NOT is_mine")
        standing = Counter(str(update_id) for update_id, _body in rows)
        replaced = {key for _update_id, body in rows for key in _object(body).get("earlier", [])}
        return standing + Counter(replaced - set(standing))

    def _seen_twice(self) -> list[tuple[str, str]]:
        """(chat, first line) of notices that say the same thing with the same buttons. Two of somebody's deeds may have
        the same reply, and a card may come anew."""
        rows = self._rows(
            "SELECT chat, body FROM web_message WHERE NOT is_mine AND update_id NOT LIKE 'out:reply:%'"
        )
        bodies = [(chat, _object(body)) for chat, body in rows]
        bodies = [(chat, body) for chat, body in bodies if not body.get("slot")]
        seen = Counter((chat, body["text"], str(body["rows"])) for chat, body in bodies)
        return [(chat, words.partition("\n")[0]) for (chat, words, _rows), n in seen.items() if n > 1]

    def _number(self, statement: str, **given: str) -> int:
        return int(self._rows(statement, **given)[0][0])

    def _rows(self, statement: str, **given: str) -> list[Any]:
        with self.store.reading() as records:
            return [tuple(row) for row in records.session.execute(text(statement), given)]


def _object(body: Any) -> dict[str, Any]:
    """SQLite keeps JSON as text."""
    read: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
    return read


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
