"""What holds for every request: headers that keep a browser from being misled, and posts from our own pages only."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.cookies import COOKIE

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


SAFE_LINE = "max-age=31536000"
"""To a browser that came by https: by nothing else for a year."""


class Guard:
    """Wraps the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", SAFE_LINE)
                _fence_cookies(headers, is_safe=scope["scheme"] == "https")
            await send(message)

        if scope["method"] not in ("GET", "HEAD") and not is_from_our_pages(Headers(scope=scope)):
            refusal = JSONResponse({"error": "This came from another site."}, status_code=403)
            await refusal(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def _fence_cookies(headers: MutableHeaders, *, is_safe: bool) -> None:
    """No page's program needs a cookie, and none that came by a safe line goes out by another; a library that sets one
    of its own may not know."""
    for number, (name, value) in enumerate(headers.raw):
        if name != b"set-cookie":
            continue
        known = value.lower()
        more = b"" if b"httponly" in known else b"; HttpOnly"
        more += b"; Secure" if is_safe and b"secure" not in known else b""
        headers.raw[number] = (name, value + more)


def is_from_our_pages(headers: Headers) -> bool:
    """Every browser of today says where a post comes from. An old one, or one inside an app, may name the page alone;
    whatever says nothing at all and holds a cookie of ours is refused, and without one it is no browser and nobody."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    named = headers.get("origin") or headers.get("referer")
    if named is not None:
        return urlsplit(named).netloc == headers.get("host")
    return f"{COOKIE}=" not in headers.get("cookie", "")
