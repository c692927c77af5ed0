"""履职记录 of one officer as PDF/A on A4, for an assessment or a question of who is liable."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from inspection.departments import department_name
from inspection.diligence import Diligence, Done, Served
from notifications import typesetting
from notifications.catalogue import label
from notifications.formats import dated
from notifications.papers.values import cleaned_values, date_of_document, moment_of_paper

_HERE = Path(__file__).parent


def render_diligence(found: Diligence, *, fonts: Path | None = None) -> bytes:
    """The PDF; the same facts and fonts give the same bytes. Raises as `notifications.fonts.covering`."""
    with TemporaryDirectory(prefix="diligence-") as folder:
        templates = (_HERE / "diligence_record.typ", _HERE / "form.typ")
        sheet = typesetting.laid_out(templates, cleaned_values(_values(found)), Path(folder), fonts=fonts)
        pdf = sheet.compile(format="pdf", pdf_standards="a-2b")
    assert isinstance(pdf, bytes)
    return pdf


def how_it_stands(one: Done, language: str = "zh") -> str:
    """What is on record of a duty beyond yes and no: `3/4`, `距登记地址22米`."""
    parts = []
    if one.out_of is not None:
        parts.append(f"{one.number}/{one.out_of}")
    if one.distance_m is not None:
        parts.append(label("proof_distance", language, metres=one.distance_m))
    return "，".join(parts) if language == "zh" else ", ".join(parts)


def _values(found: Diligence) -> dict[str, Any]:
    return {
        "title": "履职记录",
        "author": department_name(found.department),
        "number": found.person,
        "as_of": date_of_document(found.at),
        "is_draft": False,
        "name": found.name,
        "department": department_name(found.department),
        "certificate": found.certificate_number,
        "span": f"{dated(found.first_day)}至{dated(found.last_day)}抽取的任务",
        "made": moment_of_paper(found.at),
        "drawn": str(len(found.served)),
        "visits": str(found.visits),
        "met": str(found.met),
        "missing": str(found.missing),
        "served": [_served(one) for one in found.served],
    }


def _served(one: Served) -> dict[str, Any]:
    return {
        "object": one.object,
        "inspection": one.inspection,
        "scheme": one.scheme,
        "way": label(f"proof_way_{one.way}", "zh"),
        "lead": "组长" if one.is_lead else "",
        "chosen": "抽中时间" if one.is_drawn else "非本系统抽取，指定时间",
        "drawn": moment_of_paper(one.drawn_at),
        "duties": [
            {
                "name": label(f"proof_{done.duty}", "zh"),
                "state": label(_state(done), "zh"),
                "is_missing": done.is_met is False,
                "at": moment_of_paper(done.at),
                "more": how_it_stands(done),
            }
            for done in one.duties
        ],
        "photos": list(one.photos),
        "deeds": str(one.deeds),
        "journal": one.journal,
        "publication": one.publication,
    }


def _state(done: Done) -> str:
    return {True: "proof_met", False: "proof_missing", None: "proof_open"}[done.is_met]
