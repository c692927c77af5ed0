"""Functions on numbers, and distance and area on the round earth."""

import itertools
import math
from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from inspection.forms.calls import Call
from inspection.forms.rules import Table
from inspection.forms.values import Value, as_number, as_text, each

_EARTH = 6_378_100.0  # metres, the radius the ODK specification's area() and distance() take


def _guarded(compute: Callable[[Call], float]) -> Callable[[Call], float]:
    """What has no value (the root of -1, the logarithm of 0, a power too great) is NaN, not an error."""

    def rule(call: Call) -> float:
        try:
            return compute(call)
        except (ValueError, ArithmeticError):
            return math.nan

    return rule


def _of(compute: Callable[[float], float]) -> tuple[int, Callable[[Call], float]]:
    return 1, _guarded(lambda call: compute(call.number(0)))


def _round(call: Call) -> float:
    """Half up, towards the greater number, as JavaRosa does it: -2.5 is -2."""
    number, places = call.number(0), call.number(1)
    if math.isnan(number) or math.isinf(number):
        return number
    if len(call) == 1:
        return float(math.floor(number + 0.5))
    half = ROUND_HALF_UP if number > 0 else ROUND_HALF_DOWN
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-int(places)), rounding=half))


def _whole(call: Call) -> float:
    number = call.number(0)
    return number if math.isinf(number) or math.isnan(number) else float(math.trunc(number))


def _numbers(call: Call) -> list[float]:
    """All values of all arguments; the empty ones do not count."""
    values = [value for at in range(len(call)) for value in each(call.value(at))]
    return [as_number(value) for value in values if value != ""]


def _extreme(choose: Callable[[list[float]], float]) -> Callable[[Call], float]:
    def rule(call: Call) -> float:
        numbers = _numbers(call)
        return math.nan if not numbers or any(map(math.isnan, numbers)) else choose(numbers)

    return rule


def _points(value: Value) -> list[tuple[float, float]]:
    """Latitudes and longitudes in radians, of geopoints or of a trace with ";" between them."""
    points = []
    for part in each(value):
        for point in as_text(part).split(";"):
            if numbers := point.split():
                latitude, longitude = numbers[:2]
                points.append((math.radians(float(latitude)), math.radians(float(longitude))))
    return points


def _distance(call: Call) -> float:
    points = [point for value in call.values() for point in _points(value)]
    return sum(_between(a, b) for a, b in itertools.pairwise(points))


def _between(a: tuple[float, float], b: tuple[float, float]) -> float:
    half = (
        math.sin((b[0] - a[0]) / 2) ** 2 + math.cos(a[0]) * math.cos(b[0]) * math.sin((b[1] - a[1]) / 2) ** 2
    )
    return 2 * _EARTH * math.asin(math.sqrt(half))


def _area(call: Call) -> float:
    points = _points(call.value(0))
    if len(points) < 3:
        return 0.0
    ring = [*points, points[0]]
    total = sum((b[1] - a[1]) * (2 + math.sin(a[0]) + math.sin(b[0])) for a, b in itertools.pairwise(ring))
    return abs(total * _EARTH * _EARTH / 2)


NUMBERS: Table = {
    "number": ((0, 1), lambda call: call.number(0) if len(call) else as_number(call.focus.current.text)),
    "int": (1, _whole),
    "round": ((1, 2), _guarded(_round)),
    "floor": _of(math.floor),
    "ceiling": _of(math.ceil),
    "abs": _of(abs),
    "pow": (2, _guarded(lambda call: math.pow(call.number(0), call.number(1)))),
    "sqrt": _of(math.sqrt),
    "exp": _of(math.exp),
    "exp10": _of(lambda number: math.pow(10, number)),
    "log": _of(math.log),
    "log10": _of(math.log10),
    "sin": _of(math.sin),
    "cos": _of(math.cos),
    "tan": _of(math.tan),
    "asin": _of(math.asin),
    "acos": _of(math.acos),
    "atan": _of(math.atan),
    "atan2": (2, _guarded(lambda call: math.atan2(call.number(0), call.number(1)))),
    "pi": (0, lambda call: math.pi),
    "sum": ((1, None), lambda call: math.fsum(_numbers(call)) if _finite(call) else math.nan),
    "max": ((1, None), _extreme(max)),
    "min": ((1, None), _extreme(min)),
    "distance": ((1, None), _guarded(_distance)),
    "area": (1, _guarded(_area)),
}


def _finite(call: Call) -> bool:
    return all(map(math.isfinite, _numbers(call)))
