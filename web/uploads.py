"""Reading a form with a file: to disk beyond a megabyte, and never more of it than the limit."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import BinaryIO

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from web.visitors import DoorClosed
from web.wording import Wording

_DRAINED = 4
"""Times the limit that is read and thrown away, so that the browser hears the answer instead of a broken line."""


@dataclass
class Upload:
    """`size` counts what came, `file` holds at most the limit of it."""

    fields: dict[str, str] = field(default_factory=dict)
    file: BinaryIO | None = None
    file_name: str = ""
    size: int = 0
    is_too_large: bool = False

    def close(self) -> None:
        if self.file is not None:
            self.file.close()


class _LimitedParser(MultiPartParser):
    """Throws away what of a file goes beyond the limit."""

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None], *, limit: int) -> None:
        super().__init__(headers, stream, max_files=1, max_fields=10, max_part_size=64 * 1024)
        self._limit, self.size = limit, 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is not None:
            self.size += end - start
            if self.size > self._limit:
                return
        super().on_part_data(data, start, end)


async def read_upload(request: Request, *, limit: int, words: Wording) -> Upload:
    """The form in the request; `DoorClosed` in the reader's `words` when it is none. A file over `limit` bytes is
    marked, not refused."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise DoorClosed(400, words("error_request"))
    parser = _LimitedParser(request.headers, _bounded(request, limit * _DRAINED, words), limit=limit)
    try:
        form = await parser.parse()
    except MultiPartException as broken:
        raise DoorClosed(400, words("error_request")) from broken
    upload = Upload(size=parser.size, is_too_large=parser.size > limit)
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            upload.file, upload.file_name = value.file, value.filename or ""
        else:
            upload.fields[name] = value
    return upload


async def _bounded(request: Request, limit: int, words: Wording) -> AsyncGenerator[bytes, None]:
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > limit:
            raise DoorClosed(413, words("error_far_too_large"))
        yield chunk
