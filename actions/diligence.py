"""尽职照单免责: puts together what stands on record of one officer, for that officer, the head and auditors."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime

from actions.archive_parts.journal import journalled
from actions.rights import is_allowed
from inspection.calendar.beijing import beijing_day
from inspection.deadlines.rules import RuleName
from inspection.departments import EXPERTS
from inspection.diligence import Diligence, Done, ListedDuty, Served
from inspection.forms.form import Kind
from inspection.refusals import NotYours
from inspection.rights import Deed, Part
from inspection.states import AssignmentState, ChecklistState, DeadlineState
from storage import assignments, checklists, diligence, results
from storage.store import Records
from storage.tables.inspections import Assignment, ChecklistPart, Inspection, JournalLine, Result, Seat
from storage.tables.registers import Inspector, Person, Scheme
from storage.veils import shown_object

_SERVING = (AssignmentState.CONFIRMED, AssignmentState.COMPLETED)


def read_diligence(
    records: Records, person_id: str, first_day: date, last_day: date, *, by: Person, at: datetime
) -> Diligence:
    """The record of one officer for seats drawn or named on these days. Officers read their own, heads those of their
    department, the joint office and auditors all; that somebody else's was read is for whoever shows it to journal."""
    person = records.find(Person, person_id)
    if person is None or not may_read(person, by):
        raise NotYours("diligence_not_yours")
    certificate = records.find(Inspector, person.id)
    seats = diligence.drawn_between(records, person.id, first_day, last_day)
    return Diligence(
        person=person.id,
        name=person.name,
        department=person.department,
        certificate_number=certificate.certificate_number if certificate else "",
        first_day=first_day,
        last_day=last_day,
        at=at,
        served=tuple(
            _served(records, person, certificate, *one, at=at)
            for one in seats
            if one[1].department != EXPERTS
        ),
    )


def may_read(person: Person, reader: Person) -> bool:
    parts = (Part.SELF,) if person.id == reader.id else ()
    return is_allowed(Deed.READ_DILIGENCE, reader, of=person.department, in_=person.district, parts=parts)


def note_reading(records: Records, found: Diligence, *, by: Person, at: datetime) -> None:
    """That somebody read another's record."""
    if found.person != by.id:
        records.journal(
            "diligence.read", found.person, by=by.id, at=at,
            first_day=found.first_day.isoformat(), last_day=found.last_day.isoformat(),
        )  # fmt: skip


def _served(
    records: Records,
    person: Person,
    certificate: Inspector | None,
    held: Assignment,
    seat: Seat,
    inspection: Inspection,
    *,
    at: datetime,
) -> Served:
    scheme = records.get(Scheme, inspection.scheme_id)
    photos = [one for one in checklists.photos(records, inspection.id) if one.sent_by == person.id]
    duties = [_answer(held, at)]
    if held.state in _SERVING and inspection.started_at is not None:
        duties += _visit_duties(records, person, certificate, seat, inspection, scheme)
        duties += _result_duties(records, seat, inspection, at)
    published = results.newest_publication(records, inspection.id)
    requests = [one.id for one in assignments.requests_of(records, held.id)]
    deeds = diligence.own_deeds(records, inspection.id, requests, person.id)
    return Served(
        inspection=inspection.id,
        object=shown_object(records, inspection).name,
        scheme=scheme.name,
        is_lead=seat.is_lead,
        way=held.state.value,
        drawn_at=held.drawn_at,
        is_drawn=inspection.draw_id is not None,
        duties=tuple(duties),
        photos=tuple(one.sha256 for one in photos),
        deeds=len(deeds),
        journal=_digest(deeds),
        publication=published.digest if published and held.state in _SERVING else "",
    )


