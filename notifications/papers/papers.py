"""Papers to be signed: the on-site record (现场检查笔录) and the joint summary (联合检查汇总表), as PDF/A-2b on A4."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import typst

from notifications.fonts import Family, covering
from notifications.papers.facts import OnSiteRecord, Paper
from notifications.papers.values import Values, file_of, texts_in, values_of

_HERE = Path(__file__).parent
_FORM = _HERE / "form.typ"
_NO_PICTURES: Mapping[str, bytes] = MappingProxyType({})


def render(paper: Paper, pictures: Mapping[str, bytes] = _NO_PICTURES, *, fonts: Path | None = None) -> bytes:
    """The PDF. `pictures` are JPEG bytes by the SHA-256 of their originals (a receipt is only its first eight signs);
    a photo without bytes gets an empty frame with its caption.

    The same facts, pictures and fonts give the same bytes, in every process. Raises `Unacceptable`
    (`notifications.fonts.covering`) rather than print a box in place of a sign.
    """
    with TemporaryDirectory(prefix="paper-") as folder:
        pdf = laid_out(paper, pictures, Path(folder), fonts=fonts).compile(format="pdf", pdf_standards="a-2b")
    assert isinstance(pdf, bytes)
    return pdf


def laid_out(
    paper: Paper, pictures: Mapping[str, bytes], folder: Path, *, fonts: Path | None = None
) -> typst.Compiler:
    """A typesetter that sees this folder and nothing else: templates, pictures, and links to the fonts it may use."""
    template = _HERE / ("record.typ" if isinstance(paper, OnSiteRecord) else "summary.typ")
    values = values_of(paper, pictures)
    families = covering(_everything(values, template), fonts)
    for source in (template, _FORM):
        shutil.copyfile(source, folder / source.name)
    for sha256, picture in pictures.items():
        (folder / file_of(sha256)).write_bytes(picture)
    return typst.Compiler(
        input=folder / template.name,
        root=folder,
        font_paths=_fonts_of(families, folder / "fonts"),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(values | {"fonts": [family.name for family in families]})},
        package_path=folder / "no-packages",
        package_cache_path=folder / "no-packages",
    )


def _everything(values: Values, template: Path) -> str:
    """Every sign that the sheet may show, those of the template's own words among them."""
    words = (source.read_text(encoding="utf-8") for source in (template, _FORM))
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
