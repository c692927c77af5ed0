"""What the command line says, in the language of the settings."""

import tomllib
from functools import cache

from notifications.catalogue import LANGUAGES, TEXTS


def help_on(name: str, language: str) -> str:
    """What a command or one of its options is for."""
    return _texts(language)["help"][name]


def said(name: str, language: str, **facts: object) -> str:
    """One answer, or the one sentence for a fault."""
    return _texts(language)["said"][name].format(**facts)


@cache
def _texts(language: str) -> dict[str, dict[str, str]]:
    language = language if language in LANGUAGES else LANGUAGES[0]
    return tomllib.loads((TEXTS / language / "command_line.toml").read_text(encoding="utf-8"))
