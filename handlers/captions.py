"""Words after pictures say what the pictures are of: not every messenger has captions, and people forget them.

What counts is what came just before: one picture, or several in a row, that named no question themselves.
"""

from actions.checklists import attach_photo
from actions.edits import photo_of_message
from actions.photo_receipts import photo_receipt
from handlers.answers import takes_words
from handlers.edits import bring_picture
from handlers.talk import TalkState
from handlers.turn import Replies, Turn
from inspection.checklists import number_in_words
from notifications.incoming import Attachment, IncomingKind
from storage.tables.inspections import Photo

_PICTURES = "pictures"
"""Of the conversation's data: the messages of the pictures that came last, oldest first."""
_MOST = 20
_LISTENING = frozenset({TalkState.IDLE, TalkState.QUESTION})


def pictures_before(turn: Turn) -> list[str]:
    """The messages of the pictures that came just before this, without captions."""
    return turn.talk.data.get(_PICTURES, "").split()


def note_pictures(turn: Turn, before: list[str]) -> None:
    """Called when the update is answered, for a handler may have begun a new step of the conversation. Bytes that
    arrive are nothing that the person did."""
    sent = turn.incoming
    found = before if sent.kind is IncomingKind.FILE else []
    if sent.kind is IncomingKind.PHOTO and sent.message_id and not sent.text.strip() and not sent.is_edit:
        found = [*before, sent.message_id][-_MOST:]
    turn.talk.data.pop(_PICTURES, None)
    if found:
        turn.talk.data[_PICTURES] = " ".join(found)


def is_late_caption(turn: Turn) -> bool:
    """Whether typed words name the question of the pictures just before. A bare figure is the answer where the question
    on the screen wants one."""
    if turn.talk.state not in _LISTENING or not pictures_before(turn):
        return False
    words = turn.incoming.text.strip()
    return number_in_words(words) is not None and not (words.isdecimal() and takes_words(turn))


def on_late_caption(turn: Turn) -> Replies | None:
    """The pictures go there, wherever they are by now; one that is there already has its receipt shown again. None
    where there is nothing that could go."""
    number = number_in_words(turn.incoming.text)
    found = [_brought(turn, message, number) for message in pictures_before(turn) if number is not None]
    if all(one is None for one in found):
        return None
    return tuple(message for one in found for message in one or ())


def _brought(turn: Turn, message: str, number: str) -> Replies | None:
    taken = bring_picture(turn, message, number)
    photo = photo_of_message(turn.records, turn.person, message) if taken is None else None
    return _receipt_again(turn, photo) if photo is not None else taken


def _receipt_again(turn: Turn, photo: Photo) -> Replies:
    same = Attachment(sha256=photo.sha256, media_type=photo.media_type, size=photo.size)
    kept = attach_photo(
        turn.records, photo.inspection_id, photo.question_id, same, by=turn.person, at=turn.at
    )
    return (photo_receipt(turn.records, kept),)
