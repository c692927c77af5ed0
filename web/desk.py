"""The pages of those who work here: who reads, which pages are theirs, and how a form of theirs is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.exchange import may_see_exchange
from inspection.departments import JOINT_OFFICE
from inspection.refusals import NotYours, Refusal
from inspection.registration.rights import KEEPING_ROLES
from inspection.roles import Role
from notifications.catalogue import label, refusal_sentence
from storage import people
from storage.store import Records
from storage.tables.registers import Person
from web.house import house_of
from web.pages import page, refusal_page
from web.visitors import reader_of
from web.wording import wording

Answer = Callable[[Records, Person, datetime], Response]


@dataclass(frozen=True)
class DeskPage:
    """One page of the desk: `word` names its title in `web/texts`, with `<word>_lead` the sentence below it.

    Without `roles` it is everybody's who has signed in.
    """

    path: str
    word: str
    roles: frozenset[Role] = frozenset()
    may_see: Callable[[Person], bool] | None = None
    """Where roles alone do not say it."""

    def is_for(self, reader: Person) -> bool:
        if self.may_see is not None:
            return self.may_see(reader)
        return not self.roles or holds(reader, *self.roles)


_DESK = frozenset({Role.OPERATOR, Role.HEAD, Role.REVIEWER, Role.LIAISON, Role.AUDITOR})
_AT_A_DESK = (Role.OPERATOR, Role.LIAISON, Role.HEAD, Role.REVIEWER, Role.OFFICER)
PAGES: tuple[DeskPage, ...] = (
    DeskPage("/due", "desk_due"),
    DeskPage("/exchange", "exchange", may_see=may_see_exchange),
    DeskPage(
        "/desk/corrections",
        "desk_corrections",
        frozenset({Role.OPERATOR, Role.LIAISON, Role.REVIEWER, Role.HEAD}),
    ),
    DeskPage("/schemes/mine", "desk_schemes", frozenset({Role.OPERATOR, Role.HEAD})),
    DeskPage("/special-fields", "desk_fields", frozenset({Role.LIAISON, Role.OPERATOR, Role.HEAD})),
    DeskPage("/clues", "desk_clues", frozenset({Role.LIAISON, Role.OPERATOR, Role.HEAD})),
    DeskPage("/follow-ups", "desk_follow_ups", frozenset({Role.LIAISON, Role.HEAD, Role.OFFICER})),
    DeskPage("/archive", "desk_archive", _DESK),
    DeskPage("/statistics", "desk_statistics", _DESK - {Role.REVIEWER}),
    DeskPage("/diligence", "desk_diligence", frozenset({Role.OFFICER, Role.HEAD, Role.AUDITOR})),
    DeskPage("/statistics/watch", "desk_watch", frozenset({Role.HEAD, Role.AUDITOR})),
    DeskPage("/plans/desk", "plan_desk", frozenset({Role.LIAISON, Role.OPERATOR, Role.HEAD})),
    DeskPage("/what-if", "what_if", frozenset({Role.OPERATOR})),
    DeskPage("/registers", "desk_registers", KEEPING_ROLES),
    DeskPage("/registers/load", "desk_registers_load", KEEPING_ROLES),
    DeskPage("/registers/changes", "desk_registers_changes", KEEPING_ROLES),
)


def show_desk(request: Request) -> Response:
    """`/desk`: the pages that are theirs, each with a sentence on what it is for. Whoever has not signed in is asked
    to; in a demo, as whom to sit down."""
    house = house_of(request)
    with house.store.reading() as records:
        reader = reader_of(request, records)
        if reader is None and house.is_demo:
            return page("desk_people.html", house.language, people=_people_of_demo(records, house.language))
    if reader is None:
        return RedirectResponse("/sign-in", status_code=303)
    shown = [(one, desk_link(request, one.path)) for one in PAGES if one.is_for(reader)]
    return page("desk.html", reader.language, reader=reader, shown=shown)


def _people_of_demo(records: Records, language: str) -> list[tuple[str, str, str]]:
    """Id, name and role of the first of each role at the joint office."""
    found = [(role, people.with_role(records, role, JOINT_OFFICE)) for role in _AT_A_DESK]
    return [(held[0].id, held[0].name, label(f"role_{role}", language)) for role, held in found if held]


def holds(reader: Person, *roles: Role) -> bool:
    """Whether one of these roles is theirs."""
    return any(role in reader.roles for role in roles)


def require_roles(reader: Person, *roles: Role) -> None:
    """Refuses in the words that don't say whether there is anything."""
    if not holds(reader, *roles):
        raise NotYours


def desk_link(request: Request, path: str, **query: str) -> str:
    """The address of a page for the same reader: in a demo, where nobody signs in, the address says who reads."""
    house = house_of(request)
    chat = {"chat": request.query_params.get("chat", "")} if house.is_demo else {}
    pairs = urlencode({**query, **chat})
    return f"{path}?{pairs}" if pairs else path


def for_reader(request: Request, read: Answer) -> Response:
    """What `read` makes for whoever this is; one sentence where nobody has signed in or a rule says no."""
    with house_of(request).store.reading() as records:
        return _answered(request, records, read)


def for_writer(request: Request, write: Answer) -> Response:
    """The same for a form: all that `write` does is one transaction, and a refusal undoes it."""
    house = house_of(request)
    with house.store.transaction("web") as records:
        answer = _answered(request, records, lambda *given: _whole(write, *given))
    house.wake()
    return answer


def _whole(write: Answer, records: Records, reader: Person, at: datetime) -> Response:
    with records.attempt():
        return write(records, reader, at)


def _answered(request: Request, records: Records, answer: Answer) -> Response:
    house = house_of(request)
    reader = reader_of(request, records)
    if reader is None:
        return refusal_page(wording(house.language)("error_sign_in"), house.language, status=401)
    try:
        return answer(records, reader, house.clock())
    except Refusal as refusal:
        status = 404 if isinstance(refusal, NotYours) else 409
        return refusal_page(refusal_sentence(refusal, reader.language), reader.language, status=status)
