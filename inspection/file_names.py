"""Names of files as people's telephones and messengers give them: a claim, shown to people and used for nothing."""

import unicodedata

LONGEST = 200


def clean_file_name(name: str) -> str:
    """The name alone: no folders, no signs that are not seen or turn the reading around (a `gpj.exe` that reads as
    `exe.jpg`), no more than 200 signs, of which the ending stays. Empty when nothing is left."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = seen.rpartition(".")
    if len(seen) <= LONGEST:
        return seen
    if not dot or len(ending) > 10:
        return seen[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"
