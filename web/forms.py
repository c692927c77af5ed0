"""Reading the longer forms of the desk."""

from urllib.parse import parse_qsl

from starlette.requests import Request

LIMIT = 400_000
"""Bytes; a scheme with every field at its longest stays below."""
_MOST_FIELDS = 2_000


async def read_fields(request: Request) -> dict[str, str] | None:
    """The fields of a form by name, what was ticked several times joined by 、; None for what is too long to be one."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LIMIT:
            return None
    try:
        pairs = parse_qsl(read.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields[name] = f"{fields[name]}、{value}" if name in fields else value
    return fields
