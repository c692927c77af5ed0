from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draw.keys import PublicInput, anchor_of, check_chain, inputs_digest, link_of, round_key, ticket
from draw.refusals import BadRounds, BadSecret, LinksOutOfOrder
from tests.draw.builders import a_secret


def test_keys_follow_the_page_word_for_word() -> None:
    secret = bytes(range(32))
    once = sha256(secret).digest()
    assert anchor_of(secret, 2) == sha256(once).hexdigest()
    assert link_of(secret, 2, 0) == once.hex()
    assert link_of(secret, 2, 1) == secret.hex()
    given_inputs = [PublicInput("a", "1"), PublicInput("b", "骰子")]
    digest = sha256('[{"source":"a","value":"1"},{"source":"b","value":"骰子"}]'.encode()).hexdigest()
    assert inputs_digest(given_inputs) == digest
    announced = "ab" * 32
    text = f"double-random/1\n{announced}\n{digest}\n{once.hex()}\n0"
    key = sha256(text.encode()).hexdigest()
    assert round_key(announced, given_inputs, once.hex(), 0) == key
    assert ticket(key, "object:o1") == sha256(f"{key}:object:o1".encode()).hexdigest()


@given(st.binary(min_size=32, max_size=32), st.integers(1, 30))
def test_every_link_leads_back_to_the_anchor(secret: bytes, rounds: int) -> None:
    check_chain(anchor_of(secret, rounds), [link_of(secret, rounds, number) for number in range(rounds)])


def test_links_in_another_order_are_refused() -> None:
    links = [link_of(a_secret(), 3, number) for number in (0, 2, 1)]
    with pytest.raises(LinksOutOfOrder, match="round 1 does not hash to the link of round 0"):
        check_chain(anchor_of(a_secret(), 3), links)
    with pytest.raises(LinksOutOfOrder, match="round 0 does not hash to the anchor"):
        check_chain(anchor_of(a_secret("another"), 3), links)


@pytest.mark.parametrize("secret", [b"", bytes(31), bytes(33)])
def test_a_secret_has_32_bytes(secret: bytes) -> None:
    with pytest.raises(BadSecret):
        anchor_of(secret, 1)


@pytest.mark.parametrize("rounds", [0, -1, 10_001, True])
def test_rounds_are_bounded(rounds: int) -> None:
    with pytest.raises(BadRounds):
        anchor_of(a_secret(), rounds)
