"""Typed button data: a dataclass that packs itself into at most 64 bytes (Telegram's limit, the tightest we carry).

The truth is never in the button: it only names what was pressed; every action looks it up and checks who presses.
"""

from dataclasses import fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Self

from inspection.refusals import Unacceptable

LIMIT = 64
_KINDS: dict[str, type["ButtonData"]] = {}


class ButtonData:
    """Subclass as `@dataclass(frozen=True) class AcceptButton(ButtonData, prefix="ac")`; fields are text or enums."""

    prefix: ClassVar[str]

    def __init_subclass__(cls, *, prefix: str, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if prefix in _KINDS and _KINDS[prefix].__qualname__ != cls.__qualname__:
            raise TypeError(f"button prefix {prefix!r} is taken by {_KINDS[prefix].__name__}")
        cls.prefix = prefix
        _KINDS[prefix] = cls

    def pack(self) -> str:
        """The text that travels; ValueError when it is too long or a field holds a colon."""
        values = [str(getattr(self, field.name)) for field in fields(self)]  # type: ignore[arg-type]
        if any(":" in value for value in values):
            raise ValueError(f"a colon inside {values}")
        packed = ":".join([self.prefix, *values])
        if len(packed.encode()) > LIMIT:
            raise ValueError(f"{packed} is longer than {LIMIT} bytes")
        return packed

    @classmethod
    def _from_values(cls, values: list[str]) -> Self:
        wanted = fields(cls)  # type: ignore[arg-type]
        if len(wanted) != len(values):
            raise ValueError("wrong number of fields")
        typed = [
            field.type(value) if isinstance(field.type, type) and issubclass(field.type, StrEnum) else value
            for field, value in zip(wanted, values, strict=True)
        ]
        return cls(*typed)


KINDS = MappingProxyType(_KINDS)
"""Every button kind by prefix; filled as the modules of this folder are imported."""


def unpack(packed: str) -> ButtonData:
    """The typed data behind a pressed button; anything we never packed is refused, never a crash."""
    prefix, *values = packed[:256].split(":")
    kind = _KINDS.get(prefix)
    if kind is None:
        raise Unacceptable("unknown_button")
    try:
        return kind._from_values(values)
    except ValueError as failure:
        raise Unacceptable("unknown_button") from failure
