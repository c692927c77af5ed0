"""Keeping a picture or a document before the message that brought it is acknowledged."""

from inspection.evidence import examine
from inspection.file_names import clean_file_name
from inspection.refusals import Unacceptable
from notifications.incoming import Attachment
from storage.files import FileStore


def keep_attachment(
    files: FileStore, data: bytes, *, file_name: str = "", is_original: bool = False
) -> Attachment:
    """Looks at the bytes, then stores them. What can't be evidence is not stored: `refused` names its sentence, and
    the person reads it in the chat. A failing disk raises `storage.files.FileNotKept`, and nothing is acknowledged."""
    name = clean_file_name(file_name)
    try:
        found = examine(data)
    except Unacceptable as refusal:
        return Attachment(size=len(data), file_name=name, refused=refusal.sentence)
    return Attachment(
        sha256=files.put(data),
        size=found.size,
        media_type=found.media_type,
        width=found.width,
        height=found.height,
        file_name=name,
        is_original=is_original,
        taken_at=found.taken_at,
        latitude=found.latitude,
        longitude=found.longitude,
    )
