"""How this installation is, as far as one process can see: for `/health`."""

from collections.abc import Collection

from bot.auditor import Auditor, alarm_reasons
from bot.canary.watch import CanaryWatch, canary_state
from bot.clock import Clock
from bot.evidence_watch import alarm_counts
from bot.presence import roles_nobody_has
from storage import exchange, inbox, outbox, troubles
from storage import settings as kept_settings
from storage.store import Records, Store


def health(
    store: Store,
    channels: Collection[str] = (),
    auditor: Auditor | None = None,
    canary: CanaryWatch | None = None,
    clock: Clock | None = None,
) -> dict[str, object]:
    """Whether the store answers, what waits in it, what ails these channels, and what the auditor and the canary found.

    `host_clock_off_by` stands there, in seconds, where the host's clock is not the store's.

    `status` is "red", and `ok` false, with the `reasons`: kinds of flaws with their number (docs/operations.md). It is
    "ok" beside an ailing messenger: the pages and the web chat work, and a restart, which is what a watch dog can do,
    would not help.
    """
    off_by = clock.host_off_by if clock is not None else None
    with store.reading() as records:
        reasons = alarms(records, auditor, canary, clock)
        return {
            "status": "red" if reasons else "ok",
            "ok": not reasons,
            "reasons": reasons,
            "inbox": inbox.open_counts(records),
            "outbox": outbox.open_counts(records),
            "exchange": exchange.counts(records),
            "evidence": alarm_counts(records),
            "canary": canary_state(records),
            "channels": {
                one.channel: {"ailment": one.ailment, "since": one.since.isoformat()}
                for one in troubles.present(records)
                if one.channel in channels
            },
            "receiving": kept_settings.beginning_with(records, kept_settings.RECEIVES),
            **({"host_clock_off_by": round(off_by.total_seconds(), 1)} if off_by is not None else {}),
        }


def alarms(
    records: Records, auditor: Auditor | None, canary: CanaryWatch | None, clock: Clock | None
) -> dict[str, int]:
    """Why something must be done, by kind with their number; empty when all is well."""
    reasons = alarm_reasons(records)
    for kind, number in (auditor.reasons() if auditor is not None else {}).items():
        reasons[kind] = max(number, reasons.get(kind, 0))
    if canary is not None:
        reasons |= canary.reasons(records)
    return reasons | {
        f"nobody_to_{role}": 1 for role in roles_nobody_has(records, (clock or Clock()).world())
    }
