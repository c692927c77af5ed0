"""Every refusal with facts to fill its sentence, and what somebody reads whose message broke something of ours."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from notifications.messages.refused import Refused, SetAside

AT = datetime(2026, 7, 2, 10, 0, tzinfo=UTC)

FACTS: Mapping[str, Mapping[str, object]] = {
    "no_such_register": {"value": "obiects", "choices": ["items", "objects"]},
    "no_such_version": {"register": "检查对象名录库", "number": 9, "newest": 3},
    "photo_too_big": {"limit_mb": 20},
    "photo_is_document": {"number": "3"},
    "already_done": {"done_at": AT, "what": "done_accepted"},
    "not_your_question": {"number": 13, "department": "fire"},
    "own_deputy": {"person": "周立新"},
    "deputy_gone": {"person": "周立新"},
    "deputy_days": {"first_day": date(2026, 7, 20), "last_day": date(2026, 7, 19)},
    "part_would_break": {"number": 3, "gap": "gap_note"},
    "part_incomplete": {
        "lines": [(3, "gap_note"), (3, "gap_photo"), ("9-2", "gap_answer"), ("冷库", "gap_more")]
    },
    "note_needs_answer": {"number": 3},
    "answer_differs": {"by": "李四", "at": AT, "value": "no"},
    "category_contradicts": {"category": "category_clean"},
    "visit_incomplete": {"lines": [("market", "gap_part"), ("fire", "finding_gap_follow_up")]},
    "result_incomplete": {"lines": [("fire", "finding_gap_receiver")]},
    "too_many_tries": {"minutes": 15},
    "words_too_long": {"length": 10_000, "limit": 500},
    "certificate_expired": {"person": "周立新", "expires": date(2026, 7, 20)},
    "team_not_ready": {"accepted": 3, "seats": 4},
    "no_head": {"department": "fire"},
    "draw_refused": {"reason": "Two strata have the same name."},
    "draw_bad_ratio": {"place": "Stratum C", "value": "5%"},
    "draw_count_above_pool": {"stratum": "C、D类", "count": 14, "size": 9},
    "draw_empty_stratum": {"stratum": "C、D类"},
    "draw_unknown_department": {"department": "fire"},
    "draw_short": {
        "department": "fire",
        "qualifications": ("建筑消防",),
        "district": "same",
        "leads": True,
        "seats": ("000041/fire/1", "000042/fire/1"),
    },
    "count_shared": {"row": "C类餐饮", "other": "特种设备", "object": "BL00877"},
    "inputs_missing": {"sources": ("州人大代表 云砚岫", "体彩排列5 第26320期开奖号码")},
    "visits_begun": {"number": 3},
    "number_too_long": {"limit": 24},
    "too_many_witnesses": {"limit": 8},
    "option_gone": {"number": "7-2"},
    "option_wanted": {"number": "7-2"},
    "option_unclear": {"options": "冷藏、冷冻"},
    "note_has_no_place": {"number": "7-2"},
    "group_has_photos": {"count": 2},
    "unfit_text": {"value": "（空白）"},
    "unfit_integer": {"value": "十二台"},
    "unfit_decimal": {"value": "3.5 度"},
    "unfit_date": {"value": "昨天晚上"},
    "unfit_time": {"value": "早上"},
    "unfit_datetime": {"value": "早上"},
    "unfit_constraint": {"value": "300"},
    "unfit_by_form": {"says": "温度应在 -60 和 30 之间"},
    "answer_not_yes_no": {"number": "7"},
    "paper_signs_missing": {"signs": ["〔㛃〕U+36C3", "〔𬭛〕U+2CB5B"], "rest": 3},
    "paper_photo_unreadable": {"receipt": "R-1F3C09AB"},
}
"""Facts by code; a code that is not here needs none."""

EXAMPLES = [
    Refused(sentence="这个按钮不是给您的，或者已经失效。发送 /tasks 可查看您的任务。"),
    SetAside(number=17),
]
