"""From a message kind and a language to the words: templates in `texts/<language>/`, labels, refusals."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import fields
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from inspection.forms.refusals import Unfit
from inspection.forms.texts import language_of
from inspection.refusals import Refusal
from notifications.formats import FILTERS
from notifications.masking import masked
from notifications.messages.message import Choice, Message
from notifications.outgoing import Key, Outgoing

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("zh", "en")
LABEL_LIMIT = 40


def render(message: Message, language: str) -> Outgoing:
    """The message in the reader's language; a field that a template misses is a fault, never an empty gap."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    values = {field.name: getattr(message, field.name) for field in fields(message)}  # type: ignore[arg-type]
    text = _environment(language).get_template(f"{kind_of(message)}.txt").render(values)
    rows = tuple(tuple(_key(choice, language) for choice in row) for row in message.choices())
    return Outgoing(
        kind_of(message),
        masked(tidy(text)),
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
    return masked(_inline(language, _toml(language, "refusals")[sentence]).render(facts))


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
    text = masked(text)  # before it is cut, for half a number has another shape
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
