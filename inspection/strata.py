"""From the rows of a scheme to the disjoint strata of a draw: class × item × district, and one visit for each firm.

A scheme asks row by row: these objects, for these items, at this ratio. An object may fit several rows, and the draw
allows one stratum only (docs/draw-protocol.md §1). So the objects are divided by the *set of rows* that they fit, and
then by what the rows are split by. Who fits several rows is drawn once, at the highest of their ratios, and visited
once, for the items of all of them; no row is thereby drawn below its own ratio.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from draw.double_random import exact_ratio
from inspection.refusals import Unacceptable

SPLITS = ("class", "district")
"""What a row may be divided by: every value that occurs becomes a stratum of its own."""
ROWS_FIELD = "rows"
"""The field of the pool that says which rows an object fits, such as "1+3", where some object fits more than one."""

Values = Mapping[str, "str | Sequence[str]"]


@dataclass(frozen=True)
class Row:
    """One row of a scheme. `items` empty means all of the scheme's; exactly one of `ratio` and `count` is given."""

    name: str
    where: Mapping[str, tuple[str, ...]]
    items: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    ratio: str | None = None
    count: int | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Row":
        """A row as a scheme keeps it."""
        return cls(
            name=stored["name"],
            where={name: tuple(values) for name, values in stored["where"].items()},
            items=tuple(stored.get("items", ())),
            split=tuple(stored.get("split", ())),
            ratio=stored.get("ratio"),
            count=stored.get("count"),
        )


@dataclass(frozen=True)
class Cell:
    """One stratum to be announced."""

    name: str
    where: Mapping[str, tuple[str, ...]]
    ratio: str | None
    count: int | None


@dataclass(frozen=True)
class Stratification:
    """The cells of a scheme in order; `rows_of` gives for each object what `ROWS_FIELD` of the pool must say, and is
    empty where no object fits more than one row: then the rows' own conditions tell the strata apart."""

    cells: tuple[Cell, ...]
    rows_of: Mapping[str, str]


def fits(where: Mapping[str, Sequence[str]], values: Values) -> bool:
    """True when every condition holds; a field that is a list fits when it holds one of the wanted values."""
    for name, wanted in where.items():
        have = values.get(name, "")
        present = {have} if isinstance(have, str) else set(have)
        if present.isdisjoint(wanted):
            return False
    return True


def stratify(
    rows: Sequence[Row],
    objects: Iterable[tuple[str, Values]],
    *,
    words: Mapping[str, str],
) -> Stratification:
    """Divides the objects (id, values); `words` are what people read for the values of a split.

    A row that no object fits stays as an empty stratum, which the draw refuses by its name. Refuses with
    `count_shared` a row with a count that shares an object with another row: how many would be drawn for it? Raises
    the draw's own refusal where ratios that meet can't be read.
    """
    rows_of: dict[str, str] = {}
    cells: dict[tuple[tuple[int, ...], tuple[tuple[str, str], ...]], None] = {}
    for id, values in objects:
        fitting = tuple(number for number, row in enumerate(rows) if fits(row.where, values))
        if not fitting:
            continue
        _refuse_shared_counts([rows[number] for number in fitting], id)
        rows_of[id] = _said(fitting)
        splits = [name for name in SPLITS if any(name in rows[number].split for number in fitting)]
        cells[fitting, tuple((name, str(values[name])) for name in splits)] = None
    overlaps = any(len(fitting) > 1 for fitting, _ in cells)
    met = {number for fitting, _ in cells for number in fitting}
    cells.update({((number,), ()): None for number in range(len(rows)) if number not in met})
    made = [
        _cell([rows[number] for number in fitting], split, words, _said(fitting) if overlaps else None)
        for fitting, split in sorted(cells)
    ]
    return Stratification(tuple(made), rows_of if overlaps else {})


def items_for(rows: Sequence[Row], values: Values, items: Sequence[str]) -> list[str]:
    """The items of a scheme for which an object is visited: those of every row that it fits, in the scheme's order."""
    wanted = {item for row in rows if fits(row.where, values) for item in row.items or items}
    return [item for item in items if item in wanted]


def _said(fitting: Sequence[int]) -> str:
    return "+".join(str(number + 1) for number in fitting)


def _refuse_shared_counts(rows: Sequence[Row], id: str) -> None:
    counted = next((row for row in rows if row.count is not None), None)
    if counted is not None and len(rows) > 1:
        other = next(row for row in rows if row is not counted)
        raise Unacceptable("count_shared", row=counted.name, other=other.name, object=id)


def _cell(
    rows: Sequence[Row],
    split: Sequence[tuple[str, str]],
    words: Mapping[str, str],
    fitting: str | None,
) -> Cell:
    name = " · ".join(
        [" + ".join(row.name for row in rows), *(words.get(value, value) for _, value in split)]
    )
    where = rows[0].where if fitting is None else {ROWS_FIELD: (fitting,)}
    return Cell(
        name=name,
        where={**where, **{field: (value,) for field, value in split}},
        ratio=_highest([row.ratio for row in rows], f"Stratum {name}, ratio"),
        count=rows[0].count,
    )


def _highest(ratios: Sequence[str | None], place: str) -> str | None:
    """A single one is left to the draw, which reads and refuses it in its own words."""
    return ratios[0] if len(ratios) == 1 else max(ratios, key=lambda ratio: exact_ratio(ratio, place))
