"""How far a scheme is, and what is due, as pages for those who may see it: the same numbers as in the pictures."""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from actions.due_calendar import due_for_person, due_in_scheme
from actions.scheme_progress import read_progress, require_watcher
from inspection.refusals import NotYours
from notifications.catalogue import refusal_sentence
from notifications.pictures.values import values_of
from storage.store import Records
from storage.tables.registers import Person
from web.house import house_of
from web.pages import page, refusal_page
from web.visitors import signed_in_as
from web.wording import wording


def show_progress(request: Request) -> Response:
    """`/schemes/<id>/progress`: the bars with a table of all their numbers, and what is due in the scheme."""
    scheme_id = request.path_params["id"]

    def read(records: Records, reader: Person, at: datetime) -> Response:
        progress = read_progress(records, scheme_id, by=reader, at=at)
        calendar = due_in_scheme(records, require_watcher(records, scheme_id, reader), at=at)
        language = reader.language
        return page(
            "progress.html",
            language,
            progress=values_of(progress, language),
            calendar=values_of(calendar, language),
        )

    return _for_reader(request, read)


def show_due(request: Request) -> Response:
    """`/due`: five weeks of what whoever is signed in has to do."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        calendar = due_for_person(records, reader, at=at)
        return page("due.html", reader.language, calendar=values_of(calendar, reader.language))

    return _for_reader(request, read)


def _for_reader(request: Request, read: Callable[[Records, Person, datetime], Response]) -> Response:
    """What `read` makes for whoever this is; a page that says why where it may not be seen."""
    house = house_of(request)
    with house.store.reading() as records:
        reader = _reader(request, records)
        if reader is None:
            return refusal_page(wording(house.language)("error_sign_in"), house.language, status=401)
        try:
            return read(records, reader, house.clock())
        except NotYours as refusal:
            sentence = refusal_sentence(refusal, reader.language)
            return refusal_page(sentence, reader.language, status=404)


def _reader(request: Request, records: Records) -> Person | None:
    """In a demo nobody signs in, and `?chat=` says whose eyes these are."""
    if not house_of(request).is_demo:
        return signed_in_as(request, records)
    person = records.find(Person, request.query_params.get("chat", ""))
    return person if person and person.is_active else None
