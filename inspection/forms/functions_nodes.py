"""Functions on nodes: repeats, choice lists, and what is drawn from the seed of the filling."""

import hashlib
import math
from collections.abc import Hashable, Iterator
from functools import lru_cache
from typing import cast

from inspection.forms.calls import Call, Plan, plan_of
from inspection.forms.nodes import Node
from inspection.forms.preloads import uuid_of
from inspection.forms.rules import Table
from inspection.forms.values import Value, as_text


def _position(call: Call) -> float:
    """Of a node among its repeat's instances, from 1; without an argument, of the item in its list."""
    if not len(call):
        return float(call.focus.position)
    plan = plan_of(call.token[0])
    nodes = plan.follow(call.focus) if plan else call.nodes(0)
    return float(nodes[0].index) if nodes else math.nan


def _count_filled(call: Call) -> float:
    return float(sum(bool(node.string_value) for node in call.nodes(0)))


def _indexed(call: Call) -> Value:
    """`indexed-repeat(node, repeat, index, …)`: the node in that instance; "" when there is none."""
    target = _path(call, 0)
    wanted = {_path(call, at): call.number(at + 1) for at in range(1, len(call) - 1, 2)}
    nodes = [call.focus.world.root]
    for name in target.split("/")[2:]:
        nodes = [child for node in nodes for child in node.by_name.get(name, ())]
        if not nodes:
            return ""
        nodes = _picked(call, nodes, wanted)
    return [node for node in nodes if node.is_relevant][:1]


def _picked(call: Call, nodes: list[Node], wanted: dict[str, float]) -> list[Node]:
    path = nodes[0].place
    if path in wanted:
        at = wanted[path]
        return [nodes[int(at) - 1]] if 1 <= at <= len(nodes) else []
    mine = call.focus.current.instances.get(path)
    return [mine] if mine in nodes and mine is not None else nodes


def _path(call: Call, at: int) -> str:
    plan: Plan | None = plan_of(call.token[at])
    return plan.path_from(call.focus.current.place) if plan else ""


def _instance(call: Call) -> Value:
    found = call.focus.world.list_of(call.text(0))
    return [found] if found is not None else []


def _choice_name(call: Call) -> str:
    """The label of a picked value, in the language of whoever reads; the value itself when it has none.

    The second argument is a text that holds the path of the question.
    """
    value, path = call.text(0), call.text(1).strip()
    plan = _plan_of_text(cast(Hashable, type(call.token.parser)), path)
    nodes = plan.follow(call.focus) if plan else []
    return call.focus.world.choice_label(nodes[0], value) if nodes else value


@lru_cache(maxsize=1000)
def _plan_of_text(parser: Hashable, path: str) -> Plan | None:
    return plan_of(parser().parse(path))  # type: ignore[operator]


def _digest(call: Call) -> bytes:
    """What this call draws from: the seed of the filling, the place, and where in its rule the call stands."""
    node = call.focus.current
    place = f"{call.focus.world.seed}|{node.place}|{node.positions}|{call.token.span}"
    return hashlib.sha256(place.encode()).digest()


def _random(call: Call) -> float:
    return int.from_bytes(_digest(call)[:6]) / 2**48


def _uuid(call: Call) -> str:
    """A version 4 UUID, or with an argument so many letters and digits."""
    if not len(call):
        return uuid_of(_digest(call))
    length = 0 if math.isnan(call.number(0)) else int(max(0, min(call.number(0), 1000)))
    return "".join(_SIGNS[draw % len(_SIGNS)] for draw in _draws(_digest(call), length))


def _shuffled(call: Call) -> Value:
    """The nodes in an order that stays: drawn from the second argument, or from the seed of the filling."""
    nodes = call.nodes(0)
    seed = call.text(1).encode() if len(call) > 1 else _digest(call)
    for last, draw in zip(range(len(nodes) - 1, 0, -1), _draws(seed, len(nodes)), strict=False):
        other = draw % (last + 1)
        nodes[last], nodes[other] = nodes[other], nodes[last]
    return nodes


def _draws(seed: bytes, count: int) -> Iterator[int]:
    """So many great numbers that follow from the seed alone."""
    for at in range(count):
        yield int.from_bytes(hashlib.sha256(seed + at.to_bytes(4)).digest()[:8])


def _version(call: Call) -> str:
    return call.focus.world.version


_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

NODES: Table = {
    "position": ((0, 1), _position),
    "last": (0, lambda call: float(call.focus.size or 0)),
    "count": (1, lambda call: float(len(call.nodes(0)))),
    "count-non-empty": (1, _count_filled),
    "indexed-repeat": ((3, None), _indexed),
    "instance": (1, _instance),
    "current": (0, lambda call: [call.focus.current]),
    "jr:choice-name": (2, _choice_name),
    "jr:itext": (1, lambda call: call.focus.world.text_of(call.text(0))),
    "random": (0, _random),
    "uuid": ((0, 1), _uuid),
    "randomize": ((1, 2), _shuffled),
    "version": (0, _version),
    "local-name": (
        (0, 1),
        lambda call: (call.nodes(0)[0].name if call.nodes(0) else "") if len(call) else _own(call),
    ),
    "name": (
        (0, 1),
        lambda call: (call.nodes(0)[0].name if call.nodes(0) else "") if len(call) else _own(call),
    ),
}


def _own(call: Call) -> str:
    return as_text(getattr(call.focus.item, "name", ""))
