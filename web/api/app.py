"""`/api/v1`: who is at the door, what they may, how often; then the one operation; then its answer.

Every answer that is not one of an operation's own is a problem (RFC 9457), whatever went wrong.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.api_tokens import is_use_worth_noting, note_use, valid_token
from inspection.refusals import Refusal, StateMoved
from storage import api_tokens
from storage.files import FileFault
from storage.store import Records, Store, StoreFault, is_about_values
from storage.tables.exchange import ApiToken, KeptAnswer
from web.api.description import IDEMPOTENCY_KEY, ROOT, description, statuses
from web.api.operation import Call, Operation, Query
from web.api.operations import OPERATIONS
from web.api.pace import Pace
from web.api.problems import Trouble, field_problems, is_no_json, problem_of, problem_of_refusal
from web.house import WebHouse, house_of
from web.pages import page

BODY_LIMIT = 2_000_000
"""Bytes: a draw of thousands of seats is well below."""
_PRIVATE = {"Cache-Control": "private, no-cache"}


def make_api(house: WebHouse) -> Starlette:
    """The API as an app of its own, so that its faults are its own too."""
    app = Starlette(
        routes=[
            Route("/openapi.json", show_description),
            Route("/docs", show_docs),
            *(Route(path, _endpoint(path), methods=_methods(path)) for path in _paths()),
        ],
        exception_handlers={
            Trouble: _answer_trouble,
            Refusal: _answer_refusal,
            HTTPException: _answer_http,
            StoreFault: _answer_fault,
            FileFault: _answer_fault,
            Exception: _answer_fault,
        },
    )
    app.state.house = house
    app.state.pace = Pace(house.api_per_minute, house.clock)
    return app


def _paths() -> list[str]:
    """Fixed words before what may stand for anything."""
    return sorted({one.path for one in OPERATIONS}, key=lambda path: (path.count("{"), path))


def _methods(path: str) -> list[str]:
    return [one.method for one in OPERATIONS if one.path == path]


def _endpoint(path: str) -> Callable[[Request], Awaitable[Response]]:
    by_method = {one.method: one for one in OPERATIONS if one.path == path}

    async def serve(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        operation = by_method[method]
        body = await _body(request) if operation.writes else b""
        return await run_in_threadpool(_serve, request, operation, body)

    return serve


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise Trouble(413, "too_big", limit=BODY_LIMIT // 1_000_000)
    return bytes(body)


def _serve(request: Request, operation: Operation, body: bytes) -> Response:
    house = house_of(request)
    at = house.clock()
    token = _let_in(request, house.store, at)
    if operation.scope not in token.scopes:
        raise Trouble(403, "scope", scope=operation.scope.value)
    _refuse_nul(request)
    query = _query(request, operation)
    if not operation.writes:
        with house.store.reading() as records:
            call = Call(records, token, at, dict(request.path_params), query, None)
            return _read_answer(request, operation.handle(call).content)
    response = _write(request, operation, token, query, _parsed(request, operation, body), body, at)
    house.wake()
    return response


# --- The door ------------------------------------------------------------------------------------------------------


def _let_in(request: Request, store: Store, at: datetime) -> ApiToken:
    """The token that came along; wrong, over and revoked ones hear the same words."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    token = None
    if kind.lower() == "bearer" and given.strip():
        with store.reading() as records:
            token = valid_token(records, given.strip(), at=at)
    if token is None:
        raise Trouble(401, "token", headers={"WWW-Authenticate": "Bearer"})
    seconds = request.app.state.pace.wait_for(token.id)
    if seconds:
        raise Trouble(429, "too_often", headers={"Retry-After": str(seconds)}, seconds=seconds)
    if is_use_worth_noting(token, at=at):
        with store.transaction("api") as records:
            note_use(records, token.id, at=at)
    return token


def _refuse_nul(request: Request) -> None:
    """No store takes it, and no id holds it."""
    if any("\0" in value for value in request.path_params.values()):
        raise Trouble(404, "not_here")


