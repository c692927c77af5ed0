"""Tokens of the API, and what requests that may be repeated were answered."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlmodel import col

from storage.store import Records
from storage.tables.exchange import ApiToken, KeptAnswer

KEPT_FOR = timedelta(days=7)
"""A repeat after that is a new request."""


def all_tokens(records: Records) -> list[ApiToken]:
    """Every token that was ever issued, the oldest first."""
    rows = select(ApiToken).order_by(col(ApiToken.issued_at), col(ApiToken.id))
    return list(records.session.execute(rows).scalars())


def by_digest(records: Records, digest: str) -> ApiToken | None:
    rows = select(ApiToken).where(col(ApiToken.digest) == digest)
    return records.session.execute(rows).scalars().first()


def kept_answer(records: Records, token_id: str, key: str) -> KeptAnswer | None:
    return records.find(KeptAnswer, (token_id, key))


def keep_answer(records: Records, answer: KeptAnswer) -> None:
    """Keeps it, and forgets what nobody will repeat any more."""
    records.session.execute(delete(KeptAnswer).where(col(KeptAnswer.at) < answer.at - KEPT_FOR))
    records.add(answer)
