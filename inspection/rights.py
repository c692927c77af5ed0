"""Who may do what: one table for the chat, the pages and the commands of people (docs/rights.md is written from it).

A right is given to a role for matters of the person's own department, or wider, and of the person's own level, or those
below it (州 and 县市: who leads it, the prefecture or a county); or to a part that somebody has in this
one matter: the lead is seat 1 of *this* team and no role. What a matter's department is, the action knows that looks
it up; whether the step exists now is asked of `inspection.states`. Programs have scopes instead, one for each
operation (`actions.api_tokens`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inspection.departments import JOINT_OFFICE, PREFECTURE, is_within, level_of
from inspection.roles import Role


class Reach(StrEnum):
    """For whose matters a role counts."""

    OWN = "own"
    """Those of the person's own department."""
    OFFICE = "office"
    """Those of every department, for people of the joint office (notice 二㈤: it puts the year together)."""
    EVERY = "every"
    """Those of every department, wherever the person works."""


class Span(StrEnum):
    """For the matters of which levels a role counts. A level is the code of a district; a person's is that of the
    person, a matter's is that of whoever leads it."""

    OWN = "own"
    """Of the person's own level only: nobody draws, approves or reviews for another authority, above or below."""
    BELOW = "below"
    """Of the own level, and of those below it, which it guides and supervises; a county has none below."""
    PREFECTURE = "prefecture"
    """There is one of it, the prefecture's; no county's people take part (notice 二㈡2, 二㈤)."""
    EVERY = "every"
    """Of all levels: it is about the installation and not about a matter."""


class Part(StrEnum):
    """What somebody is in this one matter, whatever their roles."""

    SELF = "self"
    """It is about this person, or this person's own."""
    HOLDER = "holder"
    """Holds the seat that was drawn."""
    MEMBER = "member"
    """Of the team, as officer or expert."""
    LEAD = "lead"
    """Holds seat 1 of this team."""
    INVITED = "invited"
    """The witness whose number this draw waits for."""


class Deed(StrEnum):
    """What can be done, in the words of the trade; one deed may have several buttons and pages."""

    SEE_OWN = "see_own"
    """Own tasks, own calendar, own sign-ins, help."""
    SHOW_UNCERTAIN = "show_uncertain"
    """Say what something is for that one has sent."""
    OPEN_NAME = "open_name"
    """See which firm it is before the hour at which the scheme names it; that is journalled."""
    END_ACCESS = "end_access"
    """Look at what speaks for anybody, end it, make a code."""
    RUN_SCHEME = "run_scheme"
    """Submit, announce, invite, draw, put off, void; confirm that an object is gone; add to a briefing."""
    READ_SCHEMES = "read_schemes"
    APPROVE_SCHEME = "approve_scheme"
    COUNTERSIGN = "countersign"
    READ_SCHEME_PARTS = "read_scheme_parts"
    WHAT_IF = "what_if"
    CALL_OFF = "call_off"
    GIVE_NUMBER = "give_number"
    ENTER_VALUE = "enter_value"
    """One of the two entries of a public value."""
    ANSWER_SEAT = "answer_seat"
    """Accept, ask to leave, give the ground."""
    DECIDE_LEAVE = "decide_leave"
    """Also of a firm's application, and whether the visit waits for it."""
    ORDER_OFF = "order_off"
    NAME_SEAT = "name_seat"
    LEAD_TEAM = "lead_team"
    """Confirm the team, send a seat back, end the visit, submit the result, bind a group."""
    INSPECT = "inspect"
    """Start, check in, answer, find, report that the object is gone."""
    READ_BRIEFING = "read_briefing"
    APPROVE_VISIT = "approve_visit"
    ASK_APPROVAL = "ask_approval"
    """Ask again for the approval of a visit."""
    RECORD_FOR_FIRM = "record_for_firm"
    """Make the notice, say how it was served, write down what a firm says."""
    READ_PAPERS = "read_papers"
    READ_PROGRESS = "read_progress"
    REVIEW_FINDINGS = "review_findings"
    """Of a department by its own, of the joint result by the lead department's; never by somebody of the team."""
    REGISTER_OBJECTION = "register_objection"
    DECIDE_OBJECTION = "decide_objection"
    WITHDRAW_PUBLICATION = "withdraw_publication"
    SPEAK = "speak"
    """For the department, to other authorities: transfers, listings, cases."""
    HANDLE_MATTER = "handle_matter"
    """What follows from a visit."""
    DECIDE_MATTER = "decide_matter"
    """What only the head may: a punishment's listing, a suspected crime."""
    READ_CLUES = "read_clues"
    """And register them."""
    DECIDE_CLUE = "decide_clue"
    SEE_FIELDS = "see_fields"
    """Special fields, which are not drawn."""
    COVER_FIELD = "cover_field"
    """Name the teams of a full coverage."""
    FILE_PLAN = "file_plan"
    MERGE_PLAN = "merge_plan"
    READ_PLANS = "read_plans"
    KEEP_REGISTERS = "keep_registers"
    READ_STATISTICS = "read_statistics"
    WATCH_REDRAWS = "watch_redraws"
    READ_DILIGENCE = "read_diligence"
    READ_ARCHIVE = "read_archive"
    READ_GROUNDS = "read_grounds"
    """Why somebody left a seat."""
    ARCHIVE = "archive"
    REOPEN_ARCHIVE = "reopen_archive"
    SEE_EXCHANGE = "see_exchange"


