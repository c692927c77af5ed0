"""Whatever the API cannot do is said as a problem (RFC 9457), in Chinese and English; a refusal keeps its sentence."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from inspection.refusals import Incomplete, NotFound, NotYours, Refusal, Unacceptable
from notifications.catalogue import refusal_sentence
from web.api.operation import FieldProblem
from web.wording import wording

MEDIA_TYPE = "application/problem+json"
_NO_VALUES = {"include_url": False, "include_context": False, "include_input": False}


class Trouble(Exception):
    """The request gets no further; `name` is the key of its words in `web/texts`, `api_problem_<name>`."""

    def __init__(
        self,
        status: int,
        name: str,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        self.status, self.name, self.errors = status, name, tuple(errors)
        self.headers, self.facts = dict(headers or {}), facts
        super().__init__(f"{status} {name}")


def problem_of(trouble: Trouble) -> Response:
    words = [wording(language)(f"api_problem_{trouble.name}", **trouble.facts) for language in ("zh", "en")]
    return _problem(trouble.status, trouble.name, words, trouble.errors, trouble.headers)


def problem_of_refusal(refusal: Refusal) -> Response:
    """What is not there and what is somebody else's sound alike."""
    if isinstance(refusal, NotFound | NotYours):
        return problem_of(Trouble(404, "not_here"))
    status = 422 if isinstance(refusal, Unacceptable | Incomplete) else 409
    words = [refusal_sentence(refusal, language) for language in ("zh", "en")]
    return _problem(status, refusal.sentence, words, (), {})


def _problem(
    status: int, code: str, words: Sequence[str], errors: Sequence[FieldProblem], headers: Mapping[str, str]
) -> Response:
    titles = [wording(language)(f"api_status_{status}") for language in ("zh", "en")]
    content: dict[str, Any] = {
        "type": f"/api/v1/docs#problem-{code}",
        "title": titles[0],
        "title_en": titles[1],
        "status": status,
        "detail": words[0],
        "detail_en": words[1],
        "code": code,
        "errors": [one.model_dump() for one in errors],
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers))


def field_problems(invalid: ValidationError, where: str = "") -> list[FieldProblem]:
    """What the models refused, place by place, without repeating what was sent."""
    return [
        FieldProblem(
            pointer=where + "".join(f"/{part}" for part in error["loc"]),
            code=error["type"],
            detail=wording("zh")("api_field_wrong", code=error["type"]),
            detail_en=error["msg"],
        )
        for error in invalid.errors(**_NO_VALUES)
    ][:100]


def is_no_json(invalid: ValidationError) -> bool:
    return any(error["type"] == "json_invalid" for error in invalid.errors(**_NO_VALUES))
