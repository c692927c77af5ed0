"""The two cookies of a browser: who is signed in, and who waits to be. Neither is readable for a page's program."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from web.house import house_of

COOKIE = "shuangsuiji"
"""Of a session."""
WAITING_COOKIE = "shuangsuiji_waiting"
"""Of a browser that shows a code."""
WAITING_PATH = "/sign-in"


def is_safe_line(request: Request) -> bool:
    """Whether the browser came by https: as the server or the proxy before it says, or as we were told we are reached
    under this name."""
    public = urlsplit(house_of(request).public_url)
    is_told = public.scheme == "https" and public.netloc == request.headers.get("host")
    return request.url.scheme == "https" or is_told


def set_session_cookie(request: Request, answer: Response, token: str, *, seconds: int) -> None:
    answer.set_cookie(
        COOKIE, token, max_age=seconds, httponly=True, samesite="lax", secure=is_safe_line(request)
    )


def drop_session_cookie(request: Request, answer: Response) -> None:
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_safe_line(request))


def set_waiting_cookie(request: Request, answer: Response, token: str, *, seconds: int) -> None:
    answer.set_cookie(
        WAITING_COOKIE, token, max_age=seconds, path=WAITING_PATH, httponly=True, samesite="lax",
        secure=is_safe_line(request),
    )  # fmt: skip


def drop_waiting_cookie(request: Request, answer: Response) -> None:
    answer.delete_cookie(
        WAITING_COOKIE, path=WAITING_PATH, httponly=True, samesite="lax", secure=is_safe_line(request)
    )
