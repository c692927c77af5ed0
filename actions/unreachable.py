"""An account of a messenger that no longer works: noted, its notices sent elsewhere, and undone by a sign of life."""

from datetime import datetime

from storage import outbox
from storage.store import Records
from storage.tables.messaging import ChannelAccount


def note_unreachable(records: Records, channel: str, chat: str, reason: str, *, at: datetime) -> None:
    """This account can't be written to any more (blocked, deleted): what is on its way goes to the person's other
    account, or is dead until there is one."""
    account = records.find(ChannelAccount, (channel, chat))
    if account is not None and account.unreachable_since is None:
        account.unreachable_since = at
        records.journal(
            "account.unreachable", account.person_id, by=None, at=at, account=channel, reason=reason
        )
    outbox.send_elsewhere(records, channel, chat)


def note_reachable(records: Records, account: ChannelAccount, *, at: datetime) -> None:
    """A sign of life from an account that was given up: what was dead for it goes out."""
    account.unreachable_since = None
    outbox.revive_for(records, account.person_id)
    records.journal("account.reachable", account.person_id, by=None, at=at, account=account.channel)
