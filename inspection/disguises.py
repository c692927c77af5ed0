"""Files that are two things at once: a picture to us, and to another program an archive, a page or a program.

Telephones write things behind a picture themselves (the film of a moving photo, a second exposure, makers' notes), so
not every tail is an attack: it is one when it is something that another program would open, or long and of no kind that
a camera writes.
"""

import re

from inspection.refusals import Unacceptable

SHORT_TAIL = 64 * 1024
"""Bytes of a tail that may be a maker's notes."""

_PAGE = (b"<script", b"<!doctype", b"<iframe", b"<?php ", b"<?php\n")
"""Long enough to be met by chance in no picture."""
_EARLY = re.compile(rb"%pdf-\d|<html[\s>]|<svg[\s>]|<body[\s>]")
"""What a browser looks for in the first 1,445 bytes, and a reader of documents in the first 1,024."""
_LOOKED_AT = 4096
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_ARCHIVES = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"%PDF-")
_PADDING = b"\0\r\n\t "
_END_OF_ZIP = b"PK\x05\x06"
_LONGEST_ZIP_COMMENT = 65535 + 22
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_STANDALONE = frozenset(range(0xD0, 0xD8)) | {0x01}


def refuse_disguises(data: bytes, kind: str) -> None:
    """Raises `Unacceptable("photo_two_kinds")` for a picture, or a document (kind `PDF`), that is something else too,
    and `photo_trailing` for one with a long tail that no camera writes."""
    if _ends_as_zip(data) or _is_a_page(data, kind):
        raise Unacceptable("photo_two_kinds")
    tail = _behind(data, kind)
    if tail.startswith(_PROGRAMS):
        raise Unacceptable("photo_two_kinds")
    if not tail.strip(b"\xff") or _is_from_a_camera(tail):
        return
    if any(one in tail for one in _ARCHIVES):
        raise Unacceptable("photo_two_kinds")
    if len(tail) > SHORT_TAIL:
        raise Unacceptable("photo_trailing")


def _behind(data: bytes, kind: str) -> bytes:
    """What follows the picture, and all further exposures."""
    tail = data[end_of(data, kind) :].lstrip(_PADDING)
    while tail.startswith(b"\xff\xd8\xff"):
        tail = tail[_end_of_jpeg(tail) :].lstrip(_PADDING)
    return tail


def end_of(data: bytes, kind: str) -> int:
    """Where the picture itself ends; the length of all where it can't be told."""
    if kind == "JPEG":
        return _end_of_jpeg(data)
    if kind == "PNG":
        end = data.find(b"\0\0\0\0IEND")
        return end + 12 if end >= 0 else len(data)
    if kind == "WEBP":
        size = int.from_bytes(data[4:8], "little")
        return 8 + size + size % 2
    if kind == "HEIF":
        return _end_of_boxes(data)
    return len(data)


def _end_of_jpeg(data: bytes) -> int:
    """Segment by segment; what a segment holds, a thumbnail with an end of its own, is stepped over."""
    place = 2
    while found := _JPEG_MARKER.search(data, place):
        marker, place = data[found.start() + 1], found.end()
        if marker == 0xD9:
            return place
        if marker not in _STANDALONE:
            place += max(2, int.from_bytes(data[place : place + 2], "big"))
    return len(data)


def _end_of_boxes(data: bytes) -> int:
    place = 0
    while place + 8 <= len(data):
        size, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        if not re.fullmatch(rb"[a-zA-Z0-9 ]{4}", name) or (size < 8 and size != 0):
            break
        place = len(data) if size == 0 else place + size
    return min(place, len(data))


def _ends_as_zip(data: bytes) -> bool:
    """An archive is read from its end, whatever stands before it: also a JAR, an APK, an office file."""
    place = data.rfind(_END_OF_ZIP, max(0, len(data) - _LONGEST_ZIP_COMMENT))
    if place < 0 or len(data) - place < 22:
        return False
    return place + 22 + int.from_bytes(data[place + 20 : place + 22], "little") <= len(data)


def _is_a_page(data: bytes, kind: str) -> bool:
    lowered = data.lower()
    early = _EARLY.search(lowered, 5 if kind == "PDF" else 0, _LOOKED_AT)
    return early is not None or any(one in lowered for one in _PAGE)


def _is_from_a_camera(tail: bytes) -> bool:
    """The film of a moving photo, or Samsung's own directory of what it wrote."""
    return b"ftyp" in tail[:8] or tail.endswith(b"SEFT")
