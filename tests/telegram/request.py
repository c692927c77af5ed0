"""What a bot sends along: JSON, a form, or a form with files, all read into one mapping."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tests.telegram.refusals import bad_request


@dataclass(frozen=True)
class Upload:
    """A file within a request."""

    name: str
    content: bytes
    kind: str = ""


class Params(dict[str, Any]):
    """Values by name. A form sends everything as text, JSON sends things as they are; both are welcome."""

    def text(self, name: str, default: str = "") -> str:
        value = self.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            return default

    def number(self, name: str) -> float:
        try:
            return float(self[name])
        except KeyError:
            raise bad_request(f"{name} is empty") from None
        except (TypeError, ValueError):
            raise bad_request(f"{name} is invalid") from None

    def flag(self, name: str) -> bool:
        return str(self.get(name, "")).lower() in {"true", "yes", "1"}

    def data(self, name: str, default: Any = None) -> Any:
        """Something with parts: JSON within a form, or a part of JSON."""
        value = self.get(name)
        if value is None or value == "":
            return default
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def mapping(self, name: str, default: dict[str, Any]) -> "Params":
        value = self.data(name, default)
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return Params(value)

    def sequence(self, name: str) -> list[Any]:
        value = self.data(name, [])
        if not isinstance(value, list):
            raise bad_request(f"expected an Array as {name.replace('_', ' ')}")
        return value


def read_params(query: str, content_type: str, body: bytes) -> Params:
    """From the address and the body, the body's word being the last."""
    params = Params(parse_qsl(query, keep_blank_values=True)) if query else Params()
    if not body:
        return params
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        params.update(_read_json(body))
    elif kind == "application/x-www-form-urlencoded":
        params.update(parse_qsl(body.decode(), keep_blank_values=True))
    elif kind == "multipart/form-data":
        params.update(_read_multipart(content_type, body))
    return params


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(read, dict):
        raise bad_request("object expected")
    return read


def _read_multipart(content_type: str, body: bytes) -> dict[str, Any]:
    """Every part has a head with a name and an end; the last edge says that it is the last."""
    edge = b"--" + _word(content_type, "boundary").encode()
    first, *parts = (b"\r\n" + body).split(b"\r\n" + edge)
    if edge == b"--" or first or len(parts) < 2 or parts[-1] not in (b"--", b"--\r\n"):
        raise bad_request("can't parse multipart form data: wrong boundary")
    return dict(_read_part(part) for part in parts[:-1])


def _read_part(part: bytes) -> tuple[str, Any]:
    head, end_of_head, content = part.partition(b"\r\n\r\n")
    if not head.startswith(b"\r\n") or not end_of_head:
        raise bad_request("can't parse multipart form data: a part without headers")
    lines = head.decode("utf-8", "replace").split("\r\n")
    headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    told = headers.get("content-disposition", "")
    name = _word(told, "name")
    if not told.startswith("form-data") or not name:
        raise bad_request("can't parse multipart form data: a part without a name")
    if "filename=" in told:
        return name, Upload(_word(told, "filename"), content, headers.get("content-type", ""))
    return name, content.decode()


def _word(header: str, name: str) -> str:
    """`name` of `form-data; name="a"; filename="b"`."""
    found = re.search(rf'(?:^|[;\s]){name}=(?:"([^"]*)"|([^;\s]*))', header, re.IGNORECASE)
    return (found[1] or found[2] or "") if found else ""
