"""The doors for machines that watch: `/health` (well?), `/ready` (open for visitors?), `/metrics` (how much of what?).

They stand among the pages, and alone on a port of their own where a process has no pages (`make_watch_app`).
"""

import hmac
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

_ANY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_BROUGHT_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Whoever stands in front says so with one of these: then a loopback peer is anybody."""


@dataclass(frozen=True)
class Watch:
    """What the doors are given from outside. `token` opens `/metrics` to others than this machine; empty, it does
    not."""

    health: Callable[[], Mapping[str, Any]]
    """A key `ok` that is false answers 503."""
    ready: Callable[[], str]
    """Why nobody should be sent here, in a sentence; empty when all is ready."""
    metrics: Callable[[], tuple[bytes, str]]
    """The page, and its media type."""
    token: str = ""


def make_watch_app(watch: Watch) -> Starlette:
    """The doors alone."""
    app = Starlette(routes=WATCH_ROUTES)
    app.state.watch = watch
    return app


def show_health(request: Request) -> Response:
    """For a watch dog: 200 while all is well, 503 when not."""
    health = dict(_watch_of(request).health())
    return JSONResponse(health, status_code=200 if health.get("ok", True) else 503)


def show_ready(request: Request) -> Response:
    """For whoever spreads visitors over processes: 200, or 503 with one sentence."""
    reason = _watch_of(request).ready()
    return JSONResponse({"ready": not reason, "reason": reason}, status_code=503 if reason else 200)


def show_metrics(request: Request) -> Response:
    """For Prometheus, on this machine or with the token; to everybody else there is no such page."""
    watch = _watch_of(request)
    if request.method not in ("GET", "HEAD") or not _may_read(request, watch.token):
        raise HTTPException(404)
    page, media_type = watch.metrics()
    return Response(page, media_type=media_type, headers={"Cache-Control": "no-store"})


WATCH_ROUTES: Sequence[BaseRoute] = (
    Route("/health", show_health),
    Route("/ready", show_ready),
    Route("/metrics", show_metrics, methods=_ANY_METHOD),
)


def _watch_of(request: Request) -> Watch:
    watch: Watch | None = request.app.state.watch
    if watch is None:
        raise HTTPException(404)
    return watch


def _may_read(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode()):
        return True
    return _is_from_here(request)


def _is_from_here(request: Request) -> bool:
    """Somebody on this machine who speaks for himself."""
    if request.client is None or any(name in request.headers for name in _BROUGHT_ON):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
