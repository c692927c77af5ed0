"""The town of the journeys with the web chat in its browsers: every word comes by the doors of the pages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from bot.delivering import Deliverer
from bot.printing import Printer
from notifications.buttons.data import ButtonData
from notifications.incoming import Attachment
from storage.files import FileStore
from storage.store import Store
from tests.on_every_channel.town import TownOnAMessenger
from tests.web.houses import House, a_client, a_house

CHANNEL = "web"
AT_ONCE = 200
"""So many messages the door gives."""


@dataclass
class Bubble:
    """One message of ours as the browser has it."""

    id: int
    told: dict[str, Any]
    is_unread: bool = True

    @property
    def keys(self) -> list[tuple[str, str]]:
        return [(key["data"], key["label"]) for row in self.told["rows"] for key in row]


@dataclass
class Browser:
    """One person's, signed in; what it has seen it does not ask for again."""

    client: httpx.Client
    chat: str
    cookie: str
    seen: int = 0
    bubbles: dict[int, Bubble] = field(default_factory=dict)

    def look(self) -> list[Bubble]:
        is_more = True
        while is_more:
            more = self.get(f"messages?after={self.seen}").json()
            is_more = len(more) == AT_ONCE
            for told in more:
                self.seen = told["revision"]
                if not told["mine"]:
                    self._show(told)
        return [self.bubbles[id] for id in sorted(self.bubbles)]

    def _show(self, told: dict[str, Any]) -> None:
        """That an older message loses its buttons rings for nobody."""
        before, shown = self.bubbles.get(told["id"]), Bubble(told["id"], told)
        if before is not None and before.told["text"] == told["text"] and not told["rows"]:
            shown.is_unread = before.is_unread
        self.bubbles[told["id"]] = shown

    def get(self, door: str) -> httpx.Response:
        answer = self.client.get(f"/chat/{self.chat}/{door}", headers={"cookie": self.cookie})
        assert answer.status_code == 200, answer.text
        return answer

    def post(self, door: str, **sent: Any) -> None:
        answer = self.client.post(f"/chat/{self.chat}/{door}", headers={"cookie": self.cookie}, **sent)
        assert answer.status_code == 202, answer.text


class WebTown(TownOnAMessenger):
    def __init__(self, store: Store, house: House, client: httpx.Client) -> None:
        super().__init__(store)
        self._house, self._client = house, client
        self._deliverer = Deliverer(store, {CHANNEL: house.channel}, self.clock)
        self._printer = Printer(store, self.files, self.clock, lambda: None)
        self._numbers = count(1)
        self._twice = 0
        self.browsers: dict[str, Browser] = {}

    @property
    def files(self) -> FileStore:
        return self._house.web.files

    def enrol(self, who: str, code: str) -> None:
        """By the page on which one signs in."""
        self._house.clock.now = self.now
        answer = self._client.post("/sign-in", data={"code": code})
        assert answer.headers["location"] == f"/chat/{who}", answer.text
        self._client.cookies.clear()
        cookie = answer.headers["set-cookie"].partition(";")[0]
        self.browsers[who] = Browser(self._client, who, cookie)

    def settle(self) -> None:
        self._house.clock.now = self.now
        super().settle()
        while self._printer.print_next():
            super().settle()

    def chat_of(self, who: str) -> str:
        return who

    def standing(self, who: str) -> Sequence[Bubble]:
        return self.browsers[who].look()

    def documents(self, who: str) -> list[tuple[str, bytes]]:
        told = [one.told["document"] for one in self.standing(who) if one.told["document"]]
        browser = self.browsers[who]
        return [(one["file_name"], browser.get(f"documents/{one['sha256']}").content) for one in told]

    def comes_twice(self, number: int) -> None:
        self._twice = number

    def labels(self, who: str) -> list[str]:
        return [words for shown in self.standing(who) for _, words in shown.keys]

    # --- doing

    def type(self, who: str, text: str) -> None:
        self._post(who, "say", {"text": text})

    def press_data(self, who: str, data: ButtonData | str) -> None:
        packed = data if isinstance(data, str) else data.pack()
        on = next((one.id for one in reversed(self.standing(who)) if packed in dict(one.keys)), None)
        self._post(who, "press", {"data": packed, "message_id": on})

    def button(self, who: str, words: str) -> str:
        for shown in reversed(self.standing(who)):
            for data, said in shown.keys:
                if said == words:
                    return data
        return self.from_before_by(who, words)

    def send_place(self, who: str, latitude: float, longitude: float) -> None:
        self._post(who, "locate", {"latitude": latitude, "longitude": longitude})

    def send_photo(self, who: str, attachment: Attachment, caption: str = "") -> None:
        form = {"update_id": self._next(), "caption": caption, "as_file": "1"}
        file = (attachment.file_name or "IMG.jpg", self.files.read(attachment.sha256))
        self._does(who, lambda: self.browsers[who].post("photo", data=form, files={"file": file}))

    def _post(self, who: str, door: str, said: dict[str, Any]) -> None:
        told = {"update_id": self._next(), **said}
        self._does(who, lambda: self.browsers[who].post(door, json=told))

    def _does(self, who: str, post: Any) -> None:
        """A browser whose answer was lost sends the same again."""

        def act() -> None:
            self._house.clock.now = self.now
            post()
            if self._twice > 0:
                self._twice -= 1
                post()

        self.do(who, act)


@contextmanager
def a_web_town(store: Store, folder: Path) -> Iterator[WebTown]:
    house = a_house(store, folder)
    with a_client(house) as client:
        yield WebTown(store, house, client)
