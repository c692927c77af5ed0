"""The report of a load as lines for a terminal or a page: each problem with its place, then the counts."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from inspection.departments import department_name
from inspection.registration.problems import RowProblem
from inspection.registration.registers import REGISTERS, sheet_kind
from inspection.registration.report import LoadReport
from notifications.catalogue import label

_TEXTS = Path(__file__).parent / "texts"


def report_lines(report: LoadReport, language: str = "zh") -> list[str]:
    """Everything the report says, one plain line each. The lines quote what people wrote: print them without markup."""
    line = texts_of(language)["line"]
    errors, warnings = len(report.errors), len(report.warnings)
    summary = line["loaded" if report.is_loaded else "refused"].format(errors=errors, warnings=warnings)
    counts = [
        line["count"].format(**{**vars(count), "register": REGISTERS[count.register].title})
        for count in report.counts
    ]
    return [*(problem_line(problem, language) for problem in report.problems), *counts, summary]


def problem_line(problem: RowProblem, language: str = "zh") -> str:
    """File, sheet, row, column, what is wrong, what would be right."""
    texts = texts_of(language)
    return str(
        texts["line"]["full"].format(
            severity=texts["severity"][problem.severity],
            place=_place(problem, texts["place"]),
            what=what_is_wrong(problem, language),
            right=texts["line"]["right"].format(right=what_would_be_right(problem, language)),
        )
    )


def what_is_wrong(problem: RowProblem, language: str = "zh") -> str:
    return _sentence(problem, "what", language)


def what_would_be_right(problem: RowProblem, language: str = "zh") -> str:
    return _sentence(problem, "right", language)


def _sentence(problem: RowProblem, part: str, language: str) -> str:
    text: str = texts_of(language)["problem"][problem.code][part]
    return text.format(heading=problem.heading, **_facts(problem, language))


def _facts(problem: RowProblem, language: str) -> dict[str, object]:
    facts = dict(problem.facts)
    if "register" in facts:
        facts["register"] = sheet_kind(str(facts["register"])).title
    if "instead" in facts:
        facts["instead"] = texts_of(language)["instead"][str(facts["instead"])]
    if "hindrance" in facts:
        facts["hindrance"] = label(f"hindrance_{facts['hindrance']}", language)
    departments = facts.get("departments")
    if isinstance(departments, tuple):
        names = [department_name(one, language) for one in departments]
        facts["departments"] = ("、" if language == "zh" else ", ").join(names)
    return facts


def _place(problem: RowProblem, words: dict[str, str]) -> str:
    parts = [problem.file]
    if problem.sheet:
        parts.append(f"「{problem.sheet}」")
    if problem.row:
        parts.append(words["row"].format(row=problem.row))
    if problem.column:
        parts.append(words["column"].format(column=problem.column))
    if problem.heading:
        parts.append(f"「{problem.heading}」")
    return " ".join(parts)


@cache
def texts_of(language: str) -> dict[str, Any]:
    """All words on loading in a language."""
    folder = language if (_TEXTS / language).is_dir() else "zh"
    return tomllib.loads((_TEXTS / folder / "loading.toml").read_text(encoding="utf-8"))
