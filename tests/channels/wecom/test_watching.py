"""Whether WeCom lets us, as an operator hears it; and the menu of the app."""

import asyncio
from collections.abc import Callable

from bot.channels.wecom.faults import Refused
from bot.channels.wecom.watching import Watch, menu_of
from bot.channels.wecom.wire import Wire
from notifications.catalogue import LANGUAGES
from notifications.messages.channels import Ailment
from tests.wecom.server import FakeWecom
from tests.wecom.world import AGENT_ID


class Ears:
    def __init__(self, wire: Wire) -> None:
        self.told: list[Ailment | None] = []
        self.hushed = 0
        self.watch = Watch(
            wire, AGENT_ID, lambda ailment, reason: self.told.append(ailment), "zh", lambda: 0, self.hush,
            sleep=lambda seconds: asyncio.sleep(0.005),
        )  # fmt: skip

    def hush(self) -> None:
        self.hushed += 1

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110  what it looks at knows nothing of loops
                await asyncio.sleep(0.005)


async def test_each_trouble_is_told_once_and_its_end_too(wecom: FakeWecom, wire: Wire) -> None:
    ears = Ears(wire)
    watching = asyncio.create_task(ears.watch.run())
    await ears.until(lambda: ears.told == [None] and "button" in wecom.world.menu)
    wecom.world.is_trusted = False
    await ears.until(lambda: ears.told == [None, Ailment.UNTRUSTED_IP])
    wecom.world.is_trusted = True
    await ears.until(lambda: ears.told[2:] == [None])
    ears.watch.heard(Refused(45009, "api freq out of limit"))
    ears.watch.heard(Refused(81013, "one person's matter"))
    await asyncio.sleep(0.05)
    assert ears.told[3:] == [Ailment.OVER_LIMIT], "that one may look does not mean that one may speak"
    ears.watch.heard(None)
    assert ears.told[4:] == [None]
    ears.watch.stop()
    await watching
    assert ears.hushed == 1
    assert [one["name"] for one in wecom.world.menu["button"]] == ["我的任务", "办理", "更多"]
    assert len(wecom.calls_of("menu/create")) == 1


async def test_a_menu_refused_while_the_channel_ails_is_set_once_it_is_well(
    wecom: FakeWecom, wire: Wire
) -> None:
    wecom.faults.answers("menu/create", 60020)
    ears = Ears(wire)
    watching = asyncio.create_task(ears.watch.run())
    await ears.until(lambda: "button" in wecom.world.menu)
    ears.watch.stop()
    await watching
    assert len(wecom.calls_of("menu/create")) == 2


def test_the_menu_keeps_to_what_wecom_takes() -> None:
    for language in LANGUAGES:
        tops = menu_of(language)["button"]
        assert len(tops) <= 3
        for top in tops:
            assert 0 < len(top["name"].encode()) <= 16
            below = top.get("sub_button", [])
            assert len(below) <= 5
            assert all(0 < len(one["name"].encode()) <= 40 for one in below)
            assert bool(below) != ("key" in top)
