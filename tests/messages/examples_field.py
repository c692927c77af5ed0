"""Examples of what is said in the field; people, firms and numbers are invented."""

from datetime import UTC, date, datetime
from typing import Any

from inspection.checklists import AnswerValue, Gap
from inspection.results import Category, FindingGap, FollowUp, Method
from inspection.states import InspectionState
from notifications.messages.checklists import (
    AnswerNews,
    AskNote,
    AskQuestion,
    ChecklistSummary,
    NoteKept,
    OpenLine,
    PhotoKept,
    WordsOnQuestion,
)
from notifications.messages.results import (
    AskFinding,
    AskFindingWords,
    AskFollowUp,
    AskMethods,
    AskReceiver,
    AskReturnWords,
    DepartmentReviewCard,
    FindingLine,
    FindingNews,
    FindingsAgreed,
    FindingsKept,
    JointSummary,
    NoLine,
    ResultPublished,
    ResultReturned,
    ResultSentBack,
    ResultSubmitted,
    ReviewCard,
    ReviewLine,
)
from notifications.messages.visits import (
    Arrival,
    CheckedIn,
    GoneAsked,
    GoneNoted,
    GoneRejected,
    GoneReported,
    InField,
    ObjectHandedOver,
    Overview,
    PartLine,
    PublicityNears,
    VisitCard,
    VisitEnded,
    VisitStarted,
)

AT = datetime(2026, 5, 15, 3, 20, tzinfo=UTC)
LATER = datetime(2026, 5, 18, 8, 0, tzinfo=UTC)
DUE = date(2026, 6, 17)
_ABOUT: dict[str, Any] = {"inspection": "S1.E0042", "object": "天山小馆<b>分店</b>"}
_FINDINGS = (
    FindingLine("I01", "食品经营许可", "market", Category.CLEAN, "", ("none",), None, (), ("on_site",)),
    FindingLine(
        "I02",
        "消防安全",
        "fire",
        Category.PENDING,
        "后门堆放液化气瓶",
        ("notify",),
        "housing",
        (),
        ("on_site", "testing"),
    ),
)
_UNDONE = (
    FindingLine(
        "I02", "消防安全", "fire", Category.PENDING, "", (), None, (FindingGap.WORDS, FindingGap.FOLLOW_UP)
    ),
)
_ITEM: dict[str, Any] = {**_ABOUT, "item": "I02", "title": "消防安全", "place": 2, "items": 2, "news": None}
_QUESTION: dict[str, Any] = {
    **_ABOUT, "question": "q3", "place": 3, "questions": 14, "number": 3,
    "text": "是否查验供货者资质并留存进货凭证，可追溯到最近一批", "basis": "食品安全法53、55",
}  # fmt: skip
_JOINT: dict[str, Any] = {
    **_ABOUT, "credit_code": "92652701MA0000000X", "scheme": "2026年餐饮联合抽查", "departments": ("market", "fire"),
    "ended_at": AT, "publicity_due": DUE, "answers": 26, "photos": 9, "findings": _FINDINGS, "reviews": (),
    "noes": (NoLine("13", "疏散通道、安全出口是否畅通", "后门堆放杂物", "fire"),),
}  # fmt: skip
_REVIEWS = (
    ReviewLine("market", "joint"),
    ReviewLine("fire", "agreed", "赵强", AT),
    ReviewLine("ecology", "asked"),
)
_RETURNED = (
    ReviewLine("market", "agreed", "王芳", AT),
    ReviewLine("fire", "returned", "赵强", AT, "请补拍后门照片"),
)
_OURS: dict[str, Any] = {
    **_ABOUT, "scheme": "2026年餐饮联合抽查", "department": "fire", "lead": "李明", "submitted_at": AT,
    "publicity_due": DUE, "is_provisional": False, "noes": _JOINT["noes"], "photos": 3, "findings": _FINDINGS[1:],
}  # fmt: skip
_PLACE: dict[str, Any] = {**_ABOUT, "questions": 14, "photos": 1, "photos_wanted": 4}
_STEPS = (
    (InspectionState.READY, "next_start"),
    (InspectionState.VISITING, "next_note"),
    (InspectionState.VISITING, "next_finish"),
    (InspectionState.VISITING, "next_findings"),
    (InspectionState.VISITING, "next_finding_words"),
    (InspectionState.VISITING, "next_end"),
    (InspectionState.VISITING, "next_wait_lead"),
    (InspectionState.GONE_REPORTED, "next_wait_gone"),
    (InspectionState.VISITED, "next_submit"),
    (InspectionState.VISITED, "next_wait_submit"),
    (InspectionState.VISITED, "next_wait_review"),
    (InspectionState.VISITED, "next_correct"),
    (InspectionState.VISITED, "next_correct_part"),
)
_SUMMARY: dict[str, Any] = {
    **_ABOUT, "department": "market", "questions": 14, "photos_wanted": 4, "noes": ("3", "7",),
}  # fmt: skip


