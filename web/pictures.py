"""How far a scheme is, and what is due, as pages for those who may see it: the same numbers as in the pictures."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from actions.due_calendar import due_for_person, due_in_scheme
from actions.scheme_progress import read_progress, require_watcher
from notifications.pictures.values import values_of
from storage.store import Records
from storage.tables.registers import Person
from web.desk import for_reader
from web.pages import page


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

    return for_reader(request, read)


def show_due(request: Request) -> Response:
    """`/due`: five weeks of what whoever is signed in has to do."""

    def read(records: Records, reader: Person, at: datetime) -> Response:
        calendar = due_for_person(records, reader, at=at)
        return page("due.html", reader.language, calendar=values_of(calendar, reader.language))

    return for_reader(request, read)
