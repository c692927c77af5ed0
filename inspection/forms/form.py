"""A checklist as a form: parsed from the text of an XForm, ready to be asked and filled in."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from inspection.forms.body import read_body
from inspection.forms.graph import Graph
from inspection.forms.head import Head, read_head
from inspection.forms.nodes import Node
from inspection.forms.parts import Action, Ask, Group, Item, Place, Repeat
from inspection.forms.question import Kind, Question
from inspection.forms.refusals import BadForm
from inspection.forms.texts import Text
from inspection.forms.xml import read_xml

__all__ = ["BadForm", "Form", "Kind", "Question"]


@dataclass(eq=False)
class Form:
    """One version of a checklist. Several fillings share it; none of them changes it."""

    id: str
    version: str
    title: str
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    body: tuple[Item, ...]
    head: Head

    @classmethod
    def parse(cls, xml: str) -> "Form":
        """Reads the text of an XForm as pyxform writes it, with its lists inside; raises BadForm."""
        html = read_xml(xml)
        head = read_head(html)
        body = read_body(html, head)
        form = cls(
            id=head.id,
            version=head.version,
            title=head.title,
            languages=head.languages,
            questions=tuple(_questions(body)),
            body=body,
            head=head,
        )
        form.graph.refuse_cycles()
        return form

    def question(self, id: str) -> Question | None:
        """The question of this id; positions ("q7.2") are left aside."""
        return self._by_id.get(id.partition(".")[0])

    @cached_property
    def by_name(self) -> dict[str, Question]:
        """Questions by their name; of several with one name the first."""
        return {question.name: question for question in reversed(self.questions)}

    @property
    def is_static(self) -> bool:
        """Every question is always asked, with the same choices and the same demands, whatever is answered."""
        return self.graph.is_empty

    @property
    def places(self) -> dict[str, Place]:
        return self.head.places

    @property
    def lists(self) -> dict[str, Node]:
        return self.head.lists

    @property
    def texts(self) -> dict[str, Text]:
        return self.head.texts

    @cached_property
    def asks(self) -> dict[str, Ask]:
        """The controls by the id of their question."""
        return {item.question.id: item for item in _flat(self.body) if isinstance(item, Ask)}

    @cached_property
    def preloads(self) -> tuple[Place, ...]:
        """What is filled in by itself: times, who, the number of the instance."""
        return tuple(one for one in self.places.values() if one.preload[0] and not one.children)

    @cached_property
    def repeats(self) -> dict[str, Repeat]:
        """The repeats by their path."""
        return {item.path: item for item in _flat(self.body) if isinstance(item, Repeat)}

    @cached_property
    def asks_at(self) -> dict[str, list[Ask]]:
        """The controls by the path they write to; there can be several, one for each branch."""
        found: dict[str, list[Ask]] = {}
        for ask in self.asks.values():
            found.setdefault(ask.question.path, []).append(ask)
        return found

    @cached_property
    def on_new(self) -> dict[str, list[Action]]:
        """What happens in a new instance of a repeat, by the path of the repeat."""
        found: dict[str, list[Action]] = {}
        for action in self.head.on_new:
            found.setdefault(self.places[action.target].repeat, []).append(action)
        return found

    @cached_property
    def trails(self) -> dict[str, tuple[Group | Repeat, ...]]:
        """The groups and repeats around each question, outermost first, by the id of the question."""
        return dict(_trails(self.body, ()))

    @cached_property
    def graph(self) -> Graph:
        return Graph(self.places, list(self.asks.values()))

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}


def _flat(items: tuple[Item, ...]) -> list[Item]:
    found: list[Item] = []
    for item in items:
        found.append(item)
        if isinstance(item, Group | Repeat):
            found.extend(_flat(item.items))
    return found


def _questions(body: tuple[Item, ...]) -> list[Question]:
    """In the order in which they are asked: "one more?" stands after the questions of its repeat."""
    found: list[Question] = []
    for item in body:
        if isinstance(item, Ask):
            found.append(item.question)
        else:
            found.extend(_questions(item.items))
        if isinstance(item, Repeat) and item.question is not None:
            found.append(item.question)
    return found


def _trails(
    items: tuple[Item, ...], around: tuple[Group | Repeat, ...]
) -> Iterator[tuple[str, tuple[Group | Repeat, ...]]]:
    for item in items:
        if isinstance(item, Ask):
            yield item.question.id, around
        else:
            yield from _trails(item.items, (*around, item))
        if isinstance(item, Repeat) and item.question is not None:
            yield item.question.id, around
