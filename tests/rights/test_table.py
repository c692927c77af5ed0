"""The table of rights, line by line by hand; and every door with the deed that it is."""

from dataclasses import fields
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from handlers.dispatch import BUTTONS, COMMANDS
from inspection.departments import JOINT_OFFICE, PREFECTURE
from inspection.refusals import Refusal
from inspection.rights import RIGHTS, Deed, Part, Span, may
from inspection.roles import Role
from notifications.catalogue import refusal_sentence
from scripts.rights_page import PAGE, written
from tests.rights.doors import BUTTON_DEEDS, COMMAND_DEEDS, SEES
from web.desk import PAGES

ALLOWED = """
    see_own              :: self
    show_uncertain       :: self
    end_access           admin everywhere
    run_scheme           operator
    read_schemes         operator head
    open_name            operator head, auditor everywhere :: member
    approve_scheme       head
    countersign          head
    read_scheme_parts    head
    what_if              operator
    call_off             head
    give_number          :: invited
    enter_value          operator head reviewer liaison
    answer_seat          :: holder
    decide_leave         head, office: head
    order_off            head
    name_seat            head liaison operator
    lead_team            :: lead
    inspect              :: member
    read_briefing        :: self
    approve_visit        head, office: head
    ask_approval         operator :: lead
    record_for_firm      liaison operator head :: member
    read_papers          head operator reviewer :: member
    read_progress        liaison operator head :: lead
    review_findings      reviewer head
    register_objection   operator liaison publicity
    decide_objection     reviewer head
    withdraw_publication reviewer head publicity
    speak                liaison head
    handle_matter        liaison head :: member
    decide_matter        head
    read_clues           liaison operator head
    decide_clue          head
    see_fields           liaison operator head
    cover_field          head
    file_plan            liaison
    merge_plan           office: liaison operator
    read_plans           liaison operator head
    keep_registers       liaison operator, office: liaison operator
    read_statistics      liaison operator head, office: operator head reviewer liaison, auditor everywhere
    watch_redraws        head, office: operator head reviewer liaison, auditor everywhere
    read_diligence       head, office: operator head reviewer liaison, auditor everywhere :: self
    read_archive         operator head reviewer liaison, office: operator head reviewer liaison, auditor everywhere
    read_grounds         head, auditor everywhere
    archive              operator
    reopen_archive       operator head
    see_exchange         office: liaison operator, admin everywhere
"""
"""Roles count in their own department; after `office:` in the joint office, for every department's matters; with
`everywhere` wherever the person works. After `::` stand the parts that are enough by themselves."""
LEVELS = {
    Span.OWN: """run_scheme approve_scheme what_if call_off enter_value ask_approval review_findings decide_objection
        withdraw_publication cover_field archive reopen_archive""",
    Span.BELOW: """read_schemes open_name countersign read_scheme_parts decide_leave order_off name_seat approve_visit
        record_for_firm read_papers read_progress register_objection speak handle_matter decide_matter read_clues
        decide_clue see_fields read_plans keep_registers read_statistics read_diligence read_archive read_grounds""",
    Span.PREFECTURE: "file_plan merge_plan watch_redraws see_exchange",
    Span.EVERY: "end_access",
}
"""For whose matters roles count: of the own level only, also of those below, of the prefecture alone, of all."""
OF_PARTS = {
    "see_own",
    "show_uncertain",
    "give_number",
    "answer_seat",
    "lead_team",
    "inspect",
    "read_briefing",
}
"""Deeds of no role, which ask no level."""
OWN, OTHER = "fire", "tax"
JINGHE, WENQUAN = "652722", "652723"


def _by_hand(line: str) -> tuple[set[Role], set[Role], set[Role], set[Part]]:
    """Own, office, everywhere, parts."""
    roles, _, parts = line.partition("::")
    own, office, everywhere = set[Role](), set[Role](), set[Role]()
    for clause in filter(None, (one.strip() for one in roles.split(","))):
        names = clause.removeprefix("office:").removesuffix("everywhere").split()
        found = {Role(one) for one in names}
        (
            office if clause.startswith("office:") else everywhere if clause.endswith("everywhere") else own
        ).update(found)
    return own, office, everywhere, {Part(one) for one in parts.split()}


LINES = dict(line.strip().split(maxsplit=1) for line in ALLOWED.strip().splitlines())


