"""The nodes that expressions look at: those of the checklist being filled in, and the items of its choice lists.

They are elements to elementpath, whose axes walk `parent`, `children` and `name`; what is ours stands in the rest.
Names are local names, for a form has no two namespaces in one instance.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from elementpath.xpath_nodes import ElementNode


class Node(ElementNode):
    """One element. `place` is its path without positions ("/data/fridge/t"), "" in a choice list.

    `instances` maps the path of each repeat around it, itself included, to the instance it is in. `is_relevant`
    counts in the groups around; `own_relevant` does not.
    """

    name: str
    parent: Any
    children: list[Any]
    is_numeric: bool

    def __init__(self, name: str, parent: "Node | None", place: str = "", text: str = "") -> None:
        self.name = name
        self.value = self
        self.parent = parent
        self.place = place
        self.text = text
        self.position = 1
        self.children = []
        self.xsd_type = self.xsd_element = None
        self.by_name: dict[str, list[Node]] = {}
        self.instances: Mapping[str, Node] = parent.instances if parent is not None else {}
        self.is_numeric = False
        self.own_relevant = True
        self.is_relevant = True

    def attach(self, child: "Node", position: int | None = None) -> None:
        """Puts a child last, or as the `position`-th (from 0) of its name."""
        same = self.by_name.setdefault(child.name, [])
        if position is None or not same or position >= len(same):
            at = self.children.index(same[-1]) + 1 if same and position is not None else len(self.children)
            same.append(child)
        else:
            at = self.children.index(same[position])
            same.insert(position, child)
        self.children.insert(at, child)

    def detach(self, child: "Node") -> None:
        self.children.remove(child)
        self.by_name[child.name].remove(child)

    def become_instance(self) -> None:
        """Makes this node an instance of the repeat at its path; before any child is attached."""
        self.instances = {**self.instances, self.place: self}

    @property
    def index(self) -> int:
        """Which of its name it is among its siblings, from 1."""
        return self.parent.by_name[self.name].index(self) + 1 if self.parent is not None else 1

    @property
    def positions(self) -> tuple[int, ...]:
        return tuple(instance.index for instance in self.instances.values())

    def everything(self) -> Iterator["Node"]:
        """This node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.everything()

    @property
    def string_value(self) -> str:
        if not self.children:
            return self.text
        return "".join(child.string_value for child in self.children)

    @property
    def attributes(self) -> list[Any]:
        return []

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other
