"""Who may speak with us: a one-time code binds a person to an account of a messenger.

A code has 13 signs of 32, which is 65 bits; it is kept as its SHA-256 only, ends by itself, works once, and is for one
person in one department.
"""

import hashlib
import unicodedata
from datetime import datetime, timedelta

from actions.account_news import tell_of_new_account
from actions.menus import offer_menu
from inspection.refusals import Refusal, TooLate, Unacceptable
from storage import enrolment, outbox, people
from storage.store import Records
from storage.tables.messaging import ChannelAccount, EnrolmentCode
from storage.tables.registers import Person

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what is mistaken for something else: I, O, 0, 1."""
CODE_LENGTH = 13
OWN_CODE_LASTS = timedelta(minutes=15)
"""A code that a person makes for another messenger of theirs is used at once, or not at all."""
WINDOW = timedelta(minutes=15)
TRIES_OF_ONE_SOURCE = 8
TRIES_OF_ALL = 200
"""Wrong codes within `WINDOW` before codes are refused unread, from one address or chat and from everywhere."""


class CodeUnknown(Unacceptable):
    code = "code_unknown"


class CodeUsed(Unacceptable):
    code = "code_used"


class CodeExpired(TooLate):
    code = "code_expired"


class PersonLeft(Unacceptable):
    code = "person_left"


class TooManyTries(Unacceptable):
    code = "too_many_tries"


def issue_code(
    records: Records, person_id: str, code: str, *, at: datetime, valid_for: timedelta, by: str | None = None
) -> None:
    """Makes `code` (made by the caller from good dice, at least 60 bits) redeemable once; only its SHA-256 is kept.
    Raises `PersonLeft` where there is nobody to speak with."""
    person = records.get(Person, person_id)
    if not person.is_active:
        raise PersonLeft(person=person.name)
    records.add(
        EnrolmentCode(
            digest=code_digest(code),
            person_id=person.id,
            department=person.department,
            made_at=at,
            expires_at=at + valid_for,
        )
    )
    records.journal("enrolment.issue", person.id, by=by, at=at)


def redeem_code(
    records: Records, code: str, *, channel: str, chat: str | None, at: datetime, source: str | None = None
) -> Person:
    """Binds the person of the code to this account and gives the person; with `chat` None (the web) the chat is the
    person's own. `source` is the address or account that tries, by default the chat.

    Raises `TooManyTries`, `CodeUnknown`, `CodeUsed` or `CodeExpired`. Whoever catches one calls `note_failed_try` in
    the same transaction, after the savepoint that held this call.
    """
    if _too_many(records, source or f"{channel}:{chat}", at):
        raise TooManyTries(minutes=int(WINDOW.total_seconds() // 60))
    found = records.find(EnrolmentCode, code_digest(code))
    person = records.find(Person, found.person_id) if found else None
    if found is None or person is None or not _holds_for(found, person):
        raise CodeUnknown
    if not enrolment.use(records, found.digest, at=at):
        raise CodeUsed
    if found.expires_at <= at:
        raise CodeExpired
    enrol(records, person, channel=channel, chat=chat or person.id, at=at)
    tell_of_new_account(records, person, channel, chat or person.id, at=at)
    return person


def _holds_for(code: EnrolmentCode, person: Person) -> bool:
    """Not for whoever has left or moved to another department since, and not once it was taken back."""
    return person.is_active and code.revoked_at is None and code.department == person.department


def note_failed_try(records: Records, source: str, refusal: Refusal, *, at: datetime) -> None:
    """Counts a wrong code against its source; the address itself is not kept."""
    if not isinstance(refusal, TooManyTries):
        enrolment.note_failed_try(records, _source_digest(source), at=at)


def enrol(records: Records, person: Person, *, channel: str, chat: str, at: datetime) -> None:
    """The person is reached here from now on, and what found no channel before goes out. An account has one person."""
    account = records.find(ChannelAccount, (channel, chat))
    if account is None:
        account = ChannelAccount(
            channel=channel, chat=chat, person_id=person.id, enrolled_at=at, last_used_at=at
        )
        records.add(account)
    account.person_id, account.last_used_at = person.id, at
    account.revoked_at = account.unreachable_since = None
    people.forget_account(records, channel, chat)
    outbox.revive_for(records, person.id)
    offer_menu(records, person, account, at=at)
    records.journal("enrolment.enrol", person.id, by=person.id, at=at, to=channel)


def is_own_code(records: Records, code: str, person: Person, *, at: datetime) -> bool:
    """Whether this is a code of this person that still could be used; it is not spent by asking."""
    found = records.find(EnrolmentCode, code_digest(code))
    return (
        found is not None
        and found.person_id == person.id
        and found.used_at is None
        and found.expires_at > at
        and _holds_for(found, person)
    )


def open_web_chats(records: Records, *, at: datetime) -> int:
    """For a demo, where nobody signs in: everybody without any account has the web chat. Gives how many were opened."""
    without = enrolment.people_without_account(records)
    for person in without:
        enrol(records, person, channel="web", chat=person.id, at=at)
    return len(without)


def code_of(secret: str, *, length: int = CODE_LENGTH) -> str:
    """A code that people can type, from a secret of at least 128 bits; the same secret gives the same code."""
    number = int.from_bytes(hashlib.sha256(f"code:{secret}".encode()).digest(), "big")
    signs = []
    for _ in range(length):
        number, place = divmod(number, len(CODE_ALPHABET))
        signs.append(CODE_ALPHABET[place])
    return "".join(signs)


def code_digest(code: str) -> str:
    """SHA-256 of the code as it was meant: case, blanks, dashes and full-width letters don't count."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", code).upper() if sign.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def _too_many(records: Records, source: str, at: datetime) -> bool:
    tries = enrolment.failed_tries(records, since=at - WINDOW)
    return len(tries) >= TRIES_OF_ALL or tries.count(_source_digest(source)) >= TRIES_OF_ONE_SOURCE


def _source_digest(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:16]
