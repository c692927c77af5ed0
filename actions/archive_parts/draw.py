"""抽取记录: byte for byte as it was made public, with the file that recomputes it, and the drawn list. Where
nothing was drawn here it is the record of who chose instead, 选派记录."""

import inspect
from collections.abc import Iterable

from actions.archive_parts.piece import JSON_TYPE, TEXT_TYPE, Part, Piece, as_json, row_of
from draw import verify
from storage import archives, public
from storage.store import Records
from storage.tables.inspections import DrawRecord, Inspection, Selection

VERIFIER = "draw/verify.py"
_LINES = "application/jsonl"
_HOW = """\
本文件夹是一次抽取的全部公开文件。任何一台装有 Python 3.11 以上的电脑都能重算，不需要别的软件：

    python3 verify.py --pools . transcript.json

结果与抽取记录一致时显示 OK；不一致时说明在哪一处。
The files of one public draw. Any computer with Python 3.11 or newer recomputes it by the command above.
"""


_NOT_DRAWN = """\
这户检查的对象和人员不是在本系统抽取的：由负责人指定，或者在其他平台抽取后录入。这里的材料说明是谁、什么时候、为什么这样选派，不能重算。
Nothing of this visit was drawn here: officers were named by a head, or the draw was held on another platform. What lies
here says who chose, when and why; none of it can be recomputed.
"""


def _pieces(records: Records, inspection: Inspection) -> Iterable[Piece]:
    if inspection.selection_id is not None:
        return _selection(records, inspection.selection_id)
    return _drawn(records, inspection)


def _selection(records: Records, selection_id: str) -> Iterable[Piece]:
    selection = as_json(row_of(records.get(Selection, selection_id)))
    yield Piece("draw/selection.json", "选派记录（不是在本系统抽取）", JSON_TYPE, selection)
    batch = archives.foreign_batch(records, selection_id)
    if batch is not None:
        brought = {"digest": batch.digest, "brought_at": batch.brought_at, "brought_by": batch.brought_by}
        yield Piece("draw/foreign-batch.json", "其他平台的抽取结果", JSON_TYPE, batch.content.encode())
        yield Piece("draw/brought-in.json", "其他平台抽取结果的录入", JSON_TYPE, as_json(brought))
    yield Piece("draw/README.txt", "选派说明", TEXT_TYPE, _NOT_DRAWN.encode())


def _drawn(records: Records, inspection: Inspection) -> Iterable[Piece]:
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
    title = "抽中名单" if inspection.draw_id else "检查对象名单（不是在本系统抽取）"
    yield Piece("list/drawn.json", title, JSON_TYPE, as_json(drawn))


DRAW = Part("draw", _pieces)
DRAWN_LIST = Part("list", _list)
