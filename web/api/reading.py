"""What is read over the API. A token reads what is public, and what belongs to its own department at its own level, or
those below it."""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from actions.transfer_receipts import is_current
from inspection.departments import JOINT_OFFICE, PREFECTURE, is_within
from inspection.refusals import NotFound
from inspection.states import DeliveryState, PlanLineState
from notifications.catalogue import unveiled_words
from storage import api_reading as stored
from storage import assignments
from storage.api_reading import Found, Window
from storage.assignments import Member
from storage.store import Records
from storage.tables.exchange import ApiToken, Delivery, ReportedReceipt
from storage.tables.inspections import DrawRecord, Inspection, Publication, Transfer
from storage.tables.registers import InspectionItem, Plan, RegisteredObject, Scheme
from storage.veils import veiled
from web.api import models as m
from web.api.operation import Answer, Call
from web.api.problems import Trouble
from web.public import files_of

_ONE = Window(limit=1)


# --- Pages ---------------------------------------------------------------------------------------------------------


def _window(call: Call, *kinds: type) -> Window:
    """The page that is asked for; `kinds` are the Python types of its key."""
    query = call.query
    after = _read_cursor(query.cursor, kinds) if query.cursor else None
    return Window(query.limit, after, getattr(query, "updated_since", None))


def _cursor(key: tuple[Any, ...] | None) -> str | None:
    if key is None:
        return None
    return base64.urlsafe_b64encode(orjson.dumps(list(key))).decode().rstrip("=")


