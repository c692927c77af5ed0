"""The shape of a function table: a name, how many arguments it takes (exactly, or from–to), and what it comes to."""

from collections.abc import Callable, Mapping

from inspection.forms.calls import Call
from inspection.forms.values import Value

Rule = Callable[[Call], Value]
Count = int | tuple[int, int | None]
Table = Mapping[str, tuple[Count, Rule]]
