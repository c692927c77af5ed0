"""A checklist that has been read: what `checklist check` shows of it, before it becomes a version in the store."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from inspection.forms.conversion import other_words, worded, words_of
from inspection.forms.expressions import REFERENCE
from inspection.forms.form_sheets import BASIS, IMPORTANT, RESULT_HINT, FormSheet
from inspection.forms.outline import Item, Outline, says_yes
from inspection.forms.question_types import ASKED, SHOWN

_COMPLIANCE = ({"yes", "no"}, {"yes", "no", "na"})


@dataclass(frozen=True)
class ReadQuestion:
    """One thing that is asked, as `checklist check` shows it.

    `number` is what people see, 0 for a note; `words` by language, under "" when the form has none; `trail` are the
    names of the groups around; `condition` is the expression under which it is asked, empty for always.
    """

    number: int
    name: str
    kind: str
    department: str
    words: Mapping[str, str]
    basis: str = ""
    result_hint: str = ""
    condition: str = ""
    trail: tuple[str, ...] = ()
    is_important: bool = False
    is_compliance: bool = False
    is_required: bool = False
    wants_note: bool = False
    wants_photo: bool = False

    def text(self, language: str) -> str:
        """In the reader's language; the first of the form where it has none of theirs."""
        near = {"zh": ("zh", "chinese", "中文"), "en": ("en", "english")}.get(language, (language,))
        found = (words for name, words in self.words.items() if any(_names(name, one) for one in near))
        return next(found, next(iter(self.words.values()), self.name))


@dataclass(frozen=True)
class ReadForm:
    """A checklist without a number of its own yet. `version` is the word its settings bear, `digest` the SHA-256 of
    `xform`, `languages` as the columns name them. `departments` has "" when questions belong to no department: those
    are the lead department's."""

    id: str
    title: str
    version: str
    languages: tuple[str, ...]
    xform: str
    questions: tuple[ReadQuestion, ...] = field(repr=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.xform.encode()).hexdigest()

    @property
    def departments(self) -> frozenset[str]:
        return frozenset(one.department for one in self.questions if one.kind in ASKED)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many questions each department answers."""
        return Counter(one.department for one in self.questions if one.kind in ASKED)

    @property
    def photos(self) -> int:
        """How many questions ask for a photo."""
        return sum(one.wants_photo for one in self.questions)


@dataclass(frozen=True)
class _Folded:
    """A question with the companions that are shown with it and never asked alone."""

    item: Item
    is_compliance: bool = False
    note: Item | None = None
    photo: Item | None = None


def questions_of(
    outline: Outline, choices: FormSheet | None, languages: tuple[str, ...]
) -> tuple[ReadQuestion, ...]:
    """What people are asked, in order, with the numbers they see. What is worked out in silence is not among it."""
    questions: list[ReadQuestion] = []
    numbers: dict[str, int] = {}
    number = 0
    for one in _folded(outline, choices):
        is_asked = one.item.kind in ASKED
        number += is_asked
        if is_asked:
            numbers.setdefault(one.item.name, number)
        questions.append(_question(one, number if is_asked else 0, languages, numbers))
        if one.item.type.has_other:
            number += 1
            questions.append(_other(questions[-1], number, languages))
    return tuple(questions)


def _folded(outline: Outline, choices: FormSheet | None) -> Iterator[_Folded]:
    shown = [item for item in outline.questions if item.kind in SHOWN]
    by_place = {(item.groups and id(item.groups[-1]), item.name): item for item in shown}
    names = _choice_names(choices)
    companions: set[int] = set()
    for item in shown:
        if id(item) in companions:
            continue
        is_compliance = item.kind == "select_one" and names.get(item.type.list) in _COMPLIANCE
        note = photo = None
        if is_compliance:
            place = item.groups and id(item.groups[-1])
            note = _of_kind(by_place.get((place, f"{item.name}_note")), "text")
            photo = _of_kind(by_place.get((place, f"{item.name}_photo")), "image")
            companions |= {id(one) for one in (note, photo) if one is not None}
        yield _Folded(item, is_compliance, note, photo)


def _of_kind(item: Item | None, kind: str) -> Item | None:
    return item if item is not None and item.kind == kind else None


def _choice_names(choices: FormSheet | None) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in choices.rows if choices else ():
        found.setdefault(row.text("list_name"), set()).add(row.text("name"))
    return found


def _question(
    folded: _Folded, number: int, languages: tuple[str, ...], numbers: Mapping[str, int]
) -> ReadQuestion:
    item, row = folded.item, folded.item.row
    required = row.text("bind", "required")
    relevants = [one.row.text("bind", "relevant") for one in (*item.groups, item)]
    return ReadQuestion(
        number=number,
        name=item.name,
        kind=item.kind,
        department=item.department,
        words=words_of(row, languages),
        basis=row.text(*BASIS),
        result_hint=row.text(*RESULT_HINT),
        condition=REFERENCE.sub(lambda found: _with_number(found, numbers), worded(relevants)),
        trail=tuple(next(iter(words_of(one.row, languages).values()), one.name) for one in item.groups),
        is_important=bool(says_yes(row.text(*IMPORTANT))),
        is_compliance=folded.is_compliance,
        is_required=bool(required) and says_yes(required) is not False,
        wants_note=folded.note is not None,
        wants_photo=folded.photo is not None or item.kind == "image",
    )


def _other(question: ReadQuestion, number: int, languages: tuple[str, ...]) -> ReadQuestion:
    """The text that is asked where somebody answered "other"."""
    words = other_words(languages, "".join(question.words.values()))
    condition = f"selected({question.name}(#{question.number}), 'other')"
    return ReadQuestion(
        number, f"{question.name}_other", "text", question.department, words,
        condition=condition, trail=question.trail,
    )  # fmt: skip


def _with_number(found: re.Match[str], numbers: Mapping[str, int]) -> str:
    name = found["name"]
    return f"{name}(#{numbers[name]})" if name in numbers else name


def _names(language: str, short: str) -> bool:
    """Whether `中文 (zh)`, `zh` or `Chinese` is meant by `zh`."""
    return short in re.split(r"[^\w]+", language.lower())
