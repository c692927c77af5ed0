"""Ids with positions: where in which repeat an answer or a kept value stands ("q7.2.1", "/data/fridge/t.2")."""

from collections.abc import Callable, Sequence


def key(base: str, positions: Sequence[int]) -> str:
    """The id with its positions: "q7", (2, 1) → "q7.2.1"."""
    return ".".join((base, *map(str, positions)))


def split_key(text: str) -> tuple[str, tuple[int, ...]]:
    """The other way round; a position that is no number makes an id that nothing has."""
    base, *positions = text.split(".")
    if not all(part.isascii() and part.isdigit() for part in positions):
        return "", ()
    return base, tuple(map(int, positions))


def move_up(
    held: dict[str, str], is_inside: Callable[[str], bool], outer: tuple[int, ...], position: int
) -> None:
    """An instance is gone: drops what stood in it and moves what lies behind it one position up, in place.

    `is_inside` tells from a base whether it stands in the repeat, `outer` are the positions of the instance around.
    """
    depth = len(outer)
    moved: dict[str, str] = {}
    for text, value in held.items():
        base, positions = _split(text)
        if len(positions) > depth and positions[:depth] == outer and is_inside(base):
            if positions[depth] == position:
                continue
            if positions[depth] > position:
                positions = (*positions[:depth], positions[depth] - 1, *positions[depth + 1 :])
        moved[key(base, positions)] = value
    held.clear()
    held.update(moved)


def _split(text: str) -> tuple[str, tuple[int, ...]]:
    """As `split_key`, but a name may hold dots: only numbers at the end are positions."""
    base = text
    numbers: list[int] = []
    while True:
        head, dot, tail = base.rpartition(".")
        if not dot or not (tail.isascii() and tail.isdigit()) or head.endswith("/"):
            return base, tuple(reversed(numbers))
        base = head
        numbers.append(int(tail))
