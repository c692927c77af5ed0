"""Another host's wrong clock for one process: a library that is loaded before the system's own, where there is a C
compiler. What counts seconds from the start of the machine goes on rightly, as it does on such a host."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long off_by(void) {
    const char *given = getenv("CLOCK_OFF_BY");
    return given ? atol(given) : 0;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(which, now);
    if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec += off_by();
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void) zone;
    if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *kept) {
    struct timespec exact;
    if (clock_gettime(CLOCK_REALTIME, &exact)) return (time_t) -1;
    if (kept) *kept = exact.tv_sec;
    return exact.tv_sec;
}
"""


class NoWrongClock(Exception):
    """This machine cannot make one; the words say why."""


def make_wrong_clock(folder: Path) -> Path:
    """Compiles it and tries it out. Raises `NoWrongClock`."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NoWrongClock("there is no C compiler")
    source, library = folder / "wrong_clock.c", folder / "wrong_clock.so"
    source.write_text(_SOURCE, "utf-8")
    line = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    made = subprocess.run(line, capture_output=True, text=True, check=False)
    if made.returncode:
        raise NoWrongClock(f"the compiler says {made.stderr[-500:]}")
    _try(library)
    return library


def off_by(library: Path, seconds: int) -> dict[str, str]:
    """What a process must be given so that its clock is ahead by so much, or behind."""
    return {"LD_PRELOAD": str(library), "CLOCK_OFF_BY": str(seconds)}


def _try(library: Path) -> None:
    asked = [sys.executable, "-c", "import time; print(time.time())"]
    told = subprocess.run(asked, env=off_by(library, 600), capture_output=True, text=True, check=True)
    if not 500 < float(told.stdout) - time.time() < 700:
        raise NoWrongClock("it is not asked for the time")
