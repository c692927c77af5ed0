"""卷内目录 in its order. A new kind of content is a file beside this one and a line here.

`OPEN_ENDS` says what must be over before a file is archived; a new kind of follow-up adds its line there too.
"""

from collections.abc import Callable, Iterator

from actions.archive_parts.approval import SCHEME_APPROVAL, VISIT_APPROVAL
from actions.archive_parts.briefing import BRIEFING
from actions.archive_parts.clue import CLUE
from actions.archive_parts.corrections import CORRECTIONS, REVIEWS, SIGNATURES
from actions.archive_parts.draw import DRAW, DRAWN_LIST
from actions.archive_parts.exchange import EXCHANGE
from actions.archive_parts.follow_up import APART, FOLLOW_UPS, TRANSFERS
from actions.archive_parts.journal import JOURNAL
from actions.archive_parts.notice import NOTICE
from actions.archive_parts.piece import Part, Piece
from actions.archive_parts.result import PUBLICITY, RESULT
from actions.archive_parts.scheme import SCHEME
from actions.archive_parts.team import LEAVE, TEAM
from actions.archive_parts.visit import ANSWERS, PAPERS, PHOTOS, VISIT
from inspection.states import OPEN_CRIMES, OPEN_FOLLOW_UPS, ApprovalState, CorrectionState
from storage import corrections, follow_ups, results, visit_approvals
from storage.store import Records
from storage.tables.inspections import Inspection

PARTS: tuple[Part, ...] = (
    SCHEME,
    SCHEME_APPROVAL,
    CLUE,
    DRAW,
    DRAWN_LIST,
    TEAM,
    LEAVE,
    BRIEFING,
    VISIT_APPROVAL,
    NOTICE,
    PAPERS,
    VISIT,
    ANSWERS,
    PHOTOS,
    RESULT,
    REVIEWS,
    PUBLICITY,
    SIGNATURES,
    CORRECTIONS,
    FOLLOW_UPS,
    TRANSFERS,
    APART,
    EXCHANGE,
    JOURNAL,
)


def pieces_of(records: Records, inspection: Inspection) -> Iterator[tuple[Part, Piece]]:
    """Everything that a package of this inspection holds now, in the order of its index."""
    for part in PARTS:
        for piece in part.pieces(records, inspection):
            yield part, piece


def _open_transfers(records: Records, inspection: Inspection) -> int:
    found = results.transfers(records, inspection.id)
    return sum(one.state in follow_ups.OPEN_TRANSFERS for one in found)


def _open_follow_ups(records: Records, inspection: Inspection) -> int:
    matters = follow_ups.of_inspection(records, inspection.id)
    crimes = follow_ups.crimes_of(records, inspection.id)
    return sum(one.state in OPEN_FOLLOW_UPS for one in matters) + sum(
        one.state in OPEN_CRIMES for one in crimes
    )


def _open_objections(records: Records, inspection: Inspection) -> int:
    unsettled = {CorrectionState.REGISTERED, CorrectionState.UPHELD}
    return sum(one.state in unsettled for one in corrections.of_inspection(records, inspection.id))


def _approvals_to_make_up(records: Records, inspection: Inspection) -> int:
    found = visit_approvals.of_inspection(records, inspection.id)
    return sum(one.state is ApprovalState.TO_MAKE_UP for one in found)


OPEN_ENDS: tuple[Callable[[Records, Inspection], int], ...] = (
    _open_transfers,
    _open_follow_ups,
    _open_objections,
    _approvals_to_make_up,
)
"""Each gives how many matters of its kind are not over yet."""


def open_ends(records: Records, inspection: Inspection) -> int:
    """How many matters still keep a file from being archived."""
    return sum(one(records, inspection) for one in OPEN_ENDS)
