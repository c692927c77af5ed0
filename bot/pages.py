"""The server of the pages and doors, as it must be set to stop in time."""

from types import FrameType

import uvicorn

from bot.lines import PatientLine
from bot.roles import Role
from bot.settings import Settings
from web.app import make_app, make_doors
from web.house import WebHouse
from web.live import Live

GRACE_SECONDS = 3
"""A browser's open stream must not hold up a restart."""


def has_visitors(settings: Settings) -> bool:
    """Whether there are pages to show, or doors to open to a messenger that comes by itself."""
    comes_by_itself = settings.has_wecom or settings.telegram_webhook_url is not None
    return Role.WEB in settings.roles or (Role.RECEIVE in settings.roles and comes_by_itself)


class _Server(uvicorn.Server):
    """Ends the open streams before it waits for its visitors to go, and does not raise the signal again afterwards, as
    uvicorn would: that kills the process while worker and deliverer finish what they have in hand."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._live.close()
        self.force_exit = self.should_exit  # told a second time, it waits for nobody
        self.should_exit = True


def make_server(web: WebHouse, settings: Settings) -> uvicorn.Server:
    """With all the pages, or, where the house has none, with the doors only."""
    config = uvicorn.Config(
        make_app(web) if web.has_pages else make_doors(web),
        host=settings.host,
        port=settings.port,
        http=PatientLine,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return _Server(config, web.live)
