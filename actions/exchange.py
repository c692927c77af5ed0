"""数据交换: what is handed over is written with the deed itself; sending it is somebody else's work."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from actions.rights import is_allowed
from actions.telling import tell
from inspection.exchange import (
    TRIES,
    DeliveryKind,
    Healing,
    delivery_id,
    digest,
    frozen_body,
    iso,
    wait_after,
)
from inspection.refusals import NotFound, NotYours, Unacceptable
from inspection.rights import Deed
from inspection.roles import Role
from inspection.states import DELIVERY, DeliveryState, DeliveryStep
from notifications.messages.exchange import DeliveryDead
from storage import exchange, people
from storage.store import Records
from storage.tables.exchange import Delivery, ExchangeTarget
from storage.tables.inspections import Publication, Transfer
from storage.tables.planning import PlanVersion
from storage.tables.registers import Person, Scheme

ANSWER_LIMIT = 300
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


# --- Writing -------------------------------------------------------------------------------------------------------


def hand_over(
    records: Records, kind: DeliveryKind, subject: str, version: int, data: Mapping[str, Any], *, at: datetime
) -> int:
    """Freezes `data` (plain JSON values) for every platform that wants this kind, in the transaction of the deed, and
    gives for how many. The same subject in the same version is handed over once."""
    targets = exchange.targets_for(records, kind)
    if not targets:
        return 0
    id, body = delivery_id(kind, subject, version), frozen_body(kind, subject, version, data, at=at)
    frozen = {"id": id, "kind": kind.value, "subject": subject, "version": version, "body": body}
    written = exchange.write(
        records,
        [
            {**frozen, "target": one.name, "sha256": digest(body), "created_at": at, "next_try_at": at}
            for one in targets
        ],
    )
    if written:
        names = [one.name for one in targets]
        records.journal("delivery.write", id, by=None, at=at, targets=names, sha256=digest(body))
    return written


def hand_over_publication(
    records: Records, published: Publication, findings: Sequence[Mapping[str, Any]], *, at: datetime
) -> None:
    """The result with its findings for the platform, and the bundle for the public as it was frozen; a later version
    of the bundle is a correction. `kind` is the scheme's: only what was drawn (`random`, `special`) belongs on the
    national list of double-random results."""
    about = {
        "inspection": published.inspection_id,
        "scheme": published.scheme_id,
        "kind": records.get(Scheme, published.scheme_id).kind,
        "object_name": published.object_name,
        "credit_code": published.credit_code,
        "publicity_due": published.due.isoformat(),
        "published_at": iso(published.published_at),
    }
    subject, version = published.inspection_id, published.version
    hand_over(records, DeliveryKind.RESULT, subject, version, {**about, "findings": list(findings)}, at=at)
    kind = DeliveryKind.PUBLICITY if version == 1 else DeliveryKind.CORRECTION
    public = {**about, "bundle": published.bundle, "bundle_sha256": published.digest}
    hand_over(records, kind, subject, version, public, at=at)


def hand_over_transfer(records: Records, transfer: Transfer, *, at: datetime) -> None:
    """A lead for the department that is competent."""
    data = {
        "inspection": transfer.inspection_id,
        "item": transfer.item_id,
        "from_department": transfer.from_department,
        "to_department": transfer.to_department,
        "summary": transfer.summary,
        "opened_at": iso(transfer.opened_at),
    }
    hand_over(records, DeliveryKind.TRANSFER, transfer.id, 1, data, at=at)


def hand_over_plan(records: Records, version: PlanVersion, *, at: datetime) -> None:
    """A line of a year's plan as it came out, or as it was amended and why."""
    data = {"plan": version.plan_id, "year": version.year, "change": version.change, "reason": version.reason}
    line = {"line": version.line}
    hand_over(records, DeliveryKind.PLAN, version.plan_id, version.version, {**data, **line}, at=at)


# --- How it went ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attempt:
    """One try: `status` is HTTP's, None where no answer came; `answer` is the beginning of what was said, or why
    nothing was."""

    healing: Healing
    status: int | None
    answer: str
    retry_after: timedelta | None = None


def note_attempt(records: Records, number: int, attempt: Attempt, *, at: datetime) -> None:
    """Writes down how a try went: it has arrived, is tried again later, or is dead, which the administrators hear."""
    delivery = records.lock(Delivery, number)
    delivery.last_status = attempt.status
    delivery.last_answer = attempt.answer.replace("\0", "")[:ANSWER_LIMIT]
    delivery.claimed_until = None
    if delivery.state is not DeliveryState.PENDING:  # the platform has said meanwhile that it has it
        return
    if attempt.healing is Healing.DONE:
        _move(records, delivery, DeliveryStep.SEND, at=at, status=attempt.status)
    elif attempt.healing is Healing.LATER and delivery.attempts < TRIES:
        delivery.next_try_at = at + wait_after(delivery.attempts, attempt.retry_after)
    else:
        _move(records, delivery, DeliveryStep.GIVE_UP, at=at, status=attempt.status)
        _tell_dead(records, delivery, at=at)


