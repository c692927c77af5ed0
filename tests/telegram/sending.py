"""What the bot sends."""

from typing import Any

from tests.telegram import limits
from tests.telegram.chats import Chat
from tests.telegram.keyboards import read_markup
from tests.telegram.reaching import writable_chat
from tests.telegram.refusals import Refusal, bad_request
from tests.telegram.request import Params, Upload
from tests.telegram.wording import caption_content, text_content
from tests.telegram.world import World

_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
_DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "⚽️": 5, "🎰": 64}
_ALBUM_KINDS = {"photo", "document"}


def send_message(world: World, params: Params) -> Any:
    return _send(world, params, text_content(world, params))


def send_photo(world: World, params: Params) -> Any:
    content = {"photo": _photo(world, params, params.get("photo")), **caption_content(world, params)}
    return _send(world, params, content)


def send_document(world: World, params: Params) -> Any:
    content = {"document": _document(world, params, params.get("document")), **caption_content(world, params)}
    return _send(world, params, content)


def send_location(world: World, params: Params) -> Any:
    place = {"latitude": params.number("latitude"), "longitude": params.number("longitude")}
    if abs(place["latitude"]) > 90 or abs(place["longitude"]) > 180:
        raise bad_request("wrong location specified")
    return _send(world, params, {"location": place})


def send_dice(world: World, params: Params) -> Any:
    """The value is Telegram's to throw; here it goes round in turn."""
    emoji = params.text("emoji", "🎲")
    if emoji not in _DICE:
        raise bad_request("wrong emoji specified")
    value = next(world.numbers) % _DICE[emoji] + 1
    return _send(world, params, {"dice": {"emoji": emoji, "value": value}})


def send_media_group(world: World, params: Params) -> Any:
    """An album: every piece is a message of its own, under one number."""
    pieces = params.sequence("media")
    if len(pieces) > limits.ALBUM:
        raise bad_request("too many messages to send as an album")
    if not pieces:
        raise bad_request("there are no messages to send")
    contents = [_piece(world, params, piece) for piece in pieces]
    if len({"photo" in content for content in contents}) > 1:
        raise bad_request("can't use the media of the specified type in the album")
    chat = writable_chat(world, params)
    reply = _reply_to(chat, params)
    for _ in contents:
        world.flood.take(chat.id)
    group = {"media_group_id": str(13_000_000_000_000 + next(world.numbers))}
    return [world.post(chat, {**group, **reply, **content}) for content in contents]


def send_chat_action(world: World, params: Params) -> Any:
    action = params.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    writable_chat(world, params).actions.append(action)
    return True


def _send(world: World, params: Params, content: dict[str, Any]) -> dict[str, Any]:
    markup = read_markup(params)
    chat = writable_chat(world, params)
    reply = _reply_to(chat, params)
    world.flood.take(chat.id)
    more = {"has_protected_content": True} if params.flag("protect_content") else {}
    return world.post(
        chat, {**reply, **content, **more}, markup, is_silent=params.flag("disable_notification")
    )


def _reply_to(chat: Chat, params: Params) -> dict[str, Any]:
    """The message this one answers, which must be there."""
    given = params.mapping("reply_parameters", {})
    number = given.integer("message_id") or params.integer("reply_to_message_id")
    if not number:
        return {}
    answered = chat.shown.get(number)
    if answered is not None:
        without = {key: value for key, value in answered.message.items() if key != "reply_to_message"}
        return {"reply_to_message": without}
    if given.flag("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _piece(world: World, params: Params, piece: Any) -> dict[str, Any]:
    if not isinstance(piece, dict) or piece.get("type") not in _ALBUM_KINDS:
        raise bad_request("can't parse InputMedia: type is unsupported")
    caption = caption_content(world, Params(piece))
    if piece["type"] == "photo":
        return {"photo": _photo(world, params, piece.get("media")), **caption}
    return {"document": _document(world, params, piece.get("media")), **caption}


def _photo(world: World, params: Params, given: Any) -> list[dict[str, Any]]:
    upload = _upload(params, given)
    if upload is not None:
        return world.files.photo(upload.content)
    stored = world.files.find(str(given or ""))
    if stored is None:
        raise _no_such_file("photo", given)
    return [stored.as_json() | stored.told]


def _document(world: World, params: Params, given: Any) -> dict[str, Any]:
    upload = _upload(params, given)
    if upload is not None:
        return world.files.document(upload.content, upload.name, upload.kind or "application/octet-stream")
    stored = world.files.find(str(given or ""))
    if stored is None:
        raise _no_such_file("document", given)
    return stored.as_json() | stored.told


def _upload(params: Params, given: Any) -> Upload | None:
    """Sent along under its own name, or under another that it points to."""
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.get(given.removeprefix("attach://"))
    if not isinstance(given, Upload):
        return None
    if not given.content:
        raise bad_request("file must be non-empty")
    if len(given.content) > limits.UPLOAD:
        raise Refusal(413, "Request Entity Too Large")
    return given


def _no_such_file(what: str, given: Any) -> Exception:
    if not given:
        return bad_request(f"there is no {what} in the request")
    if str(given).startswith(("http://", "https://")):
        return bad_request("failed to get HTTP URL content")
    return bad_request("wrong file identifier/HTTP URL specified")


METHODS = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendLocation": send_location,
    "sendDice": send_dice,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
