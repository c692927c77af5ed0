"""Which rules look at which places: the order in which rules are worked out, and what an answer sets going."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from inspection.forms.expression import Expression
from inspection.forms.parts import Ask, Place
from inspection.forms.refusals import BadForm


class RuleKind(IntEnum):
    """What a rule decides about the nodes of its place."""

    RELEVANT = 0
    CALCULATE = 1
    COUNT = 2
    REQUIRED = 3
    READ_ONLY = 4
    CONSTRAINT = 5
    CHOICES = 6


_PRODUCING = (RuleKind.RELEVANT, RuleKind.CALCULATE, RuleKind.COUNT)


@dataclass(eq=False, slots=True)
class PlacedRule:
    """One expression of one place. `rank` is its turn: what it looks at is worked out before it."""

    kind: RuleKind
    place: Place
    expression: Expression
    reads: Mapping[str, bool]
    rank: int = 0


class Graph:
    """All rules of a form. `reading` gives the rules that look at a place, `at` those of a place."""

    def __init__(self, places: Mapping[str, Place], asks: Sequence[Ask]) -> None:
        self.places = places
        self.rules = [rule for place in places.values() for rule in _rules_of(place, places)]
        for ask in asks:
            if ask.itemset is not None:
                place, nodes = places[ask.question.path], ask.itemset.nodes
                self.rules.append(PlacedRule(RuleKind.CHOICES, place, nodes, nodes.reads(places)))
        _add_choice_names(self.rules, asks, places)
        self.at: dict[str, list[PlacedRule]] = {}
        self.reading: dict[str, list[PlacedRule]] = {}
        for rule in self.rules:
            self.at.setdefault(rule.place.path, []).append(rule)
            for path in rule.reads:
                if path != rule.place.path or rule.kind not in _PRODUCING:
                    self.reading.setdefault(path, []).append(rule)
        self._cycle = _rank(self.rules, places)

    @property
    def is_empty(self) -> bool:
        """No rule depends on an answer to another question."""
        return all(
            set(rule.reads) <= {rule.place.path} and rule.kind not in (RuleKind.CALCULATE, RuleKind.COUNT)
            for rule in self.rules
        )

    @cached_property
    def by_clock(self) -> tuple[PlacedRule, ...]:
        """The rules that look at the clock."""
        return tuple(rule for rule in self.rules if rule.expression.reads_clock)

    def refuse_cycles(self) -> None:
        """Raises BadForm("form_cycle") when the rules of questions outside every repeat depend on themselves."""
        if self._cycle:
            raise BadForm("form_cycle", path=self._cycle, place=self._cycle)


def _add_choice_names(rules: Sequence[PlacedRule], asks: Sequence[Ask], places: Mapping[str, Place]) -> None:
    """The label of a choice depends on what its list is filtered by, too."""
    filters = {
        ask.question.path: ask.itemset.nodes for ask in asks if ask.itemset and not ask.itemset.is_static
    }
    for rule in rules:
        if rule.expression.calls("choice-name"):
            found = dict(rule.reads)
            for path in rule.reads:
                if path in filters:
                    found |= dict.fromkeys(filters[path].reads(places), True)
            rule.reads = found


def _rules_of(place: Place, places: Mapping[str, Place]) -> list[PlacedRule]:
    pairs = (
        (RuleKind.RELEVANT, place.relevant),
        (RuleKind.CALCULATE, place.calculate),
        (RuleKind.COUNT, place.count),
        (RuleKind.REQUIRED, place.required),
        (RuleKind.READ_ONLY, place.read_only),
        (RuleKind.CONSTRAINT, place.constraint),
    )
    rules = [
        PlacedRule(kind, place, found, found.reads(places)) for kind, found in pairs if found is not None
    ]
    for rule in rules:
        if (
            rule.kind is RuleKind.CONSTRAINT
        ):  # the empty answer breaks no constraint, so its own place counts always
            rule.reads = {place.path: False, **rule.reads}
    return rules


def _rank(rules: list[PlacedRule], places: Mapping[str, Place]) -> str:
    """Gives every rule its turn; returns the path of a cycle that cannot be, or ""."""
    makers = _makers(rules)
    state: dict[int, int] = {}
    turn = 0
    cycle = ""
    for start in rules:
        stack: list[tuple[PlacedRule, bool]] = [(start, False)]
        while stack:
            rule, is_done = stack.pop()
            if is_done:
                turn += 1
                rule.rank = turn
                state[id(rule)] = 2
                continue
            if state.get(id(rule)):
                continue
            state[id(rule)] = 1
            stack.append((rule, True))
            for maker in _before(rule, makers, places):
                if state.get(id(maker)) == 1 and maker is not rule:
                    cycle = cycle or _impossible(rule, maker)
                elif not state.get(id(maker)):
                    stack.append((maker, False))
    return cycle


def _makers(rules: list[PlacedRule]) -> dict[str, list[PlacedRule]]:
    """The rules that make what a place holds, by its path."""
    found: dict[str, list[PlacedRule]] = {}
    for rule in rules:
        if rule.kind in _PRODUCING:
            found.setdefault(rule.place.path, []).append(rule)
    return found


def _before(
    rule: PlacedRule, makers: Mapping[str, list[PlacedRule]], places: Mapping[str, Place]
) -> list[PlacedRule]:
    """The rules whose outcome this one looks at: those of the places it reads and of the groups around them."""
    found = []
    for path in rule.reads:
        place: Place | None = places[path]
        is_own = True
        while place is not None:
            found += [m for m in makers.get(place.path, ()) if is_own or m.kind is not RuleKind.CALCULATE]
            place, is_own = place.parent, False
    return found


def _impossible(rule: PlacedRule, maker: PlacedRule) -> str:
    """Inside a repeat a rule may look at other instances of its own place; elsewhere a cycle has no outcome."""
    return "" if rule.place.repeats or maker.place.repeats else maker.place.path
