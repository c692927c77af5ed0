"""What WeCom's error codes mean to us. Each has its words for the operator in `labels.toml`: `wecom_<code>`.

Source: developer.work.weixin.qq.com, 全局错误码 (90313). A code that does not stand here is this letter's fault.
"""

from enum import Enum

from notifications.messages.channels import Ailment


class Meaning(Enum):
    TOKEN = "the access token is no longer good; another one is asked for"
    BUSY = "WeCom itself failed; it may pass"
    SLOW_DOWN = "too much was sent for now"
    APP = "the app as a whole may not do this; nobody can be reached until an administrator mends it"
    PERSON = "this person can't be reached here"
    SPENT = "the card can't be changed any more"
    MEDIA = "the file is not there, or no more"
    LETTER = "WeCom does not take this letter"


MEANINGS: dict[int, Meaning] = {
    -1: Meaning.BUSY,
    40001: Meaning.APP,
    40003: Meaning.PERSON,
    40007: Meaning.MEDIA,
    40013: Meaning.APP,
    40014: Meaning.TOKEN,
    40056: Meaning.APP,
    41001: Meaning.TOKEN,
    42001: Meaning.TOKEN,
    42014: Meaning.SPENT,
    42015: Meaning.SPENT,
    42016: Meaning.SPENT,
    42022: Meaning.SPENT,
    45009: Meaning.SLOW_DOWN,
    45033: Meaning.SLOW_DOWN,
    48002: Meaning.APP,
    60011: Meaning.APP,
    60020: Meaning.APP,
    60111: Meaning.PERSON,
    81013: Meaning.PERSON,
    301002: Meaning.APP,
}

AILMENTS: dict[int, Ailment] = {
    40001: Ailment.UNAUTHORIZED,
    40013: Ailment.UNAUTHORIZED,
    40014: Ailment.UNAUTHORIZED,
    40056: Ailment.NOT_ALLOWED,
    41001: Ailment.UNAUTHORIZED,
    42001: Ailment.UNAUTHORIZED,
    45009: Ailment.OVER_LIMIT,
    48002: Ailment.NOT_ALLOWED,
    60011: Ailment.NOT_ALLOWED,
    60020: Ailment.UNTRUSTED_IP,
    301002: Ailment.NOT_ALLOWED,
}
"""What ails the channel as a whole. All else that WeCom itself fails over is `SERVER_FAILS`."""

TOLD_APART = (*MEANINGS, 40004, 40006, 40008, 40009, 40058, 44004, 45002, 81012)
"""All codes with words of their own: those above, and what is wrong with a letter."""
