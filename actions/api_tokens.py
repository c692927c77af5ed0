"""Tokens by which a department's programs use the API: issued at the terminal, kept as a digest, used, revoked."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from inspection.calendar.beijing import beijing_day
from inspection.departments import DEPARTMENTS, DISTRICTS, PREFECTURE, is_within, level_of
from inspection.refusals import Unacceptable
from storage import api_tokens
from storage.store import Records
from storage.tables.exchange import ApiToken, ExchangeTarget
from storage.tables.registers import Person

_NOTED_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"
    TRANSFER = "transfer"
    """Say that a transfer was received and what came of it."""
    DRAW = "draw"
    """Bring in a draw that was made elsewhere."""
    EXCHANGE = "exchange"
    """Fetch and acknowledge the deliveries of one platform."""


def token_digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def issue_token(
    records: Records,
    id: str,
    token: str,
    department: str,
    scopes: Sequence[str],
    *,
    district: str | None = None,
    expires_at: datetime | None = None,
    label: str = "",
    target: str | None = None,
    person_id: str | None = None,
    at: datetime,
) -> ApiToken:
    """`token` comes from dice of at least 128 bits and is shown once, by who threw them. With `person_id` it ends when
    that person leaves. `district` is the level it is for; None is that of the person, or else the prefecture."""
    level = _level(records, district, person_id)
    if department not in DEPARTMENTS:
        raise Unacceptable("token_department", value=department)
    if level not in DISTRICTS:
        raise Unacceptable("token_district", value=level)
    if person_id is not None and not _works_for(records, person_id, department, level):
        raise Unacceptable("token_person", value=person_id)
    if Scope.EXCHANGE in scopes and level != PREFECTURE:
        raise Unacceptable("token_exchange_district")
    unknown = [one for one in scopes if one not in list(Scope)]
    if unknown or not scopes:
        raise Unacceptable("token_scope", value="".join(unknown[:1]), scopes=", ".join(Scope))
    if (Scope.EXCHANGE in scopes) != (target is not None):
        raise Unacceptable("token_needs_target")
    if target is not None and records.find(ExchangeTarget, target) is None:
        raise Unacceptable("token_target", value=target)
    if expires_at is not None and expires_at <= at:
        raise Unacceptable("token_expires")
    row = ApiToken(
        id=id,
        digest=token_digest(token),
        department=department,
        district=level,
        scopes=sorted(set(scopes)),
        target=target,
        label=label,
        person_id=person_id,
        issued_at=at,
        expires_at=expires_at,
    )
    records.add(row)
    facts = {"department": department, "district": level, "scopes": row.scopes}
    records.journal("token.issue", id, by=None, at=at, **facts)
    return row


def _level(records: Records, district: str | None, person_id: str | None) -> str:
    if district is not None:
        return district
    person = records.find(Person, person_id) if person_id is not None else None
    return PREFECTURE if person is None else level_of(person.district)


def _works_for(records: Records, person_id: str, department: str, level: str) -> bool:
    """Whether the person is there, of that department, and of that level or one above it."""
    person = records.find(Person, person_id)
    is_of_it = person is not None and person.is_active and person.department == department
    return is_of_it and person is not None and is_within(level, person.district)


def revoke_token(records: Records, id: str, *, at: datetime) -> None:
    """From now on it is as good as none; twice changes nothing."""
    token = records.lock(ApiToken, id)
    if token.revoked_at is None:
        token.revoked_at = at
        records.journal("token.revoke", id, by=None, at=at)


def valid_token(records: Records, token: str, *, at: datetime) -> ApiToken | None:
    """The token that this is, while it holds; None for one that is wrong, over or revoked, all alike."""
    found = api_tokens.by_digest(records, token_digest(token))
    if found is None or found.revoked_at is not None:
        return None
    if found.person_id is not None and not _works_for(
        records, found.person_id, found.department, found.district
    ):
        return None
    return None if found.expires_at is not None and at >= found.expires_at else found


def is_use_worth_noting(token: ApiToken, *, at: datetime) -> bool:
    """Once a minute is enough: a reader that asks a hundred times a minute must not write a hundred times."""
    return token.last_used_at is None or at - token.last_used_at >= _NOTED_EVERY


def note_use(records: Records, id: str, *, at: datetime) -> None:
    """When it was used last; the first use of a day stands in the journal."""
    token = records.lock(ApiToken, id)
    last = token.last_used_at
    if last is not None and last >= at:
        return
    token.last_used_at = at
    if last is None or beijing_day(last) != beijing_day(at):
        records.journal("token.use", id, by=None, at=at)
