"""How far an officer's phone says it is from the registered address."""

from math import asin, cos, isfinite, radians, sin, sqrt

from inspection.refusals import Unacceptable

_EARTH_RADIUS_M = 6_371_000


def check_place(latitude: float | None, longitude: float | None) -> tuple[float, float]:
    """The place in degrees; raises `Unacceptable` for what is no place on earth."""
    if latitude is None or longitude is None or not (isfinite(latitude) and isfinite(longitude)):
        raise Unacceptable("place_impossible")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Unacceptable("place_impossible")
    return latitude, longitude


def distance_m(here: tuple[float, float], there: tuple[float, float]) -> int:
    """Metres along the earth's surface between two places in degrees (haversine)."""
    (lat1, lon1), (lat2, lon2) = ((radians(a), radians(b)) for a, b in (here, there))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * _EARTH_RADIUS_M * asin(min(1.0, sqrt(half))))
