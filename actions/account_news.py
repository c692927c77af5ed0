"""A person hears on the channels they had before that there is a new one: who did not add it ends it at once."""

from datetime import datetime

from actions.telling import tell_at
from notifications.messages.accounts import AccountAdded
from notifications.messages.channels import channel_label
from storage import accounts
from storage.store import Records
from storage.tables.registers import Person


def tell_of_new_account(records: Records, person: Person, channel: str, chat: str, *, at: datetime) -> None:
    """To each other account of the person that works."""
    ref = accounts.ref_of_account(channel, chat)
    message = AccountAdded(channel=channel_label(channel), at=at, ref=ref)
    for one in accounts.of_person(records, person.id):
        if (one.channel, one.chat) != (channel, chat):
            key = f"account_added:{ref}:{at.isoformat()}:{one.channel}:{one.chat}"
            tell_at(records, person, message, channel=one.channel, chat=one.chat, key=key, at=at)
