"""What lies outside the house: a regional platform that takes what is handed over, in this very process, and the
platform of another authority whose draw is brought in."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from actions.exchange import set_target
from actions.load_foreign_draw import load_foreign_draw
from bot.exchanging import Sender
from bot.play.year.registers import workbook_of
from bot.play.year.street import YearStopped
from inspection.calendar.beijing import BEIJING
from inspection.departments import department_name
from inspection.exchange import signatures
from storage.store import Store

NAME, ADDRESS, SECRET = "region", "http://127.0.0.1:9/take", "a year in the life, invented"
FOREIGN_PLATFORM, FOREIGN_BATCH = "示例自治区双随机平台", "65000020260001"


class Platform(httpx.AsyncBaseTransport):
    """Takes deliveries, each once, if they are signed; the very first one it refuses, as a platform does that is just
    being restarted."""

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}
        self.kinds, self.answers = Counter[str](), Counter[int]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        status = self._answer(request.headers, body)
        self.answers[status] += 1
        return httpx.Response(status, text="ok" if status == 200 else "later")

    def _answer(self, headers: httpx.Headers, body: bytes) -> int:
        if not self.answers:
            return 503
        id, timestamp = headers["Shuangsuiji-Delivery"], int(headers["Shuangsuiji-Timestamp"])
        right = signatures([SECRET.encode()], timestamp=timestamp, id=id, body=body)
        if headers["Shuangsuiji-Signature"] != right:
            return 401
        if self.taken.setdefault(id, body) != body:
            return 409
        self.kinds[headers["Shuangsuiji-Kind"]] += 1
        return 200


class Elsewhere:
    """The platform of the region with the sender that serves it."""

    def __init__(self, folder: Path, store: Store, clock: Callable[[], datetime]) -> None:
        self._folder, self._store = folder, store
        self.platform = Platform()
        self._sender = Sender(store, clock, after=_nothing, transport=self.platform)

    def connect(self, at: datetime) -> None:
        secret = self._folder / "platform.secret"
        secret.write_text(SECRET, encoding="utf-8")
        where = f"file:{secret.absolute()}"
        with self._store.transaction("cli") as records:
            set_target(records, NAME, ADDRESS, secret_from=where, is_internal=True, at=at)

    def send(self, run: Callable[[Any], Any]) -> None:
        """Until nothing is due any more."""
        while run(self._sender.send_batch()):
            pass

    def close(self, run: Callable[[Any], Any]) -> None:
        run(self._sender.close())

    def bring_in(
        self, scheme: str, visits: Sequence[tuple[str, Sequence[tuple[str, str]]]], *, at: datetime
    ) -> None:
        """A draw of the other platform, as a spreadsheet: objects with their (department, officer), the lead first."""
        drawn_at = at.astimezone(BEIJING).strftime("%Y-%m-%d 09:30")
        objects = [(FOREIGN_PLATFORM, FOREIGN_BATCH, scheme, drawn_at, object_id) for object_id, _ in visits]
        teams = [
            (object_id, department_name(department), officer, "是" if number == 0 else "否")
            for object_id, team in visits
            for number, (department, officer) in enumerate(team)
        ]
        file = self._folder / "drawn-elsewhere.xlsx"
        workbook_of(
            {
                "抽取结果": (("平台", "批次号", "方案编号", "抽取时间", "对象编号"), objects),
                "检查组": (("对象编号", "部门", "人员编号", "组长"), teams),
            },
            file,
        )
        with self._store.transaction("cli") as records:
            loaded = load_foreign_draw(records, file, at=at)
        if loaded.brought is None:
            raise YearStopped(f"the draw made elsewhere was not taken in: {loaded.problems[:3]}")


def _nothing() -> None:
    """The street delivers by itself."""
