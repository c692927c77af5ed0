"""The lines on which visitors come."""

import socket

from bot.lines import open_port


def test_no_answer_waits_until_its_beginning_was_confirmed() -> None:
    with open_port("127.0.0.1", 0) as port, socket.create_connection(port.getsockname()):
        line, _visitor = port.accept()
        with line:
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
