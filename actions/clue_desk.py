"""What the department does with its clues on the desk: sees which of them belong together, completes one, merges two,
and makes of an unregistered place an object of the register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.clues import NewClue, own_clue, require_registering
from inspection.calendar.beijing import beijing_day
from inspection.clues import UNREGISTERED, ClueSource, Cluster, Hint, Threshold, clusters
from inspection.departments import is_within
from inspection.refusals import Incomplete, NotYours, Unacceptable
from inspection.registration.credit_code import credit_code_flaw
from inspection.registration.words import KINDS_WITH_A_CREDIT_CODE
from inspection.roles import Role
from inspection.states import ClueState
from inspection.words import clean_words
from storage import approvals, clues, settings
from storage.store import Records
from storage.tables.clues import Clue
from storage.tables.registers import Person, RegisteredObject

_DAYS, _OBJECTS = "clue_threshold_days", "clue_threshold_objects"
MOST_DAYS, MOST_OBJECTS = 366, 1000
NAME_LIMIT = 100


def threshold(records: Records) -> Threshold:
    """When clues are called a widespread problem here; as the program has it until an installation says otherwise."""
    days, objects = settings.value(records, _DAYS), settings.value(records, _OBJECTS)
    standing = Threshold()
    return Threshold(
        days=int(days) if days else standing.days, objects=int(objects) if objects else standing.objects
    )


def set_threshold(records: Records, *, days: int, objects: int, by: Person | None, at: datetime) -> Threshold:
    """Sets it; refuses numbers that mean nothing."""
    if not (1 <= days <= MOST_DAYS and 2 <= objects <= MOST_OBJECTS):
        raise Unacceptable("clue_threshold", days=MOST_DAYS, objects=MOST_OBJECTS)
    settings.keep(records, {_DAYS: str(days), _OBJECTS: str(objects)})
    records.journal("clue.threshold", "clues", by=by.id if by else None, at=at, days=days, objects=objects)
    return Threshold(days, objects)


def clue_of_form(fields: Mapping[str, str]) -> NewClue:
    """What was typed on the page; refuses a source and a day that can't be read."""
    source = fields.get("source", "")
    if source not in set(ClueSource):
        raise Unacceptable("clue_source_needed")
    try:
        received = datetime.fromisoformat(fields.get("received_on", "")).date()
    except ValueError as fault:
        raise Unacceptable("clue_day_unreadable", value=fields.get("received_on", "")[:30]) from fault
    return NewClue(
        source=ClueSource(source),
        received_on=received,
        items=tuple(one for one in fields.get("items", "").split("、") if one),
        words=fields.get("words", ""),
        object_id=fields.get("object_id", ""),
        place=fields.get("place", ""),
        district=fields.get("district", ""),
        reference=fields.get("reference", ""),
        sent_by=fields.get("sent_by", ""),
        checklist_id=fields.get("checklist_id", ""),
        is_urgent=fields.get("is_urgent") == "1",
    )


@dataclass(frozen=True)
class ShownCluster:
    """Clues that belong together, with the words for them."""

    cluster: Cluster
    item: str
    waiting: Sequence[str]
    """Those of them that nobody has decided yet: a special check may take them up."""


def clusters_of(records: Records, person: Person, *, at: datetime) -> list[ShownCluster]:
    """The clues of the department in the last days by item and industry, largest first; single ones are left out."""
    require_registering(person)
    today, limit = beijing_day(at), threshold(records)
    since = today - timedelta(days=limit.days)
    found = [
        one
        for one in clues.of_department(records, person.department, since=since)
        if is_within(one[0].district, person.district)
    ]
    hints = [
        Hint(
            clue.id,
            item,
            registered.industry if registered else "",
            clue.object_id or clue.place,
            clue.received_on,
        )
        for clue, registered in found
        if clue.state not in (ClueState.MERGED, ClueState.REFUSED)
        for item in clue.items
    ]
    waiting = {clue.id for clue, _registered in found if clue.state is ClueState.RECEIVED}
    made = [one for one in clusters(hints, limit, today=today) if len(one.clues) > 1]
    titles = {one.id: one.title for one in approvals.items_by_id(records, [one.item for one in made])}
    return [
        ShownCluster(one, titles.get(one.item, one.item), [id for id in one.clues if id in waiting])
        for one in made
    ]


def choose_checklist(records: Records, clue_id: str, checklist_id: str, *, by: Person, at: datetime) -> Clue:
    """Says what is asked on site, while nobody has decided."""
    clue = own_clue(records, clue_id, by=by)
    clue = records.lock(Clue, clue.id)
    if clue.state is not ClueState.RECEIVED:
        raise Unacceptable("clue_decided", clue=clue.id)
    if checklist_id not in {id for id, _title in approvals.checklist_titles(records)}:
        raise Unacceptable("clue_checklist_unknown", value=checklist_id)
    clue.checklist_id = checklist_id
    records.journal("clue.checklist", clue.id, by=by.id, at=at, checklist=checklist_id)
    return clue


def register_place(
    records: Records, object_id: str, *, name: str, kind: str, credit_code: str, by: Person, at: datetime
) -> RegisteredObject:
    """What was registered nowhere has got its licence: from now on it is an object like any other, with its history."""
    if not {Role.LIAISON, Role.OPERATOR}.intersection(by.roles):
        raise NotYours("clues_not_yours")
    registered = records.lock(RegisteredObject, object_id)
    if registered.kind != UNREGISTERED or not clues.of_object(records, object_id, by.department):
        raise NotYours("clues_not_yours")
    if kind not in KINDS_WITH_A_CREDIT_CODE:
        raise Incomplete("place_kind_needed")
    flaw = credit_code_flaw(credit_code.strip().upper())
    if flaw:
        raise Unacceptable("place_code_wrong", value=credit_code)
    registered.name = clean_words(name, NAME_LIMIT)
    registered.kind, registered.credit_code, registered.yearly_cap = kind, credit_code.strip().upper(), 2
    records.journal("object.registered", object_id, by=by.id, at=at, kind=kind)
    return registered
