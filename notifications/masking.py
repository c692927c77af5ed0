"""Numbers of people that somebody typed or a list brought: no message and no card carries them whole.

A messenger keeps what it was sent, on servers and phones that are not ours. So the last thing that is done to a
message, whatever it quotes, is to hide the middle of what has the shape of a mobile number or of a citizen's number
(GB 11643). What stands on paper and on the pages of those who may read it stays whole.
"""

import re

_CITIZEN = re.compile(
    r"(?<![0-9A-Za-z])([1-8]\d{5})(?:19\d\d|20[01]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2}(\d[\dXx])"
    r"(?![0-9A-Za-z])"
)
"""Of people born before 2020: numbers of batches and papers have the day they were made on in the same place."""
_MOBILE = re.compile(r"(?<![0-9A-Za-z])((?:\+?86[- ]?)?1[3-9]\d)([- ]?)\d{4}([- ]?)(\d{4})(?![0-9A-Za-z])")
STARS = "****"


def masked(text: str) -> str:
    """The same with the middle of such numbers hidden; who knows the number still recognises it."""
    if not any(one.isdigit() for one in text):
        return text
    text = _CITIZEN.sub(rf"\1{STARS}\2", text)
    return _MOBILE.sub(rf"\1\2{STARS}\3\4", text)
