"""Who in this process is told that there is something to do. Where the one who would do it runs elsewhere, nobody is:
what there is to do stands in the store."""

import asyncio
import contextlib
from collections import defaultdict
from enum import StrEnum

from bot.rounds import Rounds


class Errand(StrEnum):
    """What there may be to do after a commit."""

    ANSWER = "answer"
    """An update came in, or what one waits for."""
    SEND = "send"
    FETCH = "fetch"
    PRINT = "print"
    SIGN = "sign"


AFTER_WORK = (Errand.SEND, Errand.FETCH, Errand.PRINT, Errand.SIGN)
"""What an answer may have left to do."""


class Errands:
    """Made on the loop of those who do them."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._doers: defaultdict[Errand, list[Rounds]] = defaultdict(list)

    def are_done_by(self, doer: Rounds, errand: Errand) -> None:
        self._doers[errand].append(doer)

    def call(self, *errands: Errand) -> None:
        """May be called from any thread; a loop that has ended hears nothing any more."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._wake, errands)

    def _wake(self, errands: tuple[Errand, ...]) -> None:
        for errand in errands:
            for doer in self._doers[errand]:
                doer.wake()