def _read_cursor(text: str, kinds: tuple[type, ...]) -> tuple[Any, ...]:
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
        key = tuple(_part(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (ValueError, TypeError, binascii.Error, OverflowError):
        raise Trouble(400, "cursor") from None
    return key


def _part(part: object, kind: type) -> Any:
    if kind is datetime and isinstance(part, str):
        at = datetime.fromisoformat(part)
        if at.tzinfo is None or not 2000 <= at.year <= 2200:
            raise ValueError
        return at
    if not isinstance(part, kind) or (isinstance(part, str) and "\0" in part):
        raise ValueError
    if isinstance(part, int) and not 0 <= part < 2**53:
        raise ValueError
    return part


def _page(found: Found, out: Callable[..., Any], page: type[m.Page]) -> Answer:
    rows = [out(*row) for row in found.rows]
    return Answer(page.model_validate({"items": rows, "next_cursor": _cursor(found.last)}))


def _one(found: Found, out: Callable[..., Any]) -> Answer:
    """What is not there, and what is another department's, are both not here."""
    if not found.rows:
        raise NotFound
    return Answer(out(*found.rows[0]))


# --- Registers, plans, schemes -------------------------------------------------------------------------------------


def _item(item: InspectionItem, updated_at: datetime | None) -> m.ItemOut:
    return m.ItemOut.model_validate({**item.model_dump(), "updated_at": updated_at})


def _object(registered: RegisteredObject, updated_at: datetime | None) -> m.ObjectOut:
    return m.ObjectOut.model_validate({**registered.model_dump(), "updated_at": updated_at})


def _plan(plan: Plan, state: PlanLineState | None, updated_at: datetime | None) -> m.PlanOut:
    about = {"state": (state or PlanLineState.PUBLISHED).value, "updated_at": updated_at}
    return m.PlanOut.model_validate({**plan.model_dump(), **about})


def list_items(call: Call) -> Answer:
    return _page(stored.items(call.records, _window(call, str)), _item, m.ItemPage)


def show_item(call: Call) -> Answer:
    return _one(stored.items(call.records, _ONE, call.path["id"]), _item)


def _supervisor(call: Call) -> str | None:
    """The prefecture's joint office keeps the register for all."""
    is_for_all = call.department == JOINT_OFFICE and is_within(PREFECTURE, call.district)
    return None if is_for_all else call.department


def _level(call: Call) -> str | None:
    """The one district to which a county's program is bound; the prefecture's reaches all there are."""
    return None if is_within(PREFECTURE, call.district) else call.district


def list_objects(call: Call) -> Answer:
    window = _window(call, str)
    found = stored.objects(
        call.records, window, _supervisor(call), within=_level(call), district=call.query.district
    )
    return _page(found, _object, m.ObjectPage)


def show_object(call: Call) -> Answer:
    found = stored.objects(call.records, _ONE, _supervisor(call), within=_level(call), id=call.path["id"])
    return _one(found, _object)


def list_plans(call: Call) -> Answer:
    found = stored.plans(call.records, _window(call, str), year=call.query.year)
    return _page(found, _plan, m.PlanPage)


def show_plan(call: Call) -> Answer:
    return _one(stored.plans(call.records, _ONE, id=call.path["id"]), _plan)


def _scheme(scheme: Scheme, updated_at: datetime | None) -> m.SchemeOut:
    return m.SchemeOut.model_validate(scheme).model_copy(update={"updated_at": updated_at})


def list_schemes(call: Call) -> Answer:
    found = stored.schemes(call.records, _window(call, str), call.department, call.district)
    return _page(found, _scheme, m.SchemePage)


def show_scheme(call: Call) -> Answer:
    found = stored.schemes(call.records, _ONE, call.department, call.district, id=call.path["id"])
    return _one(found, _scheme)


# --- Draws and inspections -----------------------------------------------------------------------------------------


def _draw(draw: DrawRecord, scheme: Scheme, updated_at: datetime | None) -> m.DrawOut:
    files = [
        m.DrawFile(name=name, size=size, sha256=sha256, url=f"/draws/{draw.id}/{name}")
        for name, size, sha256 in files_of(scheme, draw)
    ]
    return m.DrawOut.model_validate(draw).model_copy(update={"updated_at": updated_at, "files": files})


def list_draws(call: Call) -> Answer:
    found = stored.draws(call.records, _window(call, str), scheme=call.query.scheme)
    return _page(found, _draw, m.DrawPage)


def show_draw(call: Call) -> Answer:
    return _one(stored.draws(call.records, _ONE, id=call.path["id"]), _draw)


def _inspection_for(records: Records, token: ApiToken, found: Found) -> Callable[..., m.InspectionOut]:
    teams = assignments.members_of_each(records, [row[0] for row in found.rows])

    def out(inspection: Inspection, known: RegisteredObject, updated_at: datetime | None) -> m.InspectionOut:
        registered = veiled(records, inspection, known)
        facts: Mapping[str, Any] = {
            **inspection.model_dump(),
            "state": inspection.state.value,
            "object_id": registered.id if registered is known else "",
            "object_name": unveiled_words(registered.name, "zh"),
            "credit_code": registered.credit_code,
            "district": registered.district,
            "seats": _seats(teams[inspection.id], token.department),
            "updated_at": updated_at,
        }
        return m.InspectionOut.model_validate(facts)

    return out


def _seats(team: list[Member], department: str) -> list[dict[str, Any]]:
    return [
        {
            "id": one.seat.id,
            "department": one.seat.department,
            "number": one.seat.number,
            "is_lead": one.seat.is_lead,
            "state": one.assignment.state.value if one.assignment else None,
            "officer": one.assignment.person_id
            if one.assignment and one.seat.department == department
            else None,
        }
        for one in team
    ]


def list_inspections(call: Call) -> Answer:
    window = _window(call, str, str)
    found = stored.inspections(call.records, window, call.department, call.district, scheme=call.query.scheme)
    return _page(found, _inspection_for(call.records, call.token, found), m.InspectionPage)


def show_inspection(call: Call) -> Answer:
    found = stored.inspections(call.records, _ONE, call.department, call.district, id=call.path["id"])
    return _one(found, _inspection_for(call.records, call.token, found))


# --- Results, transfers, deliveries --------------------------------------------------------------------------------


def _result(publication: Publication) -> m.ResultOut:
    return m.ResultOut.model_validate(publication)


def list_results(call: Call) -> Answer:
    found = stored.publications(call.records, _window(call, datetime, str, int))
    return _page(found, _result, m.ResultPage)


def show_result(call: Call) -> Answer:
    """All versions of one result."""
    found = stored.publications(call.records, Window(limit=200), inspection=call.path["inspection"])
    if not found.rows:
        raise NotFound
    return _page(found, _result, m.ResultPage)


def show_version(call: Call) -> Answer:
    text = call.path["version"]
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise NotFound
    found = stored.publications(call.records, _ONE, inspection=call.path["inspection"], version=int(text))
    return _one(found, _result)


def transfer_for(records: Records) -> Callable[..., m.TransferOut]:
    def out(transfer: Transfer, updated_at: datetime | None) -> m.TransferOut:
        receipt = records.find(ReportedReceipt, transfer.id)
        if receipt is not None and not is_current(records, transfer, receipt):
            receipt = None
        facts = {
            **transfer.model_dump(),
            "state": transfer.state.value,
            "updated_at": updated_at,
            "receipt": m.ReceiptOut.model_validate(receipt) if receipt else None,
        }
        return m.TransferOut.model_validate(facts)

    return out


def list_transfers(call: Call) -> Answer:
    found = stored.transfers(call.records, _window(call, str), call.department, call.district)
    return _page(found, transfer_for(call.records), m.TransferPage)


def transfer_id(call: Call) -> str:
    return f"{call.path['inspection']}/{call.path['item']}"


def show_transfer(call: Call) -> Answer:
    found = stored.transfers(call.records, _ONE, call.department, call.district, id=transfer_id(call))
    return _one(found, transfer_for(call.records))


def _delivery(delivery: Delivery) -> m.DeliveryOut:
    return m.DeliveryOut(
        id=delivery.id,
        kind=delivery.kind,
        subject=delivery.subject,
        version=delivery.version,
        created_at=delivery.created_at,
        state=delivery.state.value,
        sha256=delivery.sha256,
        body=delivery.body.decode(),
    )


def list_deliveries(call: Call) -> Answer:
    """What the platform of this token has not taken over yet, whether or not it is sent too."""
    waiting = (DeliveryState.PENDING, DeliveryState.DEAD)
    found = stored.deliveries(call.records, _window(call, int), call.token.target or "", waiting)
    return _page(found, _delivery, m.DeliveryPage)


def show_token(call: Call) -> Answer:
    return Answer(m.TokenOut.model_validate(call.token))
