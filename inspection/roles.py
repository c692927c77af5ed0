"""Who a person is in the trade (notice part 二㈡, 二㈢). A lead is no role: it is seat 1 of a team."""

from enum import StrEnum


class Role(StrEnum):
    OPERATOR = "operator"
    """Works for the lead department: announces, draws, confirms replacements (发起部门经办人)."""
    OFFICER = "officer"
    """A certified inspector in the register (执法检查人员)."""
    HEAD = "head"
    """Head of a department; decides recusals and leave (行政处罚法 43: 由行政机关负责人决定)."""
    REVIEWER = "reviewer"
    """Approves or returns results before publicity (审核员)."""
    LIAISON = "liaison"
    """A department's day-to-day contact (联络员)."""
    ADMIN = "admin"
    """Runs the installation: enrolment codes, quarantine, alarms."""
    EXPERT = "expert"
    """Advises a team on a seat of its own; never counts toward the two officers (专家)."""
    WITNESS = "witness"
    """Watches a draw and gives it a number: a deputy, a member of the CPPCC, a reporter (见证人; notice 二㈣)."""
    PUBLICITY = "publicity"
    """Looks after what a department has published: objections that come in, publicity that is over (公示员)."""
    AUDITOR = "auditor"
    """Reads every archive and every figure and changes nothing: 审计, 执法监督 (行政执法监督条例)."""
