"""Pictures that lie with Telegram until they are fetched."""

from collections.abc import Callable

import pytest

from bot.channels.channel import FetchError, FileSource
from bot.channels.forms import Upload
from bot.channels.telegram import files
from bot.channels.telegram.speaking import Telegram
from bot.channels.telegram.wire import Wire
from tests.telegram.faults import Faults
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram


@pytest.fixture
def source(wire: Wire) -> FileSource:
    return Telegram(wire)


@pytest.fixture
def wang(telegram: FakeTelegram) -> Phone:
    return telegram.phone(7, has_started=True)


def _file_id(telegram: FakeTelegram, wang: Phone, content: bytes, size: int | None = None) -> str:
    said = wang.sends_file(content, "门头 1.jpg", size=size)
    assert said is not None
    return str(said.message["document"]["file_id"])


async def _fails(source: FileSource, remote: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await source.fetch(remote)
    return caught.value


async def test_every_byte_of_a_file_comes(source: FileSource, telegram: FakeTelegram, wang: Phone) -> None:
    content = bytes(range(256)) * 4000
    assert await source.fetch(_file_id(telegram, wang, content)) == content


async def test_a_link_that_died_is_asked_for_once_more(
    source: FileSource, telegram: FakeTelegram, wang: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = _file_id(telegram, wang, b"abc")
    follow, followed = telegram.world.files.download, list[str]()

    def die_first(path: str) -> bytes:
        followed.append(path)
        return follow(path if len(followed) > 1 else "nowhere")

    monkeypatch.setattr(telegram.world.files, "download", die_first)
    assert await source.fetch(file_id) == b"abc"
    assert len(telegram.calls_of("getFile")) == 2
    monkeypatch.setattr(telegram.world.files, "download", lambda path: follow("nowhere"))
    assert (await _fails(source, file_id)).retryable


async def test_what_telegram_does_not_give_out_is_never_asked_for_again(
    source: FileSource, telegram: FakeTelegram, wang: Phone
) -> None:
    error = await _fails(source, _file_id(telegram, wang, b"x", size=20_000_001))
    assert (error.retryable, error.reason) == (False, files.TOO_BIG)


async def test_a_file_that_is_gone_or_only_away_is_asked_for_a_few_times(source: FileSource) -> None:
    error = await _fails(source, "no-such-file")
    assert (error.retryable, error.tries) == (True, 5)


async def test_a_file_that_is_larger_than_was_said_is_not_read_to_its_end(
    source: FileSource, telegram: FakeTelegram, wang: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "SIZE_LIMIT", 1000)
    error = await _fails(source, _file_id(telegram, wang, b"x" * 1001))
    assert (error.retryable, error.reason) == (False, files.TOO_BIG)


async def test_a_file_that_is_not_whole_is_not_taken(
    source: FileSource, telegram: FakeTelegram, wang: Phone
) -> None:
    error = await _fails(source, _file_id(telegram, wang, b"abc", size=4))
    assert (error.retryable, error.reason) == (True, "not whole")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda faults: faults.closes("getFile"),
        lambda faults: faults.refuses("getFile"),
        lambda faults: faults.closes("file", 2),
        lambda faults: faults.refuses("file"),
        lambda faults: faults.unauthorizes("getFile"),
    ],
)
async def test_what_may_pass_is_tried_again_later(
    source: FileSource, telegram: FakeTelegram, wang: Phone, spoil: Callable[[Faults], None]
) -> None:
    file_id = _file_id(telegram, wang, b"abc")
    spoil(telegram.faults)
    assert (await _fails(source, file_id)).retryable
    assert await source.fetch(file_id) == b"abc"


async def test_how_long_to_wait_is_told(source: FileSource, telegram: FakeTelegram) -> None:
    telegram.faults.floods("getFile", 9)
    error = await _fails(source, "x")
    assert error.retryable
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 9


class _LocalServer:
    """A server of one's own, run with --local: it names places on its own disk."""

    async def call(self, method: str, body: dict[str, str], within: float = 0.0) -> dict[str, str]:
        return {"file_path": "/var/lib/telegram-bot-api/1:x/photos/a.jpg"}

    async def upload(self, method: str, body: dict[str, str], file: Upload) -> None:
        raise AssertionError("nothing is to be sent")

    async def download(self, path: str, limit: int) -> bytes:
        raise AssertionError("nothing is to be fetched")


async def test_a_place_on_the_servers_own_disk_is_not_read() -> None:
    with pytest.raises(FetchError) as caught:
        await files.fetch(_LocalServer(), "x")
    assert not caught.value.retryable
