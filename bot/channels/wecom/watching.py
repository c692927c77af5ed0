"""Whether WeCom lets us: looked at now and then, and told to an operator. The app's menu is set on the way.

WeCom brings everything itself, so there is nothing to ask for; but that it lets us speak is seen only by asking.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from bot.channels.health import Health, OnTrouble
from bot.channels.wecom import limits
from bot.channels.wecom.faults import Refused, WecomFault, ailment_of
from bot.channels.wecom.wire import Calls
from notifications.catalogue import label
from notifications.messages.channels import Ailment

LOOK_SECONDS = 60.0
_LOOKS_A_DAY = 1440
_log = structlog.get_logger()
_MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("wecom_menu_tasks", ("/tasks",)),
    ("wecom_menu_work", ("/where", "/due", "/matters", "/schemes", "/officers")),
    ("wecom_menu_more", ("place", "/plan", "/clues", "/help")),
)
"""One for the whole app: WeCom has no menu of a person's own. Who presses what is not theirs is told so."""


class Watch:
    """Runs until it is told to stop."""

    def __init__(
        self, calls: Calls, agent_id: int, on_trouble: OnTrouble, language: str, forget_old: Callable[[], int],
        hush: Callable[[], None], *, sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._calls, self._agent_id, self._language = calls, agent_id, language
        self._health, self._sleep, self._forget_old = Health(on_trouble), sleep, forget_old
        self._stopping, self._hush = asyncio.Event(), hush
        self._has_menu = self._is_of_sending = False
        self._looks = 0

    def stop(self) -> None:
        """What waits for its turn waits in the outbox."""
        self._stopping.set()
        self._hush()

    def heard(self, fault: WecomFault | None) -> None:
        """How it went with a letter; what ails us there alone is over when one arrives."""
        if fault is not None:
            if (ailment := ailment_of(fault)) is not None:
                self._is_of_sending = True
                self._health.note(ailment, str(fault))
        elif self._is_of_sending:
            self._is_of_sending = False
            self._health.note(None)

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._look()
            except WecomFault as fault:
                self._health.note(ailment_of(fault) or Ailment.SERVER_FAILS, str(fault))
            except Exception as fault:  # a mistake of ours must not end the watch
                _log.error("look_failed", fault=type(fault).__name__, exc_info=True)
            await self._pause(LOOK_SECONDS)

    async def _look(self) -> None:
        await self._calls.call("agent/get", query={"agentid": str(self._agent_id)})
        if not self._is_of_sending:
            self._health.note(None)
        if not self._has_menu:
            await self._set_menu()
        if self._looks % _LOOKS_A_DAY == 0:
            await asyncio.to_thread(self._forget_old)
        self._looks += 1

    async def _set_menu(self) -> None:
        """What WeCom does not take of it is no trouble of the channel: every word of it can be typed. Where it is the
        channel that ails, the menu is set once it is well."""
        try:
            body, query = menu_of(self._language), {"agentid": str(self._agent_id)}
            await self._calls.call("menu/create", body, query)
        except Refused as fault:
            _log.warning("menu_not_set", channel="wecom", detail=str(fault))
            self._has_menu = ailment_of(fault) is None
        else:
            self._has_menu = True

    async def _pause(self, seconds: float) -> None:
        pause, stopping = (
            asyncio.create_task(self._sleep(seconds)),
            asyncio.create_task(self._stopping.wait()),
        )
        await asyncio.wait((pause, stopping), return_when=asyncio.FIRST_COMPLETED)
        pause.cancel()
        stopping.cancel()


def menu_of(language: str) -> dict[str, Any]:
    """The body of menu/create."""
    return {"button": [_top(name, commands, language) for name, commands in _MENU]}


def _top(name: str, commands: tuple[str, ...], language: str) -> dict[str, Any]:
    words = _within(label(name, language), limits.MENU_BYTES)
    if len(commands) == 1:
        return {"type": "click", "name": words, "key": commands[0]}
    return {"name": words, "sub_button": [_below(command, language) for command in commands]}


def _below(command: str, language: str) -> dict[str, str]:
    if command == "place":
        name = label("wecom_menu_place", language)
        return {"type": "location_select", "name": _within(name, limits.SUB_MENU_BYTES), "key": command}
    name = label(f"wecom_menu_{command[1:]}", language)
    return {"type": "click", "name": _within(name, limits.SUB_MENU_BYTES), "key": command}


def _within(words: str, room: int) -> str:
    return words.encode()[:room].decode("utf-8", "ignore").rstrip()
