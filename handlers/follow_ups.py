"""`/matters`: what follows from visits, one card for each matter; a step that wants words asks for them first."""

from collections.abc import Callable, Mapping

from actions.crimes import (
    copy_to_procuratorate,
    decide_crime,
    hand_over_crime,
    note_police_answer,
    report_crime,
)
from actions.listings import drop_matter, lift_matter, list_matter, propose_punishment
from actions.matter_cards import crime_card, follow_up_card, matter_list, transfer_card
from actions.matter_documents import find_matter
from actions.rectifications import (
    extend_correction,
    order_correction,
    recheck_correction,
    report_correction,
)
from actions.transfers import (
    accept_transfer,
    close_transfer,
    forward_transfer,
    receive_transfer,
    require_choosing,
    return_transfer,
    send_again,
)
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.departments import DEPARTMENTS, department_name
from inspection.follow_ups import RecheckMethod, TransferOutcome
from inspection.refusals import Unacceptable
from inspection.states import TransferState
from notifications.buttons.matters import (
    MatterAct,
    MatterButton,
    MatterKind,
    MatterListButton,
    TransferToButton,
)
from notifications.messages.matters import AskMatterWords, AskTransferTo
from notifications.messages.message import Message
from storage.tables.follow_ups import FollowUpMatter, SuspectedCrime
from storage.tables.inspections import Inspection, Transfer
from storage.veils import shown_object

_A = MatterAct
Deed = Callable[[Turn, MatterKind, str, str], str]
"""Does the step with these words, and gives the id of the matter whose card is shown next."""


def show_matters(turn: Turn) -> Replies:
    return (matter_list(turn.records, turn.person, 0, at=turn.at),)


def on_matter_list_button(turn: Turn, button: MatterListButton) -> Replies:
    page = int(button.page) if button.page.isdecimal() else 0
    return (matter_list(turn.records, turn.person, page, at=turn.at),)


def on_matter_button(turn: Turn, button: MatterButton) -> Replies:
    find_matter(turn.records, button.subject, by=turn.person)
    if button.act is _A.VIEW:
        turn.talk.end()
        return (_card(turn, button.kind, button.subject),)
    if button.act in {_A.FORWARD, _A.AGAIN}:
        return (_ask_department(turn, button.subject),)
    if button.act in _WITH_WORDS:
        return _ask_words(turn, button)
    return _do(turn, _AT_ONCE, button.act, button.kind, button.subject, "")


def on_transfer_to_button(turn: Turn, button: TransferToButton) -> Replies:
    transfer = require_choosing(turn.records, button.subject, by=turn.person)
    pass_on = send_again if transfer.state is TransferState.RETURNED else forward_transfer
    pass_on(turn.records, transfer.id, button.department, by=turn.person, at=turn.at)
    return (_card(turn, MatterKind.TRANSFER, transfer.id),)


def on_follow_up_words(turn: Turn) -> Replies:
    data = turn.talk.data
    act, kind = MatterAct(data["act"]), MatterKind(data["kind"])
    replies = _do(turn, _WITH_WORDS, act, kind, data["subject"], turn.incoming.text)
    turn.talk.end()
    return replies


def _do(
    turn: Turn, deeds: Mapping[MatterAct, Deed], act: MatterAct, kind: MatterKind, subject: str, words: str
) -> Replies:
    deed = deeds.get(act)
    if deed is None or kind is not _KINDS.get(act, kind):
        raise Unacceptable("unknown_button")
    shown = deed(turn, kind, subject, words)
    kind = MatterKind.CRIME if act is _A.REPORT_CRIME else MatterKind.FOLLOW_UP if act is _A.PUNISH else kind
    return (_card(turn, kind, shown),)


def _ask_words(turn: Turn, button: MatterButton) -> Replies:
    if button.kind is not _KINDS.get(button.act, button.kind):
        raise Unacceptable("unknown_button")
    facts = {"act": button.act.value, "kind": button.kind.value, "subject": button.subject}
    turn.talk.step(TalkStep.ASK_FOLLOW_UP_WORDS, **facts)
    object_name = _object(turn, button.subject)
    return (AskMatterWords(act=button.act, kind=button.kind, id=button.subject, object=object_name),)


def _ask_department(turn: Turn, subject: str) -> Message:
    transfer = require_choosing(turn.records, subject, by=turn.person)
    language = turn.person.language
    return AskTransferTo(
        id=subject,
        object=_object(turn, subject),
        departments=tuple(
            (one, department_name(one, language)) for one in DEPARTMENTS if one != transfer.to_department
        ),
    )


def _card(turn: Turn, kind: MatterKind, subject: str) -> Message:
    records = turn.records
    if kind is MatterKind.FOLLOW_UP:
        return follow_up_card(records, records.get(FollowUpMatter, subject))
    if kind is MatterKind.TRANSFER:
        return transfer_card(records, records.get(Transfer, subject), department=turn.person.department)
    return crime_card(records, records.get(SuspectedCrime, subject), reader_id=turn.person.id)


def _object(turn: Turn, subject: str) -> str:
    inspection = turn.records.get(Inspection, _inspection_of(turn, subject)[0])
    return shown_object(turn.records, inspection).name


