"""The enforcement certificate of an officer (行政执法证)."""

from datetime import date


def is_certified_through(certificate_expires: date, last_day: date) -> bool:
    """行政处罚法 42: the certificate must be valid on every day of the window."""
    return certificate_expires >= last_day
