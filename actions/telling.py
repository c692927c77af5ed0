"""Telling people: an action writes a line for the outbox in its own transaction; sending is somebody else's work."""

from dataclasses import replace
from datetime import datetime

from notifications.catalogue import render
from notifications.messages.message import Message
from notifications.outgoing import Outgoing
from storage import groups, outbox
from storage.store import Records
from storage.tables.registers import Person


def tell(
    records: Records,
    person_id: str,
    message: Message,
    *,
    key: str,
    at: datetime,
    due_at: datetime | None = None,
    subject: str | None = None,
    while_state: str | None = None,
    is_fresh: bool = True,
) -> None:
    """One notice to one person, wherever that person was last. `key` names its cause, so that telling twice tells
    once; with `subject` and `while_state` it is sent only while that assignment is in that state. One that is not
    `is_fresh` changes the message of its slot in place, without a sound."""
    person = records.get(Person, person_id)
    outgoing = replace(render(message, person.language), is_fresh=is_fresh)
    _write(records, outgoing, key=key, at=at, due_at=due_at or at, person_id=person_id,
           subject=subject, while_state=while_state)  # fmt: skip


def answer(
    records: Records,
    message: Message,
    *,
    language: str,
    channel: str,
    chat: str,
    key: str,
    is_fresh: bool,
    at: datetime,
    person_id: str | None = None,
) -> None:
    """A reply into the chat the words came from: in place after a button, at the end after typed words. It keeps its
    place among the notices to that person, if we know them and the chat is theirs."""
    outgoing = replace(render(message, language), is_fresh=is_fresh)
    queue = outbox.addressee(person_id, channel, chat)
    _write(records, outgoing, key=key, at=at, due_at=at, channel=channel, chat=chat, queue=queue)


def tell_group(
    records: Records, inspection_id: str, message: Message, *, key: str, at: datetime, is_fresh: bool = True
) -> None:
    """One piece of news to the group of a team, in the language of who bound it; nothing where there is no group. A
    group may hear little in a minute: a card that is overtaken before it was sent is not sent."""
    group = groups.of_inspection(records, inspection_id)
    if group is None:
        return
    language = records.get(Person, group.bound_by).language
    outgoing = replace(render(message, language), is_fresh=is_fresh)
    if outgoing.slot is not None:
        outbox.drop_overtaken(records, group.channel, group.chat, outgoing.slot)
    _write(records, outgoing, key=f"{key}:{group.chat}", at=at, due_at=at,
           channel=group.channel, chat=group.chat, is_reply=False)  # fmt: skip


def tell_at(
    records: Records, person: Person, message: Message, *, channel: str, chat: str, key: str, at: datetime
) -> None:
    """A notice to one account of a person, and to no other of theirs."""
    _write(records, render(message, person.language), key=key, at=at, due_at=at, channel=channel, chat=chat,
           queue=person.id, is_reply=False)  # fmt: skip


def offer_commands(
    records: Records, outgoing: Outgoing, person_id: str, channel: str, chat: str, *, key: str, at: datetime
) -> None:
    """The commands for one chat of a person: of no use in any other."""
    _write(
        records,
        outgoing,
        key=key,
        at=at,
        due_at=at,
        channel=channel,
        chat=chat,
        queue=person_id,
        is_reply=False,
    )


def _write(
    records: Records,
    outgoing: Outgoing,
    *,
    key: str,
    at: datetime,
    due_at: datetime,
    person_id: str | None = None,
    channel: str | None = None,
    chat: str | None = None,
    subject: str | None = None,
    while_state: str | None = None,
    queue: str | None = None,
    is_reply: bool | None = None,
) -> None:
    line = {
        "key": key,
        "addressee": queue or outbox.addressee(person_id, channel, chat),
        "is_reply": person_id is None if is_reply is None else is_reply,
        "person_id": person_id,
        "channel": channel,
        "chat": chat,
        "kind": outgoing.kind,
        "slot": outgoing.slot,
        "body": outgoing.to_json(),
        "subject": subject,
        "while_state": while_state,
        "created_at": at,
        "due_at": due_at,
    }
    outbox.write(records, line)