def _inspection_of(turn: Turn, subject: str) -> tuple[str, str]:
    """The visit that a matter is about, and the item."""
    row = find_matter(turn.records, subject, by=turn.person)
    return row.inspection_id, row.item_id


# --- The deeds -------------------------------------------------------------------------------------------------------


def _order(*, is_immediate: bool) -> Deed:
    def deed(turn: Turn, _kind: MatterKind, subject: str, _words: str) -> str:
        order_correction(turn.records, subject, is_immediate=is_immediate, by=turn.person, at=turn.at)
        return subject

    return deed


def _recheck(method: RecheckMethod, *, is_corrected: bool) -> Deed:
    def deed(turn: Turn, _kind: MatterKind, subject: str, words: str) -> str:
        facts = {"is_corrected": is_corrected, "words": words, "by": turn.person, "at": turn.at}
        recheck_correction(turn.records, subject, method, **facts)  # type: ignore[arg-type]
        return subject

    return deed


def _plain(action: Callable[..., object]) -> Deed:
    def deed(turn: Turn, _kind: MatterKind, subject: str, _words: str) -> str:
        action(turn.records, subject, by=turn.person, at=turn.at)
        return subject

    return deed


def _worded(action: Callable[..., object]) -> Deed:
    def deed(turn: Turn, _kind: MatterKind, subject: str, words: str) -> str:
        action(turn.records, subject, words, by=turn.person, at=turn.at)
        return subject

    return deed


def _close(outcome: TransferOutcome) -> Deed:
    def deed(turn: Turn, _kind: MatterKind, subject: str, words: str) -> str:
        close_transfer(turn.records, subject, outcome, words, by=turn.person, at=turn.at)
        return subject

    return deed


def _decide(*, is_approved: bool) -> Deed:
    def deed(turn: Turn, _kind: MatterKind, subject: str, words: str) -> str:
        decide_crime(turn.records, subject, is_approved=is_approved, words=words, by=turn.person, at=turn.at)
        return subject

    return deed


def _police(*, is_filed: bool) -> Deed:
    def deed(turn: Turn, _kind: MatterKind, subject: str, words: str) -> str:
        note_police_answer(turn.records, subject, is_filed=is_filed, words=words, by=turn.person, at=turn.at)
        return subject

    return deed


def _report_crime(turn: Turn, _kind: MatterKind, subject: str, words: str) -> str:
    inspection_id, item_id = _inspection_of(turn, subject)
    return report_crime(turn.records, inspection_id, item_id, words, by=turn.person, at=turn.at).id


def _punish(turn: Turn, _kind: MatterKind, subject: str, words: str) -> str:
    inspection_id, _item = _inspection_of(turn, subject)
    return propose_punishment(turn.records, inspection_id, words, by=turn.person, at=turn.at).id


_AT_ONCE: Mapping[MatterAct, Deed] = {
    _A.ORDER_NOW: _order(is_immediate=True),
    _A.ORDER_TERM: _order(is_immediate=False),
    _A.CORRECTED_SEEN: _recheck(RecheckMethod.VISIT, is_corrected=True),
    _A.CORRECTED_READ: _recheck(RecheckMethod.DOCUMENTS, is_corrected=True),
    _A.LIST: _plain(list_matter),
    _A.RECEIVE: _plain(receive_transfer),
    _A.ACCEPT: _plain(accept_transfer),
    _A.FILED: _close(TransferOutcome.FILED),
    _A.APPROVE: _decide(is_approved=True),
    _A.COPY: _plain(copy_to_procuratorate),
    _A.POLICE_FILED: _police(is_filed=True),
}
_WITH_WORDS: Mapping[MatterAct, Deed] = {
    _A.REPORT: _worded(report_correction),
    _A.EXTEND: _worded(extend_correction),
    _A.NOT_CORRECTED: _recheck(RecheckMethod.VISIT, is_corrected=False),
    _A.LIFT: _worded(lift_matter),
    _A.DROP: _worded(drop_matter),
    _A.RETURN: _worded(return_transfer),
    _A.KEEP: _close(TransferOutcome.KEPT),
    _A.NOT_FILED: _close(TransferOutcome.NOT_FILED),
    _A.REFUSE: _decide(is_approved=False),
    _A.HAND_OVER: _worded(hand_over_crime),
    _A.POLICE_DECLINED: _police(is_filed=False),
    _A.REPORT_CRIME: _report_crime,
    _A.PUNISH: _punish,
}
_F, _T, _C = MatterKind.FOLLOW_UP, MatterKind.TRANSFER, MatterKind.CRIME
_KINDS: Mapping[MatterAct, MatterKind] = {
    **dict.fromkeys((_A.ORDER_NOW, _A.ORDER_TERM, _A.REPORT, _A.EXTEND, _A.NOT_CORRECTED), _F),
    **dict.fromkeys((_A.CORRECTED_SEEN, _A.CORRECTED_READ, _A.LIST, _A.LIFT, _A.DROP), _F),
    **dict.fromkeys((_A.RECEIVE, _A.ACCEPT, _A.RETURN, _A.KEEP, _A.FILED, _A.NOT_FILED), _T),
    **dict.fromkeys((_A.APPROVE, _A.REFUSE, _A.HAND_OVER, _A.COPY, _A.POLICE_FILED, _A.POLICE_DECLINED), _C),
}
"""Which kind of matter a step belongs to; the others belong to several."""
