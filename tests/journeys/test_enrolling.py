"""A code makes an account somebody's: however it is written, by link or by hand, and only once."""

from datetime import timedelta

import pytest

from actions.enrolment import issue_code
from storage.tables.messaging import ChannelAccount
from tests.journeys.town import CHANNEL, Town

CODE = "ABCDEFGHJK234"


def _issue(town: Town, person: str = "fire-1", code: str = CODE) -> None:
    with town.store.transaction("test") as records:
        issue_code(records, person, code, at=town.now, valid_for=timedelta(hours=72))


def _owner(town: Town, chat: str) -> str | None:
    with town.store.reading() as records:
        account = records.find(ChannelAccount, (CHANNEL, chat))
        return account.person_id if account else None


@pytest.mark.parametrize(
    "words",
    [
        f"/start {CODE}",
        f"/start@example_bot {CODE}",
        f"/START  {CODE.lower()}  ",
        f"/start\n{CODE}\n",
        "/start ABCDE FGHJK 234",
        f"  {CODE.lower()} ",
        "ABCDE-FGHJK-234",
        "ＡＢＣＤＥＦＧＨＪＫ２３４",
    ],
)
def test_a_code_is_read_however_it_is_written(town: Town, words: str) -> None:
    _issue(town)
    town.type("new", words)
    town.hears("new", "enrolled")
    assert _owner(town, "new") == "fire-1"
    assert town.messenger.menus["new"] == [("/matters", "/tasks", "/where", "/due", "/help")]


@pytest.mark.parametrize("words", ["/start", "/start@example_bot", "/startled ABCDEFGHJK234"])
def test_without_a_code_a_stranger_is_asked_for_it(town: Town, words: str) -> None:
    _issue(town)
    town.type("new", words)
    town.hears("new", "ask_code")
    assert _owner(town, "new") is None


def test_a_code_of_ones_own_is_still_good_for_another_messenger(town: Town) -> None:
    _issue(town)
    town.type("fire-1", f"/start {CODE}")
    assert "还可以使用" in town.hears("fire-1", "already_enrolled").text
    town.type("second", f"/start {CODE}")
    town.hears("second", "enrolled")
    town.type("fire-1", f"/start {CODE}")
    assert "还可以使用" not in town.hears("fire-1", "already_enrolled").text


def test_somebody_elses_code_stays_unused(town: Town) -> None:
    _issue(town, "fire-2")
    town.type("fire-1", f"/start {CODE}")
    told = town.hears("fire-1", "already_enrolled").text
    assert "没有使用" in told
    assert "还可以使用" not in told
    town.type("new", CODE)
    town.hears("new", "enrolled")
    assert _owner(town, "new") == "fire-2"
