"""The service on a fake WeCom, which brings everything to its door."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

from pydantic import SecretStr

from bot.channels.channel import Channel
from bot.channels.pace import Pace
from bot.channels.wecom.reading import CHANNEL
from bot.channels.wecom.speaking import bucket_of
from bot.messengers import Messenger, make_wecom
from bot.settings import Settings
from storage.store import Store
from tests.on_telegram.house import HURRY, HouseOnAMessenger
from tests.telegram.wire import Reply, Request, Wire
from tests.wecom.server import FakeWecom
from tests.wecom.world import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN
from web.brought import Brought


class WecomHouse(HouseOnAMessenger):
    channel = CHANNEL

    def __init__(
        self, store: Store, wecom: FakeWecom, folder: Path, *, hurry: float = HURRY, **channels: Channel
    ) -> None:
        settings = Settings(
            data_dir=folder, wecom_corp_id=CORP_ID, wecom_agent_id=AGENT_ID, wecom_secret=SecretStr(SECRET),
            wecom_token=SecretStr(TOKEN), wecom_aes_key=SecretStr(AES_KEY), wecom_api_url=wecom.url,
        )  # fmt: skip
        super().__init__(store, folder, settings, hurry, channels)
        self.wecom = wecom
        self._server: asyncio.Server | None = None
        self._wires: set[Wire] = set()
        self._port = 0

    def _messenger(self, wake: Callable[[], None]) -> Messenger:
        pace = Pace(30 * self._hurry, self._seconds, self._sleep, bucket_of)
        return make_wecom(self._settings, self.store, self.files, self.clock, wake, pace)

    async def _opens(self, messenger: Messenger) -> None:
        assert messenger.webhook is not None
        receive = messenger.webhook

        async def door(request: Request) -> Reply:
            query = {name: values[-1] for name, values in parse_qs(request.query).items()}
            told = await receive(Brought("POST", query, None, request.body))
            return Reply(told.status, told.text.encode(), "text/plain")

        self._server = await asyncio.get_running_loop().create_server(
            lambda: Wire(door, self._wires), "127.0.0.1", self._port, reuse_address=True
        )
        self._port = self._server.sockets[0].getsockname()[1]
        self.wecom.door = f"http://127.0.0.1:{self._port}/webhooks/wecom"

    async def _closes(self) -> None:
        if self._server is not None:
            self._server.close()
        await asyncio.sleep(0.02)  # who was let in just now is hung up on as well
        for wire in list(self._wires):
            wire.hang_up()

    def _unconfirmed(self) -> int:
        return self.wecom.pending
