"""How names of firms are looked up: by any part of them, most often two signs, whatever way somebody types."""

import unicodedata


def folded(text: str) -> str:
    """The text as it is compared: full and half width alike, small letters, no blanks and nothing invisible."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if unicodedata.category(one)[0] not in "ZC")


def parts_of(folded_text: str) -> tuple[str, ...]:
    """Every two neighbouring signs, each once, in their order; none for a text of a single sign."""
    return tuple(dict.fromkeys(folded_text[at : at + 2] for at in range(len(folded_text) - 1)))


def looks_like_a_code(folded_text: str) -> bool:
    """Whether it is the beginning of a credit code, or of an old registration number, and no part of a name."""
    return (
        len(folded_text) >= _SHORTEST_CODE
        and folded_text.isascii()
        and folded_text.isalnum()
        and folded_text[0].isdigit()
    )


_SHORTEST_CODE = 2
