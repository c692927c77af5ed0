"""The whole draw, for the application: everything that `draw/README.md` names, from one place."""

from draw.announcement import (
    AnnouncedSource,
    Announcement,
    DistrictRule,
    LeftOut,
    PoolSeal,
    Source,
    TeamRow,
    announce,
    read_announcement,
)
from draw.keys import PROTOCOL, SECRET_BYTES, PublicInput
from draw.pools import Exclusion, InspectorCandidate, ObjectCandidate, Pools, read_pools
from draw.refusals import Refusal
from draw.rehearsal import RUNS, Rehearsal, rehearse
from draw.rounds import run_redraw, run_round_zero
from draw.situation import Shortage, Situation, shortage_in, shortage_of, situation_of
from draw.strata import Stratum, StratumPlan, exact_ratio
from draw.transcript import (
    Cause,
    Closing,
    ClosingState,
    DrawnObject,
    FilledSeat,
    Round,
    Transcript,
    Vacancy,
    VacatedObject,
    VacatedSeat,
    close,
    read_transcript,
)

__all__ = [
    "PROTOCOL",
    "RUNS",
    "SECRET_BYTES",
    "AnnouncedSource",
    "Announcement",
    "Cause",
    "Closing",
    "ClosingState",
    "DistrictRule",
    "DrawnObject",
    "Exclusion",
    "FilledSeat",
    "InspectorCandidate",
    "LeftOut",
    "ObjectCandidate",
    "PoolSeal",
    "Pools",
    "PublicInput",
    "Refusal",
    "Rehearsal",
    "Round",
    "Shortage",
    "Situation",
    "Source",
    "Stratum",
    "StratumPlan",
    "TeamRow",
    "Transcript",
    "Vacancy",
    "VacatedObject",
    "VacatedSeat",
    "announce",
    "close",
    "exact_ratio",
    "read_announcement",
    "read_pools",
    "read_transcript",
    "rehearse",
    "run_redraw",
    "run_round_zero",
    "shortage_in",
    "shortage_of",
    "situation_of",
]