def _answer(held: Assignment, at: datetime) -> Done:
    """An answer is on record with its time, whatever it was; whoever was let go before answering owed none."""
    if held.state is AssignmentState.LAPSED:
        return Done(ListedDuty.ANSWER, False, held.left_at)
    if held.answered_at is not None:
        is_late = held.answer_by is not None and held.answered_at > held.answer_by
        return Done(ListedDuty.ANSWER, not is_late, held.answered_at)
    return Done(ListedDuty.ANSWER, None)


def _visit_duties(
    records: Records,
    person: Person,
    certificate: Inspector | None,
    seat: Seat,
    inspection: Inspection,
    scheme: Scheme,
) -> Iterator[Done]:
    assert inspection.started_at is not None
    day = beijing_day(inspection.started_at)
    is_certified = certificate is not None and certificate.certificate_expires >= day
    yield Done(ListedDuty.CERTIFICATE, is_certified)
    arrived = diligence.first_check_in(records, inspection.id, person.id)
    distance = arrived.distance_m if arrived else None
    yield Done(ListedDuty.CHECK_IN, arrived is not None, arrived.at if arrived else None, distance_m=distance)
    yield Done(ListedDuty.IN_WINDOW, scheme.first_day <= day <= scheme.last_day, inspection.started_at)
    yield from _part_duties(records, person, seat, inspection)


def _part_duties(records: Records, person: Person, seat: Seat, inspection: Inspection) -> Iterator[Done]:
    """The part is the department's: what a colleague answered is answered."""
    is_over = inspection.ended_at is not None
    entries = checklists.entries(records, inspection, seat.department)
    asked = [
        one for one in entries if one.kind is not Kind.REPEAT and (one.is_required or one.value is not None)
    ]
    answered = sum(one.value is not None for one in asked)
    yield Done(ListedDuty.QUESTIONS, _once(answered == len(asked), is_over), None, answered, len(asked))
    wanting = [one for one in entries if one.needs_photo]
    shown = sum(one.photos > 0 for one in wanting)
    if wanting:
        yield Done(ListedDuty.PHOTOS, _once(shown == len(wanting), is_over), None, shown, len(wanting))
    part = records.find(ChecklistPart, f"{inspection.id}/{seat.department}")
    is_finished = part is not None and part.state is not ChecklistState.OPEN
    yield Done(ListedDuty.PART, _once(is_finished, is_over), part.finished_at if part else None)


def _result_duties(records: Records, seat: Seat, inspection: Inspection, at: datetime) -> Iterator[Done]:
    """What the lead answers for, beside what everybody does."""
    result = records.find(Result, inspection.id)
    if not seat.is_lead:
        return
    if inspection.ended_at is not None:
        clock = diligence.last_clock(records, RuleName.SUBMISSION.value, inspection.id)
        is_met = None if clock is None else _kept(clock.state, clock.due_at, at)
        yield Done(ListedDuty.SUBMISSION, is_met, result.submitted_at if result else None)
    if result is not None and result.publicity_due is not None:
        if result.published_at is not None:
            is_met = beijing_day(result.published_at) <= result.publicity_due
            yield Done(ListedDuty.PUBLICITY, is_met, result.published_at)
        else:
            yield Done(ListedDuty.PUBLICITY, _once(False, beijing_day(at) > result.publicity_due))


def _kept(state: DeadlineState, due_at: datetime, at: datetime) -> bool | None:
    if state is DeadlineState.RUNNING:
        return _once(False, at > due_at)
    return state is DeadlineState.MET


def _once(is_met: bool, is_due: bool) -> bool | None:
    """What is done is done; what is not counts as missing only once it is due."""
    return True if is_met else (False if is_due else None)


def _digest(deeds: list[JournalLine]) -> str:
    """SHA-256 over the officer's own deeds, one line of JSON each; grounds of leave are in none of them."""
    digest = hashlib.sha256()
    for line in deeds:
        shown = journalled(line)
        written = [shown[name] for name in ("id", "at", "verb", "subject", "details")]
        digest.update((json.dumps(written, ensure_ascii=False, sort_keys=True) + "\n").encode())
    return digest.hexdigest()
