"""后续处理: corrections and listings, transfers with their history, their papers and documents, and what the credit
classes were told. Suspected crimes lie apart, for the head of the department that found one and the auditor."""

from collections.abc import Iterable, Sequence
from typing import Any

from actions.archive_parts.journal import journalled, of_crimes
from actions.archive_parts.piece import (
    ENDINGS,
    JSON_TYPE,
    PDF_TYPE,
    KeptFile,
    Part,
    Piece,
    as_json,
    row_of,
)
from actions.letters import order_letter, transfer_letter
from inspection.departments import department_name
from inspection.states import FollowUpState
from storage import follow_ups, notices, results
from storage.store import Records
from storage.tables.follow_ups import CreditFeedback, FollowUpDocument, FollowUpMatter
from storage.tables.inspections import Inspection


def _follow_ups(records: Records, inspection: Inspection) -> Iterable[Piece]:
    matters = follow_ups.of_inspection(records, inspection.id)
    feedback = records.find(CreditFeedback, inspection.id)
    if matters or feedback:
        content = {
            "matters": [row_of(one) for one in matters],
            "credit_feedback": row_of(feedback) if feedback else None,
        }
        yield Piece("follow-ups/follow-ups.json", "后续处理和信用反馈", JSON_TYPE, as_json(content))
    for number, matter in enumerate(matters, start=1):
        if _has_order(records, matter):
            order = order_letter(records, matter)
            yield Piece(f"follow-ups/order-{number}.pdf", f"责令改正通知书{number}", PDF_TYPE, order)
    yield from _documents(records, "follow-ups", "后续处理", [one.id for one in matters])


def _has_order(records: Records, matter: FollowUpMatter) -> bool:
    is_given = matter.state is not FollowUpState.OPENED and matter.ordered_at is not None
    return is_given and notices.number_of(records, matter.kind, matter.id) is not None


def _transfers(records: Records, inspection: Inspection) -> Iterable[Piece]:
    found = results.transfers(records, inspection.id)
    if found:
        lines = [
            {
                **row_of(one),
                "history": _history(records, one.id),
            }
            for one in found
        ]
        yield Piece("transfers/transfers.json", "移送和办理经过", JSON_TYPE, as_json(lines))
    for number, transfer in enumerate(found, start=1):
        letter = transfer_letter(records, transfer)
        yield Piece(f"transfers/letter-{number}.pdf", f"案件线索移送书{number}", PDF_TYPE, letter)
    yield from _documents(records, "transfers", "移送", [one.id for one in found])


def _history(records: Records, transfer_id: str) -> list[dict[str, Any]]:
    """Its own steps: the finding has the same number."""
    steps = follow_ups.history(records, transfer_id)
    return [journalled(one) for one in steps if one.verb.startswith(("transfer.", "follow_up."))]


def _apart(records: Records, inspection: Inspection) -> Iterable[Piece]:
    """The index, which everybody reads, does not say what it is about."""
    crimes = follow_ups.crimes_of(records, inspection.id)
    lines = of_crimes(records, inspection)
    for department in sorted({one.department for one in crimes}):
        own = [one for one in crimes if one.department == department]
        ids = {one.id for one in own}
        numbers = {str(one.id) for one in follow_ups.crime_clocks(records, sorted(ids))}
        content = {
            "crimes": [row_of(one) for one in own],
            "journal": [journalled(one) for one in lines if one.subject in ids | numbers],
        }
        title = f"另卷材料（{department_name(department)}，限阅）"
        yield Piece(f"apart/{department}.json", title, JSON_TYPE, as_json(content), restricted_to=department)
        yield from _documents(
            records, f"apart/{department}", "另卷材料", sorted(ids), restricted_to=department
        )


def _documents(
    records: Records, folder: str, title: str, subjects: Sequence[str], *, restricted_to: str = ""
) -> Iterable[Piece]:
    """As they came; whose each is stands in a list beside them."""
    found = [one for subject in subjects for one in follow_ups.documents(records, subject)]
    if found:
        listed = as_json([row_of(one) for one in found])
        yield Piece(f"{folder}/documents.json", f"{title}的文件目录", JSON_TYPE, listed, restricted_to)
    for number, one in enumerate(found, start=1):
        kept = KeptFile(one.sha256, one.size)
        path = f"{folder}/{_name(number, one)}"
        yield Piece(path, f"{title}的文件{number}", one.media_type, kept, restricted_to)


def _name(number: int, one: FollowUpDocument) -> str:
    return f"{number:03d}-{one.sha256[:8]}.{ENDINGS.get(one.media_type, 'bin')}"


FOLLOW_UPS = Part("follow-ups", _follow_ups)
TRANSFERS = Part("transfers", _transfers)
APART = Part("apart", _apart)
