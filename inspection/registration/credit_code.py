"""统一社会信用代码 (GB 32100-2015). Real registers hold codes that fail it: a wrong one is pointed out, not refused."""

from enum import StrEnum

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

_OLD_NUMBER_LENGTH = 15


class CreditCodeFlaw(StrEnum):
    """Each is the code of a warning."""

    OLD = "credit_code_old"
    LENGTH = "credit_code_length"
    CHARACTERS = "credit_code_characters"
    CHECK = "credit_code_check"


def credit_code_flaw(code: str) -> CreditCodeFlaw | None:
    """What is wrong with the code (upper case, half width), or None. 15 digits are an old 注册号."""
    if len(code) == _OLD_NUMBER_LENGTH and code.isascii() and code.isdigit():
        return CreditCodeFlaw.OLD
    if code != uscc.compact(code):  # blanks and hyphens, which the library would pass over
        return CreditCodeFlaw.CHARACTERS
    try:
        uscc.validate(code)
    except InvalidLength:
        return CreditCodeFlaw.LENGTH
    except InvalidChecksum:
        return CreditCodeFlaw.CHECK
    except ValidationError:
        return CreditCodeFlaw.CHARACTERS
    return None


def check_character(first_seventeen: str) -> str:
    """The 18th character: (31 − Σ value·3^(i-1) mod 31) mod 31."""
    return str(uscc.calc_check_digit(first_seventeen))
