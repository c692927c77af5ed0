"""Fonts for papers: which are installed here, and which signs they really have.

A typesetter that meets a sign its font lacks prints a box and says nothing. So every sign is looked up beforehand in
the font's own table (cmap); what no installed font has is refused by name. No font lies in the repository: Chinese
ones weigh tens of megabytes, and every system has a package for them (docs/decisions/0010).

`folder`, or the variable SHUANGSUIJI_FONTS, stands in for the usual folders of Linux, macOS and Windows.
"""

import os
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from inspection.refusals import Unacceptable

VARIABLE = "SHUANGSUIJI_FONTS"

CHINESE = (
    "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "Songti SC", "STSong",
    "SimSun", "NSimSun", "FangSong", "STFangsong", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
    "Source Han Sans CN", "PingFang SC", "Heiti SC", "Microsoft YaHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
)  # fmt: skip
"""The face of a paper, the likeliest to look official first: Song before Hei."""

ON_SCREEN = (*CHINESE[CHINESE.index("Noto Sans CJK SC") :], *CHINESE[: CHINESE.index("Noto Sans CJK SC")])
"""The face of a picture, the easiest to read on a phone first: Hei before Song."""

_PROBE = "现场检查笔录联合汇总表签名"
"""A family that has these is taken for Chinese where none of the known ones is installed."""

_BOXES = ("last resort", "lastresort", "adobe blank", "adobenotdef")
"""Families that claim every sign and show none."""

_WEIGHTS = (400, 700)

_SEEN_FORMATS = frozenset([
    *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, *range(0xFFF9, 0xFFFC), 0x110BD, 0x110CD,
    *range(0x13430, 0x13460),
])  # fmt: skip
"""Format characters that are drawn all the same (Unicode, section 23.2 and the prepended marks of scripts)."""


@dataclass(frozen=True)
class Family:
    """One family of fonts: its name as the typesetter knows it, and its upright faces as (file, number in it)."""

    name: str
    faces: tuple[tuple[Path, int], ...]

    def lacks(self, signs: set[int]) -> set[int]:
        """Those code points that one of its faces can't show: the bold one must have them too."""
        tables = [_signs_in(*face, _age(face[0])) for face in self.faces]
        return {one for one in signs if not all(table[one >> 3] >> (one & 7) & 1 for table in tables)}


def covering(text: str, folder: Path | None = None, *, faces: Sequence[str] = CHINESE) -> tuple[Family, ...]:
    """The families that together have every sign of `text`, the Chinese face first; one alone where it suffices.
    `faces` are the Chinese ones in the order in which they are wanted.

    Raises `Unacceptable`: `paper_no_chinese_font` where none is installed, and `paper_signs_missing` with `signs` (the
    first ten that no font has, as `〔㛃〕U+36C3`) and `rest` (how many more).
    """
    first, *others = _in_order(installed(folder), faces)
    chosen, wanted = [first], first.lacks(signs_of(text))
    for family in others:
        if not wanted:
            break
        left = family.lacks(wanted)
        if left != wanted:
            chosen.append(family)
            wanted = left
    if wanted:
        named = [_named(sign) for sign in sorted(wanted)]
        raise Unacceptable("paper_signs_missing", signs=named[:10], rest=len(named[10:]))
    return tuple(chosen)


def signs_of(text: str) -> set[int]:
    """The code points of a text that are seen: no control or format characters and no variation selectors."""
    return {ord(one) for one in set(text) if not _is_unseen(one)}


def installed(folder: Path | None = None) -> list[Family]:
    """Every family in the folders, by name; a file that is no font, or a broken one, is passed over."""
    paths = tuple(one for one in folders(folder) if one.is_dir())
    return list(_families(paths, _look_of(paths)))


