"""The door of the program: `shuangsuiji`, or `python -m bot`."""

import bot.swift_start
from bot.cli import app


def run() -> None:
    bot.swift_start.is_over()
    app(prog_name="shuangsuiji")


if __name__ == "__main__":
    run()
