"""Where the processes of the tests come from: each is the program itself, forked from one that has read all its modules
and begun nothing. Each of them would else spend two seconds of computing on reading two thousand modules."""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

_READ = ["bot.cli"]


class Child:
    """One process of ours, as `subprocess.Popen` shows its own."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        if self.poll() is None:
            self._process.terminate()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        assert code is not None, "it does not end"
        return code


def begin(words: list[str], environment: Mapping[str, str], log: Path) -> Child:
    """`shuangsuiji <words>` with this environment and nothing else; whatever it says is written on in the log."""
    nursery = multiprocessing.get_context("forkserver")
    nursery.set_forkserver_preload(_READ)
    process = nursery.Process(target=_live, args=(words, dict(environment), str(log)), daemon=True)
    process.start()
    return Child(process)


def _live(words: list[str], environment: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    lines = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(lines, sys.__stdout__.fileno() if sys.__stdout__ else 1)
    os.dup2(lines, sys.__stderr__.fileno() if sys.__stderr__ else 2)
    sys.argv = ["shuangsuiji", *words]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
