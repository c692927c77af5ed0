"""What a visitor asks a list for, read from the address: what is no number, no year, no department is nothing."""

from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request

from inspection.departments import DEPARTMENTS, DISTRICTS

LONGEST_SEARCH = 60
LONGEST_PART = 80


def words(request: Request, name: str = "q") -> str:
    """What was typed, without what no store keeps."""
    given = request.query_params.get(name, "").replace("\0", "")
    return given.encode("utf-8", "ignore").decode().strip()[:LONGEST_SEARCH]


def part(request: Request, name: str) -> str:
    """A part of the path, without what no store keeps."""
    given: str = request.path_params[name]
    return given.replace("\0", "").encode("utf-8", "ignore").decode()[:LONGEST_PART]


def whole(request: Request, name: str, *, most: int = 2**31 - 1) -> int:
    """A whole number from 0 on, no greater than what a column holds; 0 where there is none."""
    given = request.query_params.get(name, "")
    return min(int(given), most) if given.isascii() and given.isdigit() and len(given) < 20 else 0


def year(request: Request) -> int:
    return whole(request, "year", most=9999)


def department(request: Request) -> str:
    given = request.query_params.get("department", "")
    return given if given in DEPARTMENTS else ""


def district(request: Request) -> str:
    given = request.query_params.get("district", "")
    return given if given in DISTRICTS else ""


def day_and_id(request: Request, name: str = "before") -> tuple[date, str] | None:
    """A cursor as `2026-11-26_S1`."""
    day, _, id = request.query_params.get(name, "").replace("\0", "").partition("_")
    try:
        return (date.fromisoformat(day), id[:40]) if id else None
    except ValueError:
        return None


def address(path: str, **query: object) -> str:
    """The path with what is asked; what is empty is left out."""
    asked = {name: str(value) for name, value in query.items() if value}
    return f"{path}?{urlencode(asked)}" if asked else path
