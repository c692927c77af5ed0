"""Somebody whose messenger no longer carries our words: who hears of it, where the notices go, and when it is over."""

from datetime import timedelta

from actions.channel_trouble import note_trouble
from actions.enrolment import enrol
from actions.menus import offer_menus
from inspection.roles import Role
from notifications.messages.channels import Ailment
from storage import outbox, troubles
from storage.tables.messaging import ChannelAccount, OutboxState
from storage.tables.registers import Person
from tests.builders import a_person
from tests.journeys.town import CHANNEL, Town
from tests.journeys.visit import confirmed_team


def _drawn(town: Town) -> tuple[str, str]:
    """The lead, and an officer of the other department, of a confirmed team; everything is read."""
    team = confirmed_team(town)
    return team.lead, team.fire


def _read_all(town: Town) -> None:
    town.read_all()


def test_the_lead_hears_once_that_somebody_of_the_team_is_silent(town: Town) -> None:
    lead, officer = _drawn(town)
    town.block(officer)
    told = town.hears(lead, "cannot_reach").text
    assert f"人员{officer}" in told
    assert "示例商户" in told
    assert "电话" in told
    town.block(officer)
    town.nobody_hears_more()


def test_it_is_over_with_any_sign_of_life_and_the_lead_reads_so_in_the_same_place(town: Town) -> None:
    lead, officer = _drawn(town)
    town.block(officer)
    number = len(town.messenger.phones[lead].messages)
    town.unblock(officer)
    again = town.hears(lead, "reachable_again")
    assert not again.is_fresh
    assert len(town.messenger.phones[lead].messages) == number
    town.unblock(officer)
    town.type(officer, "/help")
    town.hears(officer, "help")
    town.nobody_hears_more()


def test_a_second_silence_is_told_again(town: Town) -> None:
    lead, officer = _drawn(town)
    for _time in range(2):
        town.block(officer)
        town.hears(lead, "cannot_reach")
        town.messenger.blocked.clear()
        town.type(officer, "/help")
        town.hears(lead, "reachable_again")
        town.wait(timedelta(minutes=1))


def test_a_letter_that_comes_back_tells_the_same_and_the_letter_waits(town: Town) -> None:
    lead, officer = _drawn(town)
    town.block(officer, says_so=False)
    town.press(lead, "start_visit")
    town.hears(lead, "cannot_reach")
    assert not any(
        shown.outgoing.kind == "visit_started" for shown in town.messenger.phones[officer].messages
    )
    town.messenger.blocked.clear()
    town.type(officer, "/tasks")
    town.hears(officer, "visit_started")


def test_with_another_account_the_notices_go_there_and_the_lead_reads_so(town: Town) -> None:
    lead, officer = _drawn(town)
    with town.store.transaction("test") as records:
        enrol(records, records.get(Person, officer), channel=CHANNEL, chat="second", at=town.now)
        records.get(ChannelAccount, (CHANNEL, officer)).last_used_at = town.now.replace(hour=3)
    town.block(officer, says_so=False)
    town.press(lead, "start_visit")
    told = town.hears(lead, "cannot_reach").text
    assert "其他渠道" in told
    assert "电话" not in told
    town.hears("second", "visit_started")


def test_a_silent_lead_is_told_to_the_head_and_a_silent_head_to_the_operators(town: Town) -> None:
    lead, _officer = _drawn(town)
    town.block(lead)
    assert "示例商户" in town.hears("HD-market", "cannot_reach").text
    town.block("HD-market")
    assert "涉及" not in town.hears("OP", "cannot_reach").text
    town.nobody_hears_more()


def test_whoever_was_not_told_yet_need_not_be_told_at_all(town: Town) -> None:
    lead, officer = _drawn(town)
    town.messenger.unreachable.add(lead)
    town.block(officer)
    town.unblock(officer)
    town.messenger.unreachable.clear()
    town.now = town.now.replace(hour=9)
    town.settle()
    kinds = [shown.outgoing.kind for shown in town.messenger.phones[lead].messages if not shown.is_read]
    assert kinds == []


def test_a_silent_witness_is_told_to_the_operators_of_the_draw(town: Town) -> None:
    with town.store.transaction("test") as records:
        records.add(a_person("OP-fire", department="fire", roles=(Role.OPERATOR,)))
    town.enrol_everybody("OP-fire")
    town.block("W1")
    town.hears("OP", "cannot_reach")
    town.nobody_hears_more()


def test_a_stranger_who_blocks_us_is_nobodys_business(town: Town) -> None:
    town.block("nobody")
    town.unblock("nobody")
    town.nobody_hears_more()


