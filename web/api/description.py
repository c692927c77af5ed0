"""The description of the API in OpenAPI 3.1, made from its table."""

import re
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from web.api.operation import Operation, Problem
from web.api.operations import OPERATIONS
from web.api.problems import MEDIA_TYPE
from web.wording import wording

ROOT = "/api/v1"
_ALWAYS = (400, 401, 403, 404, 405, 429, 503)
_WRITING = (409, 413, 415, 422)
IDEMPOTENCY_KEY = "Idempotency-Key"
KEY_PATTERN = r"^[!-~]{1,200}$"
_HEADERS = {
    200: {"ETag": ("A digest of the answer; send it back as If-None-Match.", "string")},
    429: {"Retry-After": ("Seconds until the next request may be made.", "integer")},
    401: {"WWW-Authenticate": ("Bearer", "string")},
}


@cache
def description() -> dict[str, Any]:
    """The whole document, ready for JSON."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(ROOT + operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "shuangsuiji",
            "version": "1",
            "summary": wording("en")("api_lead"),
            "description": wording("zh")("api_lead"),
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {str(status): _problem(status) for status in (*_ALWAYS, *_WRITING)},
        },
        "security": [{"token": []}],
    }


def statuses(operation: Operation) -> list[int]:
    """Every status that this operation may answer with."""
    extra = _WRITING if operation.writes else (304,)
    return sorted({*operation.gives, *_ALWAYS, *extra})


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.words.en,
        "description": f"{operation.words.zh}。Scope: `{operation.scope}`.",
        "parameters": _parameters(operation),
        "responses": {str(status): _response(operation, status) for status in statuses(operation)},
    }
    if operation.body is not None:
        content = {"application/json": {"schema": _ref(operation.body)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    for name, schema in operation.query.model_json_schema().get("properties", {}).items():
        words = schema.pop("description", "")
        found.append({"name": name, "in": "query", "schema": schema, "description": words})
    if operation.writes:
        schema = {"type": "string", "pattern": KEY_PATTERN}
        words = "The same request with the same key is done once; kept for seven days."
        found.append({"name": IDEMPOTENCY_KEY, "in": "header", "schema": schema, "description": words})
    else:
        words = "The ETag of an answer: 304 while it is the same."
        schema = {"type": "string"}
        found.append({"name": "If-None-Match", "in": "header", "schema": schema, "description": words})
    return found


def _response(operation: Operation, status: int) -> dict[str, Any]:
    if status == 304:
        return {"description": "Not modified"}
    if status not in operation.gives:
        return {"$ref": f"#/components/responses/{status}"}
    content = {"application/json": {"schema": _ref(operation.gives[status])}}
    headers = {} if operation.writes else _headers(200)
    return {"description": operation.words.en, "content": content, "headers": headers}


def _problem(status: int) -> dict[str, Any]:
    words = wording("en")(f"api_status_{status}")
    content = {MEDIA_TYPE: {"schema": _ref(Problem)}}
    return {"description": words, "content": content, "headers": _headers(status)}


def _headers(status: int) -> dict[str, Any]:
    return {
        name: {"description": words, "schema": {"type": kind}}
        for name, (words, kind) in _HEADERS.get(status, {}).items()
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _schemas() -> dict[str, Any]:
    outgoing = {model for operation in OPERATIONS for model in operation.gives.values()} | {Problem}
    incoming = {operation.body for operation in OPERATIONS if operation.body is not None}
    inputs = [(model, "serialization") for model in sorted(outgoing, key=lambda one: one.__name__)]
    inputs += [(model, "validation") for model in sorted(incoming, key=lambda one: one.__name__)]
    _, schemas = models_json_schema(inputs, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    found: dict[str, Any] = schemas["$defs"]
    return found
