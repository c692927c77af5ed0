"""A typesetter that sees one folder made for one sheet: templates, pictures, and links to the fonts it may use."""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typst

from notifications.fonts import CHINESE, Family, covering

_NO_FILES: Mapping[str, bytes] = MappingProxyType({})


def laid_out(
    templates: Sequence[Path],
    values: Mapping[str, Any],
    folder: Path,
    *,
    files: Mapping[str, bytes] = _NO_FILES,
    fonts: Path | None = None,
    faces: Sequence[str] = CHINESE,
) -> typst.Compiler:
    """The first of `templates` is set, and may import the others; `values` reach them as JSON with `fonts` among them,
    `files` lie beside them by name. `folder` is empty and stays until the sheet is set.

    Raises `Unacceptable` (`notifications.fonts.covering`) rather than print a box in place of a sign.
    """
    families = covering(_everything(values, templates), fonts, faces=faces)
    for source in templates:
        shutil.copyfile(source, folder / source.name)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return typst.Compiler(
        input=folder / templates[0].name,
        root=folder,
        font_paths=_fonts_of(families, folder / "fonts"),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**values, "fonts": [family.name for family in families]})},
        package_path=folder / "no-packages",
        package_cache_path=folder / "no-packages",
    )


def texts_in(value: Any) -> Iterable[str]:
    """Every text in the values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)


def _everything(values: Mapping[str, Any], templates: Iterable[Path]) -> str:
    """Every sign that the sheet may show, those of the templates' own words among them."""
    words = (source.read_text(encoding="utf-8") for source in templates)
    return "".join([*words, *texts_in(values)])


def _fonts_of(families: Iterable[Family], folder: Path) -> typst.Fonts:
    """Only these files: another one of the same name in the same place might lack a sign that was promised."""
    folder.mkdir()
    files = dict.fromkeys(path for family in families for path, _ in family.faces)
    for number, path in enumerate(files):
        _link(path, folder / f"{number:03d}{path.suffix}")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _link(path: Path, link: Path) -> None:
    """Windows lets not everybody make links."""
    try:
        link.symlink_to(path.resolve())
    except OSError:
        shutil.copyfile(path, link)
