"""What all TOML files of rules have in common: their sections, and in which line a mistake stands."""

import re
from collections.abc import Mapping
from tomllib import loads
from typing import Any

from inspection.registration.problems import RowProblem, Severity

_SYNTAX = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


class RuleFault(Exception):
    """One value can't be taken; `code` is a problem of `loading.toml`, `key` where in its section."""

    def __init__(self, key: str, code: str, /, **facts: object) -> None:
        self.key, self.code, self.facts = key, code, facts


def file_problem(file: str, line: int, heading: str, code: str, facts: Mapping[str, object]) -> RowProblem:
    """A mistake in a file of rules; `line` 0 is the whole file."""
    return RowProblem(file, "", line, "", heading, code, Severity.ERROR, facts)


def sections_of(text: str, file: str) -> dict[str, Any] | RowProblem:
    """The sections by name, or why the text is no TOML."""
    try:
        return loads(text)
    except ValueError as broken:
        found = _SYNTAX.search(str(broken))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        return file_problem(file, line, "", "toml_broken", {"reason": str(broken)})


def line_of(text: str, section: str, key: str) -> int:
    """The line where this key of this section stands, or the section's own."""
    header = re.compile(rf"\s*\[+\s*[\"']?{re.escape(section)}[\"']?\s*[\].]")
    wanted = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=") if key else None
    at, inside = 0, False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("["):
            inside = bool(header.match(line))
            at = number if inside and not at else at
        elif inside and wanted and wanted.match(line):
            return number
        elif not at and re.match(rf"\s*[\"']?{re.escape(section)}[\"']?\s*[.=]", line):
            at = number
    return at


def quoted(text: object) -> str:
    """As a TOML string on one line."""
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
