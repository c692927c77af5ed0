"""Who is in a chat, and what the bot is told of it."""

from typing import Any

from tests.telegram.chats import Account, Chat
from tests.telegram.world import World


def tell_membership(world: World, chat: Chat, by: Account, old: str, new: str) -> None:
    """What the bot is told of its own standing in a chat."""
    payload = {
        "chat": chat.json, "from": by.as_json(), "date": world.date(),
        "old_chat_member": member_json(world.bot_json, old),
        "new_chat_member": member_json(world.bot_json, new),
    }  # fmt: skip
    world.updates.emit("my_chat_member", payload, chat.id)


def member_json(user: dict[str, Any], status: str) -> dict[str, Any]:
    """A ChatMember, with what each status must tell."""
    told: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        told["until_date"] = 0
    if status == "creator":
        told["is_anonymous"] = False
    if status == "administrator":
        rights = (
            "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
            "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
            "can_post_stories", "can_edit_stories", "can_delete_stories", "can_pin_messages",
        )  # fmt: skip
        told |= dict.fromkeys(rights, False) | {"can_manage_chat": True, "can_delete_messages": True}
    return told