@dataclass(frozen=True)
class Grant:
    """One line of the table: a role with its reach, or a part."""

    who: Role | Part
    reach: Reach = Reach.OWN


@dataclass(frozen=True)
class Right:
    """`refusal` is the one sentence that everybody else hears, whether there is such a thing or not."""

    grants: tuple[Grant, ...]
    refusal: str = "not_yours"
    span: Span = Span.BELOW
    """How far the roles reach over levels; parts ask no level."""
    is_first_named: bool = False
    """Not all of these roles at once: the first of them that the register names for the department; for another only
    where there is none before it."""


def _own(*roles: Role) -> tuple[Grant, ...]:
    return tuple(Grant(one) for one in roles)


def _office(*roles: Role) -> tuple[Grant, ...]:
    return tuple(Grant(one, Reach.OFFICE) for one in roles)


def _every(*roles: Role) -> tuple[Grant, ...]:
    return tuple(Grant(one, Reach.EVERY) for one in roles)


def _parts(*parts: Part) -> tuple[Grant, ...]:
    return tuple(Grant(one) for one in parts)


_R, _P = Role, Part
_ARCHIVE_READERS = (_R.OPERATOR, _R.HEAD, _R.REVIEWER, _R.LIAISON)
_SPEAKERS = (_R.LIAISON, _R.HEAD)
_STAFF = (_R.LIAISON, _R.OPERATOR, _R.HEAD)

