"""Chats of several people and the bot."""

from tests.telegram.chats import Chat
from tests.telegram.membership import tell_membership
from tests.telegram.phones import Phone
from tests.telegram.seen import Seen


class Group(Seen):
    """Several people and the bot. With its privacy on, as it is by default, the bot hears commands and answers only."""

    def adds_bot(self, by: Phone) -> None:
        self._let("member", by)

    def removes_bot(self, by: Phone) -> None:
        self._let("kicked", by)

    def makes_bot_admin(self, by: Phone) -> None:
        """An administrator hears everything."""
        self._let("administrator", by)

    def adds(self, phone: Phone) -> None:
        with self.world.lock:
            self.chat.members[phone.id] = "member"
            self.world.say(self.chat, phone.account, {"new_chat_members": [phone.account.as_json()]})

    def becomes_supergroup(self, by: Phone) -> None:
        """As a small group does by itself when it grows or gets settings: from now on it has another number."""
        with self.world.lock:
            old = self.chat
            number = -1_000_000_000_000 - next(self.world.numbers)
            self.chat = Chat(number, "supergroup", old.title, bot_status=old.bot_status, members=old.members)
            self.world.chats[number] = self.chat
            old.upgraded_to = number
            self.world.say(old, by.account, {"migrate_to_chat_id": number})
            self.world.say(self.chat, by.account, {"migrate_from_chat_id": old.id})

    def _let(self, status: str, by: Phone) -> None:
        with self.world.lock:
            old, self.chat.bot_status = self.chat.bot_status, status
            tell_membership(self.world, self.chat, by.account, old, status)
