"""Every button, command, page and operation tried by every role, in the department it concerns and in another: the
allowed ones are listed by hand, everybody else hears one and the same sentence, whether the thing is there or not."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions.api_tokens import Scope, issue_token
from handlers.dispatch import BUTTONS
from inspection.departments import JOINT_OFFICE, PREFECTURE
from inspection.rights import RIGHTS, Deed, Span, may, roles_for
from inspection.roles import Role
from notifications.buttons.answers import PendingButton
from notifications.buttons.data import ButtonData, unpack
from notifications.buttons.naming import NamesButton
from notifications.buttons.planning import PlanButton
from storage import settings, web_sessions
from storage.files import FileStore
from storage.tables.exchange import ExchangeTarget
from storage.tables.inspections import Inspection
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Scheme
from tests.actions.story import rows_of
from tests.builders import a_person, a_small_register
from tests.journeys.rehearsal import Rehearsal, rehearsing
from tests.journeys.rights import act_of, parties
from tests.journeys.test_every_button import FOREIGN
from tests.journeys.town import Town
from tests.journeys.whole_journey import Journey
from tests.rights.doors import BUTTON_DEEDS, COMMAND_DEEDS, OPENS_FOR_A_PART, SEES
from tests.stores import an_empty_store
from tests.web.houses import a_client, a_house
from web.api.operations import OPERATIONS
from web.cookies import COOKIE
from web.visitors import token_digest

DEPARTMENTS = ("market", "fire", "tax")
"""The lead department, a joining one, and one that has nothing to do with the scheme."""
_OUTSIDE = frozenset({Role.HEAD, Role.OPERATOR, Role.AUDITOR, Role.WITNESS})
EVERYBODY = tuple(
    (department, role)
    for department in DEPARTMENTS
    for role in Role
    if department != "tax" or role in _OUTSIDE
)
COUNTY = tuple(("market", role) for role in Role)
"""The same department in a county, to which a scheme of the prefecture is another authority's."""
JINGHE, WENQUAN = "652722", "652723"
_ASKED_BEFORE = frozenset({Deed.DECIDE_LEAVE, Deed.ORDER_OFF})
"""One head was asked by name, for an officer of the other department."""
UNKNOWN = "X9"


def _id(department: str, role: Role) -> str:
    return f"{department[:3]}-{role}"[:14]


def _county_id(role: Role, district: str) -> str:
    return f"{district[-2:]}-{role}"[:14]


@dataclass(frozen=True)
class Story:
    town: Town
    buttons: tuple[ButtonData, ...]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """One whole inspection, one button of each deed that it showed, and then somebody of every role everywhere."""
    folder = tmp_path_factory.mktemp("doors")
    with an_empty_store("sqlite", folder) as store:
        with store.transaction("test") as records:
            a_small_register(records)
            settings.keep(records, {settings.TELEGRAM_USERNAME: "example_bot"})
        town = Town(store)
        officers = [f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5)]
        town.enrol_everybody("OP", "RV", "W1", "HD-market", "HD-fire", *officers)
        for _stage in Journey(town, FileStore(folder / "files")).stages():
            pass
        with store.transaction("test") as records:
            lines = rows_of(records, OutboxLine)
            packed = [key["data"] for line in lines for row in line.body["rows"] for key in row]
            buttons = {(type(one), act_of(one)): one for one in map(unpack, packed)}
            for department, role in EVERYBODY:
                records.add(a_person(_id(department, role), department=department, roles=(role,)))
            counties = {_county_id(role, one): (role, one) for role in Role for one in (JINGHE, WENQUAN)}
            for id, (role, district) in counties.items():
                records.add(a_person(id, department="market", roles=(role,), district=district))
        town.enrol_everybody(*(_id(*one) for one in EVERYBODY), *counties)
        yield Story(town, tuple(buttons.values()))


def _deed(button: ButtonData) -> Deed:
    return BUTTON_DEEDS.get((type(button), act_of(button))) or BUTTON_DEEDS[type(button)]


