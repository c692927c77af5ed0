"""The rehearsal of a scheme's draw: as if it were announced now, with nothing kept and nobody told."""

from dataclasses import dataclass
from datetime import datetime

from actions.draws import COLLECTING, announcement_of
from actions.pools import Frozen, freeze
from actions.shares import refuse_shares
from draw.double_random import RUNS, SECRET_BYTES, Announcement, Rehearsal, rehearse
from inspection.supervision.rules import ShareFinding
from storage import draws
from storage.store import Records
from storage.tables.inspections import DrawSource
from storage.tables.registers import Scheme

_NO_SECRET = bytes(SECRET_BYTES)
"""Whatever the secret, a rehearsal draws under keys of its own."""


@dataclass(frozen=True)
class DryDraw:
    """A scheme as it would be announced now."""

    frozen: Frozen
    announcement: Announcement


def rehearse_draw(records: Records, scheme_id: str, *, at: datetime, runs: int = RUNS) -> Rehearsal:
    """Sizes, chances and tight spots of a scheme as the registers stand, whoever will be invited to its draw. Refuses
    pools, strata and shares that announcing would refuse."""
    return rehearse_checked(records, scheme_id, at=at, runs=runs)[0]


def rehearse_checked(
    records: Records, scheme_id: str, *, at: datetime, runs: int = RUNS
) -> tuple[Rehearsal, tuple[ShareFinding, ...]]:
    """The same with the shares that stand outside the rules of supervision and may be drawn all the same."""
    scheme = records.get(Scheme, scheme_id)
    dry = dry_draw(records, scheme, at=at)
    findings = refuse_shares(records, scheme, dry.announcement, dry.frozen.pools)
    return rehearse(dry.announcement, dry.frozen.pools, runs), findings


def dry_draw(records: Records, scheme: Scheme, *, at: datetime) -> DryDraw:
    """`scheme` may be one that is only thought of; nothing is kept."""
    frozen = freeze(records, scheme)
    source = DrawSource(draw_id="", number=1, name="rehearsal", due=at + COLLECTING)
    announcement = announcement_of(
        scheme,
        frozen,
        secret=_NO_SECRET,
        sources=[source],
        at=at,
        number=len(draws.draws_of(records, scheme.id)) + 1,
        replaces=None,
    )
    return DryDraw(frozen, announcement)
