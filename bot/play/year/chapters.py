"""The chapters beside the plan: a temporary task, a complaint, a special check, a draw made elsewhere, an objection, a
joint punishment, and case files looked at again. Each says on which day it begins."""

from datetime import date, timedelta

from actions.credit_feedback import send_feedback, settle_feedback
from bot.play.pictures import a_picture
from bot.play.year.books import compare_statistics
from bot.play.year.registers import YEAR, checklist_of, head, item_of, liaison, operator, reviewer
from bot.play.year.story import CORRECTION_WORDS
from bot.play.year.street import YearStopped
from bot.play.year.year import SchemeOrder, Year
from inspection.results import Category
from notifications.buttons.checklists import PartAct, PartButton
from notifications.buttons.matters import MatterAct, MatterButton, MatterKind
from notifications.buttons.papers import PaperButton, PaperKind
from notifications.buttons.results import FindingButton, ResultAct, ResultButton
from storage.recount import Asked

_RETAIL, _LODGING, _FOREIGN = "零售", "住宿", "住宿业自治区统一抽查"


def plan_chapters(year: Year) -> None:
    """All that this size of the year has departments for."""
    for day in ((5, 14), (6, 4), (8, 6)):
        year.on(day, 15, lambda: _hold_figures(year))
    year.on((3, 2), 10, lambda: _complain(year))
    year.on((7, 8), 10, lambda: _archive_by_hand(year))
    year.on((8, 12), 10, lambda: _ask_for_papers(year))
    year.on((8, 12), 15, lambda: _keep_documents(year))
    year.on((12, 7), 10, lambda: _send_feedback(year))
    if len(year.size.districts) > 1:
        year.on((7, 13), 10, lambda: _write_temporary(year))
        year.on((8, 17), 10, lambda: _register_clues(year))
        year.on((9, 7), 10, lambda: _write_foreign(year))
        year.on((9, 21), 10, lambda: _bring_in(year))
        year.on((7, 29), 10, lambda: _object(year, "uphold"))
        year.on((8, 6), 10, lambda: _object(year, "reject"))
        year.on((8, 26), 10, lambda: _punish(year))


def _complain(year: Year) -> None:
    """A complaint about one firm becomes an inspection at once, of a named team and beside the cap."""
    object_id = year.look_up("shops")[0][0]
    year.desk.post(
        "/clues/new", liaison("market"), source="complaint", received_on=f"{date(YEAR, 3, 2)}",
        items=item_of("market"), words="店内销售过期食品。（示例）", object_id=object_id,
        checklist_id=checklist_of(("market",)), is_urgent="1",
    )  # fmt: skip
    year.story.told["complaints"] += 1


def _write_temporary(year: Year) -> None:
    order = SchemeOrder(
        "零售业临时抽查", ("market", "fire"), _RETAIL, "25%", date(YEAR, 7, 27), date(YEAR, 8, 14),
        {"temporary_reason": "上级部署的临时任务（示例）"},
    )  # fmt: skip
    year.write_scheme(order)
    year.story.told["temporary schemes"] += 1


def _register_clues(year: Year) -> None:
    """Three clues of one kind are a widespread problem: a special check with a ratio of its own."""
    found = year.look_up("shops")[-3:]
    clues = []
    for (object_id,) in found:
        answer = year.desk.post(
            "/clues/new", liaison("market"), source="monitoring", received_on=f"{date(YEAR, 8, 17)}",
            items=item_of("market"), words="添加剂超量。（示例）", object_id=object_id,
            checklist_id=checklist_of(("market",)),
        )  # fmt: skip
        clues.append(answer.headers["location"].partition("?")[0].rpartition("/")[2])
    order = SchemeOrder(
        "添加剂专项检查", ("market",), _RETAIL, "25%", date(YEAR, 8, 31), date(YEAR, 9, 18),
        {"kind": "special", "clues": "、".join(clues), "cap_exemption": "监测线索",
         "temporary_reason": "监测发现普遍性问题（示例）"},
    )  # fmt: skip
    year.write_scheme(order)
    year.story.told["special checks"] += 1


def _write_foreign(year: Year) -> None:
    """A scheme that is not drawn here: its operator waits for what comes from elsewhere."""
    order = SchemeOrder(
        _FOREIGN, ("police", "culture"), _LODGING, "25%", date(YEAR, 9, 21), date(YEAR, 9, 30),
        {"temporary_reason": "自治区统一组织抽取（示例）"},
    )  # fmt: skip
    year.people.not_drawn_here.add(order.name)
    year.write_scheme(order)


