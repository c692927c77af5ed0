"""The account of a region after a fault: what was lost, what was done twice, and how long people waited."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from inspection.states import ASSIGNMENT, LIVE_ASSIGNMENTS, AssignmentStep, next_state
from storage import inbox, outbox
from storage.store import Records, StoreFault
from storage.tables.inspections import Assignment, JournalLine, Photo
from storage.tables.messaging import (
    AwaitedFile,
    AwaitedFileState,
    DueWork,
    InboxUpdate,
    OutboxLine,
    OutboxState,
    WebMessage,
)
from tests.actions.story import rows_of
from tests.serving.load import Load

LOOKS_EVERY = 0.25


@dataclass
class Account:
    """Since the load began. Each thing that is wrong has a sentence."""

    lost: list[str] = field(default_factory=list)
    """Acknowledged, and not applied or not answered."""
    doubled: list[str] = field(default_factory=list)
    """Applied twice, or answered with two messages."""
    illegal: list[str] = field(default_factory=list)
    """Seats with a history that the table of states does not allow."""
    seen_twice: Counter[int] = field(default_factory=Counter)
    """By phone: messages that stand there and that nobody has on record, for who sent them was gone before."""


def taken(load: Load) -> Account:
    """To be called at rest."""
    account = Account()
    with load.store.reading() as records:
        book = _Book(records)
        for lost, doubled in (_words(load, book), _presses(load, book), _pictures(load, records)):
            account.lost += lost
            account.doubled += doubled
        account.lost += [*_posts_lost(load, records), *_reminders_lost(load, book), *_open(records)]
        account.doubled += _posts_doubled(load, records)
        account.illegal += _illegal(book)
        account.seen_twice = _seen_twice(load, book)
    return account


class _Book:
    """What the store holds that more than one question is asked of."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.lines: list[OutboxLine] = rows_of(records, OutboxLine)
        self.journal: list[JournalLine] = [
            one for one in rows_of(records, JournalLine) if one.verb.startswith("assignment.")
        ]


_Found = tuple[list[str], list[str]]
"""Lost and doubled."""


def _words(load: Load, book: _Book) -> _Found:
    heard = load.crowd.heard()
    replies = Counter(_quoted(line.body["text"]) for line in book.lines)
    said = [words for _, words in load.crowd.said]
    lost = [f"{words} was not answered" for words in said if not heard[words]]
    return lost, [f"{words} has {replies[words]} answers" for words in said if replies[words] > 1]


def _quoted(text: str) -> str:
    return text.partition("“")[2].partition("”")[0]


def _presses(load: Load, book: _Book) -> _Found:
    journalled = Counter((line.subject, line.verb) for line in book.journal)
    pressed = Counter(
        {(one.assignment, verb): times for one in load.scene.officers for verb, times in one.pressed.items()}
    )
    lost = [
        f"{subject}: {verb} was pressed and is not there"
        for subject, verb in (pressed - journalled).elements()
    ]
    more = Counter({key: journalled[key] - times for key, times in pressed.items()})
    return lost, [f"{subject}: {verb} is there once more" for subject, verb in (+more).elements()]


def _pictures(load: Load, records: Records) -> _Found:
    """Each once in the register of evidence, with its bytes in the bucket."""
    kept = Counter(one.sha256 for one in rows_of(records, Photo))
    lost = [f"picture {one.sha256[:8]} is not there" for one in load.pictures if not kept[one.sha256]]
    gone = [f"picture {one.sha256[:8]} has no bytes" for one in load.pictures if not _has(load, one.sha256)]
    return lost + gone, [f"picture {sha[:8]} {times} times" for sha, times in kept.items() if times > 1]


def _has(load: Load, sha256: str) -> bool:
    return load.region.files.has(sha256)


def _posts_lost(load: Load, records: Records) -> Iterator[str]:
    answered = _answers(records)
    done = {one.update_id: one.state for one in rows_of(records, InboxUpdate, channel="web")}
    for post in load.posts:
        if post.acknowledged and done.get(f"{post.person}:{post.update_id}") != "done":
            yield f"{post.words} was acknowledged and not worked on"
        elif post.acknowledged and not answered[post.words]:
            yield f"{post.words} was not answered"


def _posts_doubled(load: Load, records: Records) -> Iterator[str]:
    answered, mine = _answers(records), _bubbles(records)
    for post in load.posts:
        if answered[post.words] > 1:
            yield f"{post.words} has {answered[post.words]} answers"
        if mine[post.words] > 1:
            yield f"{post.words} stands there {mine[post.words]} times"


def _answers(records: Records) -> Counter[str]:
    return Counter(_quoted(one.body.get("text", "")) for one in rows_of(records, WebMessage, is_mine=False))


def _bubbles(records: Records) -> Counter[str]:
    return Counter(one.body.get("text", "") for one in rows_of(records, WebMessage, is_mine=True))


