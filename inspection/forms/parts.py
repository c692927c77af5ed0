"""What a form is made of once it is parsed: places that hold answers, and the body that asks for them."""

from dataclasses import dataclass, field

from inspection.forms.expression import Expression
from inspection.forms.question import Question
from inspection.forms.texts import Text


@dataclass(slots=True)
class Action:
    """A `setvalue`: at an event the place `target` takes the value, "" when there is no expression."""

    target: str
    value: Expression | None
    text: str = ""


@dataclass(slots=True)
class Place:
    """One element of the instance, with what its bind says. `initial` is how many instances a repeat begins with.

    The rules are None where the bind has none. `preload` is the pair of jr:preload and its parameter.
    """

    path: str
    name: str
    parent: "Place | None"
    default: str = ""
    children: list["Place"] = field(default_factory=list)
    is_repeat: bool = False
    initial: int = 0
    type: str = "string"
    relevant: Expression | None = None
    calculate: Expression | None = None
    constraint: Expression | None = None
    required: Expression | None = None
    read_only: Expression | None = None
    count: Expression | None = None
    preload: tuple[str, str] = ("", "")
    constraint_message: Text = field(default_factory=Text)
    required_message: Text = field(default_factory=Text)
    department: str = ""
    basis: str = ""
    is_important: bool = False
    result_hint: str = ""
    on_change: list[Action] = field(default_factory=list)

    @property
    def is_numeric(self) -> bool:
        return self.type in ("int", "integer", "decimal", "double", "long")

    @property
    def size(self) -> int:
        """How many places it is, itself and all below it."""
        return 1 + sum(child.size for child in self.children)

    @property
    def repeats(self) -> tuple[str, ...]:
        """The paths of the repeats around it, itself included, outermost first."""
        above = self.parent.repeats if self.parent else ()
        return (*above, self.path) if self.is_repeat else above

    @property
    def repeat(self) -> str:
        """The innermost of them, "" outside every repeat."""
        return (self.repeats or ("",))[-1]


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices that come from a list: its nodes, and where in each the value and the label stand."""

    nodes: Expression
    value: str
    label: str
    is_label_text: bool  # the label is the id of a text, not the text itself

    @property
    def is_static(self) -> bool:
        """The whole of one list, whatever is answered."""
        source = self.nodes.source.replace(" ", "")
        return source.startswith("instance(") and source.endswith(")/root/item") and "[" not in source


@dataclass(frozen=True, slots=True)
class FixedChoice:
    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class Ask:
    """A control: the question and what it says. `names` lead to its place from the innermost repeat around it."""

    question: Question
    names: tuple[str, ...]
    label: Text
    hint: Text
    guidance: Text
    itemset: Itemset | None = None
    choices: tuple[FixedChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group: only its label matters here, for relevance comes from the places."""

    label: Text
    items: tuple["Item", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repeat; `question` is None when the form itself counts its instances."""

    path: str
    names: tuple[str, ...]
    label: Text
    items: tuple["Item", ...]
    question: Question | None


Item = Ask | Group | Repeat
