"""How names of firms are looked up: by any part of them, most often two signs, whatever way somebody types."""

import unicodedata

from inspection.departments import DISTRICTS


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


OTHER = "#"
INITIALS = (*"ABCDEFGHJKLMNOPQRSTWXYZ", OTHER)
"""No Chinese syllable begins with I, U or V; names that begin with these, or with a digit, are under `OTHER`."""
_FIRST_OF_INITIAL = (
    (0xB0A1, "A"), (0xB0C5, "B"), (0xB2C1, "C"), (0xB4EE, "D"), (0xB6EA, "E"), (0xB7A2, "F"), (0xB8C1, "G"),
    (0xB9FE, "H"), (0xBBF7, "J"), (0xBFA6, "K"), (0xC0AC, "L"), (0xC2E8, "M"), (0xC4C3, "N"), (0xC5B6, "O"),
    (0xC5BE, "P"), (0xC6DA, "Q"), (0xC8BB, "R"), (0xC8F6, "S"), (0xCBFA, "T"), (0xCDDA, "W"), (0xCEF4, "X"),
    (0xD1B9, "Y"), (0xD4D1, "Z"),
)  # fmt: skip
"""Where a letter begins among the 3,755 common signs of GB 2312, which stand in the order of their sound."""
_LAST_OF_COMMON = 0xD7F9
_PLACES = ("博尔塔拉蒙古自治州", "博尔塔拉", "博州", *(place.name for place in DISTRICTS.values()))
_PLACES_WITHOUT_KIND = ("阿拉山口", "博乐", "精河", "温泉", "新疆")


def initial_of(folded_name: str) -> str:
    """The letter under which a name stands in a list: of its own first sign, after the place that half of all begin
    with. Rare signs, which GB 2312 has by their shape, are under `OTHER`."""
    name = folded_name
    for place in (*_PLACES, *_PLACES_WITHOUT_KIND):
        if name.startswith(place) and name not in _PLACES:
            name = name.removeprefix(place)
            break
    first = name[:1].upper()
    if first in INITIALS:
        return first
    return _initial_of_sign(first)


def _initial_of_sign(sign: str) -> str:
    try:
        code = int.from_bytes(sign.encode("gb2312"))
    except UnicodeEncodeError:
        return OTHER
    if not _FIRST_OF_INITIAL[0][0] <= code <= _LAST_OF_COMMON:
        return OTHER
    return [letter for first, letter in _FIRST_OF_INITIAL if first <= code][-1]
