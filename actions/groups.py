"""A group for a team, on its lead's wish: offered with a one-time code, bound by the lead, told how far it is."""

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from actions.access import require_lead
from actions.telling import tell_group
from inspection.checklists import progress
from inspection.refusals import IllegalStep, TooLate, Unacceptable
from inspection.states import ChecklistState, InspectionState, TeamState
from notifications.messages.groups import (
    GroupBound,
    GroupPart,
    GroupStanding,
    GroupTeamConfirmed,
    GroupVisitEnded,
)
from storage import assignments, checklists, groups, outbox, results, settings
from storage.store import Records
from storage.tables.inspections import Inspection, Team
from storage.tables.messaging import TeamGroup
from storage.tables.registers import Person, Scheme

VALID_FOR = timedelta(days=2)
_CODE = "group_code:"
_BEFORE_THE_END = frozenset(
    {
        InspectionState.ASSEMBLING,
        InspectionState.READY,
        InspectionState.VISITING,
        InspectionState.GONE_REPORTED,
    }
)


def may_offer_group(records: Records, inspection: Inspection) -> bool:
    """Whether a group would have anything to hear, and there is a messenger that has groups."""
    return inspection.state in _BEFORE_THE_END and bool(settings.value(records, settings.TELEGRAM_USERNAME))


def offer_group(
    records: Records, inspection_id: str, secret: bytes, *, by: Person, at: datetime
) -> tuple[str, datetime]:
    """A link that makes a group of Telegram the team's, once and by its lead only, and until when it holds. `secret`
    (at least 16 random bytes) becomes its code, of which only the digest is kept."""
    require_lead(records, inspection_id, by)
    inspection = records.get(Inspection, inspection_id)
    if records.get(Team, inspection_id).state is not TeamState.CONFIRMED:
        raise IllegalStep("team_not_confirmed")
    if not may_offer_group(records, inspection):
        raise IllegalStep
    code, until = urlsafe_b64encode(secret).decode().rstrip("="), at + VALID_FOR
    _forget_old_codes(records, at)
    body = {"inspection": inspection_id, "lead": by.id, "until": until.isoformat()}
    settings.keep(records, {_CODE + _digest(code): json.dumps(body)})
    name = settings.value(records, settings.TELEGRAM_USERNAME)
    return f"https://t.me/{name}?startgroup={code}", until


def bind_group(
    records: Records, code: str, channel: str, chat: str, *, by: Person, at: datetime
) -> GroupBound:
    """The group hears the news of the code's team from now on. Refuses a code that was used or is old, anybody but the
    lead, and a group that still belongs to another lead's team."""
    kept = settings.value(records, _CODE + _digest(code))
    if not kept:
        raise Unacceptable("group_code_unknown")
    body = json.loads(kept)
    if datetime.fromisoformat(body["until"]) <= at:
        raise TooLate("group_code_unknown")
    inspection = records.get(Inspection, body["inspection"])
    require_lead(records, inspection.id, by)
    if inspection.state not in _BEFORE_THE_END:
        raise IllegalStep
    _refuse_if_taken(records, channel, chat, inspection.id, by)
    if not settings.forget(records, _CODE + _digest(code)):
        raise Unacceptable("group_code_unknown")
    groups.bind(records, channel, chat, inspection.id, by=by.id, at=at)
    records.journal("group.bind", inspection.id, by=by.id, at=at, to=channel)
    return bound_card(records, records.get(TeamGroup, (channel, chat)))


def bound_card(records: Records, group: TeamGroup) -> GroupBound:
    """Whose group this is, and what it hears."""
    inspection = records.get(Inspection, group.inspection_id)
    scheme = records.get(Scheme, inspection.scheme_id)
    lead = records.get(Person, group.bound_by).name
    return GroupBound(lead, tuple(scheme.departments), scheme.first_day, scheme.last_day)