@lru_cache(maxsize=8)
def _families(paths: tuple[Path, ...], _look: frozenset[tuple[str, int, int]]) -> tuple[Family, ...]:
    """Reading every font takes a tenth of a second and each paper asks; read anew where the folders look different."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(paths))
    faces: defaultdict[str, list[typst.FontInfo]] = defaultdict(list)
    for face in found.fonts():
        if face.path and face.style == "normal" and face.stretch == 1.0:
            faces[face.family].append(face)
    return tuple(
        Family(name, _regular_and_bold(faces[name])) for name in sorted(faces) if not _is_boxes(name)
    )


def _look_of(folders: Iterable[Path]) -> frozenset[tuple[str, int, int]]:
    """Each file with its size and when it was written."""
    files = (
        Path(above, name) for folder in folders for above, _below, names in os.walk(folder) for name in names
    )
    return frozenset((str(one), seen.st_size, seen.st_mtime_ns) for one in files if (seen := _seen(one)))


def _seen(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:  # a link that leads nowhere, or a file that went meanwhile
        return None


def folders(folder: Path | None = None) -> tuple[Path, ...]:
    """Where fonts are looked for: `folder`, else the one named by SHUANGSUIJI_FONTS, else the system's usual ones."""
    named = folder or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    return (named,) if named else tuple(_usual())


def _usual() -> Iterator[Path]:
    home = Path.home()
    yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
    yield from (home / ".local/share/fonts", home / ".fonts")
    yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    for variable, below in (("WINDIR", "Fonts"), ("LOCALAPPDATA", "Microsoft/Windows/Fonts")):
        if os.environ.get(variable):
            yield Path(os.environ[variable]) / below


def _regular_and_bold(faces: Iterable[typst.FontInfo]) -> tuple[tuple[Path, int], ...]:
    """Of several faces of a weight the first by path, so that a paper comes out the same each time."""
    in_order = sorted(faces, key=lambda face: (face.path or "", face.index))
    nearest = [_nearest(in_order, weight) for weight in _WEIGHTS]
    return tuple(dict.fromkeys((Path(face.path or ""), face.index) for face in nearest))


def _nearest(faces: list[typst.FontInfo], weight: int) -> typst.FontInfo:
    return min(faces, key=lambda face: abs(face.weight - weight))


def _in_order(families: list[Family], faces: Sequence[str]) -> list[Family]:
    """The Chinese face first, then the other known Chinese ones, then the rest by name."""
    by_name = {family.name: family for family in families}
    known = [by_name[name] for name in faces if name in by_name]
    if not known:
        known = [family for family in families if not family.lacks(signs_of(_PROBE))][:1]
    if not known:
        raise Unacceptable("paper_no_chinese_font")
    return [*known, *(family for family in families if family not in known)]


def _is_boxes(name: str) -> bool:
    return name.startswith(".") or any(name.lower().startswith(one) for one in _BOXES)


def _is_unseen(sign: str) -> bool:
    if ord(sign) in _SEEN_FORMATS:
        return False
    return unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} or _is_selector(ord(sign))


def _is_selector(point: int) -> bool:
    return (
        0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF or point in {0x180B, 0x180C, 0x180D, 0x180F}
    )


def _named(point: int) -> str:
    """Half a sign, which a broken phone may send, can't be written: then its number alone."""
    number = f"U+{point:04X}"
    return number if 0xD800 <= point <= 0xDFFF else f"〔{chr(point)}〕{number}"


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns


@cache
def _signs_in(path: Path, number: int, _age: int) -> bytes:
    """One bit for each code point that has a glyph: sets of numbers for forty faces would fill a hundred megabytes.

    Pictures (colour fonts) can't stand in a paper for the archive.
    """
    table = bytearray(sys.maxunicode // 8 + 1)
    for point in _points_in(path, number):
        table[point >> 3] |= 1 << (point & 7)
    return bytes(table)


def _points_in(path: Path, number: int) -> list[int]:
    try:
        with TTFont(path, fontNumber=number, lazy=True) as font:
            if not {"glyf", "CFF ", "CFF2"}.intersection(font.keys()):
                return []
            font.setGlyphOrder(_numbered())
            glyphs = font.getBestCmap() or {}
            return [point for point, glyph in glyphs.items() if glyph != ".notdef"]
    except (
        Exception
    ):  # a damaged table surfaces as whatever the reader met first; such a font has no sign for us
        return []


@cache
def _numbered() -> list[str]:
    """A name for every glyph that a font can have (OpenType, `maxp`: at most 65,535), the first being that of what is
    not there. Only whether a sign has a glyph is asked for: to name sixty thousand of them as the font does, all its
    outlines would be read, ten megabytes for each of forty faces."""
    return [".notdef", *(str(number) for number in range(1, 65_536))]
