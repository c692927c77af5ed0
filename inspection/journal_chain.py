"""The journal as a chain: each line's hash takes in the hash before it, so that no line changes, goes or comes unseen.

The form is fixed and published (docs/journal.md, with a test vector). A hash is SHA-256, in hex, over the hash before
it, a line feed, and the canonical bytes of the line; the first takes in `GENESIS`. Nobody needs a key to recompute it,
so the chain alone proves only that what stands fits together: what proves that it is still the same are the heads
that were anchored, signed and published, or that somebody noted.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

FORM = "shuangsuiji/journal/1"
GENESIS = hashlib.sha256(FORM.encode()).hexdigest()


@dataclass(frozen=True)
class Line:
    """A journal line as it is hashed. `details` are as JSON gives them back."""

    id: int
    at: datetime
    actor: str | None
    channel: str
    verb: str
    subject: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Link:
    """Place, counted from 1 in the order of commits, of one line, and the hash there."""

    place: int
    line_id: int
    hash: str


START = Link(0, 0, GENESIS)
"""Before the first line."""


def line_bytes(line: Line) -> bytes:
    """JSON in ASCII with sorted keys and no blanks; the time in UTC with six digits after the second; a number that is
    whole is written whole, since databases disagree on `1.0`."""
    content = {
        "actor": line.actor,
        "at": line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "channel": line.channel,
        "details": _plain(line.details),
        "id": line.id,
        "subject": line.subject,
        "verb": line.verb,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def hash_of(before: str, line: Line) -> str:
    """The hash at the place of this line, where `before` is the hash one place before."""
    return hashlib.sha256(before.encode() + b"\n" + line_bytes(line)).hexdigest()


def linked(head: Link, lines: Iterable[Line]) -> list[Link]:
    """These lines, appended to a chain that ends at `head`."""
    links = []
    for line in lines:
        head = Link(head.place + 1, line.id, hash_of(head.hash, line))
        links.append(head)
    return links


class FlawKind(StrEnum):
    """What an examination of the journal can find."""

    CHANGED = "changed"
    """The line at this place is not the one that was written there, or its hash is not."""
    REMOVED = "removed"
    INSERTED = "inserted"
    """A line that no commit of ours appended."""
    REWRITTEN = "rewritten"
    """All fits together, and yet it is not what was anchored: hashes were computed anew."""
    CUT_OFF = "cut_off"
    """An anchor knows of more lines than there are."""
    BAD_ANCHOR = "bad_anchor"
    """An anchor is not what was signed, or was signed by none of our keys."""
    ANCHOR_REMOVED = "anchor_removed"
    """Between two anchors there is a day of which the journal says that it was anchored, and no anchor."""
    UNGUARDED = "unguarded"
    """The database would let somebody change what may only grow."""


@dataclass(frozen=True)
class Flaw:
    """The first thing that is wrong. `place` is the place in the chain, `line` the line's id where there is one, `what`
    an anchor's day or a table; `since` the last place that an anchor still proves."""

    kind: FlawKind
    place: int = 0
    line: int = 0
    what: str = ""
    since: int = 0


@dataclass(frozen=True)
class Anchor:
    """A head that lies where we cannot change it: `place` lines up to and with this hash, on this day."""

    day: date
    link: Link

    @property
    def content(self) -> dict[str, Any]:
        """What of it is public."""
        return {
            "journalForm": FORM,
            "journalDay": self.day.isoformat(),
            "journalLines": self.link.place,
            "journalLastId": self.link.line_id,
            "journalHash": self.link.hash,
        }


class NoAnchor(ValueError):
    """This is no anchor of a journal."""


def anchor_of(bundle: Mapping[str, Any]) -> Anchor:
    """An anchor from its public bundle; raises `NoAnchor`."""
    try:
        if bundle["journalForm"] != FORM:
            raise NoAnchor
        link = Link(int(bundle["journalLines"]), int(bundle["journalLastId"]), str(bundle["journalHash"]))
        return Anchor(date.fromisoformat(bundle["journalDay"]), link)
    except (KeyError, TypeError, ValueError) as wrong:
        raise NoAnchor from wrong


@dataclass
class Examination:
    """How far the chain was walked: from where, to which head, past how many anchors."""

    start: Link = START
    head: Link = START
    lines: int = 0
    anchors: int = 0


def first_flaw(
    pairs: Iterable[tuple[Link, Line | None]], anchors: Sequence[Anchor], told: Examination
) -> Flaw | None:
    """Walks the chain from `told.start` on, in the order of places, each link with its line (None where it is gone),
    and past the anchors; gives what is wrong first, and tells how far it came."""
    waiting = sorted((one for one in anchors if one.link.place > told.start.place), key=_place, reverse=True)
    told.head, proven = told.start, told.start.place
    for link, line in pairs:
        flaw = _flaw_at(link, line, told.head, proven)
        if flaw:
            return flaw
        told.head, told.lines = link, told.lines + 1
        while waiting and waiting[-1].link.place == link.place:
            anchor = waiting.pop()
            if anchor.link != link:
                return Flaw(FlawKind.REWRITTEN, link.place, link.line_id, anchor.day.isoformat(), proven)
            proven, told.anchors = link.place, told.anchors + 1
    if waiting:
        last = waiting[-1]
        return Flaw(
            FlawKind.CUT_OFF, told.head.place, told.head.line_id, last.day.isoformat(), last.link.place
        )
    return None


def _place(anchor: Anchor) -> int:
    return anchor.link.place


def _flaw_at(link: Link, line: Line | None, before: Link, proven: int) -> Flaw | None:
    if link.place != before.place + 1:
        return Flaw(FlawKind.REMOVED, before.place + 1, since=proven)
    if line is None:
        return Flaw(FlawKind.REMOVED, link.place, link.line_id, since=proven)
    if link.hash != hash_of(before.hash, line):
        return Flaw(FlawKind.CHANGED, link.place, link.line_id, since=proven)
    return None
