"""A process says every few seconds that it is here and what it does, so that a role that nobody has is noticed."""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta

from bot.roles import Role, roles_line
from bot.rounds import Rounds, note_fault
from notifications.command_line import said
from notifications.formats import moment
from storage import processes
from storage.processes import ServingProcess
from storage.store import Records, Store, StoreFault

EVERY = 10.0
"""Seconds."""
PATIENCE = timedelta(seconds=60)
"""Processes that are started together don't come at the same moment."""


class Presence(Rounds):
    """Of this process. `clock` is the world's, also in a demo whose own is moved on by hand."""

    doing = "saying that it is here"

    def __init__(self, store: Store, roles: Collection[Role], clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._store, self._clock, self._since = store, clock, clock()
        self._roles = roles_line(roles).split(",")
        self._id, self._host = secrets.token_hex(8), socket.gethostname()

    async def _turn(self) -> bool:
        await asyncio.to_thread(self.note)
        return False

    def note(self) -> None:
        at = self._clock()
        me = ServingProcess(self._id, self._host, os.getpid(), self._roles, self._since, at)
        with self._store.transaction() as records:
            processes.note(records, me)
            processes.forget_lost(records, at)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(EVERY):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _finish(self) -> None:
        try:
            await asyncio.to_thread(self._say_goodbye)
        except StoreFault as fault:  # it is counted on for some seconds more
            note_fault(self.doing, fault)

    def _say_goodbye(self) -> None:
        with self._store.transaction() as records:
            processes.forget(records, self._id)


def roles_nobody_has(records: Records, at: datetime) -> list[Role]:
    """What no process does, though some have served for a while; nothing where none serves at all."""
    here = processes.present(records, at)
    if not here or here[0].since > at - PATIENCE:
        return []
    played = {role for one in here for role in one.roles}
    return [role for role in Role if role.value not in played]


def process_lines(records: Records, language: str, at: datetime) -> Iterator[str]:
    """For `shuangsuiji status`."""
    for one in processes.present(records, at):
        facts = {"host": one.host, "pid": one.pid, "roles": ",".join(one.roles)}
        yield said("process", language, **facts, since=moment(one.since, language))
    for role in roles_nobody_has(records, at):
        yield said("role_missing", language, role=role.value)
