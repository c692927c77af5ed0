"""Browsers that are signed in, and those that ask to be."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlmodel import col

from inspection.states import SignInState
from storage.store import Records
from storage.tables.messaging import SignInRequest, WebSession

IDLE = timedelta(days=7)
"""A session that nobody used for so long is over; an officer's own web chat must outlast a weekend and a journey."""
TURNED_AFTER = timedelta(hours=24)
"""A token that was used for so long is replaced by a new one."""
GRACE = timedelta(minutes=1)
"""How long the token before is good for requests that were on their way when the new one came into use."""
_NOTED_EVERY = timedelta(minutes=1)


def open_session(
    records: Records, digest: str, *, chat: str, at: datetime, expires_at: datetime, browser: str = ""
) -> None:
    """A browser signed in; `digest` is the SHA-256 of its token. Sessions that are over are cleared away with it."""
    over = or_(col(WebSession.expires_at) <= at, col(WebSession.idle_until) <= at)
    records.session.execute(delete(WebSession).where(over))
    records.add(
        WebSession(
            id=digest, digest=digest, chat=chat, browser=browser, made_at=at, rotated_at=at, last_used_at=at,
            idle_until=at + IDLE, expires_at=expires_at,
        )
    )  # fmt: skip


def session_of(records: Records, digest: str, *, at: datetime) -> WebSession | None:
    """The session that this token opens now, None when there is none (any more)."""
    rows = select(WebSession).where(
        or_(
            col(WebSession.digest) == digest,
            col(WebSession.next_digest) == digest,
            col(WebSession.previous_digest) == digest,
        )
    )
    found: WebSession | None = records.session.execute(rows).scalars().first()
    if found is None or found.expires_at <= at or found.idle_until <= at:
        return None
    is_late = digest not in (found.digest, found.next_digest) and found.rotated_at + GRACE <= at
    return None if is_late else found


def session_chat(records: Records, digest: str, *, at: datetime) -> str | None:
    """The chat that a browser may open, None when it is not signed in (any more)."""
    session = session_of(records, digest, at=at)
    return session.chat if session else None


def wants_writing(session: WebSession, digest: str, *, at: datetime) -> bool:
    """Whether this use of it is to be written down: once a minute, and whenever a token changes."""
    return (
        at - session.last_used_at >= _NOTED_EVERY
        or digest == session.next_digest
        or wants_new_token(session, digest, at=at)
    )


def wants_new_token(session: WebSession, digest: str, *, at: datetime) -> bool:
    """Also where one was given before and never came back: the answer that brought it was lost."""
    return digest == session.digest and at - session.rotated_at >= TURNED_AFTER


def note_use(records: Records, session: WebSession, digest: str, *, at: datetime) -> None:
    """It is used: it lasts longer, and a new token that is shown for the first time takes the place of the old one."""
    session.last_used_at, session.idle_until = at, at + IDLE
    if digest == session.next_digest:
        session.previous_digest, session.digest, session.next_digest = session.digest, digest, None
        session.rotated_at = at
    records.session.flush()


def give_new_token(records: Records, session: WebSession, digest: str) -> None:
    """`digest` will open it too, and alone from when the browser has shown it."""
    session.next_digest = digest
    records.session.flush()


def close_session(records: Records, digest: str, *, at: datetime) -> None:
    """Signs a browser out; once more changes nothing."""
    session = session_of(records, digest, at=at)
    if session is not None:
        end(records, [session.id])


def end(records: Records, ids: list[str]) -> int:
    """Ends these sessions; gives how many there were."""
    gone = records.session.execute(
        delete(WebSession).where(col(WebSession.id).in_(ids)),
        execution_options={"synchronize_session": "fetch"},
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def of_person(records: Records, person_id: str, *, at: datetime) -> list[WebSession]:
    """The sessions of a person that are not over, the one used last first."""
    rows = select(WebSession).where(
        col(WebSession.chat) == person_id, col(WebSession.expires_at) > at, col(WebSession.idle_until) > at
    )
    ordered = rows.order_by(col(WebSession.last_used_at).desc(), col(WebSession.id))
    return list(records.session.execute(ordered).scalars())


# --- Those that ask to be signed in --------------------------------------------------------------------------------


def ask(records: Records, request: SignInRequest) -> None:
    """Keeps it, and clears away what nobody confirmed in time."""
    records.session.execute(delete(SignInRequest).where(col(SignInRequest.expires_at) <= request.asked_at))
    records.add(request)


def waiting(records: Records, *, at: datetime) -> int:
    """How many browsers wait for a word just now."""
    rows = select(col(SignInRequest.id)).where(
        col(SignInRequest.state) == SignInState.ASKED, col(SignInRequest.expires_at) > at
    )
    return len(records.session.execute(rows).all())


def by_browser(records: Records, digest: str, *, at: datetime) -> SignInRequest | None:
    rows = select(SignInRequest).where(
        col(SignInRequest.browser_digest) == digest, col(SignInRequest.expires_at) > at
    )
    return records.session.execute(rows).scalars().first()


def by_code(records: Records, digest: str, *, at: datetime) -> SignInRequest | None:
    rows = select(SignInRequest).where(
        col(SignInRequest.code_digest) == digest, col(SignInRequest.expires_at) > at
    )
    return records.session.execute(rows).scalars().first()


def forget_requests_of(records: Records, person_id: str) -> None:
    """What this person was about to let in."""
    records.session.execute(delete(SignInRequest).where(col(SignInRequest.person_id) == person_id))


def claim(records: Records, request: SignInRequest, person_id: str) -> bool:
    """Makes it this person's to confirm; False when it is another's, even since a moment ago."""
    claimed = records.session.execute(
        update(SignInRequest)
        .where(
            col(SignInRequest.id) == request.id,
            or_(col(SignInRequest.person_id).is_(None), col(SignInRequest.person_id) == person_id),
        )
        .values(person_id=person_id)
    )
    return bool(claimed.rowcount == 1)  # type: ignore[attr-defined]
