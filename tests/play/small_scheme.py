"""A scheme that holds the whole story of the play and no more: twelve objects, three departments, six questions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from actions.enrolment import open_web_chats
from bot.clock import Clock
from bot.play.story import LEAST
from storage.store import Store
from tests.builders import a_small_register
from tests.play.stage import Played, Stage, a_stage

SCHEME = "S1"
WHOLE_STORY = {
    "scheme": SCHEME,
    "name": "示例餐饮联合抽查",
    "state": "finished",
    "departments": 3,
    "objects_drawn": 13,
    "objects_replaced": 1,
    "seats": 72,
    "notices_sent": 86,
    "people_drawn": 86,
    "accepted": 79,
    "acceptances_withdrawn": 1,
    "recused": {"A2": 1, "A5": 1, "A6": 1, "A8": 1, "B2": 1},
    "unavailable": {"C1": 1},
    "leave_refused": 2,
    "lapsed": 1,
    "sent_back": 1,
    "released": 6,
    "redraws": 9,
    "most_people_on_one_seat": 3,
    "teams_confirmed": 12,
    "checklist_answers": 72,
    "answers_no": 4,
    "photos_stored": 36,
    "photos_original": 12,
    "findings": {"clean": 22, "corrected": 5, "other": 3, "pending": 3, "undisclosed": 3},
    "results_submitted": 13,
    "results_returned": 1,
    "results_approved": 12,
    "published": 12,
    "transfers_opened": 1,
    "updates_waiting": 0,
    "updates_set_aside": 0,
    "letters_waiting": 0,
    "letters_dead": 0,
    "violations": 0,
    "violation_list": [],
    "missing": [],
}
"""What the summary says of it, whoever was drawn."""
DEEDS = {
    "answer.note": 4,
    "answer.value": 72,
    "archive.open": 12,
    "assignment.accept": 80,
    "assignment.ask_leave": 5,
    "assignment.complete": 72,
    "assignment.confirm": 78,
    "assignment.draw": 86,
    "assignment.excuse": 1,
    "assignment.lapse": 1,
    "assignment.notify": 86,
    "assignment.recuse": 5,
    "assignment.refuse_leave": 2,
    "assignment.release": 6,
    "assignment.send_back": 1,
    "assignment.withdraw": 1,
    "checklist.finish": 36,
    "checklist.lock": 39,
    "checklist.open": 39,
    "checklist.unlock": 3,
    "credit_feedback.make": 12,
    "deadline.meet": 182,
    "deadline.miss": 1,
    "department_review.agree": 38,
    "department_review.ask": 39,
    "department_review.return": 3,
    "draw.input": 1,
    "draw.round": 9,
    "enrolment.enrol": 66,
    "finding.category": 36,
    "finding.follow_up": 3,
    "finding.receiver": 1,
    "finding.words": 6,
    "follow_up.open": 10,
    "inspection.close": 12,
    "inspection.confirm_team": 13,
    "inspection.end_visit": 12,
    "inspection.open": 13,
    "inspection.replace": 1,
    "inspection.report_gone": 1,
    "inspection.start_visit": 12,
    "leave_request.file": 8,
    "leave_request.grant": 6,
    "leave_request.refuse": 2,
    "photo.keep": 36,
    "publication.add": 12,
    "publicity.add_check_key": 1,
    "publicity.add_key": 1,
    "result.approve": 12,
    "result.publish": 12,
    "result.return": 1,
    "result.submit": 13,
    "scheme.announce": 1,
    "scheme.draw": 1,
    "scheme.finish": 1,
    "team.confirm": 13,
    "team.dissolve": 1,
    "transfer.open": 1,
    "visit.check_in": 9,
}
"""How often each verb stands in the journal then, but for those that are a matter of chance."""
_MAY_DIFFER = {
    "seconds": "a restart takes some",
    "server_starts": "that is the disturbance",
    "updates": "an impatient phone may ask again, and is told that it was done",
    "letters": "so it hears that sentence",
}
_DEPARTMENTS = ("market", "fire", "health")


def prepare_small_scheme(store: Store) -> None:
    """Registers with some to spare, for redraws and for the object that has gone; everybody has the web chat."""
    with store.transaction("test") as records:
        a_small_register(records, departments=_DEPARTMENTS, officers=20, objects=LEAST + 4, count=LEAST)
        open_web_chats(records, at=Clock()())


@contextmanager
def a_small_stage(url: str, folder: Path) -> Iterator[Stage]:
    """The scheme in an empty store with all tables at this address."""
    with a_stage(url, folder, SCHEME, prepare=prepare_small_scheme) as stage:
        yield stage


def totals(played: Played) -> dict[str, Any]:
    """The summary without what one play may have more of than another."""
    return {name: value for name, value in played.summary.items() if name not in _MAY_DIFFER}
