"""Guesses, thousands of each: how many are looked at, and that the right one among them opens nothing meanwhile."""

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from actions.enrolment import (
    CODE_ALPHABET,
    CODE_LENGTH,
    TRIES_OF_ALL,
    TRIES_OF_ONE_SOURCE,
    WINDOW,
    issue_code,
    note_failed_try,
    redeem_code,
)
from actions.notices import notice_of_code
from inspection.refusals import Refusal, Unacceptable
from storage.store import Records, Store
from tests.builders import NOW, a_person
from tests.hostile.siege import Siege, a_siege
from tests.papers.sheets import needs_a_font
from tests.stores import an_empty_store

RIGHT = "ABCDEFGH23456"


def _guesses() -> Iterator[str]:
    """Codes of the right form, none of them the right one."""
    return ("".join(one) + RIGHT[4:] for one in itertools.product("XYZ789WVUT", repeat=4))


@pytest.mark.parametrize("guesses", [2_000, pytest.param(10_000, marks=pytest.mark.faults)])
def test_of_thousands_of_guessed_codes_few_are_looked_at(tmp_path: Path, guesses: int) -> None:
    assert len(CODE_ALPHABET) ** CODE_LENGTH >= 2**60
    heard: Counter[str] = Counter()
    with an_empty_store("sqlite", tmp_path) as store:
        with store.transaction() as records:
            records.add(a_person("p1"))
            issue_code(records, "p1", RIGHT, at=NOW, valid_for=timedelta(days=1))
        with store.transaction() as records:
            for number, code in enumerate(itertools.islice(_guesses(), guesses)):
                at = NOW + WINDOW * number / guesses / 2
                heard[_try(records, code, f"web:10.0.{number % 100}.1", at)] += 1
            assert _try(records, RIGHT, "web:10.9.9.9", NOW + WINDOW / 2) == "too_many_tries"
        assert sum(heard.values()) == guesses
        assert heard["code_unknown"] <= TRIES_OF_ALL
        assert set(heard) == {"code_unknown", "too_many_tries"}
        with store.transaction() as records:
            later = NOW + 2 * WINDOW
            one = [_try(records, code, "web:10.0.0.1", later) for code in itertools.islice(_guesses(), 20)]
            assert one.count("code_unknown") <= TRIES_OF_ONE_SOURCE
            assert _try(records, RIGHT, "web:10.9.9.9", later) == ""


def _try(records: Records, code: str, source: str, at: datetime) -> str:
    """The name of the refusal, as the door of a sign-in hears it; empty when it opened."""
    try:
        redeem_code(records, code, channel="web", chat=None, at=at, source=source)
    except Refusal as refusal:
        note_failed_try(records, source, refusal, at=at)
        return str(refusal.code)
    return ""


@needs_a_font
def test_guessed_codes_of_notices_and_checks_and_guessed_cookies_find_nothing(tmp_path: Path) -> None:
    with a_siege(tmp_path) as siege:
        _no_notice_is_found(siege.case.store)
        _a_check_is_closed_after_a_few(siege)
        for number in range(50):
            headers = {"Cookie": f"shuangsuiji=cookie-of-OQ{number}", "Authorization": f"Bearer ssj_{number}"}
            assert siege.ask("GET", "/archive", headers=headers).status_code == 401
            assert siege.ask("GET", "/api/v1/token", headers=headers).status_code == 401


def _no_notice_is_found(store: Store) -> None:
    with store.reading() as records:
        for code in _guesses():
            with pytest.raises(Unacceptable):
                notice_of_code(records, f"{code}XYZ")


def _a_check_is_closed_after_a_few(siege: Siege) -> None:
    heard = [
        siege.ask("GET", f"/check/{siege.case.inspection}/{number:06d}").status_code for number in range(60)
    ]
    first = heard.index(429)
    assert first <= 30
    assert set(heard[:first]) <= {404}
    assert set(heard[first:]) == {429}
