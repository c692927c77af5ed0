"""What a person is told about a photo that was stored."""

from actions.checklists import Receipted
from inspection.documents import DOCUMENT_TYPE
from notifications.messages.checklists import PhotoKept
from storage import checklists
from storage.store import Records


def photo_receipt(records: Records, kept: Receipted) -> PhotoKept:
    """The receipt. That a file proves more than a picture is said once in a part, with its first picture."""
    photo = kept.photo
    is_original = photo.grade == "original"
    is_first = (
        is_original or checklists.recompressed_photos(records, photo.inspection_id, photo.department) == 1
    )
    return PhotoKept(
        inspection=photo.inspection_id,
        question=photo.question_id,
        number=kept.number,
        receipt=photo.receipt,
        photos=kept.progress.photos,
        photos_wanted=kept.progress.photos_wanted,
        here=kept.here,
        is_repeat=kept.is_repeat,
        at=photo.received_at,
        is_original=is_original,
        lacking=kept.lacking,
        taken_at=photo.taken_at,
        has_place=photo.latitude is not None,
        is_document=photo.media_type == DOCUMENT_TYPE,
        explains_original=is_first and not is_original and not kept.is_repeat,
    )