def _of_nothing(button: ButtonData) -> ButtonData | None:
    """The same button about something that is not there; None where it names nothing."""
    names = [one.name for one in fields(button) if not _is_a_list(one.type)]  # type: ignore[arg-type]
    return replace(button, **dict.fromkeys(names, UNKNOWN)) if names else None  # type: ignore[type-var]


def _is_a_list(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def test_every_button_is_for_those_whom_the_table_names_and_tells_nobody_else_what_there_is(
    story: Story,
) -> None:
    heard: defaultdict[tuple[type[ButtonData], object], set[str]] = defaultdict(set)
    with rehearsing(story.town) as rehearsal:
        for button in story.buttons:
            concerned = parties(rehearsal.records, button)
            deed, of = _deed(button), _departments_of(rehearsal, button)
            for department, role in EVERYBODY:
                who = _id(department, role)
                if who in concerned:
                    assert any(may(deed, [role], department, of=one) for one in of), (button, who)
                else:
                    heard[type(button), act_of(button)].add(_refused(rehearsal, who, button))
            for role in roles_for(deed) or frozenset(
                Role
            ):  # without a right nobody comes as far as the county
                said = _refused(rehearsal, _county_id(role, JINGHE), button)
                heard[type(button), act_of(button)].add(said)
            nothing = _of_nothing(button)
            if nothing is not None:
                heard[type(button), act_of(button)].add(_refused(rehearsal, "tax-witness", nothing))
    assert len(heard) > 50
    told = {f"{kind.__name__} {act}": sorted(codes) for (kind, act), codes in heard.items()}
    assert [one for one in told.items() if len(one[1]) > 1] == []


def test_a_countys_scheme_is_its_own_and_nobody_elses(story: Story) -> None:
    """The same buttons, where the scheme is a county's: the prefecture's people do none of what is its alone."""
    store = story.town.store
    with store.transaction("test") as records:
        records.get(Scheme, "S1").district = JINGHE
    heard: defaultdict[Deed, set[bool]] = defaultdict(set)
    with rehearsing(story.town) as rehearsal:
        for button in story.buttons:
            deed = _deed(button)
            for role in roles_for(deed):
                _refused(rehearsal, _county_id(role, WENQUAN), button)
                if RIGHTS[deed].span is Span.OWN:
                    _refused(rehearsal, _id("market", role), button)
                with rehearsal.undone():
                    answered = rehearsal.press(_county_id(role, JINGHE), button)
                    heard[deed].add(answered.refusal not in FOREIGN)
    with store.transaction("test") as records:
        records.get(Scheme, "S1").district = PREFECTURE
    assert {deed for deed, got_in in heard.items() if got_in == {False}} <= _ASKED_BEFORE
    assert {Deed.RUN_SCHEME, Deed.REVIEW_FINDINGS, Deed.READ_PAPERS} <= heard.keys()


def test_every_other_button_about_what_is_not_there_is_refused_in_the_words_of_the_table(
    story: Story,
) -> None:
    """Those that this inspection never showed: of approvals, clues, plans, firms, matters."""
    shown = {(type(one), act_of(one)) for one in story.buttons}
    wrong = {}
    with rehearsing(story.town) as rehearsal:
        for kind in BUTTONS:
            for button in _made(kind):
                deed = _deed(button)
                if (
                    (kind, act_of(button)) not in shown
                    and deed is not Deed.SEE_OWN
                    and kind not in _OTHERWISE
                ):
                    heard = {rehearsal.press(who, button).refusal for who in ("tax-witness", "fir-expert")}
                    if heard != {RIGHTS[deed].refusal}:
                        wrong[button.pack()] = heard
    assert wrong == {}


def _made(kind: type[Any]) -> Iterator[ButtonData]:
    """One with each act, about nothing."""
    lists: dict[str, Any] = {one.name: one.type for one in fields(kind) if _is_a_list(one.type)}
    plain = {one.name: UNKNOWN for one in fields(kind) if one.name not in lists}
    rest = {name: next(iter(acts)) for name, acts in lists.items()}
    first = next(iter(lists), "")
    for act in lists.get(first, ()):
        yield kind(**{**plain, **rest, first: act})
    if not lists:
        yield kind(**plain)


_OTHERWISE = frozenset({PlanButton, NamesButton, PendingButton})
"""They name a year or a page, which `X9` is not; and one's own answers that wait."""


def _departments_of(rehearsal: Rehearsal, button: ButtonData) -> list[str]:
    return list(rehearsal.records.get(Scheme, "S1").departments)


def _refused(rehearsal: Rehearsal, who: str, button: ButtonData) -> str:
    with rehearsal.undone():
        answered = rehearsal.press(who, button)
        assert not answered.changed, (who, button)
        assert answered.refusal in FOREIGN | {RIGHTS[_deed(button)].refusal}, (who, button, answered.text)
        return answered.refusal


def test_every_command_is_for_those_whom_the_table_names(story: Story) -> None:
    with rehearsing(story.town) as rehearsal:
        for command, deeds in COMMAND_DEEDS.items():
            if {Deed.SEE_OWN, Deed.READ_DILIGENCE}.intersection(deeds):
                continue  # everybody has something of their own to see
            for department, role in EVERYBODY:
                with rehearsal.undone():
                    refusal = rehearsal.type(_id(department, role), command).refusal
                heard = refusal in ("", "no_planning")  # no year is in the making here
                is_for = any(may(deed, [role], department) for deed in deeds)
                assert heard is is_for, (command, role, department, refusal)


def test_every_page_of_the_desk_opens_for_those_who_are_listed_and_for_nobody_else(tmp_path: Path) -> None:
    with an_empty_store("sqlite", tmp_path) as store:
        house = a_house(store, tmp_path)
        who = [(department, role) for department in ("fire", JOINT_OFFICE) for role in Role]
        with store.transaction("test") as records:
            for department, role in who:
                id = _id(department, role)
                records.add(a_person(id, department=department, roles=(role,)))
                web_sessions.open_session(
                    records, token_digest(id), chat=id, at=house.clock(),
                    expires_at=house.clock() + timedelta(days=1),
                )  # fmt: skip
        with a_client(house) as client:
            for path, (anywhere, at_office) in SEES.items():
                wrong = set()
                for department, role in who:
                    listed = at_office if department == JOINT_OFFICE else anywhere
                    if department == JOINT_OFFICE and at_office == anywhere:
                        continue  # the desk below shows that it makes no difference
                    cookie = {"cookie": f"{COOKIE}={_id(department, role)}", "accept": "text/html"}
                    answer = client.get(path, headers=cookie)
                    opens = answer.status_code in (200, 303)
                    if opens is not (role in listed or path in OPENS_FOR_A_PART):
                        wrong.add((department, role, answer.status_code))
                assert wrong == set(), path
            _look_at_the_desk(client, who)


def _look_at_the_desk(client: httpx.Client, who: list[tuple[str, Role]]) -> None:
    """It offers the very pages that open."""
    for department, role in who:
        shown = client.get("/desk", headers={"cookie": f"{COOKIE}={_id(department, role)}"}).text
        for path, (anywhere, at_office) in SEES.items():
            listed = at_office if department == JOINT_OFFICE else anywhere
            assert (f'href="{path}"' in shown) is (role in listed), (path, department, role)


PAGES_OF_SOMETHING = (
    "GET /schemes/{scheme}/edit", "GET /schemes/{scheme}/teams", "GET /schemes/{scheme}/progress",
    "GET /schemes/{scheme}/names", "POST /schemes/{scheme}/names",
    "GET /schemes/{scheme}/what-if", "POST /schemes/{scheme}/edit", "POST /schemes/{scheme}/teams",
    "GET /papers/{inspection}/record.pdf", "GET /papers/{inspection}/check.pdf", "GET /ics/{inspection}.ics",
    "GET /archive/{inspection}", "GET /archive/{inspection}/package.zip", "GET /archive/{inspection}/parts/1/1",
    "POST /archive/{inspection}/make", "POST /archive/{inspection}/check", "POST /archive/{inspection}/reopen",
    "GET /diligence?person={person}", "GET /diligence.pdf?person={person}",
    "GET /desk/corrections/{inspection}/1", "POST /desk/corrections/{inspection}/1",
    "GET /chat/{person}", "GET /chat/{person}/messages", "POST /chat/{person}/say",
    "GET /accounts?person={person}", "GET /follow-ups/matter?id={inspection}",
)  # fmt: skip
"""Each with what there is, and with what there is not."""


def test_a_page_says_of_what_is_anothers_what_it_says_of_nothing(story: Story, tmp_path: Path) -> None:
    """To somebody who is all that one can be, in a department that has nothing to do with it; and to somebody who is
    that and auditor, too, in the lead department of a county, to which the prefecture's scheme is another's."""
    house = a_house(story.town.store, tmp_path)
    roles = tuple(role for role in Role if role not in (Role.AUDITOR, Role.ADMIN))
    with story.town.store.transaction("test") as records:
        records.add(a_person("tax-all", department="tax", roles=roles))
        records.add(a_person("22-all", roles=(*roles, Role.AUDITOR), district=JINGHE))
        at, ends = house.clock(), house.clock() + timedelta(days=1)
        for who in ("tax-all", "22-all"):
            web_sessions.open_session(records, token_digest(who), chat=who, at=at, expires_at=ends)
        (inspection, *_rest) = rows_of(records, Inspection)
    there = {"scheme": "S1", "inspection": inspection.id, "person": "fire-1"}
    nothing = {"scheme": "S9", "inspection": "S9.B9", "person": "fire-9"}
    with a_client(house) as client:
        for who, one in product(("tax-all", "22-all"), PAGES_OF_SOMETHING):
            method, _, path = one.partition(" ")
            headers = {"cookie": f"{COOKIE}={who}", "accept": "text/html"}
            known, unknown = (
                client.request(method, path.format(**facts), headers=headers) for facts in (there, nothing)
            )
            said = (known.status_code, known.headers.get("location", ""), known.text)
            assert said == (unknown.status_code, unknown.headers.get("location", ""), unknown.text), (
                who,
                one,
            )
            assert known.status_code >= 400 or known.headers.get("location") == "/sign-in", (who, one)


def test_every_operation_wants_its_own_scope_and_says_of_what_is_anothers_what_it_says_of_nothing(
    tmp_path: Path,
) -> None:
    with an_empty_store("sqlite", tmp_path) as store, ExitStack() as stack:
        house = a_house(store, tmp_path, api_per_minute=10_000)
        with store.transaction("test") as records:
            a_small_register(records)
            records.add(ExchangeTarget(name="platform", changed_at=house.clock()))
            for scope in Scope:
                target = "platform" if scope is Scope.EXCHANGE else None
                issue_token(records, scope.name, scope.value, "tax", [scope], target=target, at=house.clock())
        client = stack.enter_context(a_client(house))
        for number, one in enumerate(OPERATIONS):
            others = [scope for scope in Scope if scope is not one.scope]
            address = "/api/v1" + one.path.replace("{id}", "S1")
            for scope in (one.scope, others[number % len(others)]):
                answer = _asked(client, one.method, address, scope.value)
                assert (answer.status_code == 403) is (scope is not one.scope), (one.id, scope)
            if "{id}" in one.path and one.method == "GET":
                mine = _asked(client, "GET", address, one.scope.value)
                nothing = _asked(client, "GET", address.replace("S1", "S9"), one.scope.value)
                assert (mine.status_code, mine.text) == (nothing.status_code, nothing.text), one.id
            assert _asked(client, one.method, address, "no token").status_code == 401


def _asked(client: httpx.Client, method: str, address: str, token: str) -> httpx.Response:
    return client.request(method, address, headers={"authorization": f"Bearer {token}"})
