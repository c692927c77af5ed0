"""抽取记录: byte for byte as it was made public, with the file that recomputes it, and the drawn list."""

import inspect
from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, TEXT_TYPE, Part, Piece, as_json
from draw import verify
from storage import public
from storage.store import Records
from storage.tables.inspections import DrawRecord, Inspection

VERIFIER = "draw/verify.py"
_LINES = "application/jsonl"
_HOW = """\
本文件夹是一次抽取的全部公开文件。任何一台装有 Python 3.11 以上的电脑都能重算，不需要别的软件：

    python3 verify.py --pools . transcript.json

结果与抽取记录一致时显示 OK；不一致时说明在哪一处。
The files of one public draw. Any computer with Python 3.11 or newer recomputes it by the command above.
"""


def _pieces(records: Records, inspection: Inspection) -> Iterable[Piece]:
    draw = records.get(DrawRecord, inspection.draw_id)
    yield Piece("draw/announcement.json", "抽取公告", JSON_TYPE, draw.announcement.encode())
    yield Piece("draw/objects.jsonl", "冻结的检查对象名录", _LINES, draw.objects.encode())
    yield Piece("draw/inspectors.jsonl", "冻结的执法检查人员名录", _LINES, draw.inspectors.encode())
    yield Piece("draw/exclusions.jsonl", "冻结的排除清单", _LINES, draw.exclusions.encode())
    if draw.transcript is not None:
        yield Piece("draw/transcript.json", "抽取记录", JSON_TYPE, draw.transcript.encode())
        yield Piece(VERIFIER, "抽取记录重算程序", "text/x-python", inspect.getsource(verify).encode())
        yield Piece("draw/README.txt", "重算说明", TEXT_TYPE, _HOW.encode())


def _list(records: Records, inspection: Inspection) -> Iterable[Piece]:
    drawn = [
        {
            "object": one.name,
            "credit_code": one.credit_code,
            "district": one.district,
            "stratum": one.stratum,
            "inspection": one.inspection_id,
        }
        for one in public.drawn_objects(records, inspection.scheme_id)
    ]
    yield Piece("list/drawn.json", "抽中名单", JSON_TYPE, as_json(drawn))


DRAW = Part("draw", _pieces)
DRAWN_LIST = Part("list", _list)
