"""What a load or a form does to a register, as lines for a terminal or a page."""

from collections.abc import Mapping
from typing import Any

from inspection.registration.cells import excerpt
from inspection.registration.changes import ChangeKind
from inspection.registration.registers import REGISTERS
from inspection.registration.report import RegisterCount
from inspection.registration.written import cell_text
from notifications.load_report import texts_of


def difference_words(language: str) -> Mapping[str, str]:
    words: Mapping[str, str] = texts_of(language)["difference"]
    return words


def count_line(count: RegisterCount, language: str = "zh") -> str:
    """One register: how many rows of each fate."""
    facts = {**vars(count), "register": REGISTERS[count.register].title, "changed": plainly_changed(count)}
    return difference_words(language)["count"].format(**facts)


def plainly_changed(count: RegisterCount) -> int:
    """Those that were neither deactivated nor taken up again."""
    return count.changed - count.deactivated - count.reactivated


def change_line(
    register: str,
    kind: ChangeKind,
    key: str,
    name: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    language: str = "zh",
) -> str:
    """One row: what kind of change, which row, and of each field before → after."""
    words = difference_words(language)
    head = words["line"].format(kind=words[kind.value], key=key, name=name).rstrip()
    fields = words["between"].join(field_lines(register, before, after, language))
    return f"{head}{words['colon']}{fields}" if fields else head


def field_lines(
    register: str, before: Mapping[str, Any], after: Mapping[str, Any], language: str = "zh"
) -> list[str]:
    """Of each field that differs its heading, before → after, as they stand in cells."""
    words, about = difference_words(language), REGISTERS[register]
    return [
        words["field"].format(
            title=about.column_of(field).title,
            before=excerpt(cell_text(about, field, before.get(field)), 60) or words["empty"],
            after=excerpt(cell_text(about, field, value), 60) or words["empty"],
        )
        for field, value in after.items()
    ]
