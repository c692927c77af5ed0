"""XPath 1.0 as ODK XForms speak it: elementpath's parser with ODK's operators and functions in place of its own."""

import math
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from itertools import chain
from typing import Any

from elementpath import XPath1Parser
from elementpath.xpath_tokens import XPathFunction

from inspection.forms.calls import Call, Focus, plan_of, value_of
from inspection.forms.functions import FUNCTIONS, Rule
from inspection.forms.nodes import Node
from inspection.forms.values import Value, as_number, as_truth, each

_ALIKE = 1e-12  # numbers so near are equal, so that 6.1 - 7.8 = -1.7


class FormParser(XPath1Parser):
    """Parses an expression of a form; nothing is evaluated while parsing."""

    DEFAULT_NAMESPACES = {  # noqa: RUF012
        **XPath1Parser.DEFAULT_NAMESPACES,
        "jr": "http://openrosa.org/javarosa",
        "orx": "http://openrosa.org/xforms",
        "odk": "http://www.opendatakit.org/xforms",
    }
    PATH_STEP_LABELS = ("axis", "kind test", "function")

    def parse(self, source: str) -> Any:
        """The tree of tokens; raises elementpath's ElementPathError for what is no XPath."""
        return super(XPath1Parser, self).parse(source)


def _replace(symbol: str, **parts: object) -> None:
    """Gives a symbol a token class of ours, with elementpath's as its base so that it parses as before."""
    old = FormParser.symbol_table[symbol]
    FormParser.unregister(symbol)
    FormParser.register(symbol, bases=(old,), label=old.label, **parts)


def _evaluated(rule: Rule) -> dict[str, object]:
    def evaluate(self: Any, context: Any = None) -> Any:
        return rule(Call(self, context))

    def select(self: Any, context: Any = None) -> Iterator[Any]:
        found = rule(Call(self, context))
        yield from [found] if isinstance(found, str | float | int) else found

    return {"rule": staticmethod(rule), "evaluate": evaluate, "select": select}


def _add_functions(functions: Mapping[str, tuple[int | tuple[int, int | None], Rule]]) -> None:
    for name, (count, rule) in functions.items():
        if name in FormParser.symbol_table:
            FormParser.unregister(name)
        prefix, _, local = name.rpartition(":")
        if prefix:
            namespace = FormParser.DEFAULT_NAMESPACES[prefix]
            extra: dict[str, object] = {"namespace": namespace}
        else:
            extra = {}
        FormParser.register(
            local,
            bases=(XPathFunction,),
            label="function",
            class_name=f"_Odk{''.join(part.title() for part in local.split('-'))}",
            nargs=count,
            lbp=90,
            rbp=90,
            **_evaluated(rule),
            **extra,
        )


def _equal(call: Call) -> bool:
    left, right = call.value(0), call.value(1)
    return any(_same(a, b) for a in _operands(left) for b in _operands(right))


def _unequal(call: Call) -> bool:
    left, right = call.value(0), call.value(1)
    return any(not _same(a, b) for a in _operands(left) for b in _operands(right))


def _operands(value: Value) -> list[str | float | bool]:
    """An empty list of nodes compares as the empty text: ODK knows no value that is not there."""
    return each(value) or [""]


