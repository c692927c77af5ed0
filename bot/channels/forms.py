"""A request that brings a file along, as a form in parts (RFC 7578)."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Upload:
    """A file in a form: under which name it is asked for, how it is called, its bytes and their kind."""

    field: str
    file_name: str
    content: bytes
    media_type: str


def as_form(fields: Mapping[str, str], files: Iterable[Upload]) -> tuple[str, bytes]:
    """The value of the header Content-Type, and the body. Names go as UTF-8, as browsers send them."""
    edge = secrets.token_hex(16).encode()
    parts: list[bytes] = []
    for name, value in fields.items():
        parts += (_head(edge, f'name="{_quoted(name)}"'), b"\r\n", value.encode(), b"\r\n")
    for file in files:
        told = f'name="{_quoted(file.field)}"; filename="{_quoted(file.file_name)}"'
        kind = f"Content-Type: {_quoted(file.media_type)}\r\n\r\n".encode()
        parts += (_head(edge, told), kind, file.content, b"\r\n")
    return f"multipart/form-data; boundary={edge.decode()}", b"".join([*parts, b"--", edge, b"--\r\n"])


def _head(edge: bytes, told: str) -> bytes:
    return b"--%b\r\nContent-Disposition: form-data; %b\r\n" % (edge, told.encode())


def _quoted(name: str) -> str:
    """A name must not end the header it stands in."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
