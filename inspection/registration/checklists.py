"""A checklist from its rows: the questions in order, and the digest by which the same list is known again."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspection.registration.problems import RowProblem, Severity
from inspection.registration.rows import GoodRow, Values


@dataclass(frozen=True)
class ReadChecklist:
    """One checklist with its questions, as yet without a version."""

    id: str
    title: str
    questions: tuple[Values, ...]
    first_row: GoodRow

    @property
    def digest(self) -> str:
        """SHA-256 over title and questions, written in one settled way."""
        content = {"title": self.title, "questions": self.questions}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def departments(self) -> frozenset[str]:
        return frozenset(question["department"] for question in self.questions)


def checklists_of(rows: Iterable[GoodRow]) -> tuple[list[ReadChecklist], list[RowProblem]]:
    """Rows under one id make one list; the title of its first row holds."""
    by_id: dict[str, list[GoodRow]] = {}
    for row in rows:
        by_id.setdefault(row.values["checklist_id"], []).append(row)
    checklists, problems = [], []
    for checklist_id, group in by_id.items():
        title = group[0].values["title"]
        problems += [
            row.problem("title", "titles_differ", Severity.WARNING, value=title)
            for row in group
            if row.values["title"] != title
        ]
        in_order = sorted(group, key=lambda row: int(row.values["number"]))
        questions = tuple(_question(row.values) for row in in_order)
        checklists.append(ReadChecklist(checklist_id, title, questions, group[0]))
    return checklists, problems


def _question(values: Mapping[str, Any]) -> Values:
    kept = ("number", "department", "text", "basis", "is_important", "wants_photo")
    return {"id": f"q{values['number']}", **{name: values[name] for name in kept}}