def acknowledge_delivery(records: Records, target: str, id: str, *, token: str, at: datetime) -> Delivery:
    """The platform says itself that it has it; once more changes nothing."""
    found = exchange.of_target(records, target, id)
    if found is None:
        raise NotFound
    delivery = records.lock(Delivery, found.number)
    if delivery.state is not DeliveryState.SENT:
        delivery.claimed_until = None
        _move(records, delivery, DeliveryStep.SEND, at=at, token=token)
    return delivery


def _move(
    records: Records, delivery: Delivery, step: DeliveryStep, *, at: datetime, **details: object
) -> None:
    records.move(DELIVERY, delivery, step, by=None, at=at, id=delivery.id, target=delivery.target, **details)
    delivery.settled_at = at


def _tell_dead(records: Records, delivery: Delivery, *, at: datetime) -> None:
    """Told once: while a target has dead deliveries, further ones only stand on the page."""
    assert delivery.number is not None
    if exchange.has_dead(records, delivery.target, besides=delivery.number):
        return
    message = DeliveryDead(
        target=delivery.target,
        kind=DeliveryKind(delivery.kind),
        subject=delivery.subject,
        number=delivery.number,
        tries=delivery.attempts,
        reason=delivery.last_answer,
    )
    for admin in people.with_role(records, Role.ADMIN):
        key = f"delivery_dead:{delivery.number}:{at.isoformat()}:{admin.id}"
        tell(records, admin.id, message, key=key, at=at)


# --- What people do ------------------------------------------------------------------------------------------------


def may_see_exchange(person: Person) -> bool:
    """Administrators, and the joint office: liaison and operators of the department that leads the platform."""
    return is_allowed(Deed.SEE_EXCHANGE, person)


def resend_delivery(records: Records, number: int, *, by: Person | None, at: datetime) -> Delivery:
    """Sends it again now, with all its tries: a dead one, one that has arrived and that the platform has lost, or one
    that waits for its next try. The bytes and the id are the same. `by` is None at the terminal."""
    if by is not None and not may_see_exchange(by):
        raise NotYours
    delivery = records.lock(Delivery, number)
    actor = by.id if by else None
    if delivery.state is DeliveryState.PENDING:
        records.journal("delivery.hurry", str(number), by=actor, at=at, id=delivery.id)
    else:
        records.move(DELIVERY, delivery, DeliveryStep.RESEND, by=actor, at=at, id=delivery.id)
        delivery.settled_at = None
    delivery.attempts, delivery.next_try_at = 0, at
    return delivery


def set_target(
    records: Records,
    name: str,
    url: str,
    *,
    kinds: Sequence[str] = (),
    secret_from: str = "",
    is_internal: bool = False,
    at: datetime,
) -> ExchangeTarget:
    """Adds a platform, or changes it. Without `url` it comes and fetches. Raises `Unacceptable` where it could not be
    sent to."""
    _check_target(name, url, kinds, secret_from, is_internal)
    target = records.find(ExchangeTarget, name)
    if target is None:
        target = ExchangeTarget(name=name, changed_at=at)
        records.add(target)
    target.url, target.kinds, target.secret_from = url, list(kinds), secret_from
    target.is_internal, target.is_active, target.changed_at = is_internal, True, at
    records.journal("target.set", name, by=None, at=at, host=urlsplit(url).netloc, kinds=list(kinds))
    return target


def stop_target(records: Records, name: str, *, at: datetime) -> None:
    """Nothing more is written for it and nothing sent; what waits stays."""
    target = records.lock(ExchangeTarget, name)
    target.is_active, target.changed_at = False, at
    records.journal("target.stop", name, by=None, at=at)


def _check_target(name: str, url: str, kinds: Sequence[str], secret_from: str, is_internal: bool) -> None:
    if not _NAME.fullmatch(name):
        raise Unacceptable("target_name", value=name)
    unknown = [one for one in kinds if one not in list(DeliveryKind)]
    if unknown:
        raise Unacceptable("target_kind", value=unknown[0], kinds=", ".join(DeliveryKind))
    if not url:
        return
    if not _is_address(url, ("https", "http") if is_internal else ("https",)):
        raise Unacceptable("target_url", value=url)
    if not secret_from.startswith(("file:", "env:")) or not secret_from.partition(":")[2]:
        raise Unacceptable("target_secret")


def _is_address(url: str, schemes: Sequence[str]) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname) and parts.username is None and not parts.fragment
