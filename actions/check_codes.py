"""检查码: the code on a notice, by which anybody who holds it asks whether this inspection is real.

It is worked out, not kept: a keyed digest of the inspection's id (HMAC-SHA-256, 65 bits of it), under a key of its own
in the store. So it stands on every copy of a paper, survives a change of the signing key, and whoever has the address
of one inspection knows nothing of another's.
"""

import base64
import hmac
from datetime import datetime

from storage import settings
from storage.once import add_once
from storage.store import Records
from storage.tables.messaging import Setting

CHECK_KEY = "check_key"
CODE_LENGTH = 13
"""Signs of base 32, five bits each."""


def keep_check_key(records: Records, fresh: str, *, at: datetime) -> None:
    """At the first start the installation gets its key: `fresh`, 32 random bytes in hex. Later ones change nothing."""
    row = {"name": CHECK_KEY, "value": fresh}
    if add_once(records, Setting, [row], key=("name",)):
        records.journal("publicity.add_check_key", "installation", by=None, at=at)


def check_code(records: Records, inspection_id: str) -> str:
    """13 signs of A–Z and 2–7; empty where the installation has no key yet."""
    key = settings.value(records, CHECK_KEY)
    if not key:
        return ""
    digest = hmac.digest(bytes.fromhex(key), f"check:{inspection_id}".encode(), "sha256")
    return base64.b32encode(digest).decode()[:CODE_LENGTH]


def check_path(records: Records, inspection_id: str) -> str:
    """The address below the public one; empty where there is no code."""
    code = check_code(records, inspection_id)
    return f"/check/{inspection_id}/{code}" if code else ""


def check_url(records: Records, inspection_id: str, *, public_url: str) -> str:
    """What a QR code on a notice holds; empty where there is no code."""
    path = check_path(records, inspection_id)
    return f"{public_url}{path}" if path else ""


def is_check_code(records: Records, inspection_id: str, given: str) -> bool:
    """Whether this is the code of that inspection, in the time that any other code takes."""
    wanted = check_code(records, inspection_id)
    return bool(wanted) and hmac.compare_digest(wanted.encode(), given.strip().upper().encode())
