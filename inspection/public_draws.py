"""What of a draw anybody may have: the files, and when the transcript waits for the end of the inspections."""

from collections.abc import Mapping
from types import MappingProxyType

from inspection.states import SchemeState

DRAW_FILES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "announcement.json": ("announcement", "application/json"),
        "transcript.json": ("transcript", "application/json"),
        "objects.jsonl": ("objects", "application/jsonl"),
        "inspectors.jsonl": ("inspectors", "application/jsonl"),
        "exclusions.jsonl": ("exclusions", "application/jsonl"),
    }
)
"""By name: the column of the draw record, and the media type. The secret is not among them and never will be."""


def is_list_public(state: SchemeState, *, by_scheme: bool, is_veiled: bool) -> bool:
    """A list that a scheme withholds is public once its inspections are over: nobody can be warned any more. While its
    firms are not named to those who go, they are not named to the public either."""
    if is_veiled:
        return False
    return by_scheme or state in (SchemeState.FINISHED, SchemeState.VOIDED)