def _bring_in(year: Year) -> None:
    [(scheme,)] = year.look_up("scheme_named", name=_FOREIGN)
    found = year.look_up("lodgings_not_visited")[:2]
    teams = (("BL1", "BL2"), ("JH1", "JH2"))
    visits = [
        (object_id, [(one, f"{one}-{letters}") for one in ("police", "culture") for letters in team])
        for (object_id,), team in zip(found, teams, strict=True)
    ]
    year.elsewhere.bring_in(str(scheme), visits, at=year.street.now)
    year.street.settle()
    year.story.told["draws made elsewhere"] += 1


def _hold_figures(year: Year) -> None:
    """In the middle of the year, while results wait for their review and follow-ups are open."""
    year.compared.take(compare_statistics(year.desk, [Asked(str(YEAR))]), f"{year.street.now:%Y-%m-%d}")


# --- Afterwards ------------------------------------------------------------------------------------------------------


def _object(year: Year, verdict: str) -> None:
    """A firm objects to a published result; the lead department's reviewer decides."""
    inspection = str(year.look_up("results_without_objection")[0][0])
    lead = inspection_lead(year, inspection)
    page = year.desk.post(
        "/desk/corrections",
        liaison(lead),
        inspection=inspection,
        raised_by="firm",
        words=CORRECTION_WORDS,
    )
    path = page.headers["location"].partition("?")[0]
    decide = {"verdict": verdict, "reason": "经核实，按核实情况处理。（示例）"}
    if verdict == "uphold":
        decide[f"department_{lead}"] = "1"
    year.desk.post(path, reviewer(lead), **decide)
    year.story.told[f"objections: {verdict}"] += 1
    if verdict == "uphold":
        after = year.street.office_moment(year.street.now + timedelta(hours=22))
        year.street.plan(after, lambda: _correct(year, inspection, lead))


def inspection_lead(year: Year, inspection: str) -> str:
    """The department that leads it."""
    lead: str = year.people.department_of(year.people.leads[inspection])
    return lead


def _correct(year: Year, inspection: str, department: str) -> None:
    """The lead changes what was found, and submits it once more; reviewers see it by their habits."""
    street, who = year.street, year.people.leads[inspection]
    street.press(who, PartButton(PartAct.REOPEN, inspection))
    street.press(who, PartButton(PartAct.FINISH, inspection))
    year.story.change_finding(inspection, department, Category.UNDISCLOSED)
    street.press(who, FindingButton(inspection, item_of(department)))
    year.field.go_on(inspection, who)
    street.press(who, ResultButton(ResultAct.VIEW, inspection))


def _ask_for_papers(year: Year) -> None:
    """A lead has what the firm and the files get: the record, the joint summary, the notice of the result."""
    [(inspection,), *_others] = year.look_up("published")
    for kind in (PaperKind.RECORD, PaperKind.SUMMARY, PaperKind.RESULT_NOTICE):
        year.street.press(year.people.leads[str(inspection)], PaperButton(kind, str(inspection)))
    year.story.told["papers asked for"] += 3


def _keep_documents(year: Year) -> None:
    """What a firm sent about its correction is kept with it, beside the letter that ordered it."""
    id, department = year.look_up("corrections_ordered")[0]
    who, picture = liaison(str(department)), a_picture(f"整改 {id}")
    year.desk.send_file("/follow-ups/documents", who, "整改照片.jpg", picture, id=str(id))
    letter = year.desk.read("/follow-ups/letter.pdf", who, id=str(id))
    if not letter.content.startswith(b"%PDF"):
        raise YearStopped(f"the letter of {id} is no paper")
    year.story.told["documents kept"] += 1


def _send_feedback(year: Year) -> None:
    """To whoever keeps the credit classes, from the command line; they take all of it."""
    at = year.street.now
    with year.store.transaction("cli") as records:
        sent = send_feedback(records, by=None, at=at)
    with year.store.transaction("cli") as records:
        settle_feedback(records, [inspection for inspection, *_others in sent], is_taken=True, by=None, at=at)
    year.story.told["feedback taken"] += len(sent)


def _punish(year: Year) -> None:
    """A head asks the other departments to join in a punishment of a firm that nobody could reach."""
    id, department = year.look_up("listings")[0]
    year.matters.punish(head(str(department)), MatterButton(MatterAct.PUNISH, MatterKind.FOLLOW_UP, str(id)))


def _archive_by_hand(year: Year) -> None:
    """One file is archived before its time, looked at, reopened with a reason; the rule archives it again."""
    found = year.look_up("complete_open_files")
    if not found:
        raise YearStopped("no case file is open and complete in July")
    inspection = str(found[0][0])
    who = operator(inspection_lead(year, inspection))
    year.desk.post(f"/archive/{inspection}/make", who)
    year.desk.read(f"/archive/{inspection}", who)
    year.desk.post(f"/archive/{inspection}/reopen", who, reason="补入企业来函（示例）")
    year.story.told["files archived by hand"] += 1