def _query(request: Request, operation: Operation) -> Query:
    try:
        return operation.query.model_validate(dict(request.query_params))
    except ValidationError as invalid:
        raise Trouble(400, "query", errors=field_problems(invalid)) from None


def _parsed(request: Request, operation: Operation, body: bytes) -> BaseModel:
    assert operation.body is not None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Trouble(415, "not_json")
    try:
        return operation.body.model_validate_json(body)
    except ValidationError as invalid:
        if is_no_json(invalid):
            raise Trouble(400, "no_json") from None
        raise Trouble(422, "body", errors=field_problems(invalid)) from None


# --- Answers -------------------------------------------------------------------------------------------------------


def _json(content: BaseModel) -> str:
    return content.model_dump_json()


def _read_answer(request: Request, content: BaseModel) -> Response:
    body = _json(content).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, **_PRIVATE}
    asked = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _write(
    request: Request,
    operation: Operation,
    token: ApiToken,
    query: Query,
    parsed: BaseModel,
    body: bytes,
    at: datetime,
) -> Response:
    """One transaction: the deed, and under its key what it was answered, so that a repeat hears the same."""
    key = _key(request)
    fingerprint = _fingerprint(request, body)
    try:
        with house_of(request).store.transaction("api") as records:
            kept = api_tokens.kept_answer(records, token.id, key) if key else None
            if kept is not None:
                return _again(kept, fingerprint)
            call = Call(records, token, at, dict(request.path_params), query, parsed)
            answer = operation.handle(call)
            text = _json(answer.content)
            if key:
                _keep(records, token, key, fingerprint, answer.status, text, at)
            return Response(text, status_code=answer.status, media_type="application/json", headers=_PRIVATE)
    except StoreFault as fault:
        if is_about_values(fault):  # somebody was quicker with the same
            raise StateMoved from fault
        raise


def _key(request: Request) -> str:
    key = request.headers.get(IDEMPOTENCY_KEY, "")
    if len(key) > 200 or not all("!" <= sign <= "~" for sign in key):
        raise Trouble(400, "key")
    return key


def _fingerprint(request: Request, body: bytes) -> str:
    return hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).hexdigest()


def _keep(
    records: Records, token: ApiToken, key: str, fingerprint: str, status: int, text: str, at: datetime
) -> None:
    kept = KeptAnswer(token_id=token.id, key=key, fingerprint=fingerprint, status=status, body=text, at=at)
    api_tokens.keep_answer(records, kept)


def _again(kept: KeptAnswer, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise Trouble(422, "key_used")
    headers = {"Idempotent-Replayed": "true", **_PRIVATE}
    return Response(kept.body, status_code=kept.status, media_type="application/json", headers=headers)


async def _answer_trouble(_request: Request, trouble: Exception) -> Response:
    assert isinstance(trouble, Trouble)
    return problem_of(trouble)


async def _answer_refusal(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return problem_of_refusal(refusal)


async def _answer_http(_request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)
    if failure.status_code == 405:
        return problem_of(Trouble(405, "method", headers=failure.headers))
    return problem_of(Trouble(404, "not_here"))


async def _answer_fault(_request: Request, _failure: Exception) -> Response:
    """Something of ours broke; nothing was done, and the same may be asked again."""
    return problem_of(Trouble(503, "ours"))


# --- The description -----------------------------------------------------------------------------------------------


def show_description(_request: Request) -> Response:
    """`/api/v1/openapi.json`, for programs; nobody needs a token to read it."""
    return JSONResponse(description(), headers={"Cache-Control": "no-cache"})


def show_docs(request: Request) -> Response:
    """`/api/v1/docs`, for people."""
    whole = description()
    return page(
        "api.html",
        house_of(request).language,
        operations=[(one, statuses(one)) for one in OPERATIONS],
        described_of=lambda one: whole["paths"][ROOT + one.path][one.method.lower()],
        schemas=whole["components"]["schemas"],
    )
