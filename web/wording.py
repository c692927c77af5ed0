"""The words of the pages, in `web/texts/<language>.toml`: whole sentences, facts in braces."""

import tomllib
from functools import cache
from pathlib import Path

from notifications.catalogue import LANGUAGES

_TEXTS = Path(__file__).parent / "texts"


class Wording:
    """One language's words: `wording("sign_in")`, or with facts `wording("page", number=2)`."""

    def __init__(self, language: str, words: dict[str, str]) -> None:
        self.language, self.words = language, words

    def __call__(self, name: str, /, **facts: object) -> str:
        return self.words[name].format(**facts)

    def beginning(self, prefix: str) -> dict[str, str]:
        """All words whose names begin so, for the page's own program."""
        return {name: words for name, words in self.words.items() if name.startswith(prefix)}


@cache
def wording(language: str) -> Wording:
    """The words in this language; one that we don't speak gets Chinese."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    return Wording(language, tomllib.loads((_TEXTS / f"{language}.toml").read_text(encoding="utf-8")))
