"""From a template and values to a page. Everything is escaped; nothing runs that is not a file of `static/`."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from inspection.departments import department_name, district_name
from notifications.catalogue import unveiled_words
from notifications.formats import FILTERS
from web import dates
from web.wording import Wording, wording

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


def page(template: str, language: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page, never kept by a cache in between."""
    return HTMLResponse(
        fragment(template, language, **values), status_code=status, headers={"Cache-Control": "no-store"}
    )


def fragment(template: str, language: str, **values: Any) -> str:
    """The text of one template in a language; a value that a template misses is a fault, never an empty gap."""
    words: Wording = wording(language)
    values = {**_options_in(words.language), **values}
    text = _environment().get_template(template).render(w=words, language=words.language, **values)
    return unveiled_words(text, words.language)


def refusal_page(sentence: str, language: str, *, status: int) -> HTMLResponse:
    """One clear sentence and the way back."""
    return page("refusal.html", language, status=status, sentence=sentence)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS | dates.FILTERS)
    environment.globals.update(icon=_icon, asset=_asset, number_options=_number_options)
    return environment


@cache
def _options_in(language: str) -> dict[str, Any]:
    """What a choice of departments or districts offers: value and words."""
    return {
        "department_options": lambda ids: [(one, department_name(one, language)) for one in ids],
        "district_options": lambda ids: [(one, district_name(one, language)) for one in ids],
    }


def _number_options(numbers: list[int]) -> list[tuple[int, str]]:
    return [(one, str(one)) for one in numbers]


@cache
def _icon(name: str) -> Markup:
    """An icon drawn into the page, in the colour of its text; the words beside it speak, so a reader skips it."""
    return Markup((STATIC / "icons" / f"{name}.svg").read_text(encoding="utf-8").strip())


@cache
def _asset(name: str) -> str:
    """The address of a static file, which changes with its content, so that a browser may keep it for ever."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"
