"""数据交换: what is handed over to other platforms, frozen once, and how it proves where it comes from.

A delivery is `{"id", "kind", "subject", "version", "created_at", "data"}` as canonical JSON in UTF-8. Its id is made of
what it is about, so that the same event makes the same id again and a receiver knows a repeat. The signature is an
HMAC-SHA256 (RFC 2104) over time, id and body, so that a body can neither be changed nor be played again much later.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any


class DeliveryKind(StrEnum):
    """What is handed over."""

    RESULT = "result"
    """检查结果, item by item with what follows, for the platform and not for the public."""
    PUBLICITY = "publicity"
    """公示: the frozen bundle that the public reads, in the national shape."""
    CORRECTION = "correction"
    """更正: a later version of such a bundle."""
    TRANSFER = "transfer"
    """移送: a lead for the department that is competent."""
    PLAN = "plan"
    """年度抽查计划, one line of it."""
    STATISTICS = "statistics"
    """统计."""


class Healing(StrEnum):
    """What an answer means for the next try."""

    DONE = "done"
    LATER = "later"
    NEVER = "never"


FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_PATIENCE = timedelta(hours=24)
"""However long a platform asks us to wait."""
TRIES = 80
"""With these waits about three days: a platform that is down over a weekend is not given up."""
SIGNATURE_VERSION = "v1"
_HEALING = frozenset({408, 409, 425, 429})
"""Of 4xx those that another try may heal: too slow, in each other's way, too early, too many."""
_PLAIN = re.compile(r"[A-Za-z0-9._:/@-]+")


def delivery_id(kind: DeliveryKind, subject: str, version: int) -> str:
    """`publicity:S1.B1:1`; signs that no HTTP header carries are written as in an address."""
    return f"{kind}:{_plain(subject)}:{version}"


def _plain(text: str) -> str:
    return "".join(
        sign if _PLAIN.fullmatch(sign) else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in text
    )


def frozen_body(
    kind: DeliveryKind, subject: str, version: int, data: Mapping[str, Any], *, at: datetime
) -> bytes:
    """The bytes that are kept, hashed, signed and sent, and never written again."""
    content = {
        "id": delivery_id(kind, subject, version),
        "kind": kind.value,
        "subject": subject,
        "version": version,
        "created_at": iso(at),
        "data": data,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def iso(at: datetime) -> str:
    """A moment in UTC to the second, `2026-11-24T02:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(body: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(body).hexdigest()


def signature(secret: bytes, *, timestamp: int, id: str, body: bytes) -> str:
    """`v1=` and 64 hex digits, over `<timestamp>.<id>.<body>`; `timestamp` is in seconds since 1970. Digits end the
    first part and no id holds a brace, with which every body begins, so that the parts can't be read otherwise."""
    signed = f"{timestamp}.{id}.".encode() + body
    return f"{SIGNATURE_VERSION}={hmac.new(secret, signed, hashlib.sha256).hexdigest()}"


def signatures(secrets: Sequence[bytes], *, timestamp: int, id: str, body: bytes) -> str:
    """One for each secret, by blanks: while a secret is changed the old one and the new one both hold."""
    return " ".join(signature(one, timestamp=timestamp, id=id, body=body) for one in secrets)


def healing_of(status: int) -> Healing:
    """What an HTTP status means. A redirect is not followed: whoever moves says so to a person."""
    if 200 <= status < 300:
        return Healing.DONE
    if status >= 500 or status in _HEALING:
        return Healing.LATER
    return Healing.NEVER


def wait_after(attempts: int, asked_for: timedelta | None = None) -> timedelta:
    """How long after so many tries the next one is made: twice as long each time, and never sooner than asked for."""
    own = min(FIRST_WAIT * int(2 ** min(attempts - 1, 20)), LONGEST_WAIT)
    return max(own, min(asked_for, LONGEST_PATIENCE)) if asked_for is not None else own
