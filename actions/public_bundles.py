"""公示 of all that is no result: whatever differs from its last bundle becomes the next version of it.

It is looked for and not announced by each action: a list that changes by a draw, a redraw, an object that is gone or a
load of registers is caught by one rule, and what was missed while nothing ran is caught at the start.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inspection.calendar.beijing import beijing_day
from inspection.open_data import (
    ITEM_LIST_SUBJECT,
    BundleKind,
    DrawFacts,
    Drawn,
    Item,
    PlanFacts,
    TaskFacts,
    draw_content,
    item_list_content,
    plan_content,
    stamp_of,
    task_content,
    versioned,
)
from inspection.public_draws import DRAW_FILES, is_list_public
from inspection.publicity import digest
from inspection.states import SchemeState
from storage import public, publicity
from storage.store import Records
from storage.tables.inspections import DrawRecord
from storage.tables.publicity import PublicBundle
from storage.tables.registers import InspectionItem, Plan, Scheme
from storage.veils import is_veiled

_OVER = (SchemeState.FINISHED, SchemeState.VOIDED)
_MARK_OF_OVER = "over:"
FROZEN = "public_bundle.add"
"""What the journal says of each bundle, with its kind and digest."""


@dataclass(frozen=True)
class Change:
    """What differs from its last bundle, and which version it becomes."""

    kind: BundleKind
    subject: str
    content: Mapping[str, Any]
    stamp: str
    version: int


def has_news(records: Records) -> bool:
    """Whether there is anything to freeze: a look that takes no turn to write."""
    return next(_changes(records), None) is not None


def publish_bundles(records: Records, *, at: datetime) -> int:
    """Freezes a version of each public thing that is new or has changed; gives how many there were."""
    changes = list(_changes(records))
    for one in changes:
        freeze(records, one, at=at)
    return len(changes)


def freeze(records: Records, change: Change, *, at: datetime) -> None:
    """Makes it public; the signer comes round by himself."""
    kind, version = change.kind, change.version
    text = versioned(kind, change.content, version=version, published_on=beijing_day(at))
    row = PublicBundle(
        kind=kind.value,
        subject=change.subject,
        version=version,
        bundle=text,
        digest=digest(text),
        stamp=change.stamp,
        published_at=at,
    )
    records.add(row)
    facts = {"kind": kind.value, "version": version, "digest": row.digest}
    records.journal(FROZEN, change.subject, by=None, at=at, **facts)


def _changes(records: Records) -> Iterator[Change]:
    """Everything public is put together and compared; a draw before the list that names it."""
    items = _item_list(records)
    if items is not None:
        yield from _differing(records, BundleKind.ITEM_LIST, ITEM_LIST_SUBJECT, items)
    titles = public.item_titles(records)
    for plan in public.plans(records):
        yield from _differing(records, BundleKind.PLAN, plan.id, plan_content(_plan_facts(plan, titles)))
    for scheme_id in _unsettled(records):
        announced = public.announced_scheme(records, scheme_id)
        if announced is not None:
            scheme, draws = announced
            for draw in draws:
                content = draw_content(draw_facts(scheme, draw))
                yield from _differing(records, BundleKind.DRAW_RECORD, draw.id, content)
            task = _task(records, scheme, draws, titles)
            yield from _differing(records, BundleKind.TASK, scheme.id, task, mark=_mark(scheme))


def _differing(
    records: Records, kind: BundleKind, subject: str, content: Mapping[str, Any], *, mark: str = ""
) -> Iterator[Change]:
    newest, stamp = publicity.newest_bundle(records, kind, subject), mark + stamp_of(content)
    if newest is None or newest.stamp != stamp:
        yield Change(kind, subject, content, stamp, newest.version + 1 if newest else 1)


def _unsettled(records: Records) -> list[str]:
    """Schemes whose public lists may have changed since they were frozen: all but those that were seen over."""
    frozen = publicity.stamps(records, BundleKind.TASK)
    return [
        id
        for id, state in public.announced_scheme_states(records)
        if state not in _OVER or not frozen.get(id, (0, ""))[1].startswith(_MARK_OF_OVER)
    ]


def _item_list(records: Records) -> dict[str, Any] | None:
    items = public.items(records)
    return item_list_content([item_facts(one) for one in items]) if items else None


def item_facts(item: InspectionItem) -> Item:
    """What of an item is public: all of it."""
    return Item(
        id=item.id,
        field=item.field,
        title=item.title,
        kind=item.kind,
        department=item.department,
        joining=item.joining,
        object_kind=item.object_kind,
        basis=item.basis,
        content=item.content,
        methods=item.methods,
        ratio=item.ratio,
        frequency=item.frequency,
        level=item.level,
        qualification=item.qualification,
        version=item.version,
        effective_from=item.effective_from,
    )


def _plan_facts(plan: Plan, titles: Mapping[str, str]) -> PlanFacts:
    return PlanFacts(
        id=plan.id,
        name=plan.name,
        year=plan.year,
        kind=plan.kind,
        lead=plan.lead_department,
        joining=plan.joining,
        items=[titles.get(one, one) for one in plan.items],
        object_range=plan.object_range,
        ratio=plan.ratio,
        frequency=plan.frequency,
        about_count=plan.about_count,
        level=plan.level,
        first_day=plan.first_day,
        last_day=plan.last_day,
        document_number=plan.document_number,
    )


def _mark(scheme: Scheme) -> str:
    """What is over stays as it is, and is not looked at again: its newest bundle says that it was over."""
    return _MARK_OF_OVER if scheme.state in _OVER else ""


def _task(
    records: Records, scheme: Scheme, draws: list[DrawRecord], titles: Mapping[str, str]
) -> dict[str, Any]:
    plan = records.find(Plan, scheme.plan_id) if scheme.plan_id else None
    drawn = public.drawn_objects(records, scheme.id)
    is_public = is_list_public(scheme.state, by_scheme=scheme.is_list_public, is_veiled=is_veiled(scheme))
    return task_content(
        TaskFacts(
            id=scheme.id,
            name=scheme.name,
            plan_id=plan.id if plan else "",
            plan_name=plan.name if plan else "",
            kind=plan.kind if plan else "directed",
            departments=scheme.departments,
            items=[titles.get(one, one) for one in scheme.items],
            first_day=scheme.first_day,
            last_day=scheme.last_day,
            is_list_public=is_public,
            withheld_reason=scheme.list_withheld_basis,
            drawn=[Drawn(one.name, one.credit_code, one.district, one.stratum) for one in drawn]
            if is_public
            else (),
            drawn_number=len(drawn),
            draws=[one.id for one in draws],
        )
    )


def draw_facts(scheme: Scheme, draw: DrawRecord) -> DrawFacts:
    """The files that may be had now with their digests; of a transcript that waits only the digest."""
    is_public = is_list_public(scheme.state, by_scheme=scheme.is_list_public, is_veiled=is_veiled(scheme))
    texts = {name: getattr(draw, column) for name, (column, _) in DRAW_FILES.items()}
    transcript = texts["transcript.json"]
    if not is_public:
        texts["transcript.json"] = None
    return DrawFacts(
        id=draw.id,
        task_id=scheme.id,
        task_name=scheme.name,
        announced_at=draw.announced_at,
        drawn_at=draw.drawn_at,
        voided_at=draw.voided_at,
        void_reason=draw.void_reason,
        files=[(name, len(text.encode()), digest(text)) for name, text in texts.items() if text is not None],
        withheld=digest(transcript) if transcript is not None and not is_public else "",
    )
