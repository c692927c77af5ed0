"""Who is reached, by which way, and what becomes of words that find nobody."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from actions.assignments import accept_assignment
from actions.enrolment import enrol, issue_code
from actions.menus import offer_menus
from actions.set_aside import send_again
from actions.telling import tell
from bot.channels.channel import Report, Sent
from inspection.roles import Role
from notifications.messages.desk import NotUnderstood
from notifications.outgoing import Key, Outgoing
from storage import outbox
from storage.outbox import Letter
from storage.store import Store
from storage.tables.inspections import Assignment
from storage.tables.messaging import OutboxLine, OutboxState
from storage.tables.registers import Person
from tests.builders import a_person
from tests.on_telegram.site import Site
from tests.stores import an_empty_store
from tests.telegram import limits
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

OTHER = "letterbox"


class Letterbox:
    """Another channel, which keeps what it is given."""

    name = OTHER

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, str]] = []
        """To whom, of what kind, and in which words."""

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        for letter in letters:
            await asyncio.sleep(0)
            self.letters.append((letter.chat, letter.body["kind"], letter.body["text"]))
            report(letter, Sent(f"m{len(self.letters)}"))

    def kinds(self, chat: str) -> list[str]:
        return [kind for to, kind, _ in self.letters if to == chat]


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def site(telegram: FakeTelegram, tmp_path: Path, letterbox: Letterbox) -> Iterator[Site]:
    with an_empty_store("sqlite", tmp_path) as store, _drawn(store, telegram, tmp_path, letterbox) as site:
        yield site


@pytest.fixture
def on_both(store: Store, telegram: FakeTelegram, tmp_path: Path, letterbox: Letterbox) -> Iterator[Site]:
    with _drawn(store, telegram, tmp_path, letterbox) as site:
        yield site


@contextmanager
def _drawn(store: Store, telegram: FakeTelegram, folder: Path, letterbox: Letterbox) -> Iterator[Site]:
    """Everybody was drawn, and nobody has answered yet."""
    site = Site(store, telegram, folder, is_confirmed=False, letterbox=letterbox)
    with site.house:
        site.house.rests()
        site.read_all()
        yield site
        telegram.faults.end()
    telegram.every_press_was_answered()


def _tell(site: Site, who: str, words: str) -> None:
    """A notice of which the words are told apart."""
    with site.store.transaction("test") as records:
        tell(records, who, NotUnderstood(text=words), key=f"test:{words}", at=site.house.now)
    site.house.rests()


def _has_another(site: Site, who: str) -> None:
    with site.store.transaction("test") as records:
        person = records.get(Person, who)
        enrol(records, person, channel=OTHER, chat=f"at-{who}", at=site.house.now - timedelta(days=1))


# Enrolling


@pytest.fixture
def newcomer(on_both: Site) -> Phone:
    """Somebody with a code that holds for a day and was made for OP2, an operator."""
    with on_both.store.transaction("test") as records:
        records.add(a_person("OP2", department="fire", roles=(Role.OPERATOR,)))
        issue_code(records, "OP2", "ABCDEFGH23456", at=on_both.house.now, valid_for=timedelta(days=1))
    return on_both.telegram.phone(42, name="新人")


def test_the_link_with_the_code_enrols_and_shows_the_menu_of_the_role(on_both: Site, newcomer: Phone) -> None:
    newcomer.starts("abcd-efgh-23456")
    on_both.house.rests()
    newcomer.hears("登记成功：人员OP2")
    assert newcomer.menu == ["schemes", "tasks", "where", "due", "help"]
    assert on_both[on_both.fire].menu == ["matters", "tasks", "where", "due", "help"]
    assert on_both["HD-fire"].menu == ["officers", "matters", "tasks", "where", "due", "help"]
    second = on_both.telegram.phone(43)
    second.starts("ABCDEFGH23456")
    on_both.house.rests()
    second.hears("已经用过")
    assert second.menu == []


def test_a_wrong_code_an_old_one_and_no_code_at_all_are_told_apart(on_both: Site, newcomer: Phone) -> None:
    for code, sentence in (("", "请先登记"), ("WRONG", "登记码不正确")):
        newcomer.starts(code)
        on_both.house.rests()
        newcomer.hears(sentence)
    on_both.house.now += timedelta(days=2)
    newcomer.starts("ABCDEFGH23456")
    on_both.house.rests()
    newcomer.hears("已过期")
    newcomer.hears_nothing_more()


def test_a_menu_follows_the_roles(site: Site) -> None:
    with site.store.transaction("test") as records:
        records.get(Person, site.fire).roles = [Role.OFFICER, Role.HEAD]
        records.get(Person, "OP").roles = [Role.REVIEWER]
    with site.store.transaction("test") as records:
        assert offer_menus(records, at=site.house.now) == 2
    site.house.rests()
    assert site[site.fire].menu == ["officers", "matters", "tasks", "where", "due", "help"]
    assert site["OP"].menu == ["tasks", "where", "due", "help"]
    site.telegram.nobody_hears_more()


def test_a_name_that_changes_hands_changes_nothing(site: Site) -> None:
    phone, stranger = site[site.fire], site.telegram.phone(44, username="fire_officer")
    phone.account.username = "fire_officer"
    site.says(site.fire, "/tasks")
    phone.hears("示例商户")
    phone.account.username = ""
    stranger.starts()
    stranger.types("/tasks")
    site.house.rests()
    assert len([one for one in stranger.messages if "请先登记" in one.text]) == 2
    site.says(site.fire, "/tasks")
    phone.hears("示例商户")


# Who can't be reached


def test_the_lead_hears_of_who_blocked_us_and_the_notice_takes_the_other_way(
    on_both: Site, letterbox: Letterbox
) -> None:
    site = on_both
    _has_another(site, site.fire)
    site[site.fire].blocks_bot()
    site.house.rests()
    heard = site[site.lead].hears("联系不上").text
    assert site.fire in heard
    assert "通知已改由其他渠道送达" in heard
    _tell(site, site.fire, "有事")
    assert letterbox.kinds(f"at-{site.fire}")[-1] == "not_understood"
    site[site.fire].unblocks()
    site.house.rests()
    site[site.lead].hears("已恢复联系")
    site.says(site.fire, "/where")
    _tell(site, site.fire, "又有事")
    site[site.fire].hears("又有事")


def test_an_account_that_is_closed_is_known_by_the_first_notice_and_nothing_is_lost(site: Site) -> None:
    site[site.fire].closes_account()
    _tell(site, site.fire, "有事")
    assert "没有其他联系渠道" in site[site.lead].hears("联系不上").text
    with site.store.reading() as records:
        (dead,) = outbox.dead(records)
    assert (dead.person_id, dead.error) == (site.fire, outbox.NO_CHANNEL)
    site[site.fire].account.is_deactivated = False
    site.says(site.fire, "在")
    assert [one for one in site[site.fire].messages if "有事" in one.text]
    assert [one for one in site[site.lead].messages if "已恢复联系" in one.text]


def test_what_found_nobody_goes_out_by_the_way_that_is_opened_later(site: Site, letterbox: Letterbox) -> None:
    site[site.fire].blocks_bot()
    _tell(site, site.fire, "有事")
    assert letterbox.letters == []
    _has_another(site, site.fire)
    site.house.rests()
    assert letterbox.kinds(f"at-{site.fire}") == ["not_understood", "command_menu"]


def test_what_nobody_could_send_is_seen_with_its_reason_and_can_be_sent_again(site: Site) -> None:
    _write(site, site.fire, Outgoing("help", "有事", ((Key("看", "x" * 65),),)), "mistaken")
    site.house.rests()
    with site.store.transaction("test") as records:
        (dead,) = outbox.dead(records)
        assert "64 bytes" in dead.error
        dead.body = Outgoing("help", "有事").to_json()  # as a program without that mistake writes it
        number = dead.id or 0
    site[site.fire].hears_nothing_more()
    with site.store.transaction("test") as records:
        send_again(records, number, at=site.house.now)
    site.house.rests()
    site[site.fire].hears("有事")
    with site.store.reading() as records:
        assert outbox.dead(records) == []


# What is no longer so


def test_a_reminder_of_what_was_accepted_meanwhile_is_not_sent(site: Site) -> None:
    site.telegram.faults.refuses("sendMessage", times=1000)
    site.wait(hours=9)  # half of the time is in the night: it is said before the office closes
    reminded = [one for one in site.lines("answer_reminder") if one.person_id == site.fire]
    assert [one.state for one in reminded] == [OutboxState.PENDING]
    with site.store.transaction("web") as records:
        (held,) = (one for one in site.rows(Assignment) if one.person_id == site.fire)
        accept_assignment(records, held.id, by=records.get(Person, site.fire), at=site.house.now)
    site.telegram.faults.end()
    site.wait(minutes=2)
    assert {one.state for one in site.lines("answer_reminder") if one.person_id == site.fire} == {
        OutboxState.DROPPED
    }
    site[site.fire].hears_nothing_more()
    site[site.other_fire].hears("示例商户")


def test_a_task_that_lapsed_while_telegram_was_away_is_told_as_lapsed_only(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    with an_empty_store("sqlite", tmp_path) as store:
        site = Site(store, telegram, tmp_path, is_confirmed=False)
        telegram.faults.refuses("sendMessage", times=10_000)
        with site.house:
            site.house.rests()
            site.wait(hours=25)
            telegram.faults.end()
            for _ in range(3):
                site.wait(minutes=2)
        told = [one for one in site.rows(OutboxLine, person_id=site.fire) if one.state is OutboxState.SENT]
        assert [one.kind for one in told] == ["assignment_lapsed"]
        site[site.fire].hears("示例商户")
        site[site.fire].hears_nothing_more()


# Long words, odd words


def _write(site: Site, who: str, body: Outgoing, key: str) -> None:
    chat = str(site[who].id)
    with site.store.transaction("test") as records:
        outbox.write(records, {
            "key": key, "addressee": who, "is_reply": False, "channel": "telegram", "chat": chat,
            "kind": body.kind, "body": body.to_json(), "slot": body.slot, "created_at": site.house.now,
            "due_at": site.house.now,
        })  # fmt: skip


LINES = "\n".join(
    f"第{number}户：示例商户{number}，地址示例路{number}号，负责人待定。" for number in range(1, 400)
)


def test_a_long_message_comes_in_parts_with_the_buttons_under_the_last(site: Site) -> None:
    _write(site, site.fire, Outgoing("task_list", f"任务\n{LINES}", ((Key("看", "x:y"),),)), "long")
    site.house.rests()
    parts = site[site.fire].reads_everything()
    assert len(parts) > 2
    assert all(len(one.text) <= limits.TEXT for one in parts)
    assert [bool(one.buttons) for one in parts] == [False] * (len(parts) - 1) + [True]
    assert "\n".join(one.text for one in parts) == f"任务\n{LINES}"
    assert all(one.text.endswith("待定。") for one in parts)


def test_after_a_failure_in_the_middle_only_the_missing_parts_come(on_both: Site) -> None:
    site = on_both
    site.telegram.faults.refuses("sendMessage", times=1, after=1)
    _write(site, site.fire, Outgoing("task_list", LINES), "long")
    site.house.rests()
    assert len(site[site.fire].messages) > 0
    site.wait(seconds=10)
    parts = site[site.fire].reads_everything()
    assert "\n".join(one.text for one in parts) == LINES


@pytest.mark.parametrize(
    "words", ["<b>不是粗体</b>", "A&B &amp; 'C' \"D\"", "1 < 2 > 0", "</b></i>", "*_[x](y)_*"]
)
def test_odd_signs_arrive_as_they_were_written(site: Site, words: str) -> None:
    site.says(site.fire, f"话{words}")
    assert f"话{words}" in site[site.fire].hears("话").text
    with site.store.transaction("test") as records:
        records.get(Person, site.fire).name = words
    site.says(site.fire, "/start")
    assert words in site[site.fire].hears("您已经登记过").text
