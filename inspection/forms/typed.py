from datetime import date

from inspection.forms.lexical import kept
from inspection.forms.question import Kind


def read_typed(kind: Kind, text: str, today: date) -> str:
    return kept(kind, text.strip())
