"""Evidence that was read and is not what it was: kept where an operator looks, and told to those who answer for it."""

from collections.abc import Iterator
from datetime import datetime

from actions.field_cards import object_name
from actions.telling import tell
from inspection.evidence import receipt_of
from inspection.roles import Role
from notifications.messages.evidence import EvidenceDamaged, EvidenceMended, EvidencePlace
from storage import checklists, evidence, file_alarms, outbox, people
from storage.file_alarms import Damage, FileAlarm
from storage.store import Records
from storage.tables.inspections import Inspection, Photo
from storage.tables.registers import Person, Scheme


def note_damage(records: Records, sha256: str, damage: Damage, *, at: datetime) -> bool:
    """Journals it and tells the operators of the lead departments whose visits stand on these bytes, once, until they
    are mended; False when that was done before."""
    alarm = FileAlarm(sha256, damage, at)
    if not file_alarms.raise_once(records, alarm):
        return False
    records.journal(f"evidence.{damage}", sha256, by=None, at=at, receipt=receipt_of(sha256))
    records.session.flush()
    for reader, places in _readers(records, sha256).items():
        message = EvidenceDamaged(
            receipt=receipt_of(sha256),
            sha256=sha256,
            is_missing=damage is Damage.MISSING,
            since=at,
            places=tuple(places),
        )
        tell(records, reader, message, key=_key(alarm, reader), at=at)
    return True


def note_mended(records: Records, sha256: str, *, at: datetime) -> None:
    """The same bytes were kept anew, or read as they came, a moment ago: what was told is over, in the same place."""
    alarm = file_alarms.of_file(records, sha256)
    if alarm is None or not file_alarms.forget(records, sha256):
        return
    records.journal("evidence.mended", sha256, by=None, at=at, receipt=receipt_of(sha256))
    keys = {_key(alarm, reader): reader for reader in _readers(records, sha256)}
    message = EvidenceMended(receipt=receipt_of(sha256), sha256=sha256, at=at)
    for key in keys.keys() - outbox.take_back(records, keys):
        tell(records, keys[key], message, key=f"{key}:mended", at=at, is_fresh=False)


def _readers(records: Records, sha256: str) -> dict[str, list[EvidencePlace]]:
    """The operators of each lead department, with the visits of that department alone."""
    found: dict[str, list[EvidencePlace]] = {}
    for photo in evidence.photos_of(records, sha256):
        inspection = records.get(Inspection, photo.inspection_id)
        place = _place(records, inspection, photo)
        for reader in _operators(records, inspection):
            found.setdefault(reader, []).append(place)
    return dict(sorted(found.items()))


def _operators(records: Records, inspection: Inspection) -> Iterator[str]:
    scheme = records.get(Scheme, inspection.scheme_id)
    for one in people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district):
        yield one.id


def _place(records: Records, inspection: Inspection, photo: Photo) -> EvidencePlace:
    sender = records.find(Person, photo.sent_by)
    return EvidencePlace(
        object=object_name(records, inspection),
        number=checklists.number_of_id(records, inspection, photo.question_id),
        sender=sender.name if sender else "",
        received_at=photo.received_at,
    )


def _key(alarm: FileAlarm, reader: str) -> str:
    """Two processes that read the same file at the same time tell once: the key names the day, not the moment."""
    return f"evidence:{alarm.sha256}:{alarm.damage}:{alarm.since.date().isoformat()}:{reader}"