def _reminders_lost(load: Load, book: _Book) -> Iterator[str]:
    """Each is done, with the one message that it went out with; more of it than one line there cannot be."""
    works = {one.key: one for one in rows_of(book.records, DueWork, kind="remind")}
    sent = {line.key: line.state for line in book.lines if line.key.startswith("reminder:")}
    for one in load.reminders:
        work = works.get(one.key)
        if work is None or not (work.outcome or "").startswith("told:"):
            yield f"reminder {one.number}: {work and work.outcome}"
        elif (
            state := sent.get(f"reminder:{(work.outcome or '').removeprefix('told:')}")
        ) != OutboxState.SENT:
            yield f"reminder {one.number} was told and is {state}"


def _open(records: Records) -> Iterator[str]:
    """Whatever an operator would have to look at."""
    for state, number in inbox.counts(records).items():
        if state != "done":
            yield f"{number} updates are {state}"
    lines = select(func.count()).where(
        col(OutboxLine.state) == OutboxState.DEAD,
        col(OutboxLine.error) != outbox.NO_CHANNEL,  # some of the scene have no phone
    )
    if number := records.session.execute(lines).scalar_one():
        yield f"{number} messages are dead"


def _illegal(book: _Book) -> Iterator[str]:
    """The journal of each assignment, step by step by the table of states, and its seat: one holder at a time."""
    steps: dict[str, list[JournalLine]] = defaultdict(list)
    for line in book.journal:
        steps[line.subject].append(line)
    held: Counter[str] = Counter()
    for one in rows_of(book.records, Assignment):
        held[one.seat_id] += one.state in LIVE_ASSIGNMENTS
        yield from _replayed(one, steps[one.id])
    yield from (f"{seat} is held by {times}" for seat, times in held.items() if times > 1)


def _replayed(assignment: Assignment, lines: list[JournalLine]) -> Iterator[str]:
    state: Any = ASSIGNMENT.initial
    for line in lines:
        if "from" not in line.details:
            continue  # what was written of it is no step of it
        step = AssignmentStep(line.verb.removeprefix("assignment."))
        if line.details["from"] != state.value:
            yield f"{assignment.id}: {step} from {line.details['from']}, and it was {state}"
            return
        try:
            state = next_state(ASSIGNMENT, state, step)
        except Exception as fault:
            yield f"{assignment.id}: {step} from {state}: {type(fault).__name__}"
            return
    if state is not assignment.state:
        yield f"{assignment.id} is {assignment.state}, and its journal ends with {state}"


def _seen_twice(load: Load, book: _Book) -> Counter[int]:
    known = {(line.chat, line.message_id) for line in book.lines}
    phones = [*load.crowd.phones, *load.scene.phones.values()]
    return Counter(
        phone.id
        for phone in phones
        for shown in phone.messages
        if (str(phone.id), str(shown.id)) not in known and not load.scene.is_ours(phone.id, shown.id)
    )


# --- coming to rest


def rests(load: Load, within: float) -> dict[str, int]:
    """Waits until nothing is left that moves by itself, for so many seconds at most; gives what is left."""
    give_up_at, at_rest, left = time.monotonic() + within, 0, {"unknown": 1}
    while at_rest < 2 and time.monotonic() < give_up_at:
        try:
            left = _left(load)
        except StoreFault:
            left = {"the store does not answer": 1}
        at_rest = 0 if left else at_rest + 1
        time.sleep(LOOKS_EVERY)
    return left


def _left(load: Load) -> dict[str, int]:
    now = datetime.now(UTC) + timedelta(seconds=2)
    lines = select(func.count()).where(
        col(OutboxLine.state) == OutboxState.PENDING,
        (col(OutboxLine.due_at) <= now) | (col(OutboxLine.attempts) > 0),
    )
    files = select(func.count()).where(col(AwaitedFile.state) == AwaitedFileState.AWAITED)
    works = select(func.count()).where(col(DueWork.done_at).is_(None), col(DueWork.due_at) <= now)
    with load.store.reading() as records:
        left = {
            "telegram": load.region.telegram.pending,
            "inbox": inbox.counts(records).get("pending", 0),
            "outbox": records.session.execute(lines).scalar_one(),
            "files": records.session.execute(files).scalar_one(),
            "works": records.session.execute(works).scalar_one(),
        }
    return {name: number for name, number in left.items() if number}


# --- waiting


def answered_at(load: Load) -> dict[str, float]:
    """When each word was first answered, by `time.monotonic`."""
    found: dict[str, float] = {}
    for call in load.region.telegram.calls_of("sendMessage"):
        if call.status == 200:
            found.setdefault(_quoted(call.params.text("text")), call.moment)
    return found


def recovery(load: Load, ended: float) -> float | None:
    """Seconds from the end of a fault to the next answer of something that was said after it; None without one."""
    answered = answered_at(load)
    after = [answered[words] for words, at in load.said_at.items() if at >= ended and words in answered]
    return min(after) - ended if after else None


def slowest(load: Load, since: float) -> float:
    """Seconds that somebody waited longest for an answer, of those who said something since then."""
    answered = answered_at(load)
    return max(
        (answered[words] - at for words, at in load.said_at.items() if at >= since and words in answered),
        default=0.0,
    )
