"""The lines on which visitors come."""

import socket

from bot.lines import open_port
from tests.house import ROOT


def test_no_answer_waits_until_its_beginning_was_confirmed() -> None:
    with open_port("127.0.0.1", 0) as port, socket.create_connection(port.getsockname()):
        line, _visitor = port.accept()
        with line:
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_every_port_of_ours_is_opened_so() -> None:
    opening = [one.name for one in (ROOT / "bot").rglob("*.py") if "create_server(" in one.read_text("utf-8")]
    assert opening == ["lines.py"]
