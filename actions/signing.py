"""What is public gets its signature: the signer is handed in, so that no private key comes near an action."""

from collections.abc import Callable
from datetime import datetime

from storage import publicity
from storage.store import Records

AT_ONCE = 500
Sign = Callable[[bytes], bytes]


def sign_public(records: Records, sign: Sign, key_id: str, *, at: datetime, limit: int = AT_ONCE) -> int:
    """Signs what is public and has no signature yet, the oldest first; gives how many. Ed25519 over the frozen bytes:
    two that sign at once with one key write the same."""
    signed = 0
    for row in publicity.unsigned(records, limit=limit):
        signed += publicity.sign(records, row, sign(row.bundle.encode()).hex(), key_id)
    if signed:
        records.journal("publicity.sign", key_id, by=None, at=at, number=signed)
    return signed


def keep_public_key(records: Records, key_id: str, public_key: str, *, at: datetime) -> None:
    """The public half of a key is known before anything is signed with it, and for ever."""
    if publicity.keep_key(records, key_id, public_key, at=at):
        records.journal("publicity.add_key", key_id, by=None, at=at)
