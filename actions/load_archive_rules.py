"""Archive rules from a text: look them through, or keep them as a new version."""

from datetime import datetime

from inspection.archives import RulesRefused, read_rules
from inspection.registration.problems import RowProblem
from storage import archives
from storage.store import Records


def check_archive_rules(text: str, file: str) -> tuple[RowProblem, ...]:
    """Everything that is wrong with it; empty when it can hold."""
    try:
        read_rules(text, file)
    except RulesRefused as refused:
        return refused.problems
    return ()


def keep_archive_rules(records: Records, text: str, *, at: datetime) -> tuple[int, bool]:
    """The version, and whether it is a new one; what is archived keeps the period it was archived with."""
    version, is_new = archives.keep_rules(records, text, at=at)
    if is_new:
        records.journal("archive_rules.loaded", str(version), by=None, at=at)
    return version, is_new
