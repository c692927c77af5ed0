"""统一社会信用代码: the check character against the standard's own sum, worked out here a second time."""

from hypothesis import given
from hypothesis import strategies as st

from inspection.registration.credit_code import CreditCodeFlaw, check_character, credit_code_flaw

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIRST_EIGHT = st.text("0123456789", min_size=8, max_size=8)
NINE = st.text(SIGNS, min_size=9, max_size=9)


def _check(seventeen: str) -> str:
    """GB 32100: (31 − Σ value · 3^(place-1) mod 31) mod 31."""
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(seventeen))
    return SIGNS[-total % 31]


@given(FIRST_EIGHT, NINE)
def test_a_code_with_the_standards_check_character_has_no_flaw(first: str, rest: str) -> None:
    seventeen = first + rest
    assert check_character(seventeen) == _check(seventeen)
    assert credit_code_flaw(seventeen + _check(seventeen)) is None


@given(FIRST_EIGHT, NINE, st.sampled_from(SIGNS))
def test_any_other_last_character_is_found(first: str, rest: str, last: str) -> None:
    seventeen = first + rest
    expected = None if last == _check(seventeen) else CreditCodeFlaw.CHECK
    assert credit_code_flaw(seventeen + last) is expected


@given(FIRST_EIGHT, NINE, st.integers(8, 16), st.sampled_from(SIGNS))
def test_one_mistyped_character_is_found(first: str, rest: str, place: int, typed: str) -> None:
    code = first + rest + _check(first + rest)
    mistyped = code[:place] + typed + code[place + 1 :]
    assert (credit_code_flaw(mistyped) is None) == (typed == code[place])


@given(st.text(max_size=40))
def test_whatever_is_written_gets_an_answer(text: str) -> None:
    flaw = credit_code_flaw(text)
    assert flaw is not None or (len(text) == 18 and text[-1] == _check(text[:17]))


def test_published_codes_are_right() -> None:
    assert credit_code_flaw("91350100M000100Y43") is None
    assert credit_code_flaw("91440300708461136T") is None
    assert credit_code_flaw("91350100M000100Y4Z") is CreditCodeFlaw.CHARACTERS
