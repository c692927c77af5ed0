"""Somebody with two messengers has answered on one: the same card on the other loses its buttons."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from notifications.catalogue import kind_of, render
from notifications.messages.channels import HandledElsewhere, channel_label
from storage import outbox
from storage.store import Records
from storage.tables.registers import Person


def close_elsewhere(
    records: Records, person: Person, slots: Collection[str], *, channel: str, chat: str, at: datetime
) -> None:
    """`channel` and `chat` are where it was answered, `slots` what the answer stands in. A card that can't be changed
    any more stays as it is: whoever presses it is told what is so now."""
    for standing in outbox.standing_elsewhere(records, person.id, slots, channel=channel, chat=chat):
        message = HandledElsewhere(
            standing.slot, standing.body["text"].partition("\n")[0], channel_label(channel), at
        )
        outgoing = replace(render(message, person.language), is_fresh=False, is_only_change=True)
        outbox.write(records, {
            "key": f"elsewhere:{standing.line_id}", "addressee": person.id, "channel": standing.channel,
            "chat": standing.chat, "kind": kind_of(message), "slot": standing.slot, "body": outgoing.to_json(),
            "is_reply": False, "created_at": at, "due_at": at,
        })  # fmt: skip
