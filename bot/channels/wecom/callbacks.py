"""Our door for WeCom. It hears "success" when what it brought is on disk; whatever else it hears, it comes again."""

from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.channels.gathering import Gathering
from bot.channels.wecom.crypto import Envelope, Seal, Untrusted
from bot.channels.wecom.reading import Callback, Fields, Malformed, callback_of, read_xml
from web.brought import Brought, Told

BODY_LIMIT = 200_000
"""Bytes; a callback holds at most a text of two thousand."""
_log = structlog.get_logger()

StoreCallbacks = Callable[[Callable[[], list[Callback]]], Awaitable[None]]
"""See `Gathering`."""


class Door:
    """`receive` is called for each request, by whatever serves HTTP."""

    def __init__(self, envelope: Envelope, agent_id: int, store: StoreCallbacks) -> None:
        self._envelope, self._agent_id = envelope, str(agent_id)
        self._gathering = Gathering(store)

    async def receive(self, brought: Brought) -> Told:
        """A GET is the administrator's, who saves our address; a POST brings something. Nothing of a body is believed
        before its signature is right."""
        try:
            if brought.method == "GET":
                return Told(200, self._echo(brought.query))
            fields = self._fields(brought)
        except Untrusted as reason:
            _log.warning("callback_refused", channel="wecom", detail=str(reason))
            return Told(403)
        except Malformed as reason:
            _log.warning("callback_malformed", channel="wecom", detail=str(reason))
            return Told(400)
        if fields is None:
            return Told(413)
        if fields.get("AgentID") not in (None, "", self._agent_id):
            _log.info("callback_of_another_app", channel="wecom")
            return Told(200, "success")
        if not await self._gathering.stored(callback_of(fields)):
            return Told(503)
        return Told(200, "success")

    def _echo(self, query: Mapping[str, str]) -> str:
        return self._envelope.opened(query.get("echostr", ""), _seal(query)).decode("utf-8", "replace")

    def _fields(self, brought: Brought) -> Fields | None:
        """None: too large to be looked at."""
        if len(brought.body) > BODY_LIMIT:
            return None
        sealed = read_xml(brought.body).get("Encrypt")
        if not isinstance(sealed, str):
            raise Malformed("nothing sealed in it")
        return read_xml(self._envelope.opened(sealed, _seal(brought.query)))


def _seal(query: Mapping[str, str]) -> Seal:
    return Seal(query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
