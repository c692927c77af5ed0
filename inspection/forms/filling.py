"""One checklist being filled in: what is asked now, what an answer changes, and what is still missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from inspection.forms import exports
from inspection.forms.facts import Facts
from inspection.forms.fields import Asked, Field
from inspection.forms.form import Form, Kind, Question
from inspection.forms.keys import key, move_up, split_key
from inspection.forms.lexical import kept as as_kept
from inspection.forms.live import Live
from inspection.forms.parts import Ask, Group, Item, Repeat
from inspection.forms.preloads import preloaded
from inspection.forms.refusals import Unfit
from inspection.forms.texts import Text, language_of

__all__ = ["Asked", "Choice", "Facts", "Filling", "Open", "Unfit"]

_SELECTS = (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE)


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Open:
    """What still blocks the end: the id of a question, and its problem as in `Asked`."""

    id: str
    problem: str


class Filling:
    """Answers to one form, by the ids of its questions with positions ("q7.2"; "r1" holds how many instances).

    `answers` are all that were ever given, also those to questions that are not relevant now; "" stands for one that
    was cleared and keeps a default from coming back. `kept` are values the form wrote by itself and must not lose
    (dynamic defaults, once()), by path and positions: store both, and give both back, to have the same filling again.
    """

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, str] | None = None,
        facts: Facts | None = None,
        kept: Mapping[str, str] | None = None,
    ) -> None:
        self.form = form
        self.answers: dict[str, str] = dict(answers or {})
        self.kept: dict[str, str] = dict(kept or {})
        self.facts = facts or Facts()
        if kept is None and form.head.on_load:
            self.kept = _first_values(form, self.facts)
        self.live = Live(form, self.answers, self.kept, self.facts)
        self._remember()
        self._seen, self._shape = -1, -1
        self._asked: tuple[Asked, ...] = ()
        self._shown: list[tuple[Field, Ask]] = []

    # What is asked

    def asked(self, department: str | None = None, *, lead: str = "") -> tuple[Asked, ...]:
        """The relevant questions in order, notes and companions included.

        With a department only its own; a question of no department is the lead department's.
        """
        if self._seen != self.live.version_of_state:
            self._seen = self.live.version_of_state
            self._asked = tuple(self._now_asked())
        if department is None:
            return self._asked
        return tuple(each for each in self._asked if (each.question.department or lead) == department)

    def find(self, id: str) -> Asked | None:
        """The question as it stands, None when there is none of that id or it is not relevant."""
        base, positions = split_key(id)
        question = self.form.question(base)
        if question is None or len(positions) != len(question.repeats):
            return None
        if question.kind is Kind.REPEAT:
            parent = self._parent_of(question, positions)
            if parent is None or not self._is_shown(question.path, parent):
                return None
            return self._repeat_card(question, parent)
        field = self._field(question, positions)
        return self._card(field, self.form.asks[base]) if field is not None and field.is_relevant else None

    def _now_asked(self) -> Iterator[Asked]:
        """Without repeats, and while nothing was hidden or shown, the same places are asked as before."""
        if self.form.repeats:
            yield from self._walk(self.form.body, self.live.root)
            return
        if self._shape != self.live.shape:
            self._shape = self.live.shape
            self._shown = list(self._relevant(self.form.body))
        for field, ask in self._shown:
            yield field.card or self._card(field, ask)

    def _relevant(self, items: tuple[Item, ...]) -> Iterator[tuple[Field, Ask]]:
        for item in items:
            if isinstance(item, Group):
                yield from self._relevant(item.items)
            elif isinstance(item, Ask):
                field = self._field(item.question, ())
                if field is not None and field.is_relevant:
                    yield field, item

    def _walk(self, items: tuple[Item, ...], base: Field) -> Iterator[Asked]:
        for item in items:
            if isinstance(item, Ask):
                field = base
                for name in item.names:
                    field = field.by_name[name][0]  # type: ignore[assignment]
                if field.is_relevant:
                    yield field.card or self._card(field, item)
            elif isinstance(item, Group):
                yield from self._walk(item.items, base)
            else:
                yield from self._walk_repeat(item, base)

    def _walk_repeat(self, item: Repeat, base: Field) -> Iterator[Asked]:
        (parent,) = base.below(item.names[:-1])
        for instance in parent.instances_of(item.names[-1]):
            if instance.is_relevant:
                yield from self._walk(item.items, instance)
        if item.question is not None and self._is_shown(item.path, parent):
            yield self._repeat_card(item.question, parent)

    def _is_shown(self, path: str, parent: Field) -> bool:
        """Whether a repeat is relevant; one without instances is asked as if it had one."""
        spec = self.form.places[path]
        instances = parent.instances_of(spec.name)
        if instances:
            return any(instance.is_relevant for instance in instances)
        if not parent.is_relevant or spec.relevant is None:
            return parent.is_relevant
        return spec.relevant.truth(self.live.focus.on(self.live.ghost(spec, parent)))

    def _repeat_card(self, question: Question, parent: Field) -> Asked:
        positions = parent.positions
        count = str(len(parent.instances_of(question.name)))
        return Asked(key(question.id, positions), question, positions, count, False, False)

    def _card(self, field: Field, ask: Ask) -> Asked:
        """How the question stands, made once and kept until something about it changes."""
        if field.card is not None and field.card.question is ask.question:
            return field.card
        question = ask.question
        positions = field.positions if question.repeats else ()
        card = Asked(
            id=key(question.id, positions),
            question=question,
            positions=positions,
            value=field.text,
            is_required=field.is_required,
            is_read_only=field.is_read_only or question.kind is Kind.NOTE or field.spec.calculate is not None,
        )
        problem = self._problem(field, ask, card)
        field.card = replace(card, problem=problem) if problem else card
        return field.card

    def _problem(self, field: Field, ask: Ask, card: Asked) -> str:
        if card.is_read_only:
            return ""
        if not card.value:
            return "required" if card.is_required else ""
        try:
            as_kept(card.question.kind, card.value)
        except Unfit:
            return "type"
        if card.question.kind in _SELECTS and not self._are_choices(field, ask, card.value):
            return "choice"
        return "" if field.is_fitting else "constraint"

    def _are_choices(self, field: Field, ask: Ask, value: str) -> bool:
        names = {name for name, _ in self.live.choices(field, ask)}
        picked = value.split() if ask.question.kind is Kind.SELECT_MULTIPLE else [value]
        return names.issuperset(picked)

    # Answering

    def answer(self, id: str, value: str) -> Mapping[str, str]:
        """Takes an answer in its lexical form, "" to clear; returns all answers that changed, this one first.

        Raises Unfit, and then nothing has changed: no such question, read-only, not of its kind, not among the choices,
        or against its constraint, with the form's own message in every language.
        """
        asked = self.find(id)
        if asked is None:
            raise Unfit("unfit_question", id=id, value=value)
        if asked.question.kind is Kind.REPEAT:
            return self._answer_count(asked, value)
        if asked.is_read_only:
            raise Unfit("unfit_read_only", id=id, value=value)
        field = self._field(asked.question, asked.positions)
        assert field is not None
        ask = self.form.asks[asked.question.id]
        value = as_kept(asked.question.kind, value)
        self._check(field, ask, id, value)
        same = self.form.asks_at[field.place]  # several controls can write to one place
        changes = {id: value} | {key(each.question.id, asked.positions): value for each in same}
        self.answers.update(changes)
        if value != field.text:
            self.live.write(field, value)
            self.live.settle()
            changes |= self._triggered(field)
        self._remember()
        return changes

    def put(self, id: str, value: str) -> None:
        """Takes what is there whether it is asked for or not: a photo stays where it was sent to. No rule is looked
        at."""
        base, positions = split_key(id)
        question = self.form.question(base)
        if question is None:
            return
        self.answers[id] = value
        field = self._field(question, positions)
        if field is not None and value != field.text:
            self.live.write(field, value)
            self.live.settle()
            self._remember()

    def _check(self, field: Field, ask: Ask, id: str, value: str) -> None:
        if not value:
            return
        if ask.question.kind in _SELECTS and not self._are_choices(field, ask, value):
            raise Unfit("unfit_choice", id=id, value=value)
        constraint = field.spec.constraint
        if constraint is None:
            return
        before, field.text = field.text, value
        try:
            holds = constraint.truth(self.live.focus.on(field))
        finally:
            field.text = before
        if not holds:
            raise Unfit("unfit_constraint", messages=self._messages(field), id=id, value=value)

    def _messages(self, field: Field) -> dict[str, str]:
        """The form's words for a broken constraint, by its languages ("" in a form of one language)."""
        text = field.spec.constraint_message
        focus = self.live.focus.on(field)
        said = {language: text.said(language, focus) for language in self.form.languages or ("",)}
        return {language: words for language, words in said.items() if words}

    def _triggered(self, field: Field) -> dict[str, str]:
        changes: dict[str, str] = {}
        for action in field.spec.on_change:
            for target, text in self.live.act(action, field):
                asks = self.form.asks_at.get(target.place, ())
                for ask in asks:
                    changes[key(ask.question.id, target.positions)] = text
                if not asks:
                    self.kept[key(target.place, target.positions)] = text
            self.live.settle()
        self.answers.update(changes)
        return changes

    def _answer_count(self, asked: Asked, value: str) -> Mapping[str, str]:
        count = int(as_kept(Kind.REPEAT, value) or "0")
        spec = self.form.places[asked.question.path]
        if not self.live.has_room(spec, count - int(asked.value)):
            raise Unfit("unfit_count", id=asked.id, value=value)
        changes: dict[str, str] = {asked.id: str(count)}
        while (now := self._count_of(asked)) > count:
            changes = {**self.remove(asked.id, now), **changes}
        while self._count_of(asked) < count:
            self.add(asked.id)
        self.answers[asked.id] = str(count)
        return changes

    def _count_of(self, asked: Asked) -> int:
        parent = self._parent_of(asked.question, asked.positions)
        return 0 if parent is None else len(parent.instances_of(asked.question.name))

    # Repeats

    def add(self, repeat_id: str) -> tuple[Asked, ...]:
        """One instance more, at the end; returns what is asked in it. Its length is in `answers` under the id."""
        asked, parent = self._repeat(repeat_id)
        spec = self.form.places[asked.question.path]
        if not self.live.has_room(spec, 1):
            raise Unfit("unfit_count", id=repeat_id, value=str(int(asked.value) + 1))
        instances = self.live.resize(spec, parent, int(asked.value) + 1)
        self.live.settle()
        instance = instances[0]
        for action in self.form.on_new.get(spec.path, ()):
            for target, text in self.live.act(action, instance):
                self.kept[key(target.place, target.positions)] = text
            self.live.settle()
        self.answers[repeat_id] = str(int(asked.value) + 1)
        self._remember()
        return tuple(self._walk(self.form.repeats[spec.path].items, instance))

    def remove(self, repeat_id: str, position: int) -> Mapping[str, str]:
        """Takes one instance away (from 1); the answers of those behind it move up.

        Returns every answer that changed, "" for one that is gone.
        """
        asked, parent = self._repeat(repeat_id)
        instances = parent.instances_of(asked.question.name)
        if not 1 <= position <= len(instances):
            raise Unfit("unfit_count", id=repeat_id, value=str(position))
        before = dict(self.answers)
        path = asked.question.path
        for held in (self.answers, self.kept):
            move_up(held, lambda base: self._is_inside(base, path), asked.positions, position)
        self.live.drop(instances[position - 1])
        self.answers[repeat_id] = str(len(instances))  # the list is live: one shorter by now
        self.live.settle()
        self._remember()
        changed = {id: self.answers.get(id, "") for id in {**before, **self.answers}}
        return {id: value for id, value in changed.items() if before.get(id) != self.answers.get(id)}

    def ids_within(self, repeat_id: str, position: int) -> tuple[str, ...]:
        """The questions that were answered in one instance of a repeat, also those that are not relevant now."""
        asked, _parent = self._repeat(repeat_id)
        inside = (*asked.positions, position)
        found = []
        for id in self.answers:
            base, positions = split_key(id)
            if self._is_inside(base, asked.question.path) and positions[: len(inside)] == inside:
                found.append(id)
        return tuple(found)

    def _repeat(self, repeat_id: str) -> tuple[Asked, Field]:
        asked = self.find(repeat_id)
        if asked is None or asked.question.kind is not Kind.REPEAT:
            raise Unfit("unfit_question", id=repeat_id, value="")
        parent = self._parent_of(asked.question, asked.positions)
        assert parent is not None
        return asked, parent

    def _is_inside(self, base: str, path: str) -> bool:
        question = self.form.question(base)
        place = question.path if question is not None else base
        return place.startswith(f"{path}/")

    # What is said

    def label(self, asked: Asked | str, language: str) -> str:
        """The question in this language ("zh" for "中文 (zh)"), ${…} filled in, else in the form's first language.

        For "one more?" the label of the repeat. "" when there is no such question.
        """
        found = self._asked_of(asked)
        if found is None:
            return ""
        if found.question.kind is Kind.REPEAT:
            return self._said(self.form.repeats[found.question.path].label, found, language)
        return self._said(self.form.asks[found.question.id].label, found, language)

    def hint(self, asked: Asked | str, language: str) -> str:
        found = self._asked_of(asked)
        ask = self.form.asks.get(found.question.id) if found else None
        return self._said(ask.hint, found, language) if found and ask else ""

    def guidance(self, asked: Asked | str, language: str) -> str:
        found = self._asked_of(asked)
        ask = self.form.asks.get(found.question.id) if found else None
        return self._said(ask.guidance, found, language) if found and ask else ""

    def required_message(self, asked: Asked | str, language: str) -> str:
        """The form's own words for a missing answer, "" when it has none."""
        found = self._asked_of(asked)
        if found is None:
            return ""
        return self._said(self.form.places[found.question.path].required_message, found, language)

    def choices(self, asked: Asked | str, language: str) -> tuple[Choice, ...]:
        """What can be picked now, in the order of the list; () for a question that is not a select."""
        found = self._asked_of(asked)
        if found is None or found.question.kind not in _SELECTS:
            return ()
        field = self._field(found.question, found.positions)
        ask = self.form.asks[found.question.id]
        if field is None:
            return ()
        with self.live.speaking(language_of(self.form.languages, language)):
            listed = self.live.choices(field, ask)
            return tuple(Choice(name, self.live.label_of(ask, source) or name) for name, source in listed)

    def trail(self, asked: Asked | str, language: str) -> tuple[str, ...]:
        """The labels of the groups around, repeats with their place among how many: ("冰柜 2/3",)."""
        found = self._asked_of(asked)
        field = self._place_of(found) if found is not None else None
        if found is None or field is None:
            return ()
        said = []
        for item in self.form.trails[found.question.id]:
            words = self._said(item.label, found, language)
            if isinstance(item, Repeat):
                instance = field.instances[item.path]
                count = len(instance.parent.by_name[instance.name])
                words = f"{words} {instance.index}/{count}".strip()
            if words:
                said.append(words)
        return tuple(said)

    def _said(self, text: Text, asked: Asked, language: str) -> str:
        field = self._place_of(asked)
        if field is None:
            return ""
        with self.live.speaking(language_of(self.form.languages, language)):
            return text.said(self.live.language, self.live.focus.on(field))

    def _asked_of(self, asked: Asked | str) -> Asked | None:
        return self.find(asked) if isinstance(asked, str) else asked

    def _place_of(self, asked: Asked) -> Field | None:
        """The field whose surroundings a text is read in; for a repeat what stands around it."""
        if asked.question.kind is Kind.REPEAT:
            parent = self._parent_of(asked.question, asked.positions)
            return None if parent is None else self.live.ghost(self.form.places[asked.question.path], parent)
        return self._field(asked.question, asked.positions)

    # What is missing

    def open(self) -> tuple[Open, ...]:
        """What still blocks: required and empty, of another kind, no longer a choice, against its constraint."""
        return tuple(Open(asked.id, asked.problem) for asked in self.asked() if asked.problem)

    @property
    def is_complete(self) -> bool:
        return not any(asked.problem for asked in self.asked())

    @property
    def values(self) -> dict[str, str]:
        """Every relevant value by its path with positions, calculated ones included; empty ones are left out."""
        found = {}
        for field in self.live.root.fields():
            if field.is_relevant and not field.spec.children and field.text:
                found[key(field.place, field.positions)] = field.text
        return found

    # Exports

    def to_xml(self, instance_id: str = "") -> str:
        """The instance as an ODK client would send it."""
        return exports.to_xml(self.live, instance_id)

    def to_json(self) -> dict[str, exports.Data]:
        """The relevant values, nested as the form nests them."""
        return exports.to_json(self.live)

    def to_rows(self) -> tuple[exports.Row, ...]:
        """The answers to what is asked, one row each."""
        return exports.to_rows(self.asked())

    # Time

    def move_to(self, facts: Facts) -> None:
        """Other facts, usually a later time: what looks at the clock or at who fills in is worked out again."""
        self.facts = self.live.facts = facts
        for spec in self.form.preloads:
            loaded = preloaded(spec.preload, facts)
            if loaded is None:
                continue
            for field in self.live.root.below(spec.path.split("/")[2:]):
                self.live.write(field, loaded)
        self.live.push_clock()
        self.live.settle()
        self._remember()

    # Finding fields

    def _field(self, question: Question, positions: tuple[int, ...]) -> Field | None:
        return self._step(question.path, question.repeats, positions)

    def _parent_of(self, question: Question, positions: tuple[int, ...]) -> Field | None:
        return self._step(question.path.rpartition("/")[0], question.repeats, positions)

    def _step(self, path: str, repeats: tuple[str, ...], positions: tuple[int, ...]) -> Field | None:
        if len(repeats) != len(positions):
            return None
        where = dict(zip(repeats, positions, strict=True))
        field, here = self.live.root, self.live.root.place
        for name in path.split("/")[2:]:
            here = f"{here}/{name}"
            same, at = field.instances_of(name), where.get(here, 1)
            if not 1 <= at <= len(same):
                return None
            field = same[at - 1]
        return field

    def _remember(self) -> None:
        if self.live.written:
            self.kept.update(self.live.written)
            self.live.written.clear()


def _first_values(form: Form, facts: Facts) -> dict[str, str]:
    """The dynamic defaults as they were before any answer: as of the start, in the untouched form."""
    started = replace(facts, at=facts.started_at or facts.at)
    blank = Live(form, {}, {}, started)
    found: dict[str, str] = {}
    for action in form.head.on_load:
        for target, text in blank.act(action, blank.root):
            found[key(target.place, target.positions)] = text
        blank.settle()
    return found
