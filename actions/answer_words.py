"""An answer in words, as people read it back: the form's own for a choice, ours for days, times and places."""

from datetime import date

from inspection.forms.filling import Asked, Filling
from inspection.forms.form import Kind
from notifications.catalogue import label
from notifications.formats import dated, listed

_SHOWN_DIGITS = 5
"""Of a degree: about a metre."""


def answer_words(filling: Filling, asked: Asked, value: str, language: str) -> str:
    """The answer `value` to this question in words; empty for no answer."""
    if not value:
        return ""
    kind = asked.question.kind
    if kind in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE}:
        return listed(_labels(filling, asked, value, language), language)
    if kind is Kind.DATE:
        return dated(date.fromisoformat(value), language)
    if kind is Kind.TIME:
        return value[:5]
    if kind is Kind.DATETIME:
        return f"{dated(date.fromisoformat(value[:10]), language)} {value[11:16]}"
    if kind is Kind.GEOPOINT:
        return ", ".join(f"{float(part):.{_SHOWN_DIGITS}f}" for part in value.split()[:2])
    if kind is Kind.ACKNOWLEDGE:
        return label("value_agreed", language)
    return value


def _labels(filling: Filling, asked: Asked, value: str, language: str) -> list[str]:
    """A choice that is offered no more is named as it was recorded."""
    known = {one.name: one.label for one in filling.choices(asked, language)}
    names = value.split() if asked.question.kind is Kind.SELECT_MULTIPLE else [value]
    return [known.get(name, name) for name in names]
