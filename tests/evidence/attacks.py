"""Files that somebody might send to see what breaks, made on the spot; and the honest ones that look like them."""

import struct
import tarfile
import zipfile
import zlib
from base64 import b64decode
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, TextStringObject

from tests.field.pictures import a_picture

A_HEIC = b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAeRtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5w"
    "aXRtAAAAAAACAAAAEGlkYXQAAAAAAEAAMAAAAExpbG9jAQAAAERAAAMAAQAAAAAAAAIIAAEAAAAAAAAAGgACAAEAAAAAAAAAAQAAAAAA"
    "AAAIAAMAAAAAAAACIgABAAAAAAAAALYAAABNaWluZgAAAAAAAwAAABVpbmZlAgAAAQABAABodmMxAAAAABVpbmZlAgAAAAACAABncmlk"
    "AAAAABVpbmZlAgAAAQADAABFeGlmAAAAANhpcHJwAAAAtmlwY28AAAB2aHZjQwEDcAAAAAAAAAAAAB7wAPz9+PgAAA8DIAABABhAAQwB"
    "//8DcAAAAwCQAAADAAADAB66AkAhAAEAKkIBAQNwAAADAJAAAAMAAAMAHqAggQWW6uSmubgQEDAgAAADACAAAAMAISIAAQAGRAHBc8CJ"
    "AAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAUaXNwZQAAAAAAAABAAAAAMAAAABBwaXhpAAAAAAMICAgAAAAaaXBtYQAAAAAAAAACAAECgQIA"
    "AgIDhAAAAChpcmVmAAAAAAAAAA5kaW1nAAIAAQABAAAADmNkc2MAAwABAAIAAADYbWRhdAAAABYoAa9Y5vTqv//fiuR5Wp/+xc55Gp3w"
    "AAAAAE1NACoAAAAIAAKHaQAEAAAAAQAAACaIJQAEAAAAAQAAAEwAAAAAAAGQAwACAAAAFAAAADgAAAAAMjAyNjowNToxNSAxMDoxMTox"
    "MgAABAABAAIAAAACTgAAAAACAAUAAAADAAAAggADAAIAAAACRQAAAAAEAAUAAAADAAAAmgAAAAAAAAAsAAAAAQAAADUAAAABAAAAPAAA"
    "AAEAAABSAAAAAQAAAAQAAAABAAAADAAAAAE="
)
"""Teal, 64 by 48, taken on 15 May 2026 at 44.9 N 82.07 E: coded once with libheif, for no reader can write HEIC."""


def a_zip(name: str = "photo.jpg", content: bytes = b"x") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def a_tar() -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../../etc/passwd"))
    return out.getvalue()


def a_gif() -> bytes:
    out = BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF")
    return out.getvalue()


def moving(kind: str) -> bytes:
    out = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def two_exposures() -> bytes:
    """A JPEG with a second one behind it and a directory of both, as many telephones write it."""
    return moving("MPO")


def of_many_pixels(width: int, height: int) -> bytes:
    """A PNG that says it is so large, whatever comes after."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def text_bomb() -> bytes:
    """A PNG of eight pixels whose remark unfolds into 70 MB."""
    plain = a_picture("PNG", size=(8, 8))
    packing = zlib.compressobj(9)
    folded = b"".join(packing.compress(bytes(1_000_000)) for _ in range(70)) + packing.flush()
    return plain[:33] + _chunk(b"zTXt", b"Comment\0\0" + folded) + plain[33:]


def with_remark(words: bytes) -> bytes:
    """A JPEG with a remark before its pixels."""
    plain = a_picture()
    return plain[:2] + b"\xff\xfe" + struct.pack(">H", len(words) + 2) + words + plain[2:]


def a_pdf(*objects: bytes) -> bytes:
    """The smallest document, with more objects if wanted."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    body = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *objects,
    )
    for number, one in enumerate(body, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
    return bytes(out)


def a_stream(dictionary: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(content), content)


def folded(objects: bytes) -> bytes:
    """A document whose last objects are folded away."""
    return a_pdf(a_stream(b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", zlib.compress(objects)))


def a_locked_pdf() -> bytes:
    writer = PdfWriter(BytesIO(a_pdf()))
    writer.encrypt("secret", algorithm="RC4-128")
    return _written(writer)


def a_pdf_with_script() -> bytes:
    return _acting(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("alert()")}
    )


def a_pdf_that_launches() -> bytes:
    return _acting({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})


def _acting(action: dict[NameObject, PdfObject]) -> bytes:
    writer = PdfWriter(BytesIO(a_pdf()))
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    return _written(writer)


def a_pdf_with_a_file_inside() -> bytes:
    writer = PdfWriter(BytesIO(a_pdf()))
    writer.add_attachment("virus.exe", b"MZ")
    return _written(writer)


def a_pdf_with_a_link() -> bytes:
    """Harmless: it goes nowhere by itself."""
    writer = PdfWriter(BytesIO(a_pdf()))
    link = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"),
        NameObject("/Subtype"): NameObject("/Link"),
        NameObject("/Rect"): ArrayObject([]),
    })  # fmt: skip
    writer.pages[0][NameObject("/Annots")] = ArrayObject([link])
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
