"""How fast the fake itself is: `python -m tests.telegram.speed [seconds]`, with the asker in a process of its own.

A bot that is measured against the fake must be slower than this, or the fake is what was measured.
"""

import json
import socket
import subprocess
import sys
import time
from typing import Any, BinaryIO

from tests.telegram.server import FakeTelegram

_LINES, _AT_ONCE = 8, 4
_CHAT = 1001


def main(seconds: float) -> None:
    with FakeTelegram(keeps_calls=False) as telegram:
        telegram.phone(_CHAT, has_started=True)
        line = [
            sys.executable,
            "-m",
            "tests.telegram.speed",
            "ask",
            telegram.url,
            telegram.token,
            str(seconds),
        ]
        began = time.process_time()
        asked = subprocess.run(line, check=True, capture_output=True, text=True).stdout
        cost = (time.process_time() - began) / int(asked)
    received, typed = take(20_000)
    sys.stdout.write(
        f"{int(asked) / seconds:,.0f} sendMessage/s over {_LINES} lines, "
        f"{cost * 1e6:.1f} µs of processor time each ({1 / cost:,.0f}/s on a core of its own)\n"
        f"{typed:,.0f} updates/s typed on phones, {received:,.0f}/s received and confirmed by hundreds\n"
    )


def take(number: int) -> tuple[float, float]:
    """Updates a second as a poller gets them that does nothing else, and as phones make them."""
    with FakeTelegram(keeps_calls=False) as telegram:
        phone = telegram.phone(_CHAT)
        began = time.monotonic()
        for _ in range(number):
            phone.types("是")
        typed = number / (time.monotonic() - began)
        began, offset = time.monotonic(), 0
        host, _, port = telegram.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as line, line.makefile("rb") as answers:
            while telegram.pending:
                line.sendall(f"GET /bot{telegram.token}/getUpdates?offset={offset} HTTP/1.1\r\n\r\n".encode())
                updates = _answer(answers)
                offset = updates[-1]["update_id"] + 1 if updates else offset
        return number / (time.monotonic() - began), typed


def _answer(lines: BinaryIO) -> list[dict[str, Any]]:
    length = 0
    while (line := lines.readline()) != b"\r\n":
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    found: list[dict[str, Any]] = json.loads(lines.read(length))["result"]
    return found


def ask(url: str, token: str, seconds: float) -> None:
    """Plain sockets, so that next to nothing is spent on asking."""
    host, _, port = url.removeprefix("http://").partition(":")
    body = f'{{"chat_id":{_CHAT},"text":"<b>任务</b> 请在今天内答复","parse_mode":"HTML"}}'.encode()
    request = (
        f"POST /bot{token}/sendMessage HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    lines = [socket.create_connection((host, int(port))) for _ in range(_LINES)]
    answered, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for line in lines:
            line.sendall(request * _AT_ONCE)
        for line in lines:
            seen = b""
            while seen.count(b'{"ok":true') < _AT_ONCE or not seen.endswith(b"}}"):
                seen += line.recv(65536)
        answered += _LINES * _AT_ONCE
    for line in lines:
        line.close()
    sys.stdout.write(str(answered))


if __name__ == "__main__":
    if sys.argv[1:2] == ["ask"]:
        ask(sys.argv[2], sys.argv[3], float(sys.argv[4]))
    else:
        main(float(sys.argv[1]) if sys.argv[1:] else 5.0)