# Menus.


def _menus(town: Town, who: str) -> list[tuple[str, ...]]:
    return town.messenger.menus.get(who, [])


def test_everybody_is_offered_the_commands_of_their_roles_once(town: Town) -> None:
    town.settle()
    assert _menus(town, "OP") == [("/schemes", "/tasks", "/where", "/due", "/help")]
    assert _menus(town, "HD-fire") == [("/officers", "/matters", "/tasks", "/where", "/due", "/help")]
    assert _menus(town, "fire-1") == [("/matters", "/tasks", "/where", "/due", "/help")]
    with town.store.transaction("test") as records:
        assert offer_menus(records, at=town.now) == 0
    town.nobody_hears_more()


def test_a_menu_that_changes_and_changes_back_is_sent_each_time(town: Town) -> None:
    town.settle()
    plain, with_schemes = (
        ("/matters", "/tasks", "/where", "/due", "/help"),
        ("/schemes", "/matters", "/tasks", "/where", "/due", "/help"),
    )
    for roles in ([Role.OPERATOR, Role.OFFICER], [Role.OFFICER]):
        with town.store.transaction("test") as records:
            records.get(Person, "fire-1").roles = [role.value for role in roles]
            assert offer_menus(records, at=town.now) == 1
        town.settle()
    assert _menus(town, "fire-1") == [plain, with_schemes, plain]


def test_another_language_is_another_menu(town: Town) -> None:
    with town.store.transaction("test") as records:
        records.get(Person, "fire-1").language = "en"
        assert offer_menus(records, at=town.now) == 1


def test_a_menu_for_a_silent_account_is_no_dead_notice_and_comes_when_it_lives(town: Town) -> None:
    town.settle()
    town.block("fire-1")
    with town.store.transaction("test") as records:
        records.get(Person, "fire-1").roles = [Role.OPERATOR.value]
        assert offer_menus(records, at=town.now) == 0
        assert outbox.counts(records).get(OutboxState.DEAD, 0) == 0
    town.unblock("fire-1")
    assert _menus(town, "fire-1")[-1][0] == "/schemes"


def test_the_web_chat_is_offered_none(town: Town) -> None:
    with town.store.transaction("test") as records:
        records.add(a_person("WEB"))
        records.session.flush()
        enrol(records, records.get(Person, "WEB"), channel="web", chat="WEB", at=town.now)
        assert "WEB" not in {line.chat for line in outbox.dead(records)}
        assert offer_menus(records, at=town.now) == 0


# A channel as a whole.


def _ails(town: Town, ailment: Ailment | None) -> None:
    with town.store.transaction("test") as records:
        note_trouble(records, "telegram", ailment, "ConnectError", at=town.now)
    town.settle()


def test_operators_hear_of_a_trouble_once_and_of_its_end_in_the_same_place(town: Town) -> None:
    _ails(town, Ailment.NO_NETWORK)
    assert "防火墙" in town.hears("OP", "channel_trouble").text
    _ails(town, Ailment.NO_NETWORK)
    town.nobody_hears_more()
    with town.store.reading() as records:
        [trouble] = troubles.present(records)
        assert (trouble.channel, trouble.ailment, trouble.since) == ("telegram", "no_network", town.now)
    number = len(town.messenger.phones["OP"].messages)
    _ails(town, None)
    town.hears("OP", "channel_well")
    assert len(town.messenger.phones["OP"].messages) == number
    _ails(town, None)
    town.nobody_hears_more()
    with town.store.reading() as records:
        assert troubles.present(records) == []


def test_another_trouble_is_told_anew(town: Town) -> None:
    _ails(town, Ailment.NO_NETWORK)
    _ails(town, Ailment.UNAUTHORIZED)
    assert "令牌" in [shown.outgoing.text for shown in town.messenger.phones["OP"].messages][-1]


def test_a_trouble_that_was_over_before_it_could_be_told_is_not_told(town: Town) -> None:
    town.messenger.unreachable.add("OP")
    _ails(town, Ailment.NO_NETWORK)
    _ails(town, None)
    town.messenger.unreachable.clear()
    town.now = town.now.replace(hour=9)
    town.settle()
    town.nobody_hears_more()


def test_those_who_run_the_installation_hear_it_too(town: Town) -> None:
    with town.store.transaction("test") as records:
        records.add(a_person("AD", roles=(Role.ADMIN,)))
    town.enrol_everybody("AD")
    _ails(town, Ailment.OTHER_POLLER)
    town.hears("AD", "channel_trouble")
