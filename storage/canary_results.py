"""How the last trial run of the canary ended: one small value in the real store, and all that it ever writes there."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from storage import settings
from storage.store import Records

CANARY = "canary"


@dataclass(frozen=True)
class CanaryResult:
    """`step` is the last one reached (a value of `bot.canary.trial.TrialStep`); `failure` is empty where all went well;
    `good_at` is when that was last the case, None if never."""

    at: datetime
    took: float
    """Seconds."""
    step: str
    failure: str
    good_at: datetime | None


def last(records: Records) -> CanaryResult | None:
    kept = settings.value(records, CANARY)
    if not kept:
        return None
    body = json.loads(kept)
    good_at = datetime.fromisoformat(body["good_at"]) if body["good_at"] else None
    return CanaryResult(**{**body, "at": datetime.fromisoformat(body["at"]), "good_at": good_at})


def keep(records: Records, result: CanaryResult) -> None:
    """In the place of the one before."""
    settings.keep(records, {CANARY: json.dumps(asdict(result), default=datetime.isoformat)})