RIGHTS: Mapping[Deed, Right] = {
    Deed.SEE_OWN: Right(_parts(_P.SELF)),
    Deed.SHOW_UNCERTAIN: Right(_parts(_P.SELF)),
    Deed.END_ACCESS: Right(_every(_R.ADMIN), span=Span.EVERY),
    Deed.RUN_SCHEME: Right(_own(_R.OPERATOR), "not_operator", span=Span.OWN),
    Deed.READ_SCHEMES: Right(_own(_R.OPERATOR, _R.HEAD), "not_operator"),
    Deed.OPEN_NAME: Right((*_own(_R.OPERATOR, _R.HEAD), *_every(_R.AUDITOR), *_parts(_P.MEMBER))),
    Deed.APPROVE_SCHEME: Right(_own(_R.HEAD), span=Span.OWN),
    Deed.COUNTERSIGN: Right(_own(_R.HEAD)),
    Deed.READ_SCHEME_PARTS: Right(_own(_R.HEAD)),
    Deed.WHAT_IF: Right(_own(_R.OPERATOR), "not_operator", span=Span.OWN),
    Deed.CALL_OFF: Right(_own(_R.HEAD), span=Span.OWN),
    Deed.GIVE_NUMBER: Right(_parts(_P.INVITED)),
    Deed.ENTER_VALUE: Right(_own(_R.OPERATOR, _R.HEAD, _R.REVIEWER, _R.LIAISON), span=Span.OWN),
    Deed.ANSWER_SEAT: Right(_parts(_P.HOLDER)),
    Deed.DECIDE_LEAVE: Right((*_own(_R.HEAD), *_office(_R.HEAD)), is_first_named=True),
    Deed.ORDER_OFF: Right(_own(_R.HEAD)),
    Deed.NAME_SEAT: Right(_own(_R.HEAD, _R.LIAISON, _R.OPERATOR), is_first_named=True),
    Deed.LEAD_TEAM: Right(_parts(_P.LEAD), "not_lead"),
    Deed.INSPECT: Right(_parts(_P.MEMBER)),
    Deed.READ_BRIEFING: Right(_parts(_P.SELF)),
    Deed.APPROVE_VISIT: Right((*_own(_R.HEAD), *_office(_R.HEAD)), is_first_named=True),
    Deed.ASK_APPROVAL: Right((*_own(_R.OPERATOR), *_parts(_P.LEAD)), "not_lead", span=Span.OWN),
    Deed.RECORD_FOR_FIRM: Right((*_own(*_STAFF), *_parts(_P.MEMBER))),
    Deed.READ_PAPERS: Right((*_own(_R.HEAD, _R.OPERATOR, _R.REVIEWER), *_parts(_P.MEMBER)), "paper_not_yours"),
    Deed.READ_PROGRESS: Right((*_own(*_STAFF), *_parts(_P.LEAD)), "progress_not_yours"),
    Deed.REVIEW_FINDINGS: Right(_own(_R.REVIEWER, _R.HEAD), is_first_named=True, span=Span.OWN),
    Deed.REGISTER_OBJECTION: Right(_own(_R.OPERATOR, _R.LIAISON, _R.PUBLICITY), "objection_not_yours"),
    Deed.DECIDE_OBJECTION: Right(_own(_R.REVIEWER, _R.HEAD), "correction_not_yours", span=Span.OWN),
    Deed.WITHDRAW_PUBLICATION: Right(_own(_R.REVIEWER, _R.HEAD, _R.PUBLICITY), "correction_not_yours", span=Span.OWN),
    Deed.SPEAK: Right(_own(*_SPEAKERS)),
    Deed.HANDLE_MATTER: Right((*_own(*_SPEAKERS), *_parts(_P.MEMBER))),
    Deed.DECIDE_MATTER: Right(_own(_R.HEAD)),
    Deed.READ_CLUES: Right(_own(*_STAFF), "clues_not_yours"),
    Deed.DECIDE_CLUE: Right(_own(_R.HEAD), "clues_not_yours"),
    Deed.SEE_FIELDS: Right(_own(*_STAFF)),
    Deed.COVER_FIELD: Right(_own(_R.HEAD), span=Span.OWN),
    Deed.FILE_PLAN: Right(_own(_R.LIAISON), "not_liaison", span=Span.PREFECTURE),
    Deed.MERGE_PLAN: Right(_office(_R.LIAISON, _R.OPERATOR), "not_joint_office", span=Span.PREFECTURE),
    Deed.READ_PLANS: Right(_own(*_STAFF)),
    Deed.KEEP_REGISTERS: Right(
        (*_own(_R.LIAISON, _R.OPERATOR), *_office(_R.LIAISON, _R.OPERATOR)), "keeps_no_registers"
    ),
    Deed.READ_STATISTICS: Right(
        (*_own(*_STAFF), *_office(*_ARCHIVE_READERS), *_every(_R.AUDITOR)), "statistics_not_yours"
    ),
    Deed.WATCH_REDRAWS: Right(
        (*_own(_R.HEAD), *_office(*_ARCHIVE_READERS), *_every(_R.AUDITOR)), "steering_not_yours", span=Span.PREFECTURE
    ),
    Deed.READ_DILIGENCE: Right(
        (*_own(_R.HEAD), *_office(*_ARCHIVE_READERS), *_every(_R.AUDITOR), *_parts(_P.SELF)),
        "diligence_not_yours",
    ),
    Deed.READ_ARCHIVE: Right(
        (*_own(*_ARCHIVE_READERS), *_office(*_ARCHIVE_READERS), *_every(_R.AUDITOR)), "archive_not_yours"
    ),
    Deed.READ_GROUNDS: Right((*_own(_R.HEAD), *_every(_R.AUDITOR)), "archive_restricted"),
    Deed.ARCHIVE: Right(_own(_R.OPERATOR), "archive_not_keeper", span=Span.OWN),
    Deed.REOPEN_ARCHIVE: Right(_own(_R.OPERATOR, _R.HEAD), "archive_not_keeper", span=Span.OWN),
    Deed.SEE_EXCHANGE: Right((*_office(_R.LIAISON, _R.OPERATOR), *_every(_R.ADMIN)), span=Span.PREFECTURE),
}  # fmt: skip
"""Whoever is not named here may not. Nobody has a right by being enrolled alone but to what is their own."""


NO_DEPARTMENT = ""
"""A matter of this one is nobody's own: who may there, may everywhere."""


def may(
    deed: Deed,
    roles: Collection[str],
    department: str,
    district: str = PREFECTURE,
    *,
    of: str | None = None,
    in_: str | None = None,
    parts: Collection[Part] = (),
) -> bool:
    """Whether somebody with these roles in `department`, of the level `district`, may do it in a matter `of` that
    department led `in_` that district; with one of them None, whether there is any of which they may."""
    right = RIGHTS[deed]
    reaches = _reaches(right.span, district, in_)
    return any(
        grant.who in parts
        if isinstance(grant.who, Part)
        else reaches and _counts(grant, roles, department, of)
        for grant in right.grants
    )


def roles_for(deed: Deed, *reaches: Reach) -> frozenset[Role]:
    """The roles that the table names for this, of all reaches where none is named."""
    return frozenset(
        grant.who
        for grant in RIGHTS[deed].grants
        if isinstance(grant.who, Role) and (not reaches or grant.reach in reaches)
    )


def _counts(grant: Grant, roles: Collection[str], department: str, of: str | None) -> bool:
    if grant.who not in roles:
        return False
    if grant.reach is Reach.OWN:
        return of is None or of == department
    return grant.reach is Reach.EVERY or department == JOINT_OFFICE


def _reaches(span: Span, district: str, in_: str | None) -> bool:
    if span is Span.EVERY:
        return True
    if span is Span.PREFECTURE:
        return is_within(PREFECTURE, district)
    if in_ is None:
        return True
    return level_of(in_) == level_of(district) if span is Span.OWN else is_within(in_, district)
