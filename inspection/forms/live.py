"""The live values of one filling, kept right by the rules of its form.

A change pushes the rules that look at what changed onto a heap, in the order in which the graph ranked them, and
nothing else is worked out. Where it cannot be known which instances of a repeat a rule looks at, all are.
"""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from inspection.calendar.beijing import BEIJING
from inspection.forms.calls import Focus
from inspection.forms.facts import Facts
from inspection.forms.fields import Field
from inspection.forms.form import Form
from inspection.forms.functions_dates import date_text
from inspection.forms.graph import PlacedRule, RuleKind
from inspection.forms.keys import key
from inspection.forms.nodes import Node
from inspection.forms.parts import Action, Ask, FixedChoice, Place
from inspection.forms.preloads import preloaded
from inspection.forms.values import Value, as_number, as_text, first, number_text

_MOST_INSTANCES = 1000  # a slip of the pen in a jr:count must not fill the memory
_MOST_FIELDS = 30_000  # nor must repeats within repeats
_MOST_ROUNDS = (
    40  # how often one rule may be worked out again before a circle among instances is left as it stands
)


class Live:
    """The nodes of one filling. `answers` and `kept` are the filling's: a new instance takes its values from them."""

    def __init__(self, form: Form, answers: Mapping[str, str], kept: Mapping[str, str], facts: Facts) -> None:
        self.form = form
        self.answers = answers
        self.kept = kept
        self.facts = facts
        self.language = ""
        self.written: dict[str, str] = {}
        self._heap: list[tuple[int, int, PlacedRule, Field]] = []
        self._queued: set[tuple[int, int]] = set()
        self._pushed = 0
        self._static: dict[str, list[tuple[str, Node | FixedChoice]]] = {}
        self.version_of_state = 0
        self.shape = 0
        """Counts up when something is shown or hidden."""
        self.size = 0
        self.root = self._grow(form.head.root, None)
        self.focus = Focus(self)
        self._push_all(self.root)
        self.settle()

    # What expressions ask of the world (see calls.World)

    @property
    def at(self) -> datetime:
        return self.facts.at.astimezone(BEIJING)

    @property
    def seed(self) -> str:
        return self.facts.seed

    @property
    def version(self) -> str:
        return self.form.version

    def list_of(self, instance: str) -> Node | None:
        return self.form.lists.get(instance)

    def text_of(self, text_id: str) -> str:
        text = self.form.texts.get(text_id)
        return text.said(self.language, self.focus) if text else ""

    @contextmanager
    def speaking(self, language: str) -> Iterator[None]:
        """Texts are read in this language meanwhile; rules always read them in the form's first."""
        self.language = language
        try:
            yield
        finally:
            self.language = ""

    def choice_label(self, node: Node, value: str) -> str:
        for ask in self.form.asks_at.get(node.place, ()):
            assert isinstance(node, Field)
            is_filtered = ask.itemset is not None and not ask.itemset.is_static
            found = (
                self._listed(node, ask) if is_filtered else self.choices(node, ask)
            )  # not yet renewed, perhaps
            for name, source in found:
                if name == value:
                    return self.label_of(ask, source) or value
        return value

    # Choices

    def choices(self, field: Field, ask: Ask) -> "list[tuple[str, Node | FixedChoice]]":
        """The values that can be picked now, each with what gives its label."""
        if ask.itemset is None:
            return [(choice.name, choice) for choice in ask.choices]
        if field.choices is None:
            field.choices = self._static.get(ask.question.id) or self._listed(field, ask)
        return list(field.choices)

    def _listed(self, field: Field, ask: Ask) -> "list[tuple[str, Node | FixedChoice]]":
        assert ask.itemset is not None
        expression, value = ask.itemset.nodes, ask.itemset.value.removeprefix("./")
        found: list[tuple[str, Node | FixedChoice]] = []
        for item in expression.nodes(self.focus.on(field)):
            nodes = item.by_name.get(value, [item] if value == "." else [])
            found.extend((node.text, item) for node in nodes if node.text)
        if ask.itemset.is_static:
            self._static[ask.question.id] = found
        return found

    def label_of(self, ask: Ask, source: Node | FixedChoice) -> str:
        if isinstance(source, FixedChoice):
            return source.label.said(self.language, self.focus)
        assert ask.itemset is not None
        labels = source.by_name.get(ask.itemset.label.removeprefix("./"), [])
        if not labels:
            return ""
        return self.text_of(labels[0].text) if ask.itemset.is_label_text else labels[0].text

    # Growing and shrinking

    def _grow(self, spec: Place, parent: Field | None) -> Field:
        field = Field(spec, parent)
        self.size += 1
        if parent is not None:
            parent.attach(field)
        if spec.is_repeat:
            field.become_instance()
        if spec.children:
            for child in spec.children:
                for _ in range(self._count_at_first(child, field)):
                    if not child.is_repeat or self.has_room(child, 1):
                        self._grow(child, field)
        else:
            field.text = self._value_at_first(field)
        return field

    def _count_at_first(self, spec: Place, parent: Field) -> int:
        if not spec.is_repeat:
            return 1
        if spec.count is not None:
            return 0  # its rule gives it as many as it wants
        repeat = self.form.repeats.get(spec.path)
        if repeat is not None and repeat.question is not None:
            given = self.answers.get(key(repeat.question.id, parent.positions))
            if given is not None and given.isascii() and given.isdigit():
                return min(int(given), _MOST_INSTANCES)
        return spec.initial

    def _value_at_first(self, field: Field) -> str:
        positions = field.positions if field.instances else ()
        for ask in () if field.spec.calculate else self.form.asks_at.get(field.place, ()):
            given = self.answers.get(key(ask.question.id, positions))
            if given is not None:
                return given
        kept = self.kept.get(key(field.place, positions))
        if kept is not None:
            return kept
        loaded = preloaded(field.spec.preload, self.facts)
        return field.spec.default if loaded is None else loaded

    def resize(self, spec: Place, parent: Field, count: int) -> list[Field]:
        """Makes a repeat so long, at its end; returns the new instances. `settle` is still to come."""
        same = parent.instances_of(spec.name)
        count = min(max(0, count), _MOST_INSTANCES)
        gone = list(same[count:])
        for field in reversed(gone):
            self._detach(field)
        more = max(0, count - len(same))
        while more and not self.has_room(spec, more):
            more //= 2
        new = [self._add_instance(spec, parent) for _ in range(more)]
        self._all_changed(spec, parent, [*gone, *new])
        return new

    def has_room(self, spec: Place, more: int) -> bool:
        """Whether so many more instances still fit into what one filling may hold."""
        return self.size + max(0, more) * spec.size <= _MOST_FIELDS

    def _add_instance(self, spec: Place, parent: Field) -> Field:
        at = self._place_for(spec, parent)
        field = self._grow(spec, parent)
        if at is not None and at < len(parent.children) - 1:
            parent.children.remove(field)
            parent.children.insert(at, field)
        self._push_all(field)
        return field

    def _detach(self, field: Field) -> None:
        field.parent.detach(field)
        for each in field.fields():
            each.is_gone = True
            self.size -= 1

    def _all_changed(self, spec: Place, parent: Field, instances: list[Field]) -> None:
        """What looks at a repeat from anywhere in its parent is told once, however many instances came or went."""
        if instances:
            self.changed(spec.path, parent)
            for path in {each.place for instance in instances for each in instance.fields()}:
                self.changed(path, parent)

    def _place_for(self, spec: Place, parent: Field) -> int | None:
        """Where among the children a new instance belongs: behind the last, or where the form has the first."""
        same = parent.instances_of(spec.name)
        if same:
            return parent.children.index(same[-1]) + 1
        before = {each.name for each in parent.spec.children[: parent.spec.children.index(spec)]}
        return next((at for at, child in enumerate(parent.children) if child.name not in before), None)

    def drop(self, field: Field) -> None:
        """Takes an instance away; those behind it move up. `settle` is still to come."""
        parent: Field = field.parent
        behind = parent.instances_of(field.name)[field.index :]
        self._detach(field)
        for moved in behind:
            for each in moved.fields():
                each.card = None
            self._push_all(moved)
        self._all_changed(field.spec, parent, [field])

    # Changing

    def write(self, field: Field, text: str) -> None:
        if field.text != text:
            field.text = text
            self.changed(field.place, field)

    def changed(self, path: str, field: Field) -> None:
        """Something at this path, in or below the instance of `field`, is not what it was."""
        field.card = None
        self.version_of_state += 1
        for rule in self.form.graph.reading.get(path, ()):
            for target in self._targets(rule, field, is_wide=rule.reads[path]):
                self._push(rule, target)

    def _targets(self, rule: PlacedRule, field: Field, *, is_wide: bool) -> Iterable[Field]:
        spec = rule.place
        if rule.kind is RuleKind.COUNT and spec.parent is not None:
            spec = spec.parent
        anchor, begun = self.root, 1
        if not is_wide:
            for path in spec.repeats:
                mine = field.instances.get(path)
                if mine is None:
                    break
                anchor, begun = mine, path.count("/")  # type: ignore[assignment]
        return anchor.below(spec.path.split("/")[begun + 1 :])

    def push_clock(self) -> None:
        """What looks at the clock is worked out again."""
        for rule in self.form.graph.by_clock:
            for target in self._targets(rule, self.root, is_wide=True):
                self._push(rule, target)

    def _push_all(self, field: Field) -> None:
        at = self.form.graph.at
        for each in field.fields():
            for rule in at.get(each.place, ()):
                if rule.kind is not RuleKind.COUNT:
                    self._push(rule, each)
            for child in each.spec.children:
                if child.count is not None:
                    for rule in at[child.path]:
                        if rule.kind is RuleKind.COUNT:
                            self._push(rule, each)

    def _push(self, rule: PlacedRule, field: Field) -> None:
        mark = (id(rule), id(field))
        if mark not in self._queued:
            self._queued.add(mark)
            self._pushed += 1
            heapq.heappush(self._heap, (rule.rank, self._pushed, rule, field))

    def settle(self) -> None:
        """Works out what is on the heap until nothing changes any more."""
        rounds: dict[tuple[int, int], int] = {}
        while self._heap:
            _, _, rule, field = heapq.heappop(self._heap)
            mark = (id(rule), id(field))
            self._queued.discard(mark)
            rounds[mark] = rounds.get(mark, 0) + 1
            if not field.is_gone and rounds[mark] <= _MOST_ROUNDS:
                self._work_out(rule, field)

    def _work_out(self, rule: PlacedRule, field: Field) -> None:
        kind, expression = rule.kind, rule.expression
        if kind is RuleKind.CHOICES:
            field.choices = field.card = None
            self.version_of_state += 1
            return
        if kind is RuleKind.COUNT:
            number = as_number(expression.value(self.focus.on(self.ghost(rule.place, field))))
            self.resize(rule.place, field, 0 if math.isnan(number) else int(min(number, _MOST_INSTANCES)))
            return
        focus = self.focus.on(field)
        if kind is RuleKind.CALCULATE:
            self._calculated(rule, field, expression.value(focus))
        elif kind is RuleKind.CONSTRAINT:
            self._flag(field, "is_fitting", not field.text or expression.truth(focus))
        elif kind is RuleKind.REQUIRED:
            self._flag(field, "is_required", expression.truth(focus))
        elif kind is RuleKind.READ_ONLY:
            self._flag(field, "is_read_only", expression.truth(focus))
        else:
            field.own_relevant = expression.truth(focus)
            self._show(field)

    def _flag(self, field: Field, name: str, value: bool) -> None:
        if getattr(field, name) != value:
            setattr(field, name, value)
            field.card = None
            self.version_of_state += 1

    def _show(self, field: Field) -> None:
        """Hands relevance down. What was hidden counts as changed, for it reads as empty."""
        is_relevant = field.own_relevant and (field.parent is None or field.parent.is_relevant)
        if is_relevant != field.is_relevant:
            field.is_relevant = is_relevant
            self.shape += 1
            self.changed(field.place, field)
            for child in field.children:
                self._show(child)

    def _calculated(self, rule: PlacedRule, field: Field, value: Value) -> None:
        text = typed(field.spec.type, value)
        if text != field.text:
            self.write(field, text)
            if rule.expression.remembers:
                self.written[key(field.place, field.positions)] = text

    def ghost(self, spec: Place, parent: Field) -> Field:
        """An instance of a repeat that is not there, for the rules that say whether it should be."""
        if spec.path not in parent.ghosts:
            parent.ghosts[spec.path] = Field(spec, parent)
        return parent.ghosts[spec.path]

    # Actions

    def act(self, action: Action, origin: Field) -> Iterator[tuple[Field, str]]:
        """Does a `setvalue` in the instance of `origin`; yields what it wrote where. `settle` is still to come."""
        spec = self.form.places[action.target]
        anchor, begun = self.root, 1
        for path in spec.repeats:
            mine = origin.instances.get(path)
            if mine is None:
                break
            anchor, begun = mine, path.count("/")  # type: ignore[assignment]
        for target in anchor.below(spec.path.split("/")[begun + 1 :]):
            value = action.value.value(self.focus.on(target)) if action.value else action.text
            text = typed(spec.type, value)
            self.write(target, text)
            yield target, text


def typed(type_: str, value: Value) -> str:
    """A value as a place of this type holds it; what has no such value is empty."""
    if isinstance(value, float) and (math.isnan(value) or math.isinf(value)):
        return ""
    if type_ in ("int", "integer", "long", "decimal", "double"):
        return _number_typed(type_, first(value))
    if type_ == "date" and as_text(value):
        return date_text(value, BEIJING)
    return as_text(value)


def _number_typed(type_: str, value: str | float | bool) -> str:
    number = as_number(value)
    if value == "" or math.isnan(number) or math.isinf(number):
        return ""
    return number_text(number if type_ in ("decimal", "double") else float(math.trunc(number)))
