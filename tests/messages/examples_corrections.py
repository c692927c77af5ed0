"""Examples of objections, corrections and publicity that has ended; people, firms and numbers are invented."""

from datetime import UTC, datetime
from typing import Any

from notifications.messages.corrections import (
    CorrectionOpened,
    ObjectionDecided,
    ObjectionRegistered,
    PublicationWithdrawn,
)

AT = datetime(2026, 6, 22, 3, 20, tzinfo=UTC)
_ABOUT: dict[str, Any] = {"inspection": "S1.E0042", "object": "天山小馆<b>分店</b>"}
_OPENED: dict[str, Any] = {
    **_ABOUT,
    "reason": "经核实，后门液化气瓶不属于该店",
    "due_at": datetime(2026, 6, 29, 16, tzinfo=UTC),
}

EXAMPLES = [
    ObjectionRegistered(**_ABOUT, raised_by="firm", registrar="王芳", department="market", at=AT),
    ObjectionDecided(**_ABOUT, is_upheld=True, reason="经核实，后门液化气瓶不属于该店", at=AT),
    ObjectionDecided(**_ABOUT, is_upheld=False, reason="现场照片与记录一致", at=AT),
    CorrectionOpened(**_OPENED, departments=("fire",), is_named=True, is_lead=False),
    CorrectionOpened(**_OPENED, departments=("fire",), is_named=False, is_lead=True),
    CorrectionOpened(**_OPENED, departments=("market", "fire"), is_named=True, is_lead=True),
    PublicationWithdrawn(**_ABOUT, cause="penalty_ended", reason="相关处罚信息已于6月20日停止公示", at=AT),
]
