"""`/exchange`: what is handed over to other platforms, for those who can mend it when it is not taken."""

from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions.exchange import may_see_exchange, resend_delivery
from inspection.refusals import NotFound, NotYours
from inspection.states import DeliveryState
from notifications.catalogue import label
from storage import exchange
from storage.store import Records
from storage.tables.registers import Person
from web.desk import desk_link, for_reader, for_writer
from web.pages import page
from web.sign_in import read_form

SHOWN = 50
_LONGEST_NUMBER = 15
"""Digits of a number that every store can hold."""


def show_exchange(request: Request) -> Response:
    """Every platform with its numbers, then what is dead and what waits for its next try."""

    def read(records: Records, reader: Person, _at: datetime) -> Response:
        _require(reader)
        dead = exchange.listed(records, (DeliveryState.DEAD,), limit=SHOWN + 1)
        targets = {one.name: one for one in exchange.targets(records)}
        return page(
            "exchange.html",
            reader.language,
            platforms=[(targets[one.target], one) for one in exchange.counted(records)],
            dead=dead[:SHOWN],
            is_more=len(dead) > SHOWN,
            shown=SHOWN,
            counted_to=exchange.COUNTED_TO,
            put_off=exchange.put_off(records, limit=SHOWN),
            kind=lambda delivery: label(f"delivery_{delivery.kind}", reader.language),
            again=desk_link(request, "/exchange/resend"),
            is_resent=request.query_params.get("resent") == "1",
        )

    return for_reader(request, read)


async def resend(request: Request) -> Response:
    """A form with the `number` of one delivery, or with the `target` whose dead ones are all sent again."""
    form = await read_form(request) or {}
    number, target = form.get("number", ""), form.get("target", "")

    def write(records: Records, reader: Person, at: datetime) -> Response:
        _require(reader)
        for one in _numbers(records, number, target):
            resend_delivery(records, one, by=reader, at=at)
        return RedirectResponse(desk_link(request, "/exchange", resent="1"), status_code=303)

    return await run_in_threadpool(for_writer, request, write)


def _numbers(records: Records, number: str, target: str) -> list[int]:
    if target:
        return exchange.dead_numbers(records, target)
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        raise NotFound
    return [int(number)]


def _require(reader: Person) -> None:
    if not may_see_exchange(reader):
        raise NotYours
