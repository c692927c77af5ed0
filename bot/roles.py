"""What a serving process may do. One process does it all; a region spreads the roles over processes and hosts."""

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    """One part of serving. Every role may run many times, and each must run somewhere (docs/deploy.md)."""

    RECEIVE = "receive"
    """Asks messengers for updates, and opens the doors to which others bring theirs."""
    WORK = "work"
    """Answers what came in; fetches pictures, sets papers, signs what is public."""
    DELIVER = "deliver"
    """Hands what is to be said to the messengers, and what is to be reported to the regional platform."""
    TICK = "tick"
    """Does what is due, archives, and looks whether anything lies waiting."""
    WEB = "web"
    """Shows the pages, the web chat and the API."""


ALL_ROLES = frozenset(Role)


def read_roles(given: str) -> frozenset[Role]:
    """Roles with commas between them, in any order. Raises `ValueError` with one sentence."""
    names = [name.strip() for name in given.split(",") if name.strip()]
    known = [role.value for role in Role]
    strange = [name for name in names if name not in known]
    if strange or not names:
        which = f"{strange[0]!r} is no role; " if strange else ""
        raise ValueError(f"{which}should be some of {','.join(known)}")
    return frozenset(Role(name) for name in names)


def roles_line(roles: Collection[Role]) -> str:
    """As they are given on the command line, always in the same order."""
    return ",".join(role.value for role in Role if role in roles)
