"""What the draw refuses, by name.

A refusal is a broken rule, not a fault: nothing has been drawn, and its text is one sentence that names the place.

    Refusal
    ├── NotCanonical, Malformed, BadId, DuplicateId, OutOfOrder, BadTime          what is written
    ├── UnknownId, UnknownDepartment, DepartmentTwice                             what is named
    ├── BadRatio, BadCount, EmptyStratum, OverlappingStrata, CountAbovePool       strata
    ├── BadRounds, BadSecret, WrongSecret, LinksOutOfOrder, NoLinksLeft           the chain
    ├── PoolsChanged, MissingInput, NothingVacant, NotHeld, AlreadyClosed         the moment
    └── InconsistentRecord                                                        a record that contradicts itself
"""


class Refusal(Exception):
    """A rule of the protocol forbids what was asked; the text says which and where.

    `facts` are the names and numbers in the text, where an application may want to say it in words of its own.
    """

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence)
        self.facts = facts


class NotCanonical(Refusal):
    """The bytes are no canonical JSON (RFC 8785): broken off, spaced, reordered, with fractions or doubled names."""


class Malformed(Refusal):
    """A field is missing, unknown, or not of its kind."""


class BadId(Refusal):
    """An id is not 1–64 characters of A–Z a–z 0–9 . _ -."""


class DuplicateId(Refusal):
    """One thing is named twice where it may stand once."""


class OutOfOrder(Refusal):
    """Lines or members are not in the order that the protocol fixes."""


class BadTime(Refusal):
    """A time is not RFC 3339 in UTC with Z, or a moment was given without its zone."""


class UnknownId(Refusal):
    """Something is named that is not in the pools or not in the draw."""


class UnknownDepartment(Refusal):
    """The team rule names a department that has no inspector in the pool, or a lead that is not its first."""


class DepartmentTwice(Refusal):
    """The team rule names a department twice, which would give two seats one id."""


class BadRatio(Refusal):
    """A ratio is no decimal string above 0 and at most 1."""


class BadCount(Refusal):
    """A count is below 1, or a stratum has both a count and a ratio, or neither."""


class EmptyStratum(Refusal):
    """No object of the pool fits a stratum, or there is no stratum at all."""


class OverlappingStrata(Refusal):
    """An object fits two strata and would have two chances."""


class CountAbovePool(Refusal):
    """More objects are asked for than the stratum holds."""


class BadRounds(Refusal):
    """The number of rounds is not from 1 to 10,000."""


class BadSecret(Refusal):
    """The secret is not 32 bytes."""


class WrongSecret(Refusal):
    """The secret does not lead to the announced anchor: it belongs to another draw."""


class LinksOutOfOrder(Refusal):
    """The links or the numbers of the rounds do not follow one another back to the anchor."""


class NoLinksLeft(Refusal):
    """Every round that was announced has been held."""


class PoolsChanged(Refusal):
    """A pool is not the one that was announced."""

    def __init__(self, file: str, announced: str, found: str) -> None:
        super().__init__(
            f"{file} is not the file that was announced: announced digest {announced}, found {found}.",
            file=file,
            announced=announced,
            found=found,
        )


class MissingInput(Refusal):
    """A named source has given no value yet, so the draw is postponed; or the inputs are not those announced."""


class NothingVacant(Refusal):
    """A redraw was asked for while every seat is held."""


class NotHeld(Refusal):
    """A seat is to be vacated that the named inspector does not hold, or an object that does not stand."""


class AlreadyClosed(Refusal):
    """The draw is closed or voided; nothing is appended any more."""


class InconsistentRecord(Refusal):
    """A record contradicts itself or the pools."""
