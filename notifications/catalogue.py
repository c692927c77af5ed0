"""From a message kind and a language to the words: templates in `texts/<language>/`, labels, refusals."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import fields
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from inspection.departments import district_name
from inspection.forms.refusals import Unfit
from inspection.forms.texts import language_of
from inspection.refusals import Refusal
from inspection.registration.words import INDUSTRY_WORDS
from inspection.veils import Veil, put_into_words, veils_in
from notifications.buttons.object_names import OpenNameButton
from notifications.formats import FILTERS, moment
from notifications.masking import masked
from notifications.messages.message import Choice, Message
from notifications.outgoing import Key, Outgoing

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("zh", "en")
LABEL_LIMIT = 40
_NAMES_OFFERED = 3
"""Buttons that open a name under one message: where there are more firms, the card of each has its own."""
_TRADES = {value: word for word, value in INDUSTRY_WORDS.items()}


def render(message: Message, language: str) -> Outgoing:
    """The message in the reader's language; a field that a template misses is a fault, never an empty gap. Where a
    firm is not named yet (`inspection.veils`), it says from when on, and offers the name to whoever must know it."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    values = {field.name: getattr(message, field.name) for field in fields(message)}  # type: ignore[arg-type]
    text = tidy(_environment(language).get_template(f"{kind_of(message)}.txt").render(values))
    rows = tuple(tuple(_key(choice, language) for choice in row) for row in message.choices())
    veils = veils_in(text)
    if veils:
        are_few = len(veils) <= _NAMES_OFFERED
        text = f"{text}\n\n{label('veil_hint' if are_few else 'veil_hint_of_many', language)}"
        rows += tuple((_key(_opening(one), language),) for one in veils if are_few)
    return Outgoing(
        kind_of(message),
        masked(unveiled_words(text, language)),
        rows,
        message.slot(),
        message.wish(),
        language=language,
        document=message.document(),
    )


def refusal_sentence(refusal: Refusal, language: str) -> str:
    """The one clear sentence for a refusal; where the author of a form has one of his own, that."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    sentence, facts = refusal.sentence, dict(refusal.facts)
    if isinstance(refusal, Unfit) and refusal.messages:
        sentence = "unfit_by_form"
        facts["says"] = refusal.messages[language_of(tuple(refusal.messages), language)]
    said = _inline(language, _toml(language, "refusals")[sentence]).render(facts)
    return masked(unveiled_words(said, language))


def unveiled_words(text: str, language: str) -> str:
    """The text with what may be said of each firm that is not named yet: its number, place and trade, and the hour."""
    return put_into_words(text, partial(_words_of, language=language))


def unveiled_shortly(text: str, language: str) -> str:
    """The same by its number alone: for buttons and lists of many."""
    return put_into_words(text, lambda veil: label("veil_short", language, number=veil.number))


def _words_of(veil: Veil, *, language: str) -> str:
    trade = _TRADES.get(veil.industry, veil.industry) if language == "zh" else veil.industry
    return label(
        "veil" if trade else "veil_without_trade",
        language,
        number=veil.number,
        district=district_name(veil.district, language),
        trade=trade,
        opens=moment(veil.opens_at, language),
    )


def _opening(veil: Veil) -> Choice:
    return Choice("open_name", OpenNameButton(veil.inspection), {"number": veil.number})


def label(name: str, language: str, **facts: object) -> str:
    """A short text from `labels.toml`, such as what stands on a button."""
    words: str = _toml(language, "labels")[name]
    return words.format(**facts)


def has_label(name: str, language: str) -> bool:
    """Whether `labels.toml` has such words."""
    return name in _toml(language, "labels")


def kind_of(message: Message) -> str:
    """`AssignmentDrawn` → `assignment_drawn`: the name of template, snapshot and outbox kind."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(message).__name__).lower()


def tidy(text: str) -> str:
    """No blanks at line ends, no more than one empty line in a row."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _key(choice: Choice, language: str) -> Key:
    words = choice.label if choice.is_text else label(choice.label, language, **choice.facts)
    text = f"{choice.mark} {words}" if choice.mark else words
    text = masked(unveiled_shortly(text, language))  # before it is cut, for half a number has another shape
    short = text if len(text) <= LABEL_LIMIT else text[: LABEL_LIMIT - 1] + "…"
    return Key(short, choice.data.pack())


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEXTS / language),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # the line after an include begins a line of its own
        autoescape=False,  # plain text; every channel escapes for itself
    )
    for name, function in FILTERS.items():
        environment.filters[name] = _in_language(function, language)
    environment.filters["labelled"] = lambda values, prefix: [
        label(f"{prefix}{one}", language) for one in values
    ]
    environment.globals["label"] = lambda name, **facts: label(name, language, **facts)
    return environment


def _in_language(function: Any, language: str) -> Callable[..., str]:
    return partial(function, language=language)


@cache
def _toml(language: str, name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / language / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _inline(language: str, sentence: str) -> Template:
    return _environment(language).from_string(sentence)