def awaits_group(records: Records, person: Person, *, at: datetime) -> bool:
    """Whether this person holds a link that was not used yet."""
    codes = map(json.loads, settings.beginning_with(records, _CODE).values())
    return any(one["lead"] == person.id and datetime.fromisoformat(one["until"]) > at for one in codes)


def leave_group(records: Records, channel: str, chat: str, *, at: datetime) -> None:
    """We were sent away, or the group is no more: what waits for it is dropped."""
    group = groups.of_chat(records, channel, chat)
    if groups.leave(records, channel, chat, at=at) and group is not None:
        records.journal("group.leave", group.inspection_id, by=None, at=at, to=channel)
    outbox.drop_for(records, channel, chat)


def move_group(records: Records, channel: str, chat: str, new_chat: str) -> None:
    """The group has another number now, and what waits goes there."""
    groups.move(records, channel, chat, new_chat)
    outbox.readdress(records, channel, chat, new_chat)


def standing(records: Records, group: TeamGroup) -> GroupStanding:
    """How far the group's team is."""
    inspection = records.get(Inspection, group.inspection_id)
    started = results.last_journalled(records, "inspection.start_visit", inspection.id)
    starter = records.find(Person, started.actor) if started and started.actor else None
    return GroupStanding(
        inspection=inspection.id,
        state=inspection.state,
        starter=starter.name if starter else "",
        started_at=inspection.started_at,
        parts=_parts(records, inspection),
    )


def tell_group_of_team(records: Records, inspection: Inspection, *, at: datetime) -> None:
    """The team is confirmed (again)."""
    if groups.of_inspection(records, inspection.id) is None:
        return
    scheme = records.get(Scheme, inspection.scheme_id)
    message = GroupTeamConfirmed(
        inspection=inspection.id,
        departments=tuple(scheme.departments),
        seats=len(assignments.members(records, inspection.id)),
        first_day=scheme.first_day,
        last_day=scheme.last_day,
    )
    tell_group(records, inspection.id, message, key=f"group:team:{inspection.id}:{at.isoformat()}", at=at)


def tell_group_of_progress(
    records: Records, inspection: Inspection, *, cause: str, at: datetime, is_fresh: bool = False
) -> None:
    """In place, or at the end when it `is_fresh`; `cause` makes the notice's key."""
    group = groups.of_inspection(records, inspection.id)
    if group is None:
        return
    records.session.flush()
    key = f"group:{cause}:{inspection.id}:{at.isoformat()}"
    tell_group(records, inspection.id, standing(records, group), key=key, at=at, is_fresh=is_fresh)


def tell_group_of_end(records: Records, inspection: Inspection, *, at: datetime) -> None:
    message = GroupVisitEnded(inspection=inspection.id, ended_at=at)
    tell_group(records, inspection.id, message, key=f"group:end:{inspection.id}:{at.isoformat()}", at=at)


def _parts(records: Records, inspection: Inspection) -> tuple[GroupPart, ...]:
    """None before the visit: nothing is answered then."""
    if inspection.started_at is None:
        return ()
    lines = []
    for part in checklists.parts(records, inspection.id):
        found = progress(checklists.entries(records, inspection, part.department))
        is_finished = part.state is not ChecklistState.OPEN
        lines.append(GroupPart(part.department, found.answered, found.questions, is_finished))
    return tuple(lines)


def _refuse_if_taken(records: Records, channel: str, chat: str, inspection_id: str, by: Person) -> None:
    """A lead may turn a group to the next visit; nobody takes it from a team that is still at work."""
    group = groups.of_chat(records, channel, chat)
    if group is None or group.inspection_id == inspection_id or group.bound_by == by.id:
        return
    if records.get(Inspection, group.inspection_id).state in _BEFORE_THE_END:
        raise Unacceptable("group_taken")


def _forget_old_codes(records: Records, at: datetime) -> None:
    for digest, kept in settings.beginning_with(records, _CODE).items():
        if datetime.fromisoformat(json.loads(kept)["until"]) <= at:
            settings.forget(records, _CODE + digest)


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
