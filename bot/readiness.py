"""Whether this process can do its part: then visitors and updates may be sent to it, and not before."""

import asyncio
from collections.abc import Mapping

from notifications.catalogue import label
from notifications.command_line import said
from notifications.messages.channels import channel_label
from storage.migrate import StoreIsNewer, is_migrated
from storage.store import Store, StoreFault


class Readiness:
    """`store` is looked at from outside the work, so that a crowd there does not hide it. A messenger that is away does
    not count: it is everybody's, and to send visitors elsewhere would not help."""

    def __init__(self, store: Store, language: str) -> None:
        self._store, self._language = store, language
        self._hearing: Mapping[str, asyncio.Task[None]] | None = None

    def begin(self, hearing: Mapping[str, "asyncio.Task[None]"]) -> None:
        """All is running; `hearing` are the receivers of the messengers, by channel."""
        self._hearing = dict(hearing)

    def end(self) -> None:
        """We are about to stop."""
        self._hearing = None

    def why_not(self) -> str:
        """One sentence in the operator's language, without secrets; empty when all is ready."""
        if self._hearing is None:
            return said("not_ready_running", self._language)
        for channel, task in self._hearing.items():
            if task.done():
                name = label(channel_label(channel), self._language)
                return said("not_ready_hearing", self._language, channel=name)
        return self._fault_of_the_store()

    def _fault_of_the_store(self) -> str:
        try:
            is_right = is_migrated(self._store)
        except StoreIsNewer:
            is_right = False
        except StoreFault:
            return said("not_ready_store", self._language)
        return "" if is_right else said("not_ready_tables", self._language)
