"""What an operation of the API is: one entry of the table from which both the routes and the description are made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from actions.api_tokens import Scope
from storage.store import Records
from storage.tables.exchange import ApiToken


class Query(BaseModel):
    """What may stand behind the question mark; its fields are the parameters. What else stands there is ignored."""

    model_config = ConfigDict(extra="ignore")


@dataclass(frozen=True)
class Call:
    """One request that was let in; `query` and `body` are instances of the operation's own models."""

    records: Records
    token: ApiToken
    at: datetime
    path: dict[str, str]
    query: Any
    body: Any

    @property
    def department(self) -> str:
        return self.token.department

    @property
    def district(self) -> str:
        """The level that the program is for."""
        return self.token.district

    @property
    def actor(self) -> str:
        """How the journal names the program."""
        return f"token:{self.token.id}"


@dataclass(frozen=True)
class Answer:
    """`status` is one of the operation's own."""

    content: BaseModel
    status: int = 200


@dataclass(frozen=True)
class Words:
    """One sentence in both languages; whoever reads the API reads either."""

    zh: str
    en: str


@dataclass(frozen=True)
class Operation:
    """`path` is as in OpenAPI, below `/api/v1`. `gives` is the model of the answer, by status."""

    id: str
    method: str
    path: str
    words: Words
    scope: Scope
    handle: Callable[[Call], Answer]
    gives: dict[int, type[BaseModel]]
    query: type[Query] = Query
    body: type[BaseModel] | None = None
    may_conflict: bool = False
    """Answers 409 or 422 by a rule."""

    @property
    def writes(self) -> bool:
        return self.method == "POST"


class Problem(BaseModel):
    """RFC 9457, with the English words beside the Chinese ones. `code` is what a program goes by."""

    type: str = Field(description="/api/v1/docs#problem-<code>")
    title: str
    title_en: str
    status: int
    detail: str
    detail_en: str
    code: str
    errors: list["FieldProblem"] = Field(default_factory=list)


class FieldProblem(BaseModel):
    """One thing that is wrong with what was sent; `pointer` is a JSON pointer into the body, or the parameter."""

    pointer: str
    code: str
    detail: str
    detail_en: str