@pytest.mark.parametrize("deed", list(Deed))
def test_each_role_may_what_is_written_for_it_and_nothing_else(deed: Deed) -> None:
    own, office, everywhere, parts = _by_hand(LINES[deed])
    for role in Role:
        of_own, of_other = (may(deed, [role], OWN, of=one) for one in (OWN, OTHER))
        assert of_own is (role in own | everywhere), (deed, role)
        assert of_other is (role in everywhere), (deed, role)
        assert may(deed, [role], JOINT_OFFICE, of=OTHER) is (role in office | everywhere), (deed, role)
        assert may(deed, [role], OWN) is (role in own | everywhere), (deed, role)
    for part in Part:
        assert may(deed, [], OWN, of=OTHER, parts=[part]) is (part in parts), (deed, part)
    assert not may(deed, [], OWN, of=OWN)
    assert may(deed, list(Role), OWN, of=OTHER) is bool(everywhere)


REACHED = {
    Span.OWN: {(PREFECTURE, PREFECTURE), (JINGHE, JINGHE)},
    Span.BELOW: {(PREFECTURE, PREFECTURE), (PREFECTURE, JINGHE), (PREFECTURE, WENQUAN), (JINGHE, JINGHE)},
    Span.PREFECTURE: {(PREFECTURE, one) for one in (PREFECTURE, JINGHE, WENQUAN)},
    Span.EVERY: {(home, one) for home in (PREFECTURE, JINGHE) for one in (PREFECTURE, JINGHE, WENQUAN)},
}
"""Whose level, and which matter's, for each span."""


@pytest.mark.parametrize("span", list(Span))
def test_each_role_counts_at_the_levels_that_are_written_and_at_no_other(span: Span) -> None:
    for deed in map(Deed, LEVELS[span].split()):
        own, office, everywhere, _parts = _by_hand(LINES[deed])
        for role, home, place in product(Role, (PREFECTURE, JINGHE, ""), (PREFECTURE, JINGHE, WENQUAN)):
            is_reached = (home or PREFECTURE, place) in REACHED[span]
            may_own = may(deed, [role], OWN, home, of=OWN, in_=place)
            assert may_own is (is_reached and role in own | everywhere), (deed, role, home, place)
            of_office = may(deed, [role], JOINT_OFFICE, home, of=OTHER, in_=place)
            assert of_office is (is_reached and role in office | everywhere), (deed, role, home, place)
    said = {one for names in LEVELS.values() for one in names.split()}
    assert said | OF_PARTS == set(LINES)
    assert not said & OF_PARTS


def test_every_line_has_its_refusal_in_both_languages_and_each_is_written_down() -> None:
    assert set(LINES) == {one.value for one in Deed} == {one.value for one in RIGHTS}
    for deed, right in RIGHTS.items():
        for language in ("zh", "en"):
            assert refusal_sentence(Refusal(right.refusal, department="fire"), language), deed


def test_every_button_command_and_page_is_a_deed_of_the_table() -> None:
    named = {one if isinstance(one, type) else one[0] for one in BUTTON_DEEDS}
    assert named == set(BUTTONS)
    acts = {(kind, act) for kind, act in (one for one in BUTTON_DEEDS if isinstance(one, tuple))}
    assert all(act in _acts_of(kind) for kind, act in acts)
    assert set(COMMAND_DEEDS) == set(COMMANDS)
    assert [one.path for one in PAGES if one.path not in SEES] == []
    of_commands = (deed for deeds in COMMAND_DEEDS.values() for deed in deeds)
    used = {*BUTTON_DEEDS.values(), *of_commands, *(deed for one in PAGES for deed in one.deeds)}
    assert set(Deed) - used == {
        Deed.CALL_OFF,  # a command of a head at the terminal, and part of voiding
        Deed.DECIDE_MATTER,
        Deed.COVER_FIELD,
        Deed.READ_GROUNDS,
        Deed.ARCHIVE,
        Deed.REOPEN_ARCHIVE,
    }  # steps of pages that others may read


def _acts_of(kind: type[Any]) -> list[StrEnum]:
    lists = [one.type for one in fields(kind)]
    return [act for one in lists if isinstance(one, type) and issubclass(one, StrEnum) for act in one]


def test_the_page_holds_the_table_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run: python -m scripts.rights_page"
