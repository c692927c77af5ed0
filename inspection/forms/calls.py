"""How an operator or a function gets at its arguments, and how a path finds its nodes.

elementpath parses and walks; what ODK reads differently is decided here: nodes that are not relevant are not there, an
absolute path inside a repeat stays in the instance it is asked from, and an empty list is the empty text.
"""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from elementpath import XPathContext

from inspection.forms.nodes import Node
from inspection.forms.values import Value, as_number, as_text, as_truth


class World(Protocol):
    """What an expression may ask of the checklist around it."""

    @property
    def at(self) -> datetime: ...

    @property
    def seed(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def root(self) -> Node: ...

    def list_of(self, instance: str) -> Node | None: ...

    def text_of(self, text_id: str) -> str: ...

    def choice_label(self, node: Node, value: str) -> str: ...


class Focus(XPathContext):
    """Where an expression is evaluated: elementpath's context, `current` (its node from outside) and `world`."""

    current: Node
    world: World

    def __init__(self, world: World) -> None:
        top = Node("", None)
        top.children = [world.root]
        top.by_name = {world.root.name: [world.root]}
        self.namespaces = {}
        self.root = self.item = top
        self.document = None
        self.position = self.size = 1
        self.axis = None
        self.variables = {}
        self.world = world

    def on(self, node: Node) -> "Focus":
        focus = copy(self)
        focus.item = focus.current = node
        return focus


@dataclass(frozen=True, slots=True)
class Plan:
    """A path of names only: from the top ("/"), the item (".") or the current node; `ups` first, then `names`."""

    start: str
    ups: int
    names: tuple[str, ...]

    def path_from(self, place: str) -> str:
        """The path it leads to when asked from `place`, without positions; "" above the top."""
        if self.start == "/":
            return "/" + "/".join(self.names)
        steps = place.split("/")
        if self.ups >= len(steps):
            return ""
        return "/".join((*steps[: len(steps) - self.ups], *self.names))

    def follow(self, focus: Focus) -> list[Node]:
        node: Node | None
        if self.start == "/":
            return [found for found in _from_top(self.names, focus) if found.is_relevant]
        node = focus.item if self.start == "." else focus.current  # type: ignore[assignment]
        for _ in range(self.ups):
            node = node.parent if node is not None else None
        if node is None:
            return []
        found = [node]
        for name in self.names:
            found = [child for each in found for child in each.by_name.get(name, ())]
        return [each for each in found if each.is_relevant]


def _from_top(names: tuple[str, ...], focus: Focus) -> list[Node]:
    root = focus.world.root
    if names[:1] != (root.name,):
        return []
    around = getattr(focus.current, "instances", {})
    found = [root]
    last = len(names) - 1
    for step, name in enumerate(names[1:], 1):
        found = [child for each in found for child in each.by_name.get(name, ())]
        if found and step != last and (mine := around.get(found[0].place)) is not None and mine in found:
            found = [mine]
    return found


def plan_of(token: Any) -> Plan | None:
    """The plan of a path token, None when it has predicates, axes, wildcards or starts in a choice list."""
    try:
        return token.plan  # type: ignore[no-any-return]
    except AttributeError:
        token.plan = _plan_of(token)
        return token.plan  # type: ignore[no-any-return]


def _plan_of(token: Any) -> Plan | None:
    symbol = token.symbol
    if symbol == ".":
        return Plan(".", 0, ())
    if symbol == "..":
        return Plan(".", 1, ())
    if symbol == "current":
        return Plan("current", 0, ())
    if symbol == "(name)":
        return Plan(".", 0, (token.value,))
    if symbol == ":":
        return Plan(".", 0, (token[1].value,)) if token[1].symbol == "(name)" else None
    if symbol == "(" and len(token) == 1:
        return plan_of(token[0])
    if symbol != "/" or not len(token):
        return None
    right = plan_of(token[-1])
    if len(token) == 1:
        return Plan("/", 0, right.names) if right and right.start == "." and not right.ups else None
    return _joined(plan_of(token[0]), right)


def _joined(left: Plan | None, right: Plan | None) -> Plan | None:
    if left is None or right is None or right.start != ".":
        return None
    if not right.ups:
        return Plan(left.start, left.ups, left.names + right.names)
    if len(left.names) >= right.ups:
        return Plan(left.start, left.ups, left.names[: len(left.names) - right.ups] + right.names)
    if left.start == "/":
        return None
    return Plan(left.start, left.ups + right.ups - len(left.names), right.names)


def nodes_of(token: Any, focus: Focus) -> list[Node]:
    """The relevant nodes a path leads to, in document order."""
    plan = plan_of(token)
    if plan is not None:
        return plan.follow(focus)
    return [node for node in token.select(copy(focus)) if isinstance(node, Node) and node.is_relevant]


_LITERALS = frozenset(("(string)", "(integer)", "(decimal)", "(float)"))


def value_of(token: Any, focus: Focus) -> Value:
    """What a token comes to: a text, a number, a truth, or the nodes of a path."""
    rule = getattr(token, "rule", None)
    if rule is not None and (token.symbol != "*" or len(token)):
        return rule(Call(token, focus))  # type: ignore[no-any-return]
    symbol = token.symbol
    if symbol in _LITERALS:
        return token.value if symbol == "(string)" else float(token.value)
    if symbol == "(":
        return value_of(token[0], focus)
    if symbol == ":" and hasattr(token[1], "rule"):
        return value_of(token[1], focus)
    return nodes_of(token, focus)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function or operator, with its arguments unread."""

    token: Any
    focus: Focus

    def __len__(self) -> int:
        return len(self.token)

    def value(self, at: int) -> Value:
        return value_of(self.token[at], self.focus)

    def values(self) -> list[Value]:
        return [value_of(argument, self.focus) for argument in self.token]

    def text(self, at: int, default: str = "") -> str:
        return as_text(self.value(at)) if at < len(self.token) else default

    def number(self, at: int, default: float = 0.0) -> float:
        return as_number(self.value(at), self.focus.world.at.tzinfo) if at < len(self.token) else default  # type: ignore[arg-type]

    def truth(self, at: int) -> bool:
        return as_truth(self.value(at))

    def nodes(self, at: int) -> list[Node]:
        value = self.value(at)
        return [] if isinstance(value, str | float | int) else list(value)  # type: ignore[arg-type]
