"""补抽监测: whether seats are left, and filled again, as chance would have it.

Every draw can be recomputed, so nobody can choose who is drawn. What is left to somebody who wants another team is to
have seats left until the drawn order brings the people that suit: officers who recuse themselves or let the time
lapse, leads who send seats back, heads who order people off. So it is asked of each officer, firm, lead and head
whether more seats were left with them than their share (hypergeometric test), and of each officer whether redraws
brought this one more often than the pools say (Poisson binomial test).

Both tests are exact and one-sided, and all of one look are corrected together by Holm's procedure: where nobody steers,
at most one look in twenty (`FALSE_ALARMS`) shows anything at all. What is shown is worth a look and proves nothing:
an officer with a large family in a small town leaves more seats than others, and rightly.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

FALSE_ALARMS = Fraction(1, 20)
"""Of looks at what nobody has steered, so many at most show anything."""


class About(StrEnum):
    """What a line of the watch is about."""

    OFFICER = "officer"
    """Who leaves seats, beside the others of the department."""
    FIRM = "firm"
    """At which firm seats are left, beside all firms."""
    LEAD = "lead"
    """Under which lead seats are sent back, beside all leads."""
    HEAD = "head"
    """In which department the head takes people off or lets them go, beside all departments."""
    REPLACEMENT = "replacement"
    """Who comes in by redraws, beside what the pools say."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of `seats` that belong to one of something, `left` were left; `of_seats` and `of_left` are those of all that it
    is compared with, this one included."""

    about: About
    key: str
    left: int
    seats: int
    of_left: int
    of_seats: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """Redraws brought this officer `times`; each of `chances` is that of one redraw for which the officer stood in the
    pool and might have come."""

    key: str
    times: int
    chances: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that chance alone would hardly bring. `expected` is what it would bring on average; `chance` how often
    chance alone would bring so much or more, corrected for all that was looked at."""

    about: About
    key: str
    observed: int
    out_of: int
    expected: float
    chance: float


@dataclass(frozen=True)
class Watch:
    """What one look came to; `tests` is how many things were looked at."""

    tests: int
    noticed: tuple[Noticed, ...]


def watch(
    shares: Sequence[Share],
    replacements: Sequence[Replacement],
    *,
    tests: int | None = None,
    false_alarms: Fraction = FALSE_ALARMS,
) -> Watch:
    """Holm over everything at once. `tests` counts what was looked at where not all of it is handed in: shares in which
    nothing was left can never be unusual, but they were looked at."""
    tried = [(share_tail(one), one) for one in shares] + [
        (replacement_tail(one), one) for one in replacements
    ]
    number = max(len(tried), tests or 0)
    noticed: list[Noticed] = []
    least = 0.0
    for place, (tail, one) in enumerate(sorted(tried, key=lambda pair: (pair[0], pair[1].key))):
        least = max(least, min(1.0, tail * (number - place)))
        if least > false_alarms:
            break
        noticed.append(_noticed(one, least))
    return Watch(number, tuple(noticed))


def _noticed(one: Share | Replacement, chance: float) -> Noticed:
    if isinstance(one, Share):
        expected = one.seats * one.of_left / one.of_seats
        return Noticed(one.about, one.key, one.left, one.seats, expected, chance)
    expected = math.fsum(one.chances)
    return Noticed(About.REPLACEMENT, one.key, one.times, len(one.chances), expected, chance)


def share_tail(one: Share) -> float:
    """How likely it is that at least `left` of the seats that were left fall to this one, when they fall blindly."""
    if one.left <= 0 or one.seats >= one.of_seats:
        return 1.0
    last = min(one.seats, one.of_left)
    whole = _log_choose(one.of_seats, one.of_left)
    terms = (
        math.exp(
            _log_choose(one.seats, number)
            + _log_choose(one.of_seats - one.seats, one.of_left - number)
            - whole
        )
        for number in range(one.left, last + 1)
        if one.of_left - number <= one.of_seats - one.seats
    )
    return min(1.0, math.fsum(terms))


def replacement_tail(one: Replacement) -> float:
    """How likely it is that at least `times` of the redraws bring this officer, each with its own chance."""
    if one.times <= math.fsum(one.chances):
        return 1.0  # no more than to be expected, and so never unusual
    return max(0.0, min(1.0, 1.0 - math.fsum(_distribution(one.chances, one.times)), *(_bound(one),)))


def _distribution(chances: Iterable[float], below: int) -> list[float]:
    """The chances of 0, 1, … `below` - 1 hits in all."""
    held = [1.0] + [0.0] * (below - 1)
    for chance in chances:
        for hits in range(below - 1, 0, -1):
            held[hits] = held[hits] * (1 - chance) + held[hits - 1] * chance
        held[0] *= 1 - chance
    return held


def _bound(one: Replacement) -> float:
    """Chernoff's bound, which a tail can't exceed: a sum of many small numbers is worth no more than its last digit."""
    mean = math.fsum(one.chances)
    if mean <= 0:
        return 0.0
    excess = one.times / mean
    return math.exp(one.times - mean - one.times * math.log(excess)) if excess > 1 else 1.0


def _log_choose(whole: int, part: int) -> float:
    if part < 0 or part > whole:
        return -math.inf
    return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)


def shares_of(
    about: About, left: Mapping[str, int], seats: Mapping[str, int], *, of_left: int, of_seats: int
) -> list[Share]:
    """One for each key that has seats and something left."""
    return [
        Share(about, key, number, seats.get(key, number), of_left, of_seats)
        for key, number in sorted(left.items())
        if number
    ]
