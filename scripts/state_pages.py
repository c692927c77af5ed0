"""Writes docs/states.md from the state tables of `inspection.states`; with `--check` only says whether it is right."""

import sys
from collections.abc import Iterable
from pathlib import Path

from inspection.states import TABLES, Table

PAGE = Path(__file__).parents[1] / "docs" / "states.md"

_HEAD = """\
# States

Every status of the product, as the code holds it. Written by `make docs` from `inspection/states.py`; do not edit.
A step that is not in a table does not exist: it is refused and nothing changes.
"""


def page(tables: Iterable[Table]) -> str:
    """The whole page in Markdown: for each table its meaning, a Mermaid diagram and the steps as a list."""
    return "\n".join([_HEAD, *(_chapter(table) for table in tables)])


def _chapter(table: Table) -> str:
    ends = [state.value for state in table.states if not any(state in rule[1] for rule in table.rules)]
    arrows = [
        f"    {source.value} --> {dest.value}: {step.value}"
        for step, sources, dest in table.rules
        for source in sources
    ]
    rows = [
        f"| `{step.value}` | {', '.join(f'`{source.value}`' for source in sources)} | `{dest.value}` |"
        for step, sources, dest in table.rules
    ]
    return "\n".join(
        [
            f"## {table.name} ({table.title})",
            "",
            *_meaning(table),
            "```mermaid",
            "stateDiagram-v2",
            f"    [*] --> {table.initial.value}",
            *arrows,
            *(f"    {end} --> [*]" for end in ends),
            "```",
            "",
            "| step | from | to |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _meaning(table: Table) -> list[str]:
    said = (table.states.__doc__ or "").strip()
    return [said, ""] if said else []


def main(arguments: list[str]) -> int:
    """Writes the page, or compares it; returns what the command answers to the shell."""
    written = page(TABLES)
    if arguments != ["--check"]:
        PAGE.write_text(written, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == written:
        return 0
    sys.stderr.write("docs/states.md does not say what inspection/states.py does: run make docs.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
