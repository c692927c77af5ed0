"""Whether the bot may speak in a chat, and what it is told if not."""

from tests.telegram.chats import Chat, Shown
from tests.telegram.refusals import Refusal, bad_request, forbidden
from tests.telegram.request import Params
from tests.telegram.world import World


def named_chat(world: World, params: Params) -> Chat:
    """The chat of `chat_id`; names of channels lead nowhere, since there are none here."""
    if params.get("chat_id") in (None, ""):
        raise bad_request("chat_id is empty")
    chat = world.chats.get(params.integer("chat_id"))
    if chat is None or (chat.account is not None and not world.knows(chat.account)):
        raise bad_request("chat not found")
    return chat


def writable_chat(world: World, params: Params) -> Chat:
    """The same, if the bot may send there."""
    chat = named_chat(world, params)
    if chat.account is None:
        _check_membership(chat)
    elif chat.account.is_deactivated:
        raise forbidden("user is deactivated")
    elif chat.is_blocked:
        raise forbidden("bot was blocked by the user")
    elif not chat.has_started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def _check_membership(chat: Chat) -> None:
    if chat.upgraded_to:
        raise Refusal(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.upgraded_to},
        )
    if chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def message_of_the_bot(world: World, params: Params) -> tuple[Chat, Shown]:
    """What `message_id` names, if it is there and the bot's own."""
    if params.get("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = writable_chat(world, params)
    if params.get("message_id") in (None, ""):
        raise bad_request("message identifier is not specified")
    shown = chat.shown.get(params.integer("message_id"))
    if shown is None:
        raise bad_request("message to edit not found")
    if not shown.is_from_bot:
        raise bad_request("message can't be edited")
    return chat, shown
