"""What an operator of the installation does about updates that were set aside and notices that found nobody."""

from datetime import datetime

from inspection.refusals import NotFound
from storage import inbox, outbox
from storage.store import Records


class NothingSetAside(NotFound):
    """No update of this number is set aside, no notice of this number is dead."""


def release_update(records: Records, number: int, *, at: datetime) -> None:
    """Puts a quarantined update back into the queue, at its old place; one that was applied is never applied again."""
    if not inbox.release(records, number):
        raise NothingSetAside
    records.journal("update.release", str(number), by=None, at=at)


def send_again(records: Records, number: int, *, at: datetime) -> None:
    """Gives a dead notice all its tries once more; where its person is reached now, when no chat was found before."""
    if not outbox.revive(records, number, at=at):
        raise NothingSetAside
    records.journal("notice.send_again", str(number), by=None, at=at)
