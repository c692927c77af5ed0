"""What a messenger brings to our door, and what it is told."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Brought:
    """One request as it came: nothing of it is checked yet."""

    method: str
    query: Mapping[str, str] = field(default_factory=dict)
    secret: str | None = None
    """The header by which Telegram shows that it is Telegram."""
    body: bytes = b""


@dataclass(frozen=True)
class Told:
    """The HTTP status, and the words if the messenger wants some."""

    status: int
    text: str = ""


Door = Callable[[Brought], Awaitable[Told]]
