"""How a messenger is, as an operator is told of it."""

from collections.abc import Callable

from notifications.messages.channels import Ailment

OnTrouble = Callable[[Ailment | None, str], None]
"""Called on the loop, with a reason for the operator, when something else is wrong than before; None: all is well,
which is said at the beginning too, for a trouble may stand on record that a process before us met."""


class Health:
    """Tells how it is at first, and then of changes only."""

    def __init__(self, on_trouble: OnTrouble) -> None:
        self._on_trouble = on_trouble
        self._ailment: Ailment | None = None
        self._has_told = False

    @property
    def ailment(self) -> Ailment | None:
        return self._ailment

    @property
    def is_known(self) -> bool:
        return self._has_told

    def note(self, ailment: Ailment | None, reason: str = "") -> None:
        if ailment is not self._ailment or not self._has_told:
            self._ailment, self._has_told = ailment, True
            self._on_trouble(ailment, reason)
