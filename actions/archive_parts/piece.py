"""What a part of a case file gives: pieces, each one file of the package before it has its number."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from notifications.papers.facts import Paper
from storage.store import Records
from storage.tables.inspections import Inspection

JSON_TYPE, TEXT_TYPE, PDF_TYPE = "application/json", "text/plain", "application/pdf"
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic", "image/heif": "heif",
    "application/pdf": "pdf",
}  # fmt: skip
"""Of the kinds of files that people may send."""


@dataclass(frozen=True)
class KeptFile:
    """Bytes that lie in the file store already."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Piece:
    """`path` is unique in the package, `title` what the index calls it. `content`: bytes at hand, a paper still to be
    set, or bytes that are kept already. `restricted_to`: only the head of this department and auditors may read it."""

    path: str
    title: str
    media_type: str
    content: bytes | Paper | KeptFile
    restricted_to: str = ""


@dataclass(frozen=True)
class Part:
    """One kind of content of a case file. `pieces` only reads rows; where there is nothing it gives none."""

    kind: str
    pieces: Callable[[Records, Inspection], Iterable[Piece]]


def as_json(value: Any) -> bytes:
    """Readable by people and the same for the same facts; times as ISO 8601."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=_plain) + "\n").encode()


def row_of(row: Any, *left_out: str) -> dict[str, Any]:
    """All columns of a table's row but those."""
    return {name: value for name, value in row.model_dump(mode="json").items() if name not in left_out}


def _plain(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
