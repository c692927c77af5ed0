"""线索 (博州政办发〔2019〕33号, 二㈢5): registered by a liaison or an operator, decided by the head at once.

An approved one opens an individual case: the object is given and not drawn, and the visit takes no room under the
yearly cap."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from actions.deadline_parties import Matter
from actions.deadlines import counted_end, end_deadline, start_deadline
from actions.naming import VisitTakenIn, take_in
from actions.numbering import next_clue_id, next_scheme_id
from actions.rights import found, is_allowed, require
from actions.telling import tell
from inspection.calendar.beijing import beijing_day
from inspection.clues import EXEMPTION_OF, UNREGISTERED, ClueSource
from inspection.deadlines.rules import RuleName
from inspection.departments import is_within, level_of
from inspection.naming import Origin
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, Unacceptable
from inspection.rights import Deed
from inspection.roles import Role
from inspection.schemes import SchemeKind
from inspection.states import CLUE, SCHEME, ClueState, ClueStep, DeadlineStep, SchemeState, SchemeStep
from inspection.words import clean_words
from notifications.catalogue import LANGUAGES, label
from notifications.messages.clues import ClueDecided, ClueReceived
from storage import approvals, clues, deadlines, people
from storage.store import Records
from storage.tables.clues import Clue
from storage.tables.registers import InspectionItem, Person, RegisteredObject, Scheme

WORDS_LIMIT = 1000
REFERENCE_LIMIT = 60
PLACE_LIMIT = 120
_OFFICE = LANGUAGES[0]
"""Names that stand in the record are in the language of the office."""
_DONE = {
    ClueState.APPROVED: "done_approved_clue",
    ClueState.UNDER_WAY: "done_approved_clue",
    ClueState.CLOSED: "done_approved_clue",
    ClueState.REFUSED: "done_refused_clue",
}


@dataclass(frozen=True)
class NewClue:
    """What somebody registers. Either `object_id` or `place` is given; who complained is not asked for."""

    source: ClueSource
    received_on: date
    items: tuple[str, ...]
    words: str
    object_id: str = ""
    place: str = ""
    district: str = ""
    reference: str = ""
    sent_by: str = ""
    checklist_id: str = ""
    is_urgent: bool = True


def require_registering(person: Person) -> None:
    """Liaisons, operators and heads register clues for their own department, and read them."""
    require(Deed.READ_CLUES, person)


def own_clue(records: Records, clue_id: str, *, by: Person) -> Clue:
    """A clue of the person's department; those of others are refused like none at all."""
    clue = found(records, Clue, clue_id, Deed.READ_CLUES)
    require(Deed.READ_CLUES, by, of=clue.department, in_=clue.district)
    return clue


def open_clues(
    records: Records, states: Collection[ClueState], *, reader: Person
) -> list[tuple[Clue, RegisteredObject | None]]:
    """The clues of the person's department in these states, of the own level and below, the newest first."""
    require_registering(reader)
    found = clues.open_of(records, reader.department, states)
    return [one for one in found if is_within(one[0].district, reader.district)]


def register_clue(records: Records, new: NewClue, *, by: Person, at: datetime) -> Clue:
    """Keeps it and puts it before the head of the department, whose clock starts."""
    require_registering(by)
    return keep_clue(records, new, by.department, by=by, at=at)


def keep_clue(records: Records, new: NewClue, department: str, *, by: Person | None, at: datetime) -> Clue:
    """The same for a list, where `by` is None. Refuses an unknown or gone object, an item that is not the department's,
    a day to come, and a department without a head."""
    new = _cleaned(new)
    registered = _object_of(records, new)
    _refuse_items(records, new.items, department)
    if new.received_on > beijing_day(at):
        raise Unacceptable("clue_day_to_come", day=new.received_on)
    district = registered.district if registered else new.district or (by.district if by else "")
    head = people.nearest_head(records, department, district)
    if head is None:
        raise Incomplete("no_head", department=department)
    clue = Clue(
        id=next_clue_id(records, at=at),
        source=new.source.value,
        reference=new.reference,
        received_on=new.received_on,
        sent_by=new.sent_by,
        department=department,
        object_id=registered.id if registered else None,
        place="" if registered else new.place,
        district=district,
        items=list(new.items),
        checklist_id=new.checklist_id or clues.checklist_of_items(records, new.items),
        words=new.words,
        is_urgent=new.is_urgent,
        state=ClueState.RECEIVED,
        registered_at=at,
        registered_by=by.id if by else None,
    )
    records.add(clue)
    records.journal("clue.register", clue.id, by=clue.registered_by, at=at, source=clue.source)
    _ask_head(records, clue, head, at=at)
    return clue


