"""A chat of the whole team: bound by its lead, told how far it is, and silent about everything else."""

import re
from datetime import timedelta

import pytest

from actions.groups import tell_group_of_end
from actions.unreachable import note_unreachable
from notifications.buttons.assignments import TeamAct, TeamButton
from notifications.incoming import IncomingKind
from storage import groups, settings
from storage.tables.inspections import Inspection
from storage.tables.messaging import ChannelAccount, OutboxLine, OutboxState
from storage.tables.registers import RegisteredObject
from tests.actions.story import rows_of
from tests.journeys.town import CHANNEL, Town

GROUP = "-100"


class Team:
    """A confirmed team whose lead asked for a group."""

    def __init__(self, town: Town) -> None:
        self.town = town
        with town.store.transaction("test") as records:
            settings.keep(records, {settings.TELEGRAM_USERNAME: "Example_bot"})
        town.hold_draw()
        self.members = town.holders_who_hear("assignment_drawn")
        for who in self.members:
            town.press(who, "accept")
        (self.lead,) = town.holders_who_hear("team_ready")
        town.press(self.lead, "confirm_team")
        with town.store.reading() as records:
            inspection = rows_of(records, Inspection)[0]
            self.id: str = inspection.id
            self.firm: str = records.get(RegisteredObject, inspection.object_id).name
        self.fire = next(who for who in self.members if who.startswith("fire"))
        self.read_all()

    def read_all(self) -> None:
        for phone in self.town.messenger.phones.values():
            for shown in phone.messages:
                shown.is_read = True

    def code(self) -> str:
        self.town.press(self.lead, "make_group")
        offered = self.town.hears(self.lead, "group_offered").text
        found = re.search(r"https://t\.me/Example_bot\?startgroup=([A-Za-z0-9_-]{16,64})\n", offered)
        assert found, offered
        return found[1]

    def bind(self) -> None:
        code = self.code()
        self.town.group_is(GROUP, IncomingKind.GROUP_JOINED, by=self.lead)
        self.town.type_in(GROUP, self.lead, f"/start@example_bot {code}")
        self.town.hears(GROUP, "group_bound")

    def refused(self) -> str:
        return self.town.hears(GROUP, "refused").text

    def is_bound(self, chat: str = GROUP) -> bool:
        with self.town.store.reading() as records:
            return groups.of_chat(records, CHANNEL, chat) is not None

    def pending(self) -> list[OutboxLine]:
        with self.town.store.reading() as records:
            return rows_of(records, OutboxLine, state=OutboxState.PENDING)


@pytest.fixture
def team(town: Town) -> Team:
    return Team(town)


def test_a_group_is_offered_only_where_a_messenger_has_groups(team: Team) -> None:
    assert team.town.has_button(team.lead, "make_group")
    with team.town.store.transaction("test") as records:
        settings.forget(records, settings.TELEGRAM_USERNAME)
    button = team.town.button(team.lead, "建检查组群")
    team.town.press_data(team.lead, button)
    team.town.hears(team.lead, "refused")


def test_the_group_hears_how_far_the_team_is_and_never_the_firm(team: Team) -> None:
    team.bind()
    team.town.nobody_hears_more()
    team.town.press(team.fire, "start_visit")
    started = team.town.hears(GROUP, "group_standing")
    assert started.is_fresh
    assert f"人员{team.fire}" in started.text
    assert "已答0/2题" in started.text
    number = len(team.town.messenger.phones[GROUP].messages)
    team.town.press(team.fire, "open_checklist")
    for _question in range(2):
        team.town.press(team.fire, "answer_na")
    team.town.press(team.fire, "finish_part")
    assert "检查表已完成" in team.town.hears(GROUP, "group_standing").text
    assert len(team.town.messenger.phones[GROUP].messages) == number, "in place"
    heard = "".join(shown.outgoing.text for shown in team.town.messenger.phones[GROUP].messages)
    assert team.firm not in heard


def test_a_button_in_the_group_acts_for_who_pressed_and_answers_them_alone(team: Team) -> None:
    team.bind()
    team.town.press(team.fire, "start_visit")
    team.read_all()
    team.town.press_in(GROUP, team.lead, "open_checklist")
    assert team.town.hears(team.lead, "ask_question").is_fresh
    team.town.press_in(GROUP, "RV", "open_checklist")
    team.town.hears("RV", "refused")
    team.town.press_in(GROUP, "nobody", "open_checklist")
    team.town.hears(GROUP, "group_stranger")
    team.town.nobody_hears_more()


def test_what_is_asked_in_the_group_is_answered_where_it_belongs(team: Team) -> None:
    team.town.group_is(GROUP, IncomingKind.GROUP_JOINED, by="nobody")
    team.town.hears(GROUP, "group_how")
    team.town.type_in(GROUP, team.lead, "/where")
    team.town.hears(GROUP, "group_how")
    team.bind()
    for words, kind in (
        ("/where@example_bot", "group_standing"), ("/help", "group_bound"), ("/start", "group_bound"),
        ("/tasks", "group_private"), ("/schemes", "group_private"),
    ):  # fmt: skip
        team.town.type_in(GROUP, team.fire, words)
        team.town.hears(GROUP, kind)
    for words in ("明天几点集合？", "任务", "/tasks@another_bot", "/whatever", "是", ""):
        team.town.type_in(GROUP, team.fire, words)
    team.town.nobody_hears_more()


