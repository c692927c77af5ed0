"""公示: the frozen bundle of a result goes out, each time it is published as one more version."""

from collections.abc import Iterable
from datetime import datetime

from actions.exchange import hand_over_publication
from actions.field_cards import due_of
from inspection.calendar.beijing import beijing_day
from inspection.corrections import PublicationKind, WithdrawalCause
from inspection.departments import department_name
from inspection.publicity import Matter, Particulars, bundle, digest
from inspection.results import CATEGORIES
from inspection.schemes import DRAWN_KINDS, SchemeKind
from notifications.messages.results import FindingLine
from storage import publicity, results
from storage.store import Records
from storage.tables.inspections import Inspection, Publication
from storage.tables.registers import Person, Plan, RegisteredObject, Scheme


def _kind_of(scheme: Scheme, plan: Plan | None) -> str:
    """定向 or 不定向 for what was drawn. What was not drawn is called what it is: the national list of double-random
    results knows the two only, and an export to it leaves the others out (docs/outside-the-draw.md)."""
    if SchemeKind(scheme.kind) not in DRAWN_KINDS:
        return scheme.kind
    return plan.kind if plan else "directed"


def publish_result(
    records: Records,
    inspection: Inspection,
    lines: Iterable[FindingLine],
    *,
    reason: str = "",
    withdrawn_for: WithdrawalCause | None = None,
    by: Person,
    at: datetime,
) -> Publication:
    """Freezes the findings as the next version of what the public reads about this inspection, and hands it over to
    other platforms in the same transaction; `reason`, which is public, says why there is another one. One that is
    `withdrawn_for` a cause says nothing of what was found."""
    assert inspection.ended_at is not None
    lines = list(lines)
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = records.get(RegisteredObject, inspection.object_id)
    plan = records.find(Plan, scheme.plan_id) if scheme.plan_id else None
    last = results.newest_publication(records, inspection.id)
    version, due_day = last.version + 1 if last else 1, due_of(records, inspection)
    text = bundle(
        Particulars(
            plan_id=plan.id if plan else "",
            plan_name=plan.name if plan else "",
            task_id=scheme.id,
            task_name=scheme.name,
            kind=_kind_of(scheme, plan),
            departments=tuple(department_name(one) for one in scheme.departments),
            ended_on=beijing_day(inspection.ended_at),
            object_name=registered.name,
            credit_code=registered.credit_code,
            due=due_day,
            published_on=beijing_day(at),
            version=version,
            corrects=last.version if last else None,
            reason=reason,
            withdrawn_for=withdrawn_for.value if withdrawn_for else "",
            matters=[Matter(line.title, CATEGORIES[line.category].title) for line in lines if line.category],
        )
    )
    published = Publication(
        inspection_id=inspection.id,
        version=version,
        scheme_id=scheme.id,
        object_name=registered.name,
        credit_code=registered.credit_code,
        bundle=text,
        digest=digest(text),
        due=due_day,
        published_at=at,
        kind=_kind(version, withdrawn_for).value,
        reason=reason,
    )
    records.add(published)
    publicity.enter_result(records, published, department=scheme.departments[0], district=registered.district)
    records.journal(
        "publication.add", inspection.id, by=by.id, at=at, version=version, digest=published.digest
    )
    hand_over_publication(records, published, [_handed_over(line) for line in lines], at=at)
    return published


def _handed_over(line: FindingLine) -> dict[str, object]:
    """What another platform hears of one finding; no officer is named."""
    return {
        "item": line.item,
        "title": line.title,
        "department": line.department,
        "category": line.category.value if line.category else None,
        "category_title": CATEGORIES[line.category].title if line.category else None,
        "methods": list(line.methods),
        "follow_ups": list(line.follow_ups),
        "transfer_to": line.transfer_to,
        "words": line.words,
    }


def _kind(version: int, withdrawn_for: WithdrawalCause | None) -> PublicationKind:
    if withdrawn_for is not None:
        return PublicationKind.WITHDRAWAL
    return PublicationKind.RESULT if version == 1 else PublicationKind.CORRECTION