def _same(left: str | float | bool, right: str | float | bool) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return as_truth(left) == as_truth(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    first, second = as_number(left), as_number(right)
    return first == second or abs(first - second) < _ALIKE


def _compared(holds: Callable[[float, float], bool]) -> Rule:
    def compare(call: Call) -> bool:
        zone = call.focus.world.at.tzinfo
        left = [as_number(a, zone) for a in _operands(call.value(0))]  # type: ignore[arg-type]
        right = [as_number(b, zone) for b in _operands(call.value(1))]  # type: ignore[arg-type]
        return any(holds(a, b) for a in left for b in right)

    return compare


def _plus(call: Call) -> float:
    return call.number(0) if len(call) == 1 else call.number(0) + call.number(1)


def _minus(call: Call) -> float:
    return -call.number(0) if len(call) == 1 else call.number(0) - call.number(1)


def _times(call: Call) -> float:
    return call.number(0) * call.number(1)


def _divided(call: Call) -> float:
    left, right = call.number(0), call.number(1)
    if right != 0:
        return left / right
    return (
        math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    )


def _remainder(call: Call) -> float:
    left, right = call.number(0), call.number(1)
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def _walk(self: Any, context: Any = None) -> Iterator[Any]:
    """A path step by step, for one that is not of names only."""
    if len(self) < 2:
        start = copy(context)
        start.item, start.axis = context.root, None
        yield from self[0].select(start) if len(self) else [context.world.root]
        return
    seen: set[int] = set()
    for node in nodes_of_any(self[0], context):
        step = copy(context)
        step.item, step.axis = node, None
        for found in list(self[1].select(step)):
            if id(found) not in seen:
                seen.add(id(found))
                yield found


def _walk_deep(self: Any, context: Any = None) -> Iterator[Any]:
    """`//`: the step from every node below, in document order."""
    starts = [context.root] if len(self) < 2 else nodes_of_any(self[0], context)
    seen: set[int] = set()
    for node in chain.from_iterable(start.everything() for start in starts):
        step = copy(context)
        step.item, step.axis = node, None
        for found in list(self[-1].select(step)):
            if id(found) not in seen:
                seen.add(id(found))
                yield found


def _union(self: Any, context: Any = None) -> Iterator[Any]:
    """`|`: the nodes of both, each once, in document order."""
    both = [*nodes_of_any(self[0], context), *nodes_of_any(self[1], context)]
    yield from sorted({id(node): node for node in both}.values(), key=_order)


def _order(node: Node) -> list[int]:
    steps = []
    while node.parent is not None:
        steps.append(node.parent.children.index(node))
        node = node.parent
    return steps[::-1]


def nodes_of_any(token: Any, focus: Focus) -> list[Node]:
    value = value_of(token, focus)
    return [] if isinstance(value, str | float | int) else list(value)  # type: ignore[arg-type]


def _filter(self: Any, context: Any = None) -> Iterator[Any]:
    """A predicate: a number is a position, anything else a condition."""
    start = copy(context)
    found = [node for node in self[0].select(start) if isinstance(node, Node)]
    if found and not found[0].place and (picked := _looked_up(self[1], context, found)) is not None:
        yield from picked
        return
    for position, node in enumerate(found, 1):
        inner = copy(context)
        inner.item, inner.position, inner.size = node, position, len(found)
        value = value_of(self[1], inner)
        is_number = isinstance(value, float | int) and not isinstance(value, bool)
        if value == position if is_number else _holds(value):
            yield node


def _looked_up(predicate: Any, focus: Focus, items: list[Node]) -> list[Node] | None:
    """The items of a choice list for `name = text` (and another): the text is worked out once, not for every item.

    None when the predicate is of another form, or compares numbers.
    """
    if predicate.symbol == "(" and len(predicate) == 1:
        return _looked_up(predicate[0], focus, items)
    if predicate.symbol == "and":
        some = _looked_up(predicate[0], focus, items)
        return some if some is None else _looked_up(predicate[1], focus, some)
    if predicate.symbol != "=":
        return None
    left, right = plan_of(predicate[0]), plan_of(predicate[1])
    if left is None or left.start != "." or left.ups or len(left.names) != 1:
        return None
    if predicate[1].symbol != "(string)" and (right is None or right.start == "."):
        return None
    wanted = _operands(value_of(predicate[1], focus))
    if not all(isinstance(each, str) for each in wanted):
        return None
    name = left.names[0]
    return [item for item in items if any(node.text in wanted for node in item.by_name.get(name, (_EMPTY,)))]


_EMPTY = Node("", None)  # a column that an item leaves out reads as the empty text


def _holds(value: Value) -> bool:
    """In a predicate a path holds when it leads anywhere, as in plain XPath: `item[@x]`, `rep[name]`."""
    return as_truth(value) if isinstance(value, str | float | int) else bool(value)


def _listed(self: Any, context: Any = None) -> list[Any]:
    return list(self.select(copy(context)))


_RULES: dict[str, Rule] = {
    "or": lambda call: call.truth(0) or call.truth(1),
    "and": lambda call: call.truth(0) and call.truth(1),
    "=": _equal,
    "!=": _unequal,
    "<": _compared(lambda a, b: a < b),
    "<=": _compared(lambda a, b: a <= b),
    ">": _compared(lambda a, b: a > b),
    ">=": _compared(lambda a, b: a >= b),
    "+": _plus,
    "-": _minus,
    "div": _divided,
    "mod": _remainder,
}


def _star_select(self: Any, context: Any = None) -> Iterator[Any]:
    if len(self):
        yield _times(Call(self, context))
    else:
        yield from _plain_star.select(self, context)


def _led(self: Any, left: Any) -> Any:
    """Comparisons follow each other from the left, as XPath 1.0 has it: 3 < 4 < 5."""
    self[:] = left, self.parser.expression(rbp=self.lbp)
    return self


for _symbol, _rule in _RULES.items():
    _replace(_symbol, **_evaluated(_rule))
for _symbol, _power in {"=": 30, "!=": 30, "<": 32, "<=": 32, ">": 32, ">=": 32}.items():
    _replace(_symbol, led=_led, lbp=_power, rbp=_power)
_plain_star: Any = FormParser.symbol_table["*"]
_replace("*", rule=staticmethod(_times), select=_star_select)
_replace("/", select=_walk, evaluate=_listed)
_replace("//", select=_walk_deep, evaluate=_listed)
_replace("|", select=_union, evaluate=_listed)
_replace("[", select=_filter, evaluate=_listed)
_add_functions(FUNCTIONS)
