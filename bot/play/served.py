"""The server of a play: what `serve` runs, for as long as the play holds the other end of its standard input.

A play that is killed can stop nothing any more; its server would go on alone, on the port of the next play.
"""

import asyncio
import os
import signal
import sys
import threading

import bot.swift_start
from bot.logging import set_up_logging
from bot.service import serve
from bot.settings import read_settings


def main() -> None:
    bot.swift_start.is_over()
    settings = read_settings()
    set_up_logging(settings.log_level, settings.log_form)
    threading.Thread(target=_end_with_the_play, daemon=True).start()
    asyncio.run(serve(settings))


def _end_with_the_play() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
