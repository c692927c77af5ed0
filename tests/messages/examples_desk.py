"""What anybody reads who asks where things stand; people and firms are invented."""

from dataclasses import replace
from datetime import UTC, datetime

from inspection.roles import Role
from notifications.messages.desk import (
    AlreadyEnrolled,
    AskCode,
    Enrolled,
    Help,
    NotCarried,
    NotUnderstood,
    TaskLine,
    TaskList,
    Where,
)
from notifications.messages.message import Message

ANSWER_BY = datetime(2026, 7, 2, 10, 0, tzinfo=UTC)
OBJECT = "博乐市赛湖明珠餐饮有限责任公司"
WAITING = TaskLine("2026-07.000041/market/1/1", OBJECT, "notified", ANSWER_BY)
HELD = TaskLine("2026-07.000107/market/2/1", "精河县<b>鑫旺</b>*_[加油站]_*", "accepted", ANSWER_BY)

IDLE = Where(
    now="now_idle",
    object="",
    answer_by=None,
    waiting=0,
    accepted=0,
    confirmed=0,
    requests=0,
    results=0,
    gone=0,
)
TALKING = ("leave_words", "send_back_words", "question", "note", "finding_words", "return_words")

EXAMPLES: list[Message] = [
    TaskList(tasks=(WAITING, HELD, replace(HELD, object="温泉县泉水宾馆", state="leave_asked"))),
    TaskList(tasks=tuple(replace(HELD, object=f"第{number}加油站") for number in range(1, 23))),
    TaskList(tasks=()),
    IDLE,
    replace(IDLE, now="now_scheme"),
    replace(IDLE, now="now_answer", object=OBJECT, answer_by=ANSWER_BY, waiting=2, accepted=1),
    replace(IDLE, now="now_team", accepted=2, confirmed=1),
    replace(IDLE, now="now_decide", requests=3),
    replace(IDLE, now="now_confirm", accepted=1),
    replace(IDLE, now="now_review", results=2),
    replace(IDLE, now="now_verify", gone=1),
    replace(IDLE, now="now_name"),
    replace(IDLE, now="now_gone", object=OBJECT, accepted=1),
    replace(IDLE, now="now_asked", object=OBJECT),
    replace(IDLE, now="now_draw"),
    replace(IDLE, now="now_public_value", object="2026年餐饮单位联合抽查"),
    replace(IDLE, now="now_public_value_name", object="2026年餐饮单位联合抽查"),
    replace(IDLE, now="now_void_reason", object="2026年餐饮单位联合抽查"),
    replace(IDLE, now="now_order_words", object=OBJECT),
    replace(IDLE, now="now_witness"),
    replace(IDLE, now="now_second_entry"),
    *(
        replace(IDLE, now=f"now_{talk}", object=OBJECT, answer_by=ANSWER_BY, waiting=1, accepted=1)
        for talk in TALKING
    ),
    Help(roles=("officer",)),
    Help(roles=tuple(Role)),
    Help(roles=()),
    NotUnderstood(text="明天几点集合？<b>*_[急]"),
    NotUnderstood(text=""),
    NotCarried(),
    AskCode(),
    AlreadyEnrolled(name="萨仁其其格", department="market", has_code=False),
    AlreadyEnrolled(name="萨仁其其格", department="market", has_code=True),
    AlreadyEnrolled(name="萨仁其其格", department="market", has_code=True, is_own_code=True),
    Enrolled(name="萨仁其其格", department="market", waiting=0),
    Enrolled(name="萨仁其其格", department="market", waiting=1),
    Enrolled(name="萨仁其其格", department="fire", waiting=3),
]
