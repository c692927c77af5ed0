"""The nodes of one filling: places with a value, and what the rules say of them at the moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inspection.forms.nodes import Node
from inspection.forms.parts import FixedChoice, Place
from inspection.forms.question import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it stands now. `positions` say in which instance of each repeat around it, from 1.

    `id` is the question's with the positions behind it: "q7.2". `problem` is "" or what blocks the end: "required"
    (empty), "type" (no such value of this kind), "choice" (no longer among the choices), "constraint".
    """

    id: str
    question: Question
    positions: tuple[int, ...]
    value: str
    is_required: bool
    is_read_only: bool
    problem: str = ""


class Field(Node):
    """A node with its place: what the rules decided, and a `card` and `choices` that are kept until it changes."""

    def __init__(self, spec: Place, parent: "Field | None") -> None:
        super().__init__(spec.name, parent, spec.path, spec.default)
        self.spec = spec
        self.is_numeric = spec.is_numeric
        self.is_required = False
        self.is_read_only = False
        self.is_fitting = True
        self.is_gone = False
        self.card: Asked | None = None
        self.ghosts: dict[str, Field] = {}
        self.choices: Sequence[tuple[str, Node | FixedChoice]] | None = None
        self.is_relevant = parent.is_relevant if parent is not None else True

    def fields(self) -> Iterator["Field"]:
        """This field and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.fields()

    def instances_of(self, name: str) -> list["Field"]:
        return self.by_name.get(name, [])  # type: ignore[return-value]

    def below(self, names: Sequence[str]) -> list["Field"]:
        """The fields that these steps lead to, through every instance of a repeat."""
        found: list[Field] = [self]
        for name in names:
            found = [child for each in found for child in each.instances_of(name)]
        return found
