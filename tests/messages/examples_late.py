"""Examples of what is said about things that come late, several at once or from nowhere; all invented."""

from datetime import UTC, datetime
from typing import Any

from inspection.checklists import AnswerValue, Gap
from inspection.states import InspectionState
from notifications.messages.checklists import NoteKept, OpenLine, PhotoKept, PhotoLost, PhotoMoved
from notifications.messages.desk import EditNotTaken, Where
from notifications.messages.short_answers import (
    AnswerDiffers,
    AnswersKept,
    AnswerTooLate,
    KeptAnswer,
    LeftAnswer,
)
from notifications.messages.strays import StrayAsked, StrayDiscarded, StrayQuestion, StrayVisit
from notifications.messages.visits import BackAgain, InField

AT = datetime(2026, 5, 15, 3, 20, tzinfo=UTC)
YES, NO, NA = AnswerValue.YES, AnswerValue.NO, AnswerValue.NOT_APPLICABLE
_ABOUT: dict[str, Any] = {"inspection": "S1.E0042", "object": "天山小馆<b>分店</b>"}
_FAR: dict[str, Any] = {**_ABOUT, "answered": 12, "questions": 14, "photos": 3, "photos_wanted": 4}
_DONE: dict[str, Any] = {**_FAR, "answered": 14, "photos": 4}
_DIFFERING = LeftAnswer(
    "5", YES, "q5", "李四已于北京时间5月15日（周五）11:05记为“否”，没有改动。", may_replace=True
)
_PHOTO: dict[str, Any] = {"stray": 7, "sort": "photo", "receipt": "R-1A2B3C4D", "at": AT}
_PLACE: dict[str, Any] = {"stray": 8, "sort": "place", "receipt": "", "words": "", "at": AT}
_WORDS: dict[str, Any] = {
    "stray": 9, "sort": "answers", "receipt": "", "words": "1 是 2 否 证照<过期> *_[ 3 不适用", "at": AT,
}  # fmt: skip
_VISITS = (StrayVisit("S1.E0042", "天山小馆<b>分店</b>"), StrayVisit("S1.E0077", "云雀餐厅"))
_QUESTIONS = tuple(StrayQuestion(f"q{number}", str(number)) for number in (3, 9, 12, 1))

EXAMPLES = [
    AnswersKept(
        **_FAR,
        kept=(
            KeptAnswer("1", YES, "", AT),
            KeptAnswer("2", NO, "证照<过期> *_[", AT),
            KeptAnswer("3", NO, "", AT, needs_note=True),
            KeptAnswer("4", NA, "", AT, is_repeat=True),
            KeptAnswer("6", YES, "", AT, is_repeat=True),
        ),
        left=(
            _DIFFERING,
            LeftAnswer("7", None, "", "同一条消息里有两个不同的答案，没有记录，请重新发送这一题。"),
            LeftAnswer("99", YES, "", "检查表里没有这一题，请点【汇总】查看题号。"),
        ),
        open=("3", "5", "7"),
    ),
    AnswersKept(**_DONE, kept=(KeptAnswer("14", YES, "", AT),), left=(), open=()),
    AnswersKept(**_FAR, kept=(KeptAnswer("1", YES, "", AT, is_repeat=True),), left=(), open=("3",)),
    AnswerDiffers(inspection="S1.E0042", question="q3", number="3", standing=NO, by="李四", at=AT, value=YES),
    AnswerTooLate(**_ABOUT, question="q3", number="3", value=YES, ended_at=AT, may_reopen=True),
    AnswerTooLate(**_ABOUT, question="q3", number="3", value=NA, ended_at=AT, may_reopen=False),
    StrayAsked(**_PHOTO, words="", why="stray_no_question", **_ABOUT, questions=_QUESTIONS),
    StrayAsked(**_PHOTO, words="99", why="stray_no_such_question", **_ABOUT, questions=_QUESTIONS),
    StrayAsked(**_PHOTO, words="13", why="stray_not_yours", **_ABOUT, questions=_QUESTIONS),
    StrayAsked(**_PHOTO, words="后门<b>", why="stray_which_visit", visits=_VISITS),
    StrayAsked(**_PHOTO, words="3", why="stray_locked", **_ABOUT, questions=_QUESTIONS[:1], reopens=True),
    StrayAsked(**_PHOTO, words="", why="stray_locked", **_ABOUT, questions=_QUESTIONS, reopens=True),
    StrayAsked(**_PHOTO, words="", why="stray_in_review", **_ABOUT),
    StrayAsked(**_PHOTO, words="", why="stray_closed", **_ABOUT),
    StrayAsked(**_PHOTO, words="", why="stray_expert", **_ABOUT),
    StrayAsked(**_PHOTO, words="", why="stray_nowhere"),
    StrayAsked(**_PHOTO, words="", why="stray_not_started", **_ABOUT, visits=_VISITS[:1]),
    StrayAsked(**_PLACE, why="stray_which_visit", visits=_VISITS),
    StrayAsked(**_PLACE, why="stray_place", **_ABOUT, visits=_VISITS[:1]),
    StrayAsked(**_PLACE, why="stray_ended", **_ABOUT),
    StrayAsked(**_PLACE, why="stray_gone", **_ABOUT, visits=_VISITS[:1]),
    StrayAsked(**_WORDS, why="stray_which_visit", visits=_VISITS),
    StrayAsked(**_WORDS, why="stray_answers", **_ABOUT, visits=_VISITS[:1]),
    StrayAsked(**_WORDS, why="stray_locked", **_ABOUT, reopens=True),
    StrayDiscarded(stray=7, sort="photo", receipt="R-1A2B3C4D"),
    StrayDiscarded(stray=8, sort="place", receipt=""),
    StrayDiscarded(stray=9, sort="answers", receipt=""),
    PhotoKept(
        inspection="S1.E0042",
        question="q3",
        number="3",
        receipt="R-1A2B3C4D",
        photos=1,
        photos_wanted=4,
        here=1,
        is_repeat=False,
        at=AT,
        is_original=False,
        explains_original=True,
    ),
    PhotoMoved(inspection="S1.E0042", number="9", old_number="3", receipt="R-1A2B3C4D"),
    PhotoLost(sent_at=AT, caption="3", number="3", object="天山小馆<b>分店</b>"),
    PhotoLost(sent_at=AT, caption="", number="", object=""),
    NoteKept(inspection="S1.E0042", number="3", note="最近两批没有<凭证> *_[", at=AT, is_edit=True),
    EditNotTaken(),
    BackAgain(
        **_FAR,
        open=(
            OpenLine("q5", "5", False, (Gap.ANSWER,)),
            OpenLine("q7", "7", False, (Gap.NOTE,)),
            OpenLine("r1", "冷库", False, (Gap.MORE,)),
            OpenLine("q8", "8", False, (Gap.MISFIT,)),
            OpenLine("q9", "9", True, (Gap.ANSWER, Gap.PHOTO)),
        ),
        coming=1,
        strays=2,
        stray=7,
    ),
    BackAgain(**_DONE, open=()),
    InField(
        **_FAR,
        state=InspectionState.VISITING,
        number="3",
        next="next_answer",
        waiting=0,
        strays=2,
        stray=7,
    ),
    Where(
        now="now_idle",
        object="",
        answer_by=None,
        waiting=0,
        accepted=0,
        confirmed=0,
        requests=0,
        results=0,
        gone=0,
        strays=1,
        stray=7,
    ),
]
