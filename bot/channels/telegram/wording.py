"""Words as Telegram takes them: in pieces that fit, counted in UTF-16 units after parsing, with every sign escaped."""

from telegram.constants import MessageLimit

from bot.channels import parting
from bot.channels.parting import clean, units

TEXT_LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)
CAPTION_LIMIT = int(MessageLimit.CAPTION_LENGTH)


def html(text: str, *, has_headline: bool = True) -> str:
    """Escaped for Telegram's HTML; of several lines the first is bold."""
    escaped = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    headline, line_end, rest = escaped.partition("\n")
    if not has_headline or not line_end or not headline.strip():
        return escaped
    return f"<b>{headline}</b>\n{rest}"


def split(text: str, first_limit: int = TEXT_LIMIT, limit: int = TEXT_LIMIT) -> list[str]:
    """The text in parts that fit, counted in UTF-16 units."""
    return parting.split(text, first_limit, limit, units)
