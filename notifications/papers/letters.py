"""The letters around a visit, from their facts to what `letter.typ` sets: numbered sections of text and tables.

What is an example of a form and no law says so is marked 示例; the wording of rights follows 行政处罚法 43 to 45.
"""

import io
from datetime import UTC, datetime
from typing import Any

import segno

from inspection.departments import EXPERTS, department_name
from notifications.catalogue import label
from notifications.formats import BEIJING, dated, listed
from notifications.papers.facts import (
    CorrectionOrderPaper,
    InspectionNoticePaper,
    Letter,
    Officer,
    ResultNoticePaper,
    TransferLetterPaper,
)

CHECK_CODE = "check.svg"
"""The name of the QR code beside the template."""
_RIGHTS = (
    "你单位有权陈述、申辩。",
    (
        "你单位认为检查人员与本次检查有直接利害关系，或者有其他关系可能影响公正的，有权申请回避，由该人员所属机关负责人决定；决定作出之前，"
        "不停止检查（行政处罚法第四十三条）。"
    ),
    "检查人员少于两人，或者不出示执法证件、不出示本通知书的，你单位有权拒绝检查。",
)
_FORBIDDEN = (
    (
        "五个严禁（示例）：严禁逐利检查；严禁接受被检查企业的任何馈赠、报酬、福利待遇；严禁参加被检查企业提供的宴请、娱乐、旅游等活动；严禁由被检查企业支付"
        "消费开支或者将检查费用转嫁给企业；严禁放任、纵容、包庇被检查企业的违法行为。"
    ),
    (
        "八个不得（示例）：不得妨碍企业正常的生产经营活动；不得率性随意开展检查、以各种名义开展变相检查；不得任性要求法定代表人到场或者派人陪同；不得下达检查"
        "指标；不得将考核考评、预算项目绩效与检查频次、罚款数额挂钩；不得由外部人员直接实施检查；不得在检查中推销商品、指定服务；不得泄露企业的商业秘密。"
    ),
)


def check_code(url: str) -> bytes:
    """A QR code of an address, as SVG."""
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", xmldecl=False, border=1)
    return out.getvalue()


def letter_values(paper: Letter) -> dict[str, Any]:
    """What the template reads: everything a text already, in Chinese."""
    if isinstance(paper, InspectionNoticePaper):
        return _notice(paper)
    if isinstance(paper, ResultNoticePaper):
        return _result(paper)
    if isinstance(paper, CorrectionOrderPaper):
        return _order(paper)
    return _transfer(paper)


def _notice(paper: InspectionNoticePaper) -> dict[str, Any]:
    window = f"{dated(paper.first_day)}至{dated(paper.last_day)}"
    names = listed(department_name(one) for one in paper.departments)
    counted = [[department_name(one), f"第{number}次"] for one, number in paper.visits]
    items = [[title, department_name(who), basis or "—"] for title, who, basis in paper.items]
    sections = [
        _section("检查事项和依据", table=_table(("检查事项", "检查机关", "依据"), items, (3, 2, 4))),
        _section("检查时间", f"{window}之间的一日，持续时间不超过完成检查事项所需。"),
        _section("检查人员", table=_officers(paper.officers)),
        _section(
            f"{paper.year}年对你单位的检查次数（含本次）",
            table=_table(("检查机关", "次数"), counted, (3, 2)),
        ),
        _section("你单位的权利", *_RIGHTS),
        _section("申请回避的办法", *_how_to_apply(paper.code)),
        _section("检查人员的纪律", *_FORBIDDEN),
        _section("联系和投诉", f"联系：{paper.contact or '—'}", f"投诉、举报：{paper.complaints or '—'}"),
    ]
    opening = f"根据有关法律、法规，{names}决定对你单位进行联合检查（{paper.scheme}）。现将有关事项通知如下。"
    receipt = ["送达方式：", "受送达人签名或者盖章：", "拒绝签收的，由检查人员注明情况："]
    made = _letter(
        "行政检查通知书",
        paper.number,
        paper,
        paper.issued_at,
        opening,
        sections,
        paper.departments[0],
        receipt,
    )
    return made | {"check": CHECK_CODE if paper.check_url else "", "check_url": paper.check_url or ""}


def _how_to_apply(code: str) -> tuple[str, ...]:
    grouped = "-".join(code[place : place + 4] for place in range(0, len(code), 4))
    return (
        (
            "可以当场向检查人员提出，由其记录并立即报送；也可以打开本平台网页“申请回避”，输入下面的申请码提出。"
            "申请直接送达该人员所属机关负责人，处理结果可以用同一申请码查看。"
        ),
        f"申请码：{grouped}",
    )


