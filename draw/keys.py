"""Secret, anchor, links, round keys and tickets (§2 and §3 of the protocol)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from draw.canonical import canonical_bytes, hex_digest
from draw.refusals import BadRounds, BadSecret, LinksOutOfOrder

PROTOCOL = "double-random/1"
SECRET_BYTES = 32
MOST_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class PublicInput:
    """What one announced source gave: a witness's number, a lottery result, a beacon's round."""

    source: str
    value: str


def check_rounds(rounds: object, place: str) -> int:
    if isinstance(rounds, bool) or not isinstance(rounds, int) or not 1 <= rounds <= MOST_ROUNDS:
        raise BadRounds(f"{place} must be from 1 to {MOST_ROUNDS}, not {rounds!r:.40}.")
    return rounds


def anchor_of(secret: bytes, rounds: int) -> str:
    """What is published of the secret before the draw: the secret hashed `rounds` times, in hex."""
    return hash_times(_checked(secret), check_rounds(rounds, "The number of rounds")).hex()


def link_of(secret: bytes, rounds: int, number: int) -> str:
    """The link that round `number` reveals, in hex; it tells nothing of the next one."""
    return hash_times(_checked(secret), rounds - 1 - number).hex()


def check_chain(anchor: str, links: Sequence[str]) -> None:
    """Raises LinksOutOfOrder unless each link hashes to the one before it, and the first to the anchor."""
    expected = anchor
    for number, link in enumerate(links):
        if hash_times(bytes.fromhex(link), 1).hex() != expected:
            before = "the anchor" if number == 0 else f"the link of round {number - 1}"
            raise LinksOutOfOrder(f"The link of round {number} does not hash to {before}.")
        expected = link


def inputs_digest(inputs: Sequence[PublicInput]) -> str:
    """The digest of the public inputs, in the announced order."""
    return hex_digest(canonical_bytes([{"source": given.source, "value": given.value} for given in inputs]))


def round_key(announcement_digest: str, inputs: Sequence[PublicInput], link: str, number: int) -> str:
    """The key of round `number`, in hex: it binds announcement, inputs and link together."""
    text = "\n".join([PROTOCOL, announcement_digest, inputs_digest(inputs), link, str(number)])
    return hex_digest(text.encode("utf-8"))


def ticket(key: str, label: str) -> str:
    """The ticket of a label under a round's key, in hex; lower is better."""
    return sha256(f"{key}:{label}".encode()).hexdigest()


def hash_times(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = sha256(data).digest()
    return data


def _checked(secret: object) -> bytes:
    if not isinstance(secret, bytes) or len(secret) != SECRET_BYTES:
        raise BadSecret(f"The secret must be {SECRET_BYTES} bytes.")
    return secret
