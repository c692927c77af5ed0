"""Which objects and officers may be drawn for a scheme, and why the others may not."""

from collections.abc import Mapping, Sequence
from datetime import date

GONE = ("closed", "revoked", "moved")


def fits(where: Mapping[str, Sequence[str]], values: Mapping[str, str | Sequence[str]]) -> bool:
    """True when every condition holds; a field that is a list fits when it holds one of the wanted values."""
    for field, wanted in where.items():
        have = values.get(field, "")
        present = {have} if isinstance(have, str) else set(have)
        if present.isdisjoint(wanted):
            return False
    return True


def cause_to_leave_out(*, status: str, visits_this_year: int, yearly_cap: int) -> str | None:
    """Why an object of the range may not be drawn now, or None. The yearly cap is 国办发〔2024〕54号's."""
    if status in GONE:
        return "closed"
    if visits_this_year >= yearly_cap:
        return "cap"
    return None


def is_certified_through(certificate_expires: date, last_day: date) -> bool:
    """行政处罚法 42: the certificate must be valid on every day of the window."""
    return certificate_expires >= last_day
