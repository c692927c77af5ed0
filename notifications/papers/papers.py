"""Papers to be signed or served, as PDF/A-2b on A4: on-site record (现场检查笔录), joint summary (联合检查汇总表), and
the letters around a visit (行政检查通知书, 检查结果告知书, 责令改正通知书, 案件线索移送书)."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import typst

from notifications import typesetting
from notifications.papers.facts import InspectionNoticePaper, JointSummaryPaper, OnSiteRecord, Paper
from notifications.papers.letters import CHECK_CODE, check_code
from notifications.papers.values import CHECK_FILE, file_of, values_of
from notifications.qr import qr_svg

_HERE = Path(__file__).parent
_FORM = _HERE / "form.typ"
_TEMPLATES: Mapping[type, str] = MappingProxyType(
    {OnSiteRecord: "record.typ", JointSummaryPaper: "summary.typ"}
)
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
    """The sheet of this paper with its pictures; see `notifications.typesetting`."""
    template = _HERE / _TEMPLATES.get(type(paper), "letter.typ")
    files = {file_of(sha256): picture for sha256, picture in pictures.items()}
    if isinstance(paper, OnSiteRecord) and paper.check_url:
        files[CHECK_FILE] = qr_svg(paper.check_url)
    if isinstance(paper, InspectionNoticePaper) and paper.check_url:
        files[CHECK_CODE] = check_code(paper.check_url)
    return typesetting.laid_out(
        (template, _FORM), values_of(paper, pictures), folder, files=files, fonts=fonts
    )
