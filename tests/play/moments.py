"""When a process of the play is killed: in states that are torn, and once wherever the dice fall."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from tests.play.books import Books


@dataclass(frozen=True)
class Moment:
    """When to kill: from `is_near` on the victim is held still every time somebody looks, until `is_now`."""

    name: str
    is_near: Callable[[Books], bool]
    is_now: Callable[[Books], bool] = lambda _books: True


# --- The server ------------------------------------------------------------------------------------------------------


def while_assignments_are_answered(*, accepted: int) -> Moment:
    return Moment(
        "server, assignments being answered, a letter in its chat and not yet noted as sent",
        is_near=lambda books: books.done("assignment.accept") >= accepted,
        is_now=lambda books: books.half_delivered() > 0,
    )


def when_the_clock_has_moved() -> Moment:
    return Moment(
        "server, the clock pushed, nobody's time over yet",
        is_near=lambda books: books.clock_moved() > timedelta(0),
    )


def while_checklists_come_in(*, photos: int) -> Moment:
    return Moment(
        "server, checklists and photos coming in, an update acknowledged and not carried out",
        is_near=lambda books: books.photos() >= photos,
        is_now=lambda books: books.updates("pending") > 0,
    )


def while_results_are_reviewed(*, approved: int) -> Moment:
    return Moment(
        "server, results being reviewed, a letter in its chat and not yet noted as sent",
        is_near=lambda books: books.done("result.approve") >= approved,
        is_now=lambda books: books.half_delivered() > 0,
    )


def somewhere(seed: int, *, first: int, last: int) -> Moment:
    """After a number of updates that the seed chooses."""
    number = Random(seed).randint(first, last)  # a choice that can be made again
    return Moment("server, wherever the dice fell", is_near=lambda books: books.updates("done") >= number)


# --- The play itself -------------------------------------------------------------------------------------------------


def when_a_head_has_refused() -> Moment:
    """The officer is asked again, and will accept this time."""
    return Moment(
        "play, a request to leave refused, the officer asked again",
        is_near=lambda books: books.done("leave_request.refuse") > 0,
        is_now=lambda books: books.open_after_refusal() > 0,
    )


def while_the_field_reports(*, photos: int) -> Moment:
    return Moment("play, checklists and photos coming in", is_near=lambda books: books.photos() >= photos)


def when_a_returned_result_is_back() -> Moment:
    """The reviewer will approve it this time."""
    return Moment(
        "play, a returned result handed in again",
        is_near=lambda books: books.done("result.return") > 0,
        is_now=lambda books: books.open_after_return() > 0,
    )
