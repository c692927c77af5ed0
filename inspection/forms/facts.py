"""What a filling knows of the world around it: it reads no clock and no dice of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Facts:
    """Who fills in and when; all times aware. `seed` decides random(), uuid() and randomize(), with the place.

    `started_at` is when the first question was shown, `ended_at` when the last was answered; both `at` when unknown.
    """

    at: datetime = _NEVER
    started_at: datetime | None = None
    ended_at: datetime | None = None
    username: str = ""
    deviceid: str = ""
    phonenumber: str = ""
    email: str = ""
    seed: str = ""
