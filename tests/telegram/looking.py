"""What the bot asks about itself, its chats and files, and how it sets itself up."""

import json
import re
from typing import Any

from tests.telegram import limits
from tests.telegram.chats import Chat
from tests.telegram.membership import member_json
from tests.telegram.reaching import named_chat
from tests.telegram.refusals import bad_request, forbidden
from tests.telegram.request import Params
from tests.telegram.world import World

_NO_GIFTS = {
    "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False, "premium_subscription": False,
    "gifts_from_channels": False,
}  # fmt: skip
_PLAIN_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
_COMMAND = re.compile(r"[a-z0-9_]+")


def get_me(world: World, params: Params) -> Any:
    return world.bot_json | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all_in_groups,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def get_chat(world: World, params: Params) -> Any:
    chat = named_chat(world, params)
    _check_not_kicked(chat)
    return chat.json | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}


def _check_not_kicked(chat: Chat) -> None:
    if chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")


def get_chat_member(world: World, params: Params) -> Any:
    chat = named_chat(world, params)
    user = params.integer("user_id")
    if user == world.bot.id:
        return member_json(world.bot_json, chat.bot_status)
    account = world.accounts.get(user)
    if account is None:
        raise bad_request("invalid user_id specified")
    if chat.is_private:
        return member_json(account.as_json(), "member")
    return member_json(account.as_json(), chat.members.get(user, "left"))


def leave_chat(world: World, params: Params) -> Any:
    chat = named_chat(world, params)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    _check_not_kicked(chat)
    chat.bot_status = "left"
    return True


def get_file(world: World, params: Params) -> Any:
    if not params.get("file_id"):
        raise bad_request("file_id not specified")
    return world.files.link(params.text("file_id"))


def set_my_commands(world: World, params: Params) -> Any:
    given = params.sequence("commands")
    if len(given) > limits.COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_scope(world, params)] = [_command(one) for one in given]
    return True


def _command(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(given.get("command", "")).removeprefix("/").lower()
    description = str(given.get("description", "")).strip()
    if not _COMMAND.fullmatch(name) or len(name) > limits.COMMAND:
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= limits.COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def get_my_commands(world: World, params: Params) -> Any:
    return world.commands.get(_scope(world, params), [])


def delete_my_commands(world: World, params: Params) -> Any:
    world.commands.pop(_scope(world, params), None)
    return True


def _scope(world: World, params: Params) -> tuple[str, str]:
    """Where commands are shown, and in which language; a scope of one chat must be of a chat there is."""
    scope = params.mapping("scope", {"type": "default"})
    kind = scope.text("type")
    if kind in _CHAT_SCOPES:
        named = named_chat(world, scope)
        if kind != "chat" and named.is_private:
            raise bad_request("can't use specified scope in private chats")
        told = {"type": kind, "chat_id": named.id}
        told |= {"user_id": scope.integer("user_id")} if kind == "chat_member" else {}
        return json.dumps(told), params.text("language_code")
    if kind not in _PLAIN_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return json.dumps({"type": kind}), params.text("language_code")


def set_chat_menu_button(world: World, params: Params) -> Any:
    button = params.mapping("menu_button", {"type": "default"})
    if button.text("type") not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    if params.get("chat_id"):
        named_chat(world, params).menu_button = button
    else:
        world.menu_button = button
    return True


def get_chat_menu_button(world: World, params: Params) -> Any:
    if params.get("chat_id"):
        return named_chat(world, params).menu_button or world.menu_button
    return world.menu_button


METHODS = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "leaveChat": leave_chat,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
