"""What must stand in the store when the play is over, and the table that shows it."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from actions.rule_check import Violation

_TITLES = {
    "objects_drawn": ("抽取对象", "objects drawn"),
    "objects_replaced": ("已不存在并补抽的对象", "objects gone and replaced"),
    "seats": ("席位", "seats"),
    "notices_sent": ("派发通知", "notices sent"),
    "people_drawn": ("抽到人次", "people drawn"),
    "accepted": ("接受", "accepted"),
    "acceptances_withdrawn": ("撤回接受", "acceptances withdrawn"),
    "recused": ("回避（按理由）", "recused by ground"),
    "unavailable": ("不能参加（按理由）", "unavailable by ground"),
    "leave_refused": ("负责人不同意", "refused by the head"),
    "lapsed": ("逾期未答", "lapsed"),
    "sent_back": ("组长退回", "sent back by the lead"),
    "released": ("因对象不存在而解除", "released with a gone object"),
    "redraws": ("补抽轮次", "redraw rounds"),
    "most_people_on_one_seat": ("同一席位最多人次", "most people on one seat"),
    "teams_confirmed": ("检查组确认", "teams confirmed"),
    "checklist_answers": ("检查表答题", "checklist answers"),
    "answers_no": ("其中答“否”", "of them 否"),
    "photos_stored": ("保存照片", "photos stored"),
    "photos_original": ("其中原图", "of them originals"),
    "results_submitted": ("提交结果", "results submitted"),
    "results_returned": ("退回结果", "results returned"),
    "results_approved": ("审核通过", "results approved"),
    "published": ("已公示", "published"),
    "transfers_opened": ("移送", "transfers opened"),
    "updates": ("收到的操作", "updates taken in"),
    "letters": ("发出的消息", "messages sent"),
    "server_starts": ("服务器启动次数", "server starts"),
    "seconds": ("用时（秒）", "seconds"),
    "violations": ("违反规则", "violations"),
}


def missing_from(summary: Mapping[str, Any]) -> list[str]:
    """What the story tells and the store does not hold, each as one line; empty when all is there."""
    standing = summary["objects_drawn"] - summary["objects_replaced"]
    wanted: Mapping[str, object] = {
        "teams_confirmed": standing,
        "published": standing,
        "results_approved": standing,
        "results_submitted": standing + 1,
        "results_returned": 1,
        "objects_replaced": 1,
        "lapsed": 1,
        "sent_back": 1,
        "acceptances_withdrawn": 1,
        "leave_refused": 2,
        "most_people_on_one_seat": 3,
        "recused": {"A2": 1, "A5": 1, "A6": 1, "A8": 1, "B2": 1},
        "unavailable": {"C1": 1},
        "notices_sent": summary["people_drawn"],
        "state": "finished",
        "updates_waiting": 0,
        "updates_set_aside": 0,
        "letters_waiting": 0,
        "letters_dead": 0,
    }
    lines = [
        f"{name}: {summary[name]}, not {value}" for name, value in wanted.items() if summary[name] != value
    ]
    at_least_one = ("photos_stored", "photos_original", "transfers_opened", "answers_no")
    return lines + [f"{name}: none" for name in at_least_one if not summary[name]]


def table_of(summary: Mapping[str, Any], language: str) -> Table:
    """The numbers for the eye."""
    table = Table(title=f"{summary['scheme']} {summary['name']}", show_header=False)
    table.add_column(justify="left")
    table.add_column(justify="right")
    for name, titles in _TITLES.items():
        if name in summary:
            table.add_row(titles[language == "en"], _shown(summary[name]))
    return table


def lines_of(violations: list[Violation]) -> list[dict[str, str]]:
    return [{"rule": one.rule, "subject": one.subject, "detail": one.detail} for one in violations]


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name}×{number}" for name, number in value.items()) or "0"
    return str(value)
