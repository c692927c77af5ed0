"""卷内目录 in its order. A new kind of content is a file beside this one and a line here.

`OPEN_ENDS` says what must be over before a file is archived; a new kind of follow-up adds its line there too.
"""

from collections.abc import Callable, Iterator

from actions.archive_parts.draw import DRAW, DRAWN_LIST
from actions.archive_parts.piece import Part, Piece
from actions.archive_parts.result import JOURNAL, PUBLICITY, RESULT, TRANSFERS
from actions.archive_parts.scheme import SCHEME
from actions.archive_parts.team import LEAVE, TEAM
from actions.archive_parts.visit import ANSWERS, PAPERS, PHOTOS, VISIT
from inspection.states import TransferState
from storage import results
from storage.store import Records
from storage.tables.inspections import Inspection

PARTS: tuple[Part, ...] = (
    SCHEME,
    DRAW,
    DRAWN_LIST,
    TEAM,
    LEAVE,
    PAPERS,
    VISIT,
    ANSWERS,
    PHOTOS,
    RESULT,
    PUBLICITY,
    TRANSFERS,
    JOURNAL,
)


def pieces_of(records: Records, inspection: Inspection) -> Iterator[tuple[Part, Piece]]:
    """Everything that a package of this inspection holds now, in the order of its index."""
    for part in PARTS:
        for piece in part.pieces(records, inspection):
            yield part, piece


def _open_transfers(records: Records, inspection: Inspection) -> int:
    found = results.transfers(records, inspection.id)
    return sum(one.state is not TransferState.CLOSED for one in found)


OPEN_ENDS: tuple[Callable[[Records, Inspection], int], ...] = (_open_transfers,)
"""Each gives how many matters of its kind are not over yet."""


def open_ends(records: Records, inspection: Inspection) -> int:
    """How many matters still keep a file from being archived."""
    return sum(one(records, inspection) for one in OPEN_ENDS)