def _result(paper: ResultNoticePaper) -> dict[str, Any]:
    rows = [
        [one.title, department_name(one.department), label(f"category_{one.category}", "zh"), _handling(one)]
        for one in paper.findings
    ]
    told = f"（{paper.notice_number}）" if paper.notice_number else ""
    window = f"{_moment(paper.started_at)}至{_moment(paper.ended_at)}"
    names = listed(department_name(one) for one in paper.departments)
    opening = f"{window}，{names}对你单位进行了联合检查{told}。现将检查结果告知如下。"
    sections = [
        _section(
            "检查结果", table=_table(("检查事项", "检查机关", "检查结果", "后续处置"), rows, (3, 2, 3, 3))
        ),
        _section(
            "公示",
            f"检查结果已于{dated(paper.published_at.astimezone(BEIJING).date())}向社会公示。认为公示信息有误的，"
            "可以向检查机关提出，经核实有误的，5个工作日内更正。",
        ),
        _section(
            "你单位的权利",
            _RIGHTS[0],
            "负有改正义务的，应当在规定期限内改正并书面报告；改正后可以申请信用修复。",
        ),
    ]
    receipt = ["受送达人签名或者盖章："]
    return _letter(
        "检查结果告知书",
        paper.number,
        paper,
        paper.published_at,
        opening,
        sections,
        paper.departments[0],
        receipt,
    )


def _handling(one: Any) -> str:
    words = listed(label(f"follow_up_{follow_up}", "zh") for follow_up in one.follow_ups)
    return (
        f"{words or '—'}（接收部门：{department_name(one.transfer_to)}）" if one.transfer_to else words or "—"
    )


def _order(paper: CorrectionOrderPaper) -> dict[str, Any]:
    title = "责令履行公示义务通知书" if paper.is_disclosure else "责令改正通知书"
    until = f"于{_moment(paper.due_at)}前改正" if paper.due_at else "立即改正"
    opening = f"经查，你单位在“{paper.item}”方面存在问题。现责令你单位{until}。"
    sections = [
        _section("发现的问题", paper.found or "见检查结果。"),
        _section("依据", paper.basis or "见抽查事项清单。"),
        _section("要求", paper.demands or "改正上述问题，并保留改正前后的资料。"),
        _section(
            "期限",
            f"请{until}，并将改正情况书面报告我单位；我单位将由同一检查人员复查，复查不计入年度检查频次。",
        ),
        _section("检查人员", table=_officers(paper.officers)),
        _section(
            "你单位的权利",
            _RIGHTS[0],
            "有正当理由不能按期改正的，可以在期限届满前书面申请延期一次。逾期不改正或者改正不符合要求的，依法立案查处。",
        ),
    ]
    receipt = ["受送达人签名或者盖章："]
    return _letter(title, paper.number, paper, paper.ordered_at, opening, sections, paper.department, receipt)


def _transfer(paper: TransferLetterPaper) -> dict[str, Any]:
    opening = (
        f"我单位在“{paper.scheme}”中对{paper.object}检查时发现的下列线索，属于你单位管辖，"
        "现移送你单位，请依法处理并按期回执。"
    )
    documents = [[str(place), name, sha256] for place, (name, sha256) in enumerate(paper.documents, start=1)]
    sections = [
        _section("检查事项", paper.item),
        _section("线索摘要", paper.summary or "见检查结果。"),
        _section("依据", paper.basis or "见抽查事项清单。"),
        _section(
            "随附材料",
            *(() if documents else ("无。",)),
            table=_table(("序号", "名称", "SHA-256"), documents, (1, 4, 5)) if documents else None,
        ),
        _section("回执", "请在规定期限内签收，并告知受理、不予受理、立案或者不予立案的结果。"),
    ]
    receipt = ["签收人、日期：", "处理结果："]
    made = _letter(
        "案件线索移送书",
        paper.number,
        paper,
        paper.opened_at,
        opening,
        sections,
        paper.from_department,
        receipt,
    )
    return made | {"to": department_name(paper.to_department)}


def _letter(
    title: str,
    number: str,
    paper: Letter,
    at: datetime,
    opening: str,
    sections: list[dict[str, Any]],
    department: str,
    receipt: list[str],
) -> dict[str, Any]:
    utc = at.astimezone(UTC)
    return {
        "title": title,
        "author": department_name(department),
        "number": number,
        "as_of": {part: getattr(utc, part) for part in ("year", "month", "day", "hour", "minute", "second")},
        "is_draft": paper.is_draft,
        "to": paper.object,
        "about": [["统一社会信用代码", paper.credit_code or "—"], ["地址", paper.address or "—"]],
        "opening": opening,
        "sections": sections,
        "signed": dated(at.astimezone(BEIJING).date()),
        "receipt": receipt,
        "check": "",
        "check_url": "",
    }


def _section(heading: str, *paragraphs: str, table: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"heading": heading, "paragraphs": list(paragraphs), "table": table}


def _table(titles: tuple[str, ...], rows: list[list[str]], widths: tuple[int, ...]) -> dict[str, Any]:
    return {"titles": list(titles), "rows": rows, "widths": [str(one) for one in widths]}


def _officers(officers: tuple[Officer, ...]) -> dict[str, Any]:
    rows = [
        [
            f"{one.name}（组长）"
            if one.is_lead
            else f"{one.name}（专家，只提供意见）"
            if one.department == EXPERTS
            else one.name,
            department_name(one.department),
            one.certificate_number or "—",
        ]
        for one in officers
    ]
    return _table(("姓名", "单位", "执法证号"), rows, (2, 2, 3))


def _moment(at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return f"{dated(local.date())}{local:%H:%M}"
