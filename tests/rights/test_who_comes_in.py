"""A browser is let in by a word in the chat; what speaks for a person is seen and ended; who leaves is out at once."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from actions.api_tokens import issue_token, valid_token
from actions.enrolment import CODE_ALPHABET, CODE_LENGTH, OWN_CODE_LASTS, PersonLeft, issue_code
from actions.register_edits import set_active
from actions.web_sign_in import LASTS, SESSION
from bot.channels.webchat import WebChat
from notifications.buttons.accounts import SignInAct, SignInButton
from notifications.buttons.pictures import DueButton
from storage import outbox, web_sessions
from storage.tables.messaging import (
    ChannelAccount,
    EnrolmentCode,
    OutboxLine,
    OutboxState,
    SignInRequest,
    WebSession,
)
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.journeys.rehearsal import refusal_code
from tests.rights.conftest import Office
from tests.web.houses import FakeClock, House, Wakes, a_client
from web.cookies import COOKIE, WAITING_COOKIE

HTML = {"accept": "text/html"}
CHROME = {"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537"}


def _ask(browser: httpx.Client) -> str:
    """Gives the code that the browser shows."""
    asked = browser.post("/sign-in/ask", headers=CHROME)
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in/wait")
    found = re.search(r"/login ([A-Z2-9]{4}-[A-Z2-9]{4})<", browser.get("/sign-in/wait").text)
    assert found is not None
    return found[1]


def _sign_in(office: Office, browser: httpx.Client, who: str) -> None:
    office.town.type(who, f"/login {_ask(browser)}")
    office.town.hears(who, "sign_in_asked")
    office.town.press(who, "sign_in_confirm")
    office.town.hears(who, "sign_in_decided")
    assert browser.get("/sign-in/wait").headers["location"] == "/desk"
    office.town.settle()


def _is_in(browser: httpx.Client) -> bool:
    return browser.get("/account", headers=HTML).status_code == 200


def test_a_browser_comes_in_by_a_word_in_the_chat_and_no_other_way(office: Office) -> None:
    town, browser = office.town, office.client
    code = _ask(browser)
    waiting = browser.cookies[WAITING_COOKIE]
    with town.store.reading() as records:
        (request,) = rows_of(records, SignInRequest)
        kept = request.model_dump_json()
    assert waiting not in kept
    assert code.replace("-", "") not in kept
    assert request.browser == "Chrome · Windows"
    town.type("stranger", f"/login {code}")
    town.hears("stranger", "ask_code")
    town.type("fire-1", f"/login {code}")
    assert "Chrome · Windows" in town.hears("fire-1", "sign_in_asked").text
    assert not _is_in(browser)
    for act in SignInAct:  # another's question, and one that is not there, in the same words
        for number in (str(request.id), "99", "٣", "x"):
            town.press_data("fire-2", SignInButton(act, number))
            assert refusal_code(town.hears("fire-2", "refused").text) == "not_yours"
    town.type("fire-2", f"/login {code}")  # and nobody takes it over
    assert refusal_code(town.hears("fire-2", "refused").text) == "sign_in_code_unknown"
    town.press("fire-1", "sign_in_confirm")
    town.hears("fire-1", "sign_in_decided")
    answer = browser.get("/sign-in/wait")
    assert answer.headers["location"] == "/desk"
    (session,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}=")]
    assert {"httponly", "samesite=lax", "path=/"} <= {one.strip().lower() for one in session.split(";")}
    assert browser.cookies[COOKIE] != waiting
    assert "示例" in browser.get("/desk", headers=HTML).text or _is_in(browser)
    again = httpx.get(f"{browser.base_url}/sign-in/wait", cookies={WAITING_COOKIE: waiting})
    assert COOKIE not in again.cookies  # one request, one session
    town.press_data("fire-1", SignInButton(SignInAct.CONFIRM, str(request.id)))
    town.hears("fire-1", "sign_in_decided")
    assert "网页聊天" in town.hears("fire-1", "account_added").text


def test_a_browser_that_is_refused_or_too_late_stays_outside(office: Office) -> None:
    town, browser = office.town, office.client
    code = _ask(browser)
    town.type("fire-1", f"/start {code}")  # as the link of the page brings it
    town.hears("fire-1", "sign_in_asked")
    town.press("fire-1", "sign_in_refuse")
    assert "没有让它登录" in town.hears("fire-1", "sign_in_decided").text
    assert "不是我" in browser.get("/sign-in/wait").text
    late = _ask(browser)
    town.type("fire-1", f"/login {late}")
    town.hears("fire-1", "sign_in_asked")
    town.now += LASTS
    town.press("fire-1", "sign_in_confirm")
    assert refusal_code(town.hears("fire-1", "refused").text) == "sign_in_over"
    assert not _is_in(browser)
    town.type("fire-1", f"/login {late}")
    for _ in range(8):
        assert refusal_code(town.hears("fire-1", "refused").text) == "sign_in_code_unknown"
        town.type("fire-1", "/login AAAA-2222")
    assert refusal_code(town.hears("fire-1", "refused").text) == "too_many_tries"
    town.type("fire-1", "/login")
    town.hears("fire-1", "sign_in_how")
    assert 429 in [browser.post("/sign-in/ask").status_code for _ in range(30)]


def test_a_session_is_turned_idles_out_and_ends_and_an_old_cookie_is_good_for_nothing(office: Office) -> None:
    town, browser = office.town, office.client
    _sign_in(office, browser, "fire-1")
    first = browser.cookies[COOKIE]
    town.now += web_sessions.TURNED_AFTER
    lost = httpx.get(f"{browser.base_url}/account", cookies={COOKIE: first}, headers=HTML)
    assert COOKIE in lost.cookies  # that answer never arrived: the old one still opens, and gets a new one
    assert _is_in(browser)
    second = browser.cookies[COOKIE]
    assert second not in (first, lost.cookies[COOKIE])
    assert _is_in(browser)
    assert httpx.get(f"{browser.base_url}/account", cookies={COOKIE: first}).status_code == 200
    town.now += web_sessions.GRACE
    for stolen in (first, lost.cookies[COOKIE]):
        assert httpx.get(f"{browser.base_url}/account", cookies={COOKIE: stolen}).status_code == 401
    town.now += web_sessions.IDLE - timedelta(minutes=2)
    assert _is_in(browser)
    town.now += web_sessions.IDLE
    assert not _is_in(browser)
    _sign_in(office, browser, "fire-1")
    for _ in range(SESSION.days // 6):
        assert _is_in(browser)
        town.now += timedelta(days=6)
    assert not _is_in(browser)


def test_a_lost_phone_is_ended_from_the_other_one_and_a_code_of_ones_own_adds_a_third(office: Office) -> None:
    town, browser = office.town, office.client
    _sign_in(office, browser, "fire-1")
    town.hears("fire-1", "account_added")
    answer = browser.post("/account", data={"do": "code"})
    found = re.search(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}", answer.text)
    assert found is not None
    with town.store.reading() as records:
        (code,) = rows_of(records, EnrolmentCode)
        assert code.expires_at == town.now + OWN_CODE_LASTS
        assert all(found[0] not in str(line.body) for line in rows_of(records, OutboxLine))
    town.type("new", found[0])
    town.hears("new", "enrolled")
    town.hears("fire-1", "account_added")
    town.press("fire-1", "account_not_mine")
    assert "已停用1个" in town.hears("fire-1", "account_list").text
    town.type("new", "/tasks")
    town.hears("new", "ask_code")
    town.press("fire-1", "account_not_mine")
    assert "没有改动" in town.hears("fire-1", "account_list").text
    other = office.browser()
    _sign_in(office, other, "fire-1")
    town.type("fire-1", "/devices")
    assert town.hears("fire-1", "account_list").text.count("Chrome · Windows") == 2
    refs = re.findall(r'name="ref" value="(s\w+)"', other.get("/account", headers=HTML).text)
    assert len(refs) == 1  # the one of this browser has no button
    assert browser.post("/account", data={"do": "end", "ref": "s" + "0" * 16}).status_code == 404
    assert other.post("/account", data={"do": "end", "ref": refs[0]}).status_code == 303
    assert (_is_in(browser), _is_in(other)) == (False, True)
    town.press("fire-1", "account_end_others")
    town.hears("fire-1", "account_list")
    assert not _is_in(other)
    _sign_in(office, browser, "fire-1")
    assert browser.post("/account", data={"do": "end_others"}).status_code == 303
    assert _is_in(browser)
    town.type("fire-1", "/tasks")
    town.hears("fire-1", "ask_code")


def test_who_leaves_the_register_is_out_the_same_moment_with_everything(office: Office) -> None:
    town, browser = office.town, office.client
    _sign_in(office, browser, "fire-1")
    town.hears("fire-1", "account_added")
    with town.store.transaction("test") as records:
        issue_code(records, "fire-1", "AAAABBBBCCCCD", at=town.now, valid_for=timedelta(hours=1))
        issue_token(records, "TOKEN1", "secret", "fire", ["read"], person_id="fire-1", at=town.now)
    town.messenger.unreachable.add("fire-1")
    town.type("fire-1", "/help")  # what is on its way, and does not arrive yet
    with town.store.transaction("web") as records:
        edited = set_active(records, "inspectors", ["fire-1"], False, by="LI", at=town.now)
        assert edited.has_changed, edited.problems
    assert not _is_in(browser)
    with town.store.reading() as records:
        assert valid_token(records, "secret", at=town.now) is None
        assert [
            one for one in rows_of(records, ChannelAccount, person_id="fire-1") if not one.revoked_at
        ] == []
        assert rows_of(records, WebSession, chat="fire-1") == []
        assert [line for line in outbox.put_off_lines(records) if line.addressee == "fire-1"] == []
        pending = rows_of(records, OutboxLine, addressee="fire-1", state=OutboxState.PENDING)
        assert pending == []
    town.messenger.unreachable.clear()
    town.press_data("fire-1", DueButton())
    town.hears("fire-1", "ask_code")
    town.type("fire-1", "AAAA-BBBB-CCCC-D")
    assert refusal_code(town.hears("fire-1", "refused").text) == "code_unknown"
    with town.store.transaction("web") as records:
        set_active(records, "inspectors", ["fire-1"], True, by="LI", at=town.now)
    town.type("fire-1", "/tasks")  # back in the register, but not in the chat
    town.hears("fire-1", "ask_code")
    assert not _is_in(browser)
    with town.store.transaction("test") as records:
        issue_code(records, "fire-1", "EEEEFFFFGGGGH", at=town.now, valid_for=timedelta(hours=1))
    town.type("fire-1", "EEEE-FFFF-GGGG-H")
    town.hears("fire-1", "enrolled")


def test_who_runs_the_installation_ends_what_anybody_lost_and_nobody_else_sees_the_page(
    office: Office,
) -> None:
    town, browser, admin = office.town, office.client, office.browser()
    _sign_in(office, browser, "fire-1")
    _sign_in(office, admin, "AD")
    refused = {browser.get(f"/accounts?person={one}", headers=HTML).text for one in ("fire-2", "nobody", "")}
    refused.add(browser.post("/accounts", data={"person": "fire-2", "do": "end_all"}, headers=HTML).text)
    assert len(refused) == 1
    assert "这里没有您要找的内容" in refused.pop()
    assert "fire-1" in admin.get("/accounts?q=fire-1").text
    assert "Chrome · Windows" in admin.get("/accounts?person=fire-1").text
    coded = admin.post("/accounts", data={"person": "fire-1", "do": "code"})
    found = re.search(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}", coded.text)
    assert found is not None
    assert admin.post("/accounts", data={"person": "fire-1", "do": "end_all"}).status_code == 200
    assert (_is_in(browser), _is_in(admin)) == (False, True)
    town.type("fire-1", found[0])
    assert refusal_code(town.hears("fire-1", "refused").text) == "code_unknown"


def test_a_code_is_for_the_department_it_was_made_in_and_for_one_person_that_works_there(
    office: Office,
) -> None:
    town = office.town
    with town.store.transaction("test") as records:
        issue_code(records, "LI", "AAAABBBBCCCCD", at=town.now, valid_for=timedelta(hours=1))
        records.get(Person, "LI").department = "market"
        records.get(Person, "fire-4").is_active = False
        with pytest.raises(PersonLeft):
            issue_code(records, "fire-4", "EEEEFFFFGGGGH", at=town.now, valid_for=timedelta(hours=1))
    town.type("new", "AAAABBBBCCCCD")
    assert refusal_code(town.hears("new", "refused").text) == "code_unknown"


def test_nobody_asks_faster_than_a_person_can(office: Office) -> None:
    town = office.town
    slow = House(town.store, replace(office.house.web, pages_per_minute=10), *_rest(office.house))
    with a_client(slow) as browser:
        _sign_in(replace(office, client=browser), browser, "fire-1")
        statuses = [browser.get("/account", headers=HTML).status_code for _ in range(14)]
        assert (statuses[0], statuses[-1]) == (200, 429)
        assert browser.post("/account", data={"do": "end_others"}).json()["error"].startswith("操作太快")
        assert httpx.get(f"{browser.base_url}/results").status_code == 200
        town.now += timedelta(seconds=7)
        assert _is_in(browser)


def _rest(house: House) -> tuple[FakeClock, Wakes, WebChat]:
    return house.clock, house.wakes, house.channel
