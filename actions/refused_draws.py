"""A refusal of the draw in the words of people: its own English sentence only where no operator can come."""

from draw.double_random import Refusal as DrawRefusal
from draw.double_random import Shortage
from draw.refusals import BadRatio, CountAbovePool, EmptyStratum, UnknownDepartment
from inspection.refusals import Unacceptable
from notifications.catalogue import LANGUAGES, refusal_sentence

_SENTENCES: dict[type[DrawRefusal], str] = {
    BadRatio: "draw_bad_ratio",
    CountAbovePool: "draw_count_above_pool",
    EmptyStratum: "draw_empty_stratum",
    UnknownDepartment: "draw_unknown_department",
}


def refused(refusal: DrawRefusal) -> Unacceptable:
    """The sentence with its place and what would be right."""
    code = _SENTENCES.get(type(refusal))
    if code is None or not refusal.facts:
        return Unacceptable("draw_refused", reason=str(refusal))
    return Unacceptable(code, **refusal.facts)


def too_few(shortage: Shortage) -> Unacceptable:
    """Which department lacks whom, by which rule, and the seats that compete for too few people."""
    return Unacceptable(
        "draw_short",
        department=shortage.department,
        qualifications=shortage.qualifications,
        district=shortage.district,
        leads=shortage.leads,
        seats=shortage.seats,
    )


def public_reason(shortage: Shortage) -> str:
    """The same as it stands in the public record, in the language of the office."""
    return refusal_sentence(too_few(shortage), LANGUAGES[0])