def approve_clue(records: Records, clue_id: str, *, by: Person, at: datetime) -> Scheme:
    """The head has it looked into at once: a case is opened for the one object, exempt from the yearly cap. Refuses
    anybody else, a second decision, and a clue without a checklist."""
    clue = _to_decide(records, clue_id, by)
    if not clue.checklist_id:
        raise Incomplete("clue_checklist_needed", clue=clue.id)
    records.move(CLUE, clue, ClueStep.APPROVE, by=by.id, at=at)
    clue.decided_at, clue.decided_by = at, by.id
    end_deadline(records, RuleName.CLUE_DECISION, clue.id, at=at, by=by)
    scheme = _open_case(records, clue, by=by, at=at)
    clue.scheme_id = scheme.id
    records.session.flush()
    registered = object_of_case(records, clue, by=by, at=at)
    take_in(
        records,
        scheme.id,
        [VisitTakenIn(registered.id, {})],
        origin=Origin.NAMED,
        reason=scheme.temporary_reason,
        chosen_at=at,
        may_be_open=True,
        by=by,
        at=at,
    )
    records.move(CLUE, clue, ClueStep.OPEN, by=by.id, at=at, scheme=scheme.id)
    _tell_decision(records, clue, by=by, at=at)
    return scheme


def refuse_clue(records: Records, clue_id: str, words: str, *, by: Person, at: datetime) -> Clue:
    """The head has it not looked into, with a reason that the department reads."""
    clue = _to_decide(records, clue_id, by)
    if not words.strip():
        raise Incomplete("words_needed")
    records.move(CLUE, clue, ClueStep.REFUSE, by=by.id, at=at)
    clue.decided_at, clue.decided_by = at, by.id
    clue.decision_words = clean_words(words, WORDS_LIMIT)
    end_deadline(records, RuleName.CLUE_DECISION, clue.id, at=at, by=by)
    _tell_decision(records, clue, by=by, at=at)
    return clue


def merge_clue(records: Records, clue_id: str, into_id: str, *, by: Person, at: datetime) -> Clue:
    """The same matter came twice: the later one is kept with the other, which goes on. Refuses another object."""
    own_clue(records, clue_id, by=by)
    into = own_clue(records, into_id, by=by)
    clue = records.lock(Clue, clue_id)
    if clue.id == into.id or into.state in (ClueState.MERGED, ClueState.REFUSED):
        raise Unacceptable("clue_merge_target", clue=into_id)
    if (clue.object_id, clue.place) != (into.object_id, into.place):
        raise Unacceptable("clue_merge_object", clue=into_id)
    records.move(CLUE, clue, ClueStep.MERGE, by=by.id, at=at, into=into.id)
    clue.merged_into, clue.closed_at = into.id, at
    end_deadline(records, RuleName.CLUE_DECISION, clue.id, DeadlineStep.CANCEL, at=at, by=by)
    return clue


def refuse_deciding_clue(records: Records, clue_id: str, *, by: Person) -> Clue:
    """The same refusals as a decision, before anybody is asked for words."""
    return _to_decide(records, clue_id, by)


def clue_card(records: Records, clue: Clue, reader: Person) -> ClueReceived:
    """What the head is asked, and what the department reads of it."""
    clock = deadlines.running(records, RuleName.CLUE_DECISION, clue.id)
    return ClueReceived(
        clue=clue.id,
        state=clue.state.value,
        source=clue.source,
        reference=clue.reference,
        received_on=clue.received_on,
        sent_by=clue.sent_by,
        object=object_of_clue(records, clue),
        is_registered=clue.object_id is not None,
        district=clue.district,
        items=tuple(one.title for one in approvals.items_by_id(records, clue.items)),
        is_urgent=clue.is_urgent,
        decide_by=clock.due_at if clock else None,
        others=clues.others_at(records, clue),
        may_decide=is_allowed(Deed.DECIDE_CLUE, reader, of=clue.department, in_=clue.district),
    )


def decided_card(records: Records, clue: Clue, reader: Person, *, at: datetime) -> ClueDecided:
    """How it was decided."""
    return ClueDecided(
        clue=clue.id,
        object=object_of_clue(records, clue),
        is_approved=clue.state is not ClueState.REFUSED,
        scheme=clue.scheme_id or "",
        words=clue.decision_words,
        exemption=EXEMPTION_OF[ClueSource(clue.source)].value,
        is_mine=clue.decided_by == reader.id,
        at=clue.decided_at or at,
    )


def object_of_clue(records: Records, clue: Clue) -> str:
    """The name of the object, or the place that is registered nowhere."""
    return records.get(RegisteredObject, clue.object_id).name if clue.object_id else clue.place


# --- Together --------------------------------------------------------------------------------------------------------


def _cleaned(new: NewClue) -> NewClue:
    if bool(new.object_id) == bool(new.place.strip()):
        raise Incomplete("clue_object_or_place")
    if not new.items:
        raise Incomplete("clue_item_needed")
    return replace(
        new,
        words=clean_words(new.words, WORDS_LIMIT),
        place=clean_words(new.place, PLACE_LIMIT) if new.place.strip() else "",
        reference=clean_words(new.reference, REFERENCE_LIMIT) if new.reference.strip() else "",
        sent_by=clean_words(new.sent_by, REFERENCE_LIMIT) if new.sent_by.strip() else "",
    )


