"""Font faces that the marks on a copy are written with: Chinese ones of the system, each with the signs it has."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped]

VARIABLE = "SHUANGSUIJI_FONTS"

Face = tuple[Path, int]
"""A file, and which of the faces in it."""

_KNOWN = (
    "NotoSansCJK-Regular", "NotoSansCJKsc-Regular", "NotoSansSC", "SourceHanSansSC-Regular", "SourceHanSansCN-Regular",
    "NotoSerifCJK-Regular", "PingFang", "STHeiti", "msyh", "simhei", "simsun", "wqy-",
)  # fmt: skip
_ENDINGS = (".ttc", ".otf", ".ttf")


def chinese_faces(folder: Path | None = None) -> tuple[Face, ...]:
    """Installed faces whose file is known to hold Chinese, the plainest first; empty where there is none. Looked for in
    `folder`, else in SHUANGSUIJI_FONTS, else in the usual folders."""
    named = folder or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    files = sorted(
        _font_files((named,) if named else tuple(_usual())), key=lambda path: (_rank(path), str(path))
    )
    return tuple((path, _simplified(path)) for path in files)


def _font_files(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        for path in folder.rglob("*") if folder.is_dir() else ():
            if path.suffix.lower() in _ENDINGS and _rank(path) < len(_KNOWN):
                yield path


def _rank(path: Path) -> int:
    return next((rank for rank, known in enumerate(_KNOWN) if path.name.startswith(known)), len(_KNOWN))


def _usual() -> Iterator[Path]:
    home = Path.home()
    yield from (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    )
    yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    if os.environ.get("WINDIR"):
        yield Path(os.environ["WINDIR"]) / "Fonts"


@cache
def signs_of(face: Face) -> frozenset[int]:
    """The code points that a face has a shape for; none where its file can't be read."""
    path, number = face
    try:
        with path.open("rb") as file:
            return frozenset(_faces_in(file)[number].getBestCmap() or {})
    except (OSError, TTLibError, IndexError):
        return frozenset()


@cache
def _simplified(path: Path) -> int:
    """Of a collection the face in whose country the signs are written our way."""
    try:
        with path.open("rb") as file:
            names = [one["name"].getDebugName(1) or "" for one in _faces_in(file)]
    except (OSError, TTLibError):
        return 0
    return next((number for number, name in enumerate(names) if name.endswith((" SC", " CN"))), 0)


def _faces_in(file: BinaryIO) -> list[TTFont]:
    is_collection = file.read(4) == b"ttcf"
    file.seek(0)
    return list(TTCollection(file, lazy=True).fonts) if is_collection else [TTFont(file, lazy=True)]
