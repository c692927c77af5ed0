"""Letters for tests, and how it went with them."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from bot.channels.channel import Channel, Fate, SendError, Sent
from notifications.outgoing import Key, Outgoing
from storage.outbox import Letter

_NUMBERS = count(1)
ROWS = ((Key("好", "ok:1"),),)


def a_letter(
    text: str = "任务\n请答复", *, chat: int | str = 7, rows: tuple[tuple[Key, ...], ...] = ROWS,
    replaces: str | None = None, parts_sent: int = 0, is_urgent: bool = False, **more: Any,
) -> Letter:  # fmt: skip
    number = next(_NUMBERS)
    body = Outgoing("x", text, rows, **more).to_json()
    return Letter(
        number,
        f"k{number}",
        "telegram",
        str(chat),
        body,
        more.get("slot"),
        replaces,
        1,
        parts_sent,
        is_urgent,
    )


async def fates_of(channel: Channel, letters: Sequence[Letter]) -> list[Fate]:
    """Each letter's fate, in the order of the letters; each must be told exactly once."""
    fates: dict[int, Fate] = {}

    def report(letter: Letter, fate: Fate) -> None:
        assert letter.line_id not in fates
        fates[letter.line_id] = fate

    await channel.send(letters, report)
    return [fates[letter.line_id] for letter in letters]


async def sent(channel: Channel, letter: Letter) -> str:
    """The messenger's id of a letter that must arrive."""
    (fate,) = await fates_of(channel, [letter])
    assert isinstance(fate, Sent), fate
    return fate.message_id


async def failed(channel: Channel, letter: Letter) -> SendError:
    """How a letter failed that must fail."""
    (fate,) = await fates_of(channel, [letter])
    assert isinstance(fate, SendError), fate
    return fate
