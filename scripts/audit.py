"""What we depend on, looked at: is every licence one that we allow, and is anything in the lock known to be unsafe?

Licences are read from the packages as they are installed; that needs nobody. What is unsafe is asked of a database of
known vulnerabilities (the form of OSV's `querybatch`), once for the whole lock: names and versions go out, which the
lock shows to anybody. Where the database can't be reached, it is said so that nobody overlooks it, and it is no
failure, for a machine without a network shall be able to check too; with `--required`, as before a release, it is one.

What is known and cannot be mended now stands in `scripts/audit_accepted.toml`, with a reason and a last day.
"""

import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
ACCEPTED = Path(__file__).with_name("audit_accepted.toml")
DATABASE = "https://api.osv.dev/v1/querybatch"
"""The variable AUDIT_DATABASE names another one, such as a mirror inside."""
PATIENCE = 10.0

# fmt: off
ALLOWED = frozenset({
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0",
    "Unlicense", "Zlib",
    # Used unchanged and as packages of their own, which these allow beside Apache-2.0 (decision 2).
    "LGPL-2.1-or-later", "LGPL-3.0-only", "MPL-2.0",
    # As older packages name theirs.
    "Apache Software License", "BSD", "BSD License", "ISC License (ISCL)", "MIT License",
    "GNU Lesser General Public License v2 or later (LGPLv2+)", "GNU Lesser General Public License v3 (LGPLv3)",
    "Mozilla Public License 2.0 (MPL 2.0)", "Python Software Foundation License",
})
# fmt: on
BY_HAND: Mapping[str, str] = {"pyxform": "BSD-2-Clause"}
"""Packages that say nothing in their data; read in their own LICENSE."""


@dataclass(frozen=True)
class Locked:
    name: str
    version: str


def locked(lock: str) -> Iterator[Locked]:
    """The packages of the lock that this machine and this Python take."""
    for line in re.findall(r"^([a-z0-9].*?) \\$", lock, re.MULTILINE):
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate():
            (one,) = asked.specifier
            yield Locked(canonicalize_name(asked.name), one.version)


# --- Licences ---------------------------------------------------------------------------------------------------------


def licence_faults(packages: list[Locked]) -> Iterator[str]:
    for one in packages:
        try:
            told = metadata.metadata(one.name)
        except metadata.PackageNotFoundError:
            yield f"{one.name} is in the lock and not installed: run make test, which installs it"
            continue
        if told["Version"] != one.version:
            yield f"{one.name} is installed as {told['Version']}, the lock says {one.version}: remove .venv/installed"
        licences = [BY_HAND[one.name]] if one.name in BY_HAND else licences_of(told)
        if not licences or not all(map(is_allowed, licences)):
            said = "; ".join(licences)[:80]
            yield f"{one.name}: the licence “{said}” is not among those of scripts/audit.py"


def licences_of(told: metadata.PackageMetadata) -> list[str]:
    """An SPDX expression, or what an older package says: its classifiers, else the first line of its field."""
    if expression := next(iter(told.get_all("License-Expression") or []), None):
        return [str(expression)]
    lines = told.get_all("Classifier") or []
    named = [line.rpartition(" :: ")[2] for line in lines if line.startswith("License ::")]
    return named or [str(one).strip().partition("\n")[0] for one in told.get_all("License") or []]


def is_allowed(licence: str) -> bool:
    """One alternative of an expression is enough, of which every part must be allowed."""
    if licence in ALLOWED:
        return True
    tokens = re.findall(r"[()]|[^\s()]+", licence)
    return bool(tokens) and _either(tokens) and not tokens


def _either(tokens: list[str]) -> bool:
    found = _both(tokens)
    while tokens[:1] == ["OR"]:
        del tokens[0]
        found = _both(tokens) or found
    return found


def _both(tokens: list[str]) -> bool:
    found = _part(tokens)
    while tokens[:1] == ["AND"]:
        del tokens[0]
        found = _part(tokens) and found
    return found


def _part(tokens: list[str]) -> bool:
    token = tokens.pop(0) if tokens else ""
    if token != "(":
        return token in ALLOWED
    found = _either(tokens)
    return bool(tokens) and tokens.pop(0) == ")" and found


# --- What is known to be unsafe ---------------------------------------------------------------------------------------


class NotAsked(Exception):
    """The database does not answer, or not in its form."""


def known_faults(packages: list[Locked], database: str) -> Iterator[tuple[Locked, str]]:
    """Package and the id of what is known about this version of it. Raises `NotAsked`."""
    queries = [
        {"package": {"name": one.name, "ecosystem": "PyPI"}, "version": one.version} for one in packages
    ]
    try:
        answer = httpx.post(database, json={"queries": queries}, timeout=PATIENCE)
        answer.raise_for_status()
        results = answer.json()["results"]
        found = [[str(one["id"]) for one in result.get("vulns") or ()] for result in results]
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise NotAsked(f"{type(fault).__name__}: {fault}") from fault
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NotAsked(f"its answer is of another form ({type(fault).__name__})") from fault
    if len(found) != len(packages):
        raise NotAsked("its answer is about other packages")
    for one, ids in zip(packages, found, strict=True):
        yield from ((one, id) for id in ids)


def is_accepted(id: str, accepted: Mapping[str, Mapping[str, Any]], today: date) -> bool:
    until = accepted.get(id, {}).get("until")
    return isinstance(until, date) and today <= until


# --- The command ------------------------------------------------------------------------------------------------------


def audit(*, database: str, accepted: Path, is_required: bool, today: date) -> int:
    """Says what it finds; the exit code."""
    packages = list(locked(LOCK.read_text("utf-8")))
    faults = list(licence_faults(packages))
    try:
        standing = tomllib.loads(accepted.read_text("utf-8"))
        known = [
            f"{one.name} {one.version}: {id} is known, see https://osv.dev/{id}; make lock UPGRADE=1, or"
            f" {accepted.name} with a reason and a last day"
            for one, id in known_faults(packages, database)
            if not is_accepted(id, standing, today)
        ]
        sentence = f"{len(packages)} packages were held against the database of known vulnerabilities."
    except NotAsked as why:
        known = [f"the database of known vulnerabilities was not reached ({why})"] if is_required else []
        sentence = (
            f"{'!' * 20} NOT AUDITED {'!' * 20}\nNo database of known vulnerabilities was reached ({why}).\n"
        )
        sentence += "Run make audit where there is a network, before anything is released."
    for line in [*faults, *known]:
        sys.stderr.write(f"audit: {line}.\n")
    sys.stderr.write(f"audit: {sentence}\n")
    return 1 if faults or known else 0


if __name__ == "__main__":
    sys.exit(
        audit(
            database=os.environ.get("AUDIT_DATABASE") or DATABASE,
            accepted=ACCEPTED,
            is_required="--required" in sys.argv[1:],
            today=datetime.now(UTC).date(),
        )
    )