def test_only_the_lead_binds_a_group_and_once(team: Team) -> None:
    code = team.code()
    team.town.type_in(GROUP, team.fire, f"/start {code}")
    assert "组长" in team.refused()
    team.town.type_in(GROUP, "nobody", f"/start {code}")
    team.town.hears(GROUP, "group_stranger")
    assert not team.is_bound()
    team.town.type_in(GROUP, team.lead, f"/start {code}")
    team.town.hears(GROUP, "group_bound")
    team.town.type_in("-200", team.lead, f"/start {code}")
    team.town.hears("-200", "refused")
    assert not team.is_bound("-200")


def test_a_link_is_not_for_ever(team: Team) -> None:
    code = team.code()
    team.town.now += timedelta(hours=49)
    team.town.type_in(GROUP, team.lead, f"/start {code}")
    assert "已经用过或者过期" in team.refused()


def test_a_second_group_takes_the_place_of_the_first(team: Team) -> None:
    team.bind()
    code = team.code()
    team.town.type_in("-200", team.lead, f"/start {code}")
    assert (team.is_bound(), team.is_bound("-200")) == (False, True)


def test_an_enrolment_code_in_a_group_enrols_nobody(team: Team) -> None:
    team.town.type_in(GROUP, "nobody", "/start ABCDEFGHJKLMN")
    team.town.hears(GROUP, "group_stranger")
    team.town.type_in(GROUP, "nobody", "ABCDEFGHJKLMN")
    team.town.nobody_hears_more()


def test_a_group_that_sends_us_away_hears_no_more(team: Team) -> None:
    team.bind()
    team.town.group_is(GROUP, IncomingKind.GROUP_LEFT, by=team.lead)
    team.town.press(team.fire, "start_visit")
    assert "group_standing" not in [one.kind for one in team.town.messenger.phones[GROUP].unread()]
    assert not team.is_bound()


def test_a_letter_that_a_group_sends_back_is_dropped_and_nobody_is_told(team: Team) -> None:
    team.bind()
    team.town.messenger.blocked.add(GROUP)
    team.town.press(team.fire, "start_visit")
    assert not team.is_bound()
    with team.town.store.reading() as records:
        assert rows_of(records, OutboxLine, state=OutboxState.DEAD) == []
    assert team.town.holders_who_hear("cannot_reach") == []


def test_a_group_that_moved_is_written_to_at_its_new_number(team: Team) -> None:
    team.bind()
    team.town.messenger.unreachable.add(GROUP)
    team.town.press(team.fire, "start_visit")
    assert [line.chat for line in team.pending()] == [GROUP]
    team.town.group_is(GROUP, IncomingKind.GROUP_MOVED, by=team.lead, text="-300")
    team.town.group_is(GROUP, IncomingKind.GROUP_MOVED, by=team.lead, text="-300")
    team.town.hears("-300", "group_standing")
    assert (team.is_bound(), team.is_bound("-300")) == (False, True)


def test_words_in_a_group_are_no_sign_of_life_of_somebodys_own_chat(team: Team) -> None:
    with team.town.store.transaction("test") as records:
        note_unreachable(records, CHANNEL, team.fire, "blocked", at=team.town.now)
    team.town.settle()
    team.bind()
    team.town.type_in(GROUP, team.fire, "/where")
    team.town.press(team.lead, "start_visit")
    team.town.press_in(GROUP, team.fire, "open_checklist")
    with team.town.store.reading() as records:
        assert records.get(ChannelAccount, (CHANNEL, team.fire)).unreachable_since is not None


def test_the_group_hears_of_a_changed_team_and_of_the_end(team: Team) -> None:
    team.bind()
    market = next(who for who in team.members if who.startswith("market") and who != team.lead)
    team.town.press_data(team.lead, TeamButton(TeamAct.CHOOSE_SEAT, team.id))
    team.town.press(team.lead, "seat_of", person=f"人员{market}")
    team.town.type(team.lead, "请另抽一位懂冷库的同事")
    (new,) = team.town.holders_who_hear("assignment_drawn")
    team.town.press(new, "accept")
    team.town.press(team.lead, "confirm_team")
    assert "共4人" in team.town.hears(GROUP, "group_team_confirmed").text
    team.town.press_in(GROUP, team.fire, "start_visit")
    team.town.hears(GROUP, "group_standing")
    with team.town.store.transaction("test") as records:
        tell_group_of_end(records, records.get(Inspection, team.id), at=team.town.now)
    team.town.settle()
    ended = team.town.hears(GROUP, "group_visit_ended")
    assert ended.is_fresh
    assert not ended.rows
