"""Codes, cookies and whose chat it is."""

from datetime import timedelta

import httpx
import pytest

from actions.enrolment import TRIES_OF_ONE_SOURCE, WINDOW, issue_code, open_web_chats
from actions.web_sign_in import SESSION
from storage import people as registered
from storage.tables.messaging import EnrolmentCode, WebSession
from storage.tables.registers import Person
from tests.web.houses import House, serving


def _issue(house: House, code: str = "ABCD-EFGH", person: str = "p2") -> str:
    with house.store.transaction() as records:
        issue_code(records, person, code, at=house.clock(), valid_for=timedelta(hours=1))
    return code


def test_a_code_opens_ones_own_chat_and_no_other(house: House, door: httpx.Client) -> None:
    answer = door.post("/sign-in", data={"code": _issue(house)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat/p2")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert door.get("/chat/p2/messages").status_code == 200
    assert door.get("/chat/p1/messages").status_code == 404
    assert door.post("/chat/p1/say", json={"update_id": "u", "text": "x"}).status_code == 404
    assert door.get("/chat").headers["location"] == "/chat/p2"


def test_the_cookie_of_a_safe_line_is_kept_to_safe_lines(house: House, door: httpx.Client) -> None:
    answer = door.post("/sign-in", data={"code": _issue(house)}, headers={"x-forwarded-proto": "https"})
    assert "Secure" in answer.headers["set-cookie"]


def test_the_store_holds_neither_code_nor_token(house: House, door: httpx.Client) -> None:
    answer = door.post("/sign-in", data={"code": _issue(house)})
    token = answer.headers["set-cookie"].split("=")[1].split(";")[0]
    with house.store.reading() as records:
        assert records.find(EnrolmentCode, "ABCDEFGH") is None
        assert records.find(WebSession, token) is None


@pytest.mark.parametrize("typed", ["abcd efgh", "ABCDEFGH", " ａｂｃｄ－ＥＦＧＨ "])
def test_a_code_is_read_as_it_was_meant(house: House, door: httpx.Client, typed: str) -> None:
    _issue(house)
    assert door.post("/sign-in", data={"code": typed}).status_code == 303


def test_without_a_cookie_nothing_is_given_and_nothing_is_kept(house: House, door: httpx.Client) -> None:
    assert door.get("/chat/p2").headers["location"] == "/sign-in"
    assert door.get("/chat/p2/messages").status_code == 401
    assert door.get("/chat/p2/stream").status_code == 401
    assert door.post("/chat/p2/say", json={"update_id": "u", "text": "x"}).status_code == 401
    assert door.post("/chat/p2/photo", files={"file": b"x"}).status_code == 401
    assert door.get(f"/chat/p2/photos/{'0' * 64}").status_code == 401
    assert door.get("/demo/people").status_code == 404
    assert house.wakes.number == 0


def test_a_code_works_once(house: House, door: httpx.Client) -> None:
    code = _issue(house)
    assert door.post("/sign-in", data={"code": code}).status_code == 303
    again = door.post("/sign-in", data={"code": code})
    assert again.status_code == 403
    assert "已经用过" in again.text


def test_a_code_runs_out(house: House, door: httpx.Client) -> None:
    code = _issue(house)
    house.clock.move(timedelta(hours=1))
    answer = door.post("/sign-in", data={"code": code})
    assert answer.status_code == 403
    assert "已过期" in answer.text


def test_guessing_is_stopped_and_may_go_on_later(house: House, door: httpx.Client) -> None:
    code = _issue(house)
    for number in range(TRIES_OF_ONE_SOURCE):
        assert "不正确" in door.post("/sign-in", data={"code": f"WRONG{number}"}).text
    assert "次数太多" in door.post("/sign-in", data={"code": code}).text
    house.clock.move(WINDOW + timedelta(seconds=1))
    assert door.post("/sign-in", data={"code": code}).status_code == 303


def test_signing_out_ends_the_session_here_and_there(house: House, door: httpx.Client) -> None:
    answer = door.post("/sign-in", data={"code": _issue(house)})
    kept = answer.headers["set-cookie"].split(";")[0]
    assert door.post("/sign-out").headers["location"] == "/sign-in"
    assert door.get("/chat/p2/messages", headers={"cookie": kept}).status_code == 401


async def test_signing_out_ends_what_another_window_listens_to(house: House) -> None:
    async with (
        serving(house) as address,
        httpx.AsyncClient(base_url=address, headers={"origin": address}, timeout=5) as browser,
    ):
        await browser.post("/sign-in", data={"code": _issue(house)})
        async with browser.stream("GET", "/chat/p2/stream") as listening:
            await browser.post("/sign-out")
            assert (await listening.aread()).startswith(b"retry")
        assert (await browser.get("/chat/p2/stream")).status_code == 401


def test_a_session_ends_after_thirty_days(house: House, door: httpx.Client) -> None:
    door.post("/sign-in", data={"code": _issue(house)})
    house.clock.move(SESSION)
    assert door.get("/chat/p2/messages").status_code == 401


def test_who_left_the_service_is_let_in_no_more(house: House, door: httpx.Client) -> None:
    door.post("/sign-in", data={"code": _issue(house)})
    with house.store.transaction() as records:
        records.get(Person, "p2").is_active = False
    assert door.get("/chat/p2/messages").status_code == 401


def test_in_a_demo_everybody_gets_a_web_chat_once(demo: House) -> None:
    with demo.store.transaction() as records:
        assert open_web_chats(records, at=demo.clock()) == 3
        assert open_web_chats(records, at=demo.clock()) == 0
        assert registered.behind_account(records, "web", "p1") is not None
