"""What worker, deliverer and fetcher have in common: turn after turn, at once when woken, else every second."""

import asyncio

import structlog

from storage.store import StoreFault

IDLE_SECONDS = 1.0
_log = structlog.get_logger()


class Rounds:
    """Runs until it is told to stop. `_turn` does what there is to do now and says whether there was anything; whatever
    it raises is noted and tried again, for tomorrow's work still wants doing."""

    doing = ""
    """For the log."""

    def __init__(self) -> None:
        self._woken, self._is_stopping = asyncio.Event(), False

    def wake(self) -> None:
        """There is work; called on the loop."""
        self._woken.set()

    def stop(self) -> None:
        """Lets `run` return when what is in hand is done; called on the loop."""
        self._is_stopping = True
        self._woken.set()

    async def run(self) -> None:
        while not self._is_stopping:
            self._woken.clear()
            try:
                has_done = await self._turn()
            except Exception as fault:
                note_fault(self.doing, fault)
                await asyncio.sleep(IDLE_SECONDS)
                continue
            if not has_done:
                await self._pause()
        await self._finish()

    async def _turn(self) -> bool:
        raise NotImplementedError

    async def _finish(self) -> None:
        """What is left to do when it was told to stop."""

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            pass


def note_fault(doing: str, fault: Exception) -> None:
    """One line in the log; a store that does not answer is the world's fault, all else is ours and leaves its trace."""
    if isinstance(fault, StoreFault):
        _log.warning("store_fault", doing=doing, failure=type(fault).__name__)
    else:
        _log.error("fault", doing=doing, exc_info=fault)
