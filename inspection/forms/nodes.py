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
        self.index = 1
        self.children = []
        self.xsd_type = self.xsd_element = None
        self.by_name: dict[str, list[Node]] = {}
        self.instances: Mapping[str, Node] = parent.instances if parent is not None else {}
        self.is_numeric = False
        self.own_relevant = True
        self.is_relevant = True

    def attach(self, child: "Node") -> None:
        """Puts a child last."""
        same = self.by_name.setdefault(child.name, [])
        same.append(child)
        child.index = len(same)
        self.children.append(child)

    def detach(self, child: "Node") -> None:
        """Takes a child away; those of its name behind it move up."""
        self.children.remove(child)
        same = self.by_name[child.name]
        del same[child.index - 1]
        for moved in same[child.index - 1 :]:
            moved.index -= 1

    def become_instance(self) -> None:
        """Makes this node an instance of the repeat at its path; before any child is attached."""
        self.instances = {**self.instances, self.place: self}

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
