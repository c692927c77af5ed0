"""Which objects are drawn: in each stratum those with the lowest tickets (§4)."""

from collections.abc import Iterable
from hashlib import sha256

_TICKET = 64  # hex digits


def lowest_tickets(key: str, ids: Iterable[str], number: int) -> list[tuple[str, str]]:
    """The `number` objects with the lowest tickets under `key`, as (ticket, id), lowest first; or all, if fewer.

    It streams: at most about twice `number` tickets are held at a time, so that a register of millions can be passed
    as a generator.
    """
    if number <= 0:
        return []
    prefix = f"{key}:object:"
    kept: list[str] = []  # ticket and id in one text, which sorts as the pair would
    most = 2 * number + 1000
    bar = "g"  # above every hex digit, until there are enough to know better
    for candidate in ids:
        its_ticket = sha256((prefix + candidate).encode()).hexdigest()
        if its_ticket <= bar:
            kept.append(its_ticket + candidate)
            if len(kept) >= most:
                kept.sort()
                del kept[number:]
                bar = kept[-1][:_TICKET]
    kept.sort()
    return [(both[:_TICKET], both[_TICKET:]) for both in kept[:number]]
