"""What stands on the card of a matter, and the list of a department's open ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from actions.matter_access import concerns
from inspection.follow_ups import FollowUpKind
from inspection.roles import Role
from notifications.buttons.matters import MatterKind
from notifications.messages.matters import (
    PAGE,
    CrimeCard,
    FollowUpCard,
    MatterLine,
    MatterList,
    TransferCard,
)
from storage import follow_ups
from storage.store import Records
from storage.tables.follow_ups import FollowUpMatter, SuspectedCrime
from storage.tables.inspections import Inspection, Transfer
from storage.tables.registers import InspectionItem, Person
from storage.veils import shown_object


def follow_up_card(records: Records, matter: FollowUpMatter) -> FollowUpCard:
    return FollowUpCard(
        **_about(records, matter.id, matter.inspection_id, matter.item_id),
        kind=FollowUpKind(matter.kind),
        state=matter.state,
        department=matter.department,
        words=matter.words,
        order_words=matter.order_words,
        due_at=_due(records, matter.id),
        is_immediate=matter.is_immediate,
        is_extended=matter.extended_at is not None,
        report_words=matter.report_words,
        outcome_words=matter.outcome_words,
        moved_at=matter.moved_at,
    )


def transfer_card(records: Records, transfer: Transfer, *, department: str) -> TransferCard:
    """As somebody of this department sees it."""
    return TransferCard(
        **_about(records, transfer.id, transfer.inspection_id, transfer.item_id),
        state=transfer.state,
        sender=transfer.from_department,
        receiver=transfer.to_department,
        is_receiver=department == transfer.to_department,
        summary=transfer.summary,
        due_at=_due(records, transfer.id),
        outcome=transfer.outcome,
        outcome_words=transfer.outcome_words,
        moved_at=transfer.moved_at or transfer.opened_at,
    )


def crime_card(records: Records, crime: SuspectedCrime, *, reader_id: str) -> CrimeCard:
    """As this person sees it: only who decides may decide. The title of the item says too much, so it is left out."""
    return CrimeCard(
        **(_about(records, crime.id, crime.inspection_id, "")),
        state=crime.state,
        department=crime.department,
        due_at=_due(records, crime.id),
        is_decider=reader_id == crime.decider_id,
        receipt=crime.receipt,
        is_copied=crime.copied_at is not None,
        moved_at=crime.moved_at,
    )


def lines_of(records: Records, reader: Person, *, only_open: bool = True, at: datetime) -> list[MatterLine]:
    """All that concerns this person, or what of it is open, what ends first on top. Liaisons and heads see what is
    their department's, an officer what came of the own findings and the crimes of the own group."""
    speaks = bool({Role.LIAISON, Role.HEAD} & set(reader.roles))
    department = reader.department
    matters = [
        one
        for one in follow_ups.matters_of_department(records, department, only_open=only_open)
        if _is_for(records, one.inspection_id, reader, speaks=speaks) or one.owner_id == reader.id
    ]
    handed = [
        one
        for one in follow_ups.transfers_of_department(records, department, only_open=only_open)
        if _is_for(records, one.inspection_id, reader, speaks=speaks)
    ]
    crimes = [
        one
        for one in follow_ups.crimes_of_department(records, department, only_open=only_open)
        if _is_for(records, one.inspection_id, reader, speaks=speaks) or reader.id in one.group
    ]
    ids = [*(one.id for one in matters), *(one.id for one in handed), *(one.id for one in crimes)]
    clocks = follow_ups.clocks_of(records, ids)
    lines = [
        *(matter_line(records, one, clocks, at) for one in matters),
        *(transfer_line(records, one, clocks, at) for one in handed),
        *(crime_line(records, one, clocks, at) for one in crimes),
    ]
    last = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(lines, key=lambda one: (one.due_at or last, one.id))


def _is_for(records: Records, inspection_id: str, reader: Person, *, speaks: bool) -> bool:
    return speaks and concerns(records, inspection_id, reader)


def matter_list(records: Records, reader: Person, page: int, *, at: datetime) -> MatterList:
    """One page of these; a page that is not there is the last one."""
    lines = lines_of(records, reader, at=at)
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 0), pages - 1)
    return MatterList(
        lines=tuple(lines[page * PAGE : (page + 1) * PAGE]),
        page=page,
        pages=pages,
        total=len(lines),
        overdue=sum(one.is_overdue for one in lines),
    )


def matter_line(
    records: Records, matter: FollowUpMatter, clocks: dict[str, datetime], at: datetime
) -> MatterLine:
    names = (f"follow_up_kind_{matter.kind}", f"follow_up_state_{matter.state}")
    return _line(records, MatterKind.FOLLOW_UP, matter.id, matter.inspection_id, names, clocks, at)


def transfer_line(
    records: Records, transfer: Transfer, clocks: dict[str, datetime], at: datetime
) -> MatterLine:
    names = ("matter_kind_transfer", f"transfer_state_{transfer.state}")
    return _line(records, MatterKind.TRANSFER, transfer.id, transfer.inspection_id, names, clocks, at)


def crime_line(
    records: Records, crime: SuspectedCrime, clocks: dict[str, datetime], at: datetime
) -> MatterLine:
    names = ("matter_kind_crime", f"crime_state_{crime.state}")
    return _line(records, MatterKind.CRIME, crime.id, crime.inspection_id, names, clocks, at)


def _line(
    records: Records,
    kind: MatterKind,
    id: str,
    inspection_id: str,
    names: Iterable[str],
    clocks: dict[str, datetime],
    at: datetime,
) -> MatterLine:
    what, state = names
    due_at = clocks.get(id)
    registered = shown_object(records, records.get(Inspection, inspection_id))
    return MatterLine(
        kind=kind,
        id=id,
        object=registered.name,
        what=what,
        state=state,
        due_at=due_at,
        is_overdue=due_at is not None and due_at < at,
    )


def _about(records: Records, id: str, inspection_id: str, item_id: str) -> dict[str, Any]:
    inspection = records.get(Inspection, inspection_id)
    item = records.find(InspectionItem, item_id) if item_id else None
    return {
        "id": id,
        "inspection": inspection_id,
        "object": shown_object(records, inspection).name,
        "title": item.title if item else "",
    }


def _due(records: Records, subject: str) -> datetime | None:
    return follow_ups.clocks_of(records, [subject]).get(subject)
