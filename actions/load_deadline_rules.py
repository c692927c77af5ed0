"""Deadline rules from one file: look them through, or keep them as a new version."""

from datetime import datetime
from pathlib import Path

from actions.summary_times import plan_summaries
from inspection.deadlines.reading import RuleReading, read_rules
from inspection.deadlines.rules import Rules
from inspection.registration.problems import RowProblem, Severity
from storage import deadlines
from storage.deadlines import RulesUnreadable
from storage.store import Records


def check_deadline_rules(path: Path) -> RuleReading:
    """What a file says, or everything that is wrong with it; nothing about a file raises."""
    try:
        text = deadlines.rules_text(path)
    except RulesUnreadable as fault:
        problem = RowProblem(
            path.name, "", 0, "", "", "deadline_unreadable", Severity.ERROR, {"reason": str(fault)}
        )
        return RuleReading({}, (problem,))
    return read_rules(text, path.name)


def keep_deadline_rules(records: Records, rules: Rules, *, at: datetime) -> tuple[int, bool]:
    """What the rules don't name stays as it stands. Gives the version, and whether it is a new one; what runs keeps
    the version it started with."""
    version, is_new = deadlines.keep_rules(records, rules, at=at)
    plan_summaries(records, at=at)
    if is_new:
        records.journal(
            "deadlines.loaded", str(version), by=None, at=at, rules=sorted(name.value for name in rules)
        )
    return version, is_new
