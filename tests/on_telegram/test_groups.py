"""The group of a team on Telegram: bound by its lead through the link, told how far the team is, and nothing else."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from actions.groups import tell_group_of_progress
from storage import groups
from storage.store import Store
from storage.tables.messaging import OutboxLine, OutboxState
from storage.tables.registers import RegisteredObject
from tests.builders import NOW
from tests.field.pictures import a_picture
from tests.on_telegram.site import PEOPLE, Site
from tests.stores import an_empty_store
from tests.telegram.clock import Clock
from tests.telegram.groups import Group
from tests.telegram.server import FakeTelegram

_SPEAKING = ("sendMessage", "editMessageText", "editMessageReplyMarkup")


class TeamGroup:
    """A confirmed team and a group of it, to which the lead has added the bot by the link."""

    def __init__(self, site: Site, kind: str) -> None:
        self.site = site
        members = (site.lead, site.mate, site.fire, site.other_fire)
        code = self.code()
        self.group: Group = site.telegram.group("检查组群", *(site[who] for who in members), kind=kind)
        site[site.lead].types(f"/start@{site.telegram.world.bot.username} {code}", to=self.group)
        site.house.rests()

    def code(self) -> str:
        site = self.site
        site.press(site.lead, "make_group")
        link = next(one.text for one in reversed(site[site.lead].messages) if "startgroup=" in one.text)
        found = re.search(rf"https://t\.me/{site.telegram.world.bot.username}\?startgroup=([\w-]+)", link)
        assert found, link
        return found[1]

    def is_bound(self) -> bool:
        with self.site.store.reading() as records:
            return groups.of_chat(records, "telegram", str(self.group.chat.id)) is not None

    def says(self, who: str, words: str) -> None:
        self.site[who].types(words, to=self.group)
        self.site.house.rests()


@pytest.fixture
def site(telegram: FakeTelegram, tmp_path: Path) -> Iterator[Site]:
    with an_empty_store("sqlite", tmp_path) as store:
        yield from _at_work(store, telegram, tmp_path)


@pytest.fixture
def on_both(store: Store, telegram: FakeTelegram, tmp_path: Path) -> Iterator[Site]:
    yield from _at_work(store, telegram, tmp_path)


def _at_work(store: Store, telegram: FakeTelegram, folder: Path) -> Iterator[Site]:
    site = Site(store, telegram, folder, is_confirmed=False)
    with site.house:
        site.house.rests()
        for who in (site.lead, site.mate, site.fire, site.other_fire):
            site.press(who, "accept")
        site.press(site.lead, "confirm_team")
        yield site
        telegram.faults.end()
    telegram.every_press_was_answered()


@pytest.fixture
def team(site: Site) -> TeamGroup:
    team = TeamGroup(site, "supergroup")
    assert "检查组" in team.group.hears("组长").text
    site.read_all()
    team.group.reads_everything()
    return team


def test_the_group_hears_how_far_the_team_is_and_never_the_firm(on_both: Site) -> None:
    site = on_both
    team = TeamGroup(site, "group")
    assert team.is_bound()
    site.press(site.fire, "start_visit")
    site.press(site.fire, "open_checklist")
    standing = team.group.last
    for name in ("answer_na", "answer_na", "finish_part"):
        site.press(site.fire, name)
    assert team.group.last.id == standing.id, "in place"
    assert "已完成" in team.group.last.text
    heard = "".join(shown.text for shown in team.group.messages)
    firm = site.rows(RegisteredObject, id=site.inspection.object_id)[0]
    assert firm.name not in heard
    assert firm.address not in heard


def test_no_group_is_asked_where_it_is(team: TeamGroup) -> None:
    site = team.site
    site.press(site.lead, "start_visit")
    assert team.group.chat.keyboard is None
    assert site[site.lead].keyboard


def test_a_press_in_the_group_acts_for_who_pressed_and_answers_them_alone(team: TeamGroup) -> None:
    site = team.site
    site.press(site.lead, "start_visit")
    site.read_all()
    team.group.reads_everything()
    site.press(site.fire, "open_checklist", on=team.group)
    site[site.fire].hears("示例问题3")
    stranger = site.telegram.phone(99, name="过路人")
    team.group.adds(stranger)
    stranger.presses("打开检查表", on=team.group)
    site.press("RV", "open_checklist", on=team.group)
    team.group.hears("登记")
    assert stranger.messages == []
    site["RV"].hears("不是")
    site.telegram.nobody_hears_more()


def test_words_among_themselves_and_commands_to_other_bots_get_no_answer(team: TeamGroup) -> None:
    team.group.makes_bot_admin(by=team.site[team.site.lead])
    for words in ("明天几点集合？", "1 是 2 是", "任务", "/tasks@another_bot", "是"):
        team.says(team.site.fire, words)
    team.site[team.site.fire].sends_photo(a_picture(), "1", to=team.group)
    team.site.house.rests()
    team.site.telegram.nobody_hears_more()
    assert team.site.answers() == {}
    assert team.site.photos() == []


def test_only_the_lead_binds_and_the_link_holds_once(site: Site) -> None:
    team = TeamGroup(site, "group")
    site.read_all()
    other = site.telegram.group("另一个群", site[site.fire], site[site.lead])
    site.house.rests()
    code = team.code()
    site[site.fire].types(f"/start@shuangsuiji_bot {code}", to=other)
    site.house.rests()
    other.hears("组长")
    site[site.lead].types(f"/start@shuangsuiji_bot {code}", to=other)
    site.house.rests()
    assert not team.is_bound()
    site[site.lead].types(f"/start@shuangsuiji_bot {code}", to=team.group)
    site.house.rests()
    team.group.hears("已经用过或者过期")


def test_a_group_that_sends_us_away_hears_no_more_and_nobody_is_troubled(team: TeamGroup) -> None:
    site = team.site
    team.group.removes_bot(by=site[site.lead])
    site.house.rests()
    site.press(site.lead, "start_visit")
    assert not team.is_bound()
    team.group.hears_nothing_more()
    assert site.rows(OutboxLine, state=OutboxState.DEAD) == []
    assert site.lines("cannot_reach") == []


def test_a_group_that_becomes_a_supergroup_is_told_at_its_new_number(site: Site) -> None:
    team = TeamGroup(site, "group")
    site.house.stops()
    team.group.becomes_supergroup(by=site[site.lead])
    site.house.starts()
    site.press(site.lead, "start_visit")
    assert team.is_bound()
    team.group.hears("正在检查")


def test_the_news_that_the_group_moved_may_come_after_the_letter(site: Site) -> None:
    team = TeamGroup(site, "group")
    site.telegram.faults.delays("getUpdates", 1.0)
    team.group.becomes_supergroup(by=site[site.lead])
    site.press(site.lead, "start_visit")
    for _ in range(3):
        site.wait(seconds=10)
    team.group.hears("正在检查")
    assert [call for call in site.telegram.calls if call.status == 429] == []


def test_forty_changes_in_a_moment_keep_to_what_a_group_may_hear(tmp_path: Path) -> None:
    """At Telegram's own pace: it never has to say that it was too much, and what is overtaken is not sent any more."""
    clock = Clock(is_running=True)
    with FakeTelegram(clock=clock, patience=10) as telegram, an_empty_store("sqlite", tmp_path) as store:
        site = Site(store, telegram, tmp_path, hurry=1)
        inspection, members = site.inspection, [telegram.phone(6001 + PEOPLE.index(site.lead))]
        group = telegram.group("检查组群", *members)
        with store.transaction("test") as records:
            groups.bind(records, "telegram", str(group.chat.id), site.id, by=site.lead, at=NOW)
        telegram.world.flood.is_on = True
        with site.house:
            for number in range(40):
                with store.transaction("test") as records:
                    at = NOW + timedelta(seconds=number)
                    tell_group_of_progress(records, inspection, cause=f"finished:{number}", at=at)
            site.house.now += timedelta(minutes=1)
            telegram.waits_until(lambda: not site.lines("group_standing", state=OutboxState.PENDING), 20)
        assert telegram.world.flood.refused == 0
        to_group = [
            call for call in telegram.calls if call.method in _SPEAKING and call.params.integer("chat_id") < 0
        ]
        assert 0 < len(to_group) < 10
