"""What makes starlette-admin speak our languages and keep our policy: words, filters, templates with a nonce."""

import gettext
import importlib.resources
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from starlette_admin.filters import FilterApplyContext, FilterDataType
from starlette_admin.filters.enum import InFilter
from starlette_admin.filters.generic import EqualFilter
from starlette_admin.filters.string import ContainsFilter

from web.wording import wording

OWN_TEMPLATES = Path(__file__).parent / "templates" / "registers"
_FONTS = "@import url('https://rsms.me/inter/inter.css');"


def policy_for(nonce: str) -> str:
    """The policy of these pages alone: scripts and style sheets of our own, or with this page's nonce. The library
    writes `style="…"` on elements, which no nonce can allow."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class NonceLoader(BaseLoader):
    """The library's templates with a nonce in each script and style sheet they hold, without handlers in attributes
    and without fonts from elsewhere. What comes from a row is put in later and gets no nonce."""

    def __init__(self) -> None:
        self._templates = ChoiceLoader(
            [FileSystemLoader(OWN_TEMPLATES), PackageLoader("starlette_admin", "templates")]
        )

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, name, is_fresh = self._templates.get_source(environment, template)
        for written, meant in (
            ("<script>", '<script nonce="{{ nonce }}">'),
            ("<style>", '<style nonce="{{ nonce }}">'),
            (_FONTS, ""),
            ('onchange="window.location = this.value"', "data-goes-where-it-says"),
        ):
            source = source.replace(written, meant)
        return source, name, is_fresh


class Translate:
    """The library's own words in a language: ours where we have them, else the library's catalogue."""

    def __init__(self, language: str) -> None:
        self._own = wording(language).beginning("admin_")
        self._keys = {english: self._own[key] for key, english in _ENGLISH.items() if key in self._own}
        self._catalogue = _catalogue(language)

    def __call__(self, words: str) -> str:
        return self._keys.get(words) or self._catalogue.gettext(words)

    def counted(self, one: str, many: str, number: int) -> str:
        return self._catalogue.ngettext(one, many, number)


_ENGLISH: Mapping[str, str] = {
    "admin_deactivate": "Deactivate",
    "admin_deactivate_ask": "Deactivate this row?",
    "admin_deactivate_yes": "Yes, deactivate",
    "admin_reactivate": "Take up again",
    "admin_reactivate_ask": "Take this row up again?",
    "admin_reactivate_yes": "Yes, take it up again",
    "admin_saved": "Saved.",
    "admin_view": "View",
    "admin_edit": "Edit",
}


def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    file = importlib.resources.files("starlette_admin") / f"translations/{language}/LC_MESSAGES/admin.mo"
    with file.open("rb") as read:
        return gettext.GNUTranslations(read)


@cache
def translation(language: str) -> Translate:
    return Translate(language)


def _never(_filter: Any, context: FilterApplyContext) -> Any:
    """Rows are sifted in `storage`, where SQL is spoken."""
    return context.query


@cache
def filters_in(language: str) -> Mapping[str, Any]:
    """What a column may be sifted by, labelled in a language."""
    say = translation(language)
    return {
        name: type(base.__name__, (base,), {"label": say(str(base.label)), "apply": _never, **more})
        for name, base, more in (
            ("contains", ContainsFilter, {}),
            ("equals", EqualFilter, {"data_type": FilterDataType.STRING}),
            ("in", InFilter, {}),
            ("holds", ContainsFilter, {"name": "holds"}),
        )
    }
