"""Where somebody is. WeCom tells it as Chinese maps do (GCJ-02), which is some hundred metres off what satellites say
(WGS 84); the other channels and the cameras say the latter, and a check-in is measured in metres.

The shift is the usual published approximation of GCJ-02, undone by going back until it fits; good to a metre.
"""

import math

_AXIS = 6_378_245.0
_ECCENTRICITY = 0.00669342162296594323
_CHINA = (0.8293, 55.8271, 72.004, 137.8347)
"""South, north, west, east: outside nothing is shifted."""
_ROUNDS = 6


def from_chinese_map(latitude: float, longitude: float) -> tuple[float, float]:
    """GCJ-02 to WGS 84, in degrees."""
    here = latitude, longitude
    for _ in range(_ROUNDS):
        there = to_chinese_map(*here)
        here = here[0] - (there[0] - latitude), here[1] - (there[1] - longitude)
    return round(here[0], 7), round(here[1], 7)


def to_chinese_map(latitude: float, longitude: float) -> tuple[float, float]:
    """WGS 84 to GCJ-02, in degrees."""
    south, north, west, east = _CHINA
    if not (south <= latitude <= north and west <= longitude <= east):
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    radians = math.radians(latitude)
    magic = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    north_by = _north(x, y) * 180 / (_AXIS * (1 - _ECCENTRICITY) / magic**1.5 * math.pi)
    east_by = _east(x, y) * 180 / (_AXIS / math.sqrt(magic) * math.cos(radians) * math.pi)
    return latitude + north_by, longitude + east_by


def _north(x: float, y: float) -> float:
    """Metres."""
    plain = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    return plain + _ripple(x) + _waves(y, ((20, 1), (40, 3)), ((160, 12), (320, 30)))


def _east(x: float, y: float) -> float:
    """Metres."""
    plain = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    return plain + _ripple(x) + _waves(x, ((20, 1), (40, 3)), ((150, 12), (300, 30)))


def _ripple(x: float) -> float:
    return (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3


def _waves(of: float, short: tuple[tuple[float, float], ...], long: tuple[tuple[float, float], ...]) -> float:
    return sum(height * math.sin(of / length * math.pi) for height, length in (*short, *long)) * 2 / 3
