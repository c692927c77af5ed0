"""An object that is gone: an officer reports it, an operator confirms or rejects."""

from actions.access import seated
from actions.field_cards import object_name
from actions.gone import MAY_REPORT, reject_gone, report_object_gone
from actions.redraws import replace_gone_object
from handlers.turn import Replies, Turn
from notifications.buttons.visits import GoneAct, GoneButton, MovedButton
from notifications.messages.schemes import ObjectReplaced
from notifications.messages.visits import GoneAsked, GoneNoted, GoneRejected
from storage.tables.inspections import Inspection


def on_gone_button(turn: Turn, button: GoneButton) -> Replies:
    acts = {GoneAct.ASK: _ask, GoneAct.CONFIRM: _confirm, GoneAct.REJECT: _reject}
    act = acts.get(button.act)
    return act(turn, button.inspection) if act else _report(turn, button.inspection, button.act)


def _ask(turn: Turn, inspection_id: str) -> Replies:
    seated(turn.records, inspection_id, turn.person, MAY_REPORT)
    return (GoneAsked(inspection=inspection_id, object=_name(turn, inspection_id)),)


def _report(turn: Turn, inspection_id: str, cause: GoneAct) -> Replies:
    report_object_gone(turn.records, inspection_id, cause.value, by=turn.person, at=turn.at)
    turn.talk.end()
    name = _name(turn, inspection_id)
    return (GoneNoted(inspection=inspection_id, object=name, cause=cause.value, at=turn.at),)


def on_moved_button(turn: Turn, button: MovedButton) -> Replies:
    return _confirm(turn, button.inspection, button.district)


def _confirm(turn: Turn, inspection_id: str, moved_to: str = "") -> Replies:
    drawn = replace_gone_object(turn.records, inspection_id, moved_to=moved_to, by=turn.person, at=turn.at)
    gone = turn.records.get(Inspection, inspection_id)
    message = ObjectReplaced(
        inspection=inspection_id,
        gone=_name(turn, inspection_id),
        cause=gone.gone_cause or "",
        drawn=object_name(turn.records, drawn) if drawn else "",
        moved_to=moved_to,
    )
    return (message,)


def _reject(turn: Turn, inspection_id: str) -> Replies:
    reject_gone(turn.records, inspection_id, by=turn.person, at=turn.at)
    return (GoneRejected(inspection=inspection_id, object=_name(turn, inspection_id), at=turn.at),)


def _name(turn: Turn, inspection_id: str) -> str:
    return object_name(turn.records, turn.records.get(Inspection, inspection_id))
