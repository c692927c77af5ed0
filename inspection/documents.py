"""Documents as evidence: PDF, kept as it came and never opened here.

A document that asks for a password can't be read by whoever decides; one that runs something, sends something or
carries other files inside is refused, for nobody has looked at what it does or carries. The way out is in the sentence:
print it into a new PDF, or photograph it.
"""

import re
import zlib

from inspection.disguises import refuse_disguises
from inspection.refusals import Unacceptable

DOCUMENT_TYPE = "application/pdf"

_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|SubmitForm|ImportData)(?![A-Za-z0-9])"
)
"""Long enough to be met by chance in no stream, so that they are looked for everywhere."""
_ACTIVE_AND_SHORT = re.compile(rb"/(?:JS|XFA|GoToE)(?![A-Za-z0-9])")
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_DICTIONARY = 4096
"""Bytes before a stream in which its dictionary is looked for."""
_UNFOLDED = 64 * 1024 * 1024
"""Bytes of objects that a document may unfold into."""


def is_document(data: bytes) -> bool:
    """Whether the bytes are a whole PDF from the first sign to the last."""
    end = data[-1024:]
    return data.startswith(b"%PDF-") and b"startxref" in end and b"%%EOF" in end


def examine_document(data: bytes) -> None:
    """Raises `Unacceptable`: `document_locked`, `document_active`, `document_broken`, or as `refuse_disguises` does."""
    if data[data.rindex(b"%%EOF") + 5 :].strip(b"\0\r\n\t "):
        raise Unacceptable("photo_two_kinds")
    refuse_disguises(data, "PDF")
    plain = _unescaped(data)
    if _LOCKED.search(plain):
        raise Unacceptable("document_locked")
    objects = _without_streams(plain) + _unescaped(_folded_objects(data))
    if _ACTIVE.search(plain) or _ACTIVE.search(objects) or _ACTIVE_AND_SHORT.search(objects):
        raise Unacceptable("document_active")


def _unescaped(data: bytes) -> bytes:
    """`/J#61vaScript` is `/JavaScript` to a reader."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)


def _without_streams(data: bytes) -> bytes:
    """A stream is what stands between its words; what pretends to be one and is not ended hides nothing."""
    return re.sub(rb"(?s)stream\r?\n.*?endstream", b"stream", data)


def _folded_objects(data: bytes) -> bytes:
    """Newer documents fold objects away in compressed streams."""
    unfolded = bytearray()
    for found in _STREAM.finditer(data):
        dictionary = _unescaped(
            data[max(0, found.start() - _DICTIONARY) : found.start()].rpartition(b" obj")[2]
        )
        if not _OBJECTS.search(dictionary):
            continue
        unfolding = zlib.decompressobj()
        try:
            unfolded += unfolding.decompress(data[found.end() :], _UNFOLDED - len(unfolded) + 1)
        except zlib.error as unreadable:  # folded in a way that no common program writes
            raise Unacceptable("document_broken") from unreadable
        if len(unfolded) > _UNFOLDED:
            raise Unacceptable("document_broken")
        unfolded += b"\n"
    return bytes(unfolded)
