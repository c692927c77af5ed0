"""The rehearsal of a scheme's draw: as if it were announced now, with nothing kept and nobody told."""

from datetime import datetime

from actions.draws import COLLECTING, announcement_of
from actions.pools import freeze
from draw.double_random import RUNS, SECRET_BYTES, Rehearsal, rehearse
from storage import draws
from storage.store import Records
from storage.tables.inspections import DrawSource
from storage.tables.registers import Scheme

_NO_SECRET = bytes(SECRET_BYTES)
"""Whatever the secret, a rehearsal draws under keys of its own."""


def rehearse_draw(records: Records, scheme_id: str, *, at: datetime, runs: int = RUNS) -> Rehearsal:
    """Sizes, chances and tight spots of a scheme as the registers stand, whoever will be invited to its draw. Refuses
    pools and strata that announcing would refuse."""
    scheme = records.get(Scheme, scheme_id)
    frozen = freeze(records, scheme)
    source = DrawSource(draw_id="", number=1, name="rehearsal", due=at + COLLECTING)
    announcement = announcement_of(
        scheme,
        frozen,
        secret=_NO_SECRET,
        sources=[source],
        at=at,
        number=len(draws.draws_of(records, scheme_id)) + 1,
        replaces=None,
    )
    return rehearse(announcement, frozen.pools, runs)
