"""Examples of what is said when the calendar changes; all invented."""

from datetime import date

from notifications.messages.calendar import MovedLine, PublicityMoved

_ONE = MovedLine(
    "S1.E0042", "天山小馆<b>分店</b>", date(2027, 1, 18), date(2027, 1, 20), is_provisional=False
)
_MANY = tuple(
    MovedLine(
        f"S1.E{number:04d}",
        f"示例商户{number}",
        date(2027, 1, 18),
        date(2027, 1, 20),
        is_provisional=number == 1,
    )
    for number in range(1, 24)
)

EXAMPLES = [PublicityMoved((_ONE,)), PublicityMoved(_MANY[:2]), PublicityMoved(_MANY)]