def _object_of(records: Records, new: NewClue) -> RegisteredObject | None:
    if not new.object_id:
        return None
    registered = records.find(RegisteredObject, new.object_id)
    if registered is None:
        raise Unacceptable("clue_object_unknown", value=new.object_id)
    return registered


def _refuse_items(records: Records, items: Sequence[str], department: str) -> None:
    known = {one.id: one for one in approvals.items_by_id(records, list(items))}
    for id in items:
        item = known.get(id)
        if item is None or not item.is_active or item.department != department:
            raise Unacceptable("clue_item_not_yours", value=id)


def _ask_head(records: Records, clue: Clue, head: Person, *, at: datetime) -> None:
    matter = Matter(department=clue.department, district=clue.district, asked_id=head.id)
    start_deadline(records, RuleName.CLUE_DECISION, clue.id, matter=matter, at=at)
    key = f"clue:{clue.id}:{at.isoformat()}"
    tell(records, head.id, clue_card(records, clue, head), key=key, at=at)


def _to_decide(records: Records, clue_id: str, by: Person) -> Clue:
    clue = found(records, Clue, clue_id, Deed.DECIDE_CLUE)
    require(Deed.DECIDE_CLUE, by, of=clue.department, in_=clue.district)
    clue = records.lock(Clue, clue_id)
    if clue.state in _DONE and clue.decided_at is not None:
        raise AlreadyDone(what=_DONE[clue.state], done_at=clue.decided_at)
    if clue.state is not ClueState.RECEIVED:
        raise IllegalStep
    return clue


def _tell_decision(records: Records, clue: Clue, *, by: Person, at: datetime) -> None:
    """The operators, who see to what follows, and whoever registered it."""
    operators = people.nearest(records, Role.OPERATOR, clue.department, clue.district)
    registrar = records.find(Person, clue.registered_by) if clue.registered_by else None
    readers = {one.id: one for one in (*operators, *((registrar,) if registrar else ()))}
    for reader in readers.values():
        if reader.id != by.id:
            message = decided_card(records, clue, reader, at=at)
            key = f"clue_decided:{clue.id}:{at.isoformat()}:{reader.id}"
            tell(records, reader.id, message, key=key, at=at)


# --- The case --------------------------------------------------------------------------------------------------------


def _open_case(records: Records, clue: Clue, *, by: Person, at: datetime) -> Scheme:
    """个案检查: a scheme of one given object. The head's word on the clue is its approval."""
    items = approvals.items_by_id(records, clue.items)
    id = next_scheme_id(records, SchemeKind.CASE, at=at)
    scheme = Scheme(
        id=id,
        name=label("case_name", _OFFICE, scheme=id),
        kind=SchemeKind.CASE.value,
        temporary_reason=label("case_reason", _OFFICE),
        departments=[clue.department],
        district=level_of(by.district),
        items=list(clue.items),
        checklist_id=clue.checklist_id,
        strata=[],
        cap_exemption=EXEMPTION_OF[ClueSource(clue.source)].value,
        content=_joined([one.content for one in items]),
        method=_joined([method for one in items for method in one.methods]),
        level=_joined([one.level for one in items]),
        requirements=label("case_requirements", _OFFICE),
        handling=label("case_handling", _OFFICE),
        needs_briefing=True,
        first_day=beijing_day(at),
        last_day=beijing_day(counted_end(records, RuleName.CASE_VISIT, clue.id, at)),
        is_list_public=False,
        list_withheld_basis=label("case_list_basis", _OFFICE),
        submissions=1,
        submitted_at=clue.registered_at,
        submitted_by=clue.registered_by,
        decided_at=at,
        decided_by=by.id,
        state=SchemeState.DRAFTED,
    )
    records.add(scheme)
    records.move(SCHEME, scheme, SchemeStep.SUBMIT, by=clue.registered_by, at=at, clue=clue.id)
    records.move(SCHEME, scheme, SchemeStep.APPROVE, by=by.id, at=at, clue=clue.id)
    return scheme


def object_of_case(records: Records, clue: Clue, *, by: Person, at: datetime) -> RegisteredObject:
    """The object to be visited. A place that is registered nowhere becomes an object of the kind `unregistered`,
    without a credit code and never in a pool; a list may register it later under the same id."""
    if clue.object_id is not None:
        return records.get(RegisteredObject, clue.object_id)
    id = f"W{clue.id.removeprefix('X')}"
    registered = RegisteredObject(
        id=id, kind=UNREGISTERED, name=clue.place, district=clue.district, address=clue.place, yearly_cap=0
    )
    records.add(registered)
    clue.object_id = id
    records.journal("object.unregistered", id, by=by.id, at=at, clue=clue.id)
    return registered


def _joined(words: Sequence[str]) -> str:
    return "；".join(dict.fromkeys(one for one in words if one))


def items_of_department(records: Records, department: str) -> list[InspectionItem]:
    """What a clue may be about."""
    return [one for one in approvals.items_on_list(records) if one.department == department]
