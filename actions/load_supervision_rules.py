"""Supervision rules from one file: look them through, or keep them as a new version."""

from datetime import datetime
from pathlib import Path

from inspection.rule_files import file_problem
from inspection.supervision.reading import SupervisionReading, read_supervision
from inspection.supervision.rules import Sections
from storage import supervision
from storage.deadlines import RulesUnreadable, rules_text
from storage.store import Records


def check_supervision_rules(path: Path) -> SupervisionReading:
    """What a file says, or everything that is wrong with it; nothing about a file raises."""
    try:
        text = rules_text(path)
    except RulesUnreadable as fault:
        problem = file_problem(path.name, 0, "", "deadline_unreadable", {"reason": str(fault)})
        return SupervisionReading({}, (problem,))
    return read_supervision(text, path.name)


def keep_supervision_rules(
    records: Records, sections: Sections, *, by: str | None = None, at: datetime
) -> tuple[int, bool]:
    """What the file doesn't name stays as it stands. Gives the version, and whether it is a new one."""
    version, is_new = supervision.keep_supervision(records, sections, at=at)
    if is_new:
        records.journal("supervision.loaded", str(version), by=by, at=at, sections=sorted(sections))
    return version, is_new
