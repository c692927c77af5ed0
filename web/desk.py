"""The pages of those who work here: who reads, which pages are theirs, and how a form of theirs is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.rights import is_allowed
from inspection.departments import JOINT_OFFICE
from inspection.refusals import NotFound, NotYours, Refusal
from inspection.rights import Deed
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
    """One page of the desk: `word` names its title in `web/texts`, with `<word>_lead` the sentence below it. It is for
    whoever may do one of its `deeds` (`inspection.rights`) for some department, or may have a part in one by a role of
    `parts_of`. Without deeds it is everybody's who has signed in.
    """

    path: str
    word: str
    deeds: tuple[Deed, ...] = ()
    parts_of: frozenset[Role] = frozenset()

    def is_for(self, reader: Person) -> bool:
        if not self.deeds:
            return True
        return any(is_allowed(one, reader) for one in self.deeds) or holds(reader, *self.parts_of)


_AT_A_DESK = (Role.OPERATOR, Role.LIAISON, Role.HEAD, Role.REVIEWER, Role.OFFICER)
_OFFICERS = frozenset({Role.OFFICER})
PAGES: tuple[DeskPage, ...] = (
    DeskPage("/due", "desk_due"),
    DeskPage("/account", "desk_account"),
    DeskPage("/accounts", "desk_accounts", (Deed.END_ACCESS,)),
    DeskPage("/exchange", "exchange", (Deed.SEE_EXCHANGE,)),
    DeskPage(
        "/desk/corrections",
        "desk_corrections",
        (Deed.REGISTER_OBJECTION, Deed.DECIDE_OBJECTION, Deed.WITHDRAW_PUBLICATION),
    ),
    DeskPage("/schemes/mine", "desk_schemes", (Deed.READ_SCHEMES,)),
    DeskPage("/schemes/names", "desk_names", (Deed.OPEN_NAME,)),
    DeskPage("/special-fields", "desk_fields", (Deed.SEE_FIELDS,)),
    DeskPage("/clues", "desk_clues", (Deed.READ_CLUES,)),
    DeskPage("/follow-ups", "desk_follow_ups", (Deed.HANDLE_MATTER,), _OFFICERS),
    DeskPage("/archive", "desk_archive", (Deed.READ_ARCHIVE,)),
    DeskPage("/statistics", "desk_statistics", (Deed.READ_STATISTICS,)),
    DeskPage("/diligence", "desk_diligence", (Deed.READ_DILIGENCE,), _OFFICERS),
    DeskPage("/statistics/watch", "desk_watch", (Deed.WATCH_REDRAWS,)),
    DeskPage("/plans/desk", "plan_desk", (Deed.READ_PLANS,)),
    DeskPage("/what-if", "what_if", (Deed.WHAT_IF,)),
    DeskPage("/registers", "desk_registers", (Deed.KEEP_REGISTERS,)),
    DeskPage("/registers/load", "desk_registers_load", (Deed.KEEP_REGISTERS,)),
    DeskPage("/registers/changes", "desk_registers_changes", (Deed.KEEP_REGISTERS,)),
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


def require_page(reader: Person, path: str) -> None:
    """Refuses, in the words that don't say whether there is anything, whoever does not see this page on the desk."""
    if not next(one for one in PAGES if one.path == path).is_for(reader):
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
        status = 404 if isinstance(refusal, NotYours | NotFound) else 409
        return refusal_page(_page_sentence(refusal, reader.language), reader.language, status=status)


def _page_sentence(refusal: Refusal, language: str) -> str:
    """What is said of a button in a chat is said of a page here."""
    if refusal.sentence == NotYours.code:
        return wording(language)("error_not_here")
    return refusal_sentence(refusal, language)
