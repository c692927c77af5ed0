"""What the bot changes or takes back of what it said, and its answers to pressed buttons."""

from collections.abc import Callable
from typing import Any

from tests.telegram import limits
from tests.telegram.chats import Chat, Shown
from tests.telegram.keyboards import Markup, read_markup
from tests.telegram.reaching import message_of_the_bot, writable_chat
from tests.telegram.refusals import NOT_MODIFIED, QUERY_TOO_OLD, bad_request
from tests.telegram.request import Params
from tests.telegram.wording import caption_content, text_content
from tests.telegram.world import World

_WORDS = ("text", "entities", "caption", "caption_entities")


def edit_message_text(world: World, params: Params) -> Any:
    content = text_content(world, params)
    return _edit_words(world, params, content, lambda shown: "text" in shown.message, "text")


def edit_message_caption(world: World, params: Params) -> Any:
    content = caption_content(world, params)
    return _edit_words(
        world,
        params,
        content,
        lambda shown: "photo" in shown.message or "document" in shown.message,
        "caption",
    )


def edit_message_reply_markup(world: World, params: Params) -> Any:
    """New buttons, or none; nobody is told of it, so that what was read stays read."""
    markup = read_markup(params)
    chat, shown = message_of_the_bot(world, params)
    if markup.inline == shown.markup.inline:
        raise bad_request(NOT_MODIFIED)
    world.flood.take(chat.id)
    return _changed(world, shown, {}, markup)


def _edit_words(
    world: World, params: Params, content: dict[str, Any], fits: Callable[[Shown], bool], what: str
) -> dict[str, Any]:
    """An edit without buttons takes the buttons away."""
    markup = read_markup(params)
    chat, shown = message_of_the_bot(world, params)
    if not fits(shown):
        raise bad_request(f"there is no {what} in the message to edit")
    words = {key: shown.message[key] for key in _WORDS if key in shown.message}
    if words == content and markup.inline == shown.markup.inline:
        raise bad_request(NOT_MODIFIED)
    world.flood.take(chat.id)
    shown.is_unread = True
    return _changed(world, shown, content, markup, without=_WORDS)


def _changed(
    world: World, shown: Shown, content: dict[str, Any], markup: Markup, without: tuple[str, ...] = ()
) -> dict[str, Any]:
    """A new message in the place of the old one: whoever holds the old one still holds it as it was."""
    gone = {*without, "reply_markup"}
    kept = {key: value for key, value in shown.message.items() if key not in gone}
    buttons = {"reply_markup": markup.inline} if markup.inline else {}
    shown.message = {**kept, **content, "edit_date": world.date(), **buttons}
    shown.markup, shown.is_edited = markup, True
    return shown.message


def delete_message(world: World, params: Params) -> Any:
    chat = writable_chat(world, params)
    shown = chat.shown.get(params.integer("message_id"))
    if shown is None:
        raise bad_request("message to delete not found")
    _delete(world, chat, shown)
    return True


def delete_messages(world: World, params: Params) -> Any:
    """Those that are not there are passed over."""
    chat = writable_chat(world, params)
    for number in params.sequence("message_ids"):
        if (shown := chat.shown.get(Params(id=number).integer("id"))) is not None:
            _delete(world, chat, shown)
    return True


def _delete(world: World, chat: Chat, shown: Shown) -> None:
    is_allowed = shown.is_from_bot or chat.is_private or chat.bot_status == "administrator"
    if not is_allowed:
        raise bad_request("message can't be deleted")
    if world.clock() - shown.message["date"] > limits.DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    del chat.shown[shown.id]


def answer_callback_query(world: World, params: Params) -> Any:
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or press.answer is not None or world.clock() - press.at > limits.CALLBACK_LIFE:
        raise bad_request(QUERY_TOO_OLD)
    text = params.text("text")
    if len(text) > limits.CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer = {"text": text, "is_alert": params.flag("show_alert")}
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
}
