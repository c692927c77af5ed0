"""卷内目录 as PDF/A on A4: what lies in a case file, with pages and digests; like all papers, in Chinese."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from inspection.archives import IndexHead, IndexLine, Outcome
from inspection.departments import department_name
from notifications import typesetting
from notifications.formats import dated
from notifications.papers.values import cleaned_values, date_of_document, moment_of_paper

_HERE = Path(__file__).parent
_OUTCOMES = {
    Outcome.CLEAN: "未发现问题",
    Outcome.PROBLEM: "发现问题",
    Outcome.TRANSFERRED: "移送其他部门或者立案",
}


def render_index(head: IndexHead, lines: Sequence[IndexLine], *, fonts: Path | None = None) -> bytes:
    """The PDF; the same head, lines and fonts give the same bytes. Raises as `notifications.fonts.covering`."""
    with TemporaryDirectory(prefix="index-") as folder:
        templates = (_HERE / "case_index.typ", _HERE / "form.typ")
        sheet = typesetting.laid_out(
            templates, cleaned_values(_values(head, lines)), Path(folder), fonts=fonts
        )
        pdf = sheet.compile(format="pdf", pdf_standards="a-2b")
    assert isinstance(pdf, bytes)
    return pdf


def _values(head: IndexHead, lines: Sequence[IndexLine]) -> dict[str, Any]:
    return {
        "title": "卷内目录",
        "author": department_name(head.department),
        "number": f"{head.case_number}（第{head.version}版）",
        "as_of": date_of_document(head.archived_at),
        "is_draft": False,
        "case_number": head.case_number,
        "version": str(head.version),
        "department": department_name(head.department),
        "inspection": head.inspection,
        "object": head.object,
        "credit_code": head.credit_code,
        "scheme": head.scheme,
        "outcome": _OUTCOMES[head.outcome],
        "closed": moment_of_paper(head.closed_at),
        "archived": moment_of_paper(head.archived_at),
        "archived_by": head.archived_by or "按归档规则自动归档",
        "retention": f"{head.retention_years}年，至{dated(head.keep_until)}",
        "retention_basis": head.retention_basis,
        "parts": str(len(lines)),
        "pages": str(sum(line.pages or 0 for line in lines)),
        "lines": [
            {
                "number": str(line.number),
                "title": line.title,
                "path": line.path,
                "pages": "" if line.pages is None else str(line.pages),
                "size": f"{line.size:,}",
                "sha256": line.sha256,
            }
            for line in lines
        ],
    }