def _told(value: str) -> dict[str, Any]:
    """An item after something was recorded for it."""
    return {**_ITEM, "news": FindingNews("消防安全", value, AT, is_repeat=False)}


EXAMPLES = [
    VisitCard(
        **_ABOUT,
        address="博乐市青得里大街1号",
        departments=("market", "fire"),
        first_day=date(2026, 5, 11),
        last_day=date(2026, 5, 29),
        department="market",
        questions=14,
        photos_wanted=4,
        is_lead=True,
    ),
    VisitStarted(
        **_ABOUT,
        starter="李明",
        started_at=AT,
        department="fire",
        questions=9,
        photos_wanted=3,
        is_lead=False,
    ),
    CheckedIn(**_ABOUT, distance_m=38, at=AT),
    CheckedIn(**_ABOUT, distance_m=None, at=AT),
    Overview(
        **_ABOUT,
        scheme="S2601",
        at=AT,
        is_ready=False,
        parts=(
            PartLine("market", "finished", 14, 14, 4, 4, 1, 1),
            PartLine("fire", "open", 5, 9, 1, 3, 0, 1),
        ),
    ),
    Overview(
        **_ABOUT,
        at=AT,
        scheme="S2601",
        is_ready=True,
        parts=(PartLine("market", "finished", 14, 14, 4, 4, 1, 1),),
    ),
    VisitEnded(**_ABOUT, ended_at=AT, publicity_due=DUE, is_provisional=False),
    VisitEnded(**_ABOUT, ended_at=AT, publicity_due=date(2027, 1, 6), is_provisional=True),
    PublicityNears(**_ABOUT, publicity_due=DUE, days_left=5, result="returned", work="1234567"),
    GoneAsked(**_ABOUT),
    GoneNoted(**_ABOUT, cause="closed", at=AT),
    GoneReported(
        **_ABOUT,
        credit_code="92652701MA0000000X",
        scheme="2026年餐饮联合抽查",
        cause="moved",
        reporter="李明",
        department="market",
        district="652701",
        arrived=(Arrival("李<b>明", AT, 56), Arrival("赵强", AT, None)),
        photos=2,
    ),
    GoneReported(
        **_ABOUT,
        credit_code="92652701MA0000000X",
        scheme="2026年餐饮联合抽查",
        cause="cancelled",
        reporter="李明",
        department="market",
        district="652701",
        arrived=(),
        photos=0,
    ),
    GoneRejected(**_ABOUT, at=AT),
    ObjectHandedOver(
        object="天山小馆<b>分店</b>",
        credit_code="92652701MA0000000X",
        scheme="2026年餐饮联合抽查",
        old_district="652701",
        district="652722",
        at=AT,
    ),
    VisitCard(
        **_ABOUT,
        address="博乐市青得里大街1号",
        departments=("market", "fire"),
        first_day=date(2026, 5, 11),
        last_day=date(2026, 5, 29),
        department="expert",
        questions=0,
        photos_wanted=0,
        is_lead=False,
    ),
    VisitStarted(
        **_ABOUT,
        starter="李明",
        started_at=AT,
        department="expert",
        questions=0,
        photos_wanted=0,
        is_lead=False,
    ),
    InField(**_PLACE, state=InspectionState.VISITING, number="3", answered=2, next="next_answer", waiting=0),
    *(
        InField(**_PLACE, state=state, number="", answered=14, next=step, waiting=number)
        for number, (state, step) in enumerate(_STEPS)
    ),
    AskQuestion(
        **_QUESTION,
        is_important=True,
        wants_photo=True,
        value=None,
        note="",
        photos=0,
        previous="q2",
        following="q4",
        news=AnswerNews("2", AnswerValue.YES, AT, False),
    ),
    AskQuestion(
        **_QUESTION,
        is_important=False,
        wants_photo=True,
        value=AnswerValue.NO,
        note="最近一批没有凭证",
        photos=2,
        previous="",
        following="q4",
        news=AnswerNews("3", AnswerValue.NO, AT, True),
    ),
    AskQuestion(
        **_QUESTION,
        is_important=False,
        wants_photo=False,
        value=AnswerValue.NO,
        note="",
        photos=0,
        previous="q2",
        following="",
        is_locked=True,
    ),
    AskNote(
        inspection="S1.E0042",
        question="q3",
        number="3",
        text="是否查验供货者资质并留存进货凭证",
        value=AnswerValue.NO,
        note="",
        news=AnswerNews("3", AnswerValue.NO, AT, False),
    ),
    AskNote(
        inspection="S1.E0042",
        question="q3",
        number="3",
        text="是否查验供货者资质并留存进货凭证",
        value=AnswerValue.YES,
        note="凭证在二楼",
    ),
    NoteKept(inspection="S1.E0042", number="3", note="最近一批没有<凭证> *_[", at=AT),
    NoteKept(inspection="S1.E0042", number="3", note="最近一批没有凭证", at=AT, is_repeat=True),
    WordsOnQuestion(inspection="S1.E0042", question="q3", number="3"),
    ChecklistSummary(
        **_SUMMARY,
        state="open",
        answered=12,
        photos=3,
        finished_at=None,
        may_reopen=True,
        open=(
            OpenLine("q3", "3", True, (Gap.NOTE, Gap.PHOTO)),
            OpenLine("q9", "9", False, (Gap.ANSWER,)),
            OpenLine("r1", "冷库", False, (Gap.MORE,)),
            OpenLine("q10.2", "10-2", False, (Gap.MISFIT,)),
        ),
    ),
    ChecklistSummary(
        **_SUMMARY,
        state="open",
        answered=14,
        photos=4,
        finished_at=None,
        may_reopen=True,
        open=(),
        news=AnswerNews("7", AnswerValue.NO, AT, False, "已过有效期"),
    ),
    ChecklistSummary(
        **{**_SUMMARY, "noes": ("3",), "questions": 1, "photos_wanted": 1},
        state="open",
        answered=1,
        photos=1,
        finished_at=None,
        may_reopen=True,
        open=(),
        news=AnswerNews("3", AnswerValue.NO, AT, True, "已过有效期"),
    ),
    ChecklistSummary(
        **_SUMMARY, state="finished", answered=14, photos=4, finished_at=AT, may_reopen=True, open=()
    ),
    ChecklistSummary(
        **_SUMMARY, state="locked", answered=14, photos=4, finished_at=AT, may_reopen=False, open=()
    ),
    PhotoKept(
        inspection="S1.E0042",
        question="q3",
        number="3",
        receipt="R-1A2B3C4D",
        photos=3,
        photos_wanted=4,
        here=1,
        is_repeat=False,
        at=AT,
    ),
    PhotoKept(
        inspection="S1.E0042",
        question="q3",
        number="3",
        receipt="R-1A2B3C4D",
        photos=3,
        photos_wanted=4,
        here=2,
        is_repeat=True,
        at=AT,
    ),
    AskFinding(
        **_ITEM,
        category=None,
        categories=(Category.CORRECTED, Category.PENDING, Category.OTHER),
        has_important_no=True,
    ),
    AskFinding(
        **_ITEM, category=Category.CLEAN, categories=(Category.CLEAN, Category.OTHER), has_important_no=False
    ),
    AskFindingWords(**_told("category_pending"), category=Category.PENDING),
    AskFollowUp(**_told("finding_words"), category=Category.PENDING),
    AskReceiver(
        **_told("follow_up_notify"),
        follow_up=FollowUp.NOTIFY,
        departments=(("housing", "住建局"), ("ecology", "生态环境局")),
    ),
    AskMethods(**_ITEM, methods=(Method.ON_SITE,)),
    AskMethods(**_told("method_testing"), methods=(Method.ON_SITE, Method.TESTING)),
    FindingsKept(**_ABOUT, department="fire", findings=_FINDINGS[1:], is_lead=False, is_over=False),
    FindingsKept(**_ABOUT, department="fire", findings=_FINDINGS[1:], is_lead=False, is_over=True),
    FindingsKept(
        **_ABOUT,
        department="market",
        findings=_FINDINGS[:1],
        is_lead=True,
        is_over=False,
        news=FindingNews("食品经营许可", "category_clean", AT, is_repeat=False),
    ),
    FindingsKept(
        **_ABOUT,
        department="market",
        findings=_FINDINGS,
        is_lead=True,
        is_over=True,
        news=FindingNews("消防安全", "住建局", AT, is_repeat=True, is_text=True),
    ),
    JointSummary(**_JOINT, is_provisional=False, review_words=""),
    JointSummary(**{**_JOINT, "reviews": _RETURNED}, is_provisional=False, review_words=""),
    JointSummary(**{**_JOINT, "findings": _UNDONE}, is_provisional=True, review_words="请补拍后门照片"),
    ResultSubmitted(
        **_ABOUT, submitted_at=AT, publicity_due=DUE, is_provisional=False, reviewers=("王芳", "赵强")
    ),
    ResultSubmitted(
        **_ABOUT,
        submitted_at=AT,
        publicity_due=DUE,
        is_provisional=False,
        reviewers=("王芳",),
        departments=("fire", "ecology"),
    ),
    ReviewCard(**_JOINT, is_provisional=False, lead="李明", submitted_at=AT, returns=1, waiting_for=()),
    ReviewCard(
        **{**_JOINT, "reviews": _REVIEWS},
        is_provisional=False,
        lead="李明",
        submitted_at=AT,
        returns=0,
        waiting_for=("ecology",),
    ),
    DepartmentReviewCard(**_OURS, returns=0),
    DepartmentReviewCard(**{**_OURS, "noes": (), "photos": 1, "is_provisional": True}, returns=2),
    FindingsAgreed(**_ABOUT, department="fire", reviewer="赵<i>强", at=AT, waiting_for=("ecology",)),
    FindingsAgreed(**_ABOUT, department="fire", reviewer="赵强", at=AT, waiting_for=()),
    ReviewCard(
        **{**_JOINT, "noes": (), "answers": 1, "photos": 1},
        is_provisional=True,
        lead="李明",
        submitted_at=AT,
        returns=2,
        waiting_for=(),
    ),
    AskReturnWords(**_ABOUT),
    AskReturnWords(**_ABOUT, departments=(("market", "市场监管局"), ("fire", "消防救援支队"))),
    AskReturnWords(**_ABOUT, department="fire", is_joint=False),
    ResultReturned(**_ABOUT, words="请补拍后门照片", at=AT, is_lead=True),
    ResultReturned(**_ABOUT, words="请补拍后门照片", at=AT, is_lead=False),
    ResultReturned(**_ABOUT, words="请补拍后门照片", at=AT, is_lead=False, department="fire"),
    ResultReturned(**_ABOUT, words="请补拍", at=AT, is_lead=True, department="market"),
    ResultReturned(**_ABOUT, words="请补拍后门照片", at=AT, is_lead=True, department="fire", is_ours=False),
    ResultSentBack(**_ABOUT, words="请补拍后门照片", at=AT),
    ResultSentBack(**_ABOUT, words="请补拍后门照片", at=AT, department="fire", is_joint=False),
    ResultPublished(
        **_ABOUT,
        published_at=LATER,
        publicity_due=DUE,
        working_day=30,
        findings=_FINDINGS[:1],
        transfers=0,
        digest="9f86d081884c7d659a2feaa0c55ad015",
        version=2,
        reason="经核实，检查人员<记错>了门店",
    ),
    ResultPublished(
        **_ABOUT,
        published_at=LATER,
        publicity_due=DUE,
        working_day=1,
        findings=_FINDINGS,
        transfers=1,
        digest="9f86d081884c7d659a2feaa0c55ad015",
    ),
    ResultPublished(
        **_ABOUT,
        published_at=AT,
        publicity_due=DUE,
        working_day=0,
        findings=_FINDINGS[:1],
        transfers=0,
        digest="9f86d081884c7d659a2feaa0c55ad015",
    ),
]
