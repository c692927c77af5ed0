"""The body of a form: its controls as questions, its groups and repeats around them."""

from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from inspection.forms.expression import Expression
from inspection.forms.head import Head, read_action
from inspection.forms.parts import Ask, FixedChoice, Group, Item, Itemset, Place, Repeat
from inspection.forms.question import Kind, Question
from inspection.forms.refusals import BadForm
from inspection.forms.texts import Text
from inspection.forms.xml import JAVAROSA, child, children, descendant, local

_BY_TYPE = {
    "int": Kind.INTEGER,
    "integer": Kind.INTEGER,
    "long": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "double": Kind.DECIMAL,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "dateTime": Kind.DATETIME,
    "geopoint": Kind.GEOPOINT,
}
_BY_CONTROL = {"select1": Kind.SELECT_ONE, "select": Kind.SELECT_MULTIPLE, "trigger": Kind.ACKNOWLEDGE}
_INPUTS = frozenset(("input", "secret", "range"))
_COMPLIANCE = (("yes", "no"), ("yes", "no", "na"))


@dataclass(slots=True)
class _Numbering:
    """Ids go to every control and every free repeat; numbers only to what a person counts."""

    notes: int = 0
    repeats: int = 0
    seen: int = 0
    owners: dict[tuple[int, str], int] = field(default_factory=dict)


def read_body(html: Element, head: Head) -> tuple[Item, ...]:
    """Everything that is asked, in document order; raises BadForm for a control that has no way of being asked."""
    body = descendant(html, "body")
    if body is None:
        return ()
    return _Body(head).items(body, "", Text())


class _Body:
    def __init__(self, head: Head) -> None:
        self.head = head
        self.count = _Numbering()

    def items(self, element: Element, repeat: str, label: Text) -> tuple[Item, ...]:
        found: list[Item] = []
        for each in element:
            name = local(each)
            if name == "group":
                found.append(self._group(each, repeat))
            elif name == "repeat":
                found.append(self._repeat(each, repeat, label))
            elif name == "setvalue":
                read_action(self.head, each, repeat)
            elif name and name not in ("label", "hint"):
                self._add(found, self._ask(each, name, repeat))
        return tuple(found)

    def _group(self, element: Element, repeat: str) -> Item:
        path = (element.get("ref") or "").strip()
        label = self.head.text(child(element, "label"), path)
        inner = child(element, "repeat")
        if inner is not None and (inner.get("nodeset") or "").strip() == path:
            items = self.items(element, repeat, label)
            return Group(Text(), items)
        return Group(label, self.items(element, repeat, Text()))

    def _repeat(self, element: Element, outer: str, label: Text) -> Repeat:
        place = self.head.place(element.get("nodeset", ""))
        place.is_repeat = True
        count = (element.get(f"{JAVAROSA}count") or "").strip()
        if count:
            place.count = Expression(count, place.path)
        own = self.head.text(child(element, "label"), place.path)
        items = self.items(element, place.path, Text())
        is_fixed = bool(count) or element.get(f"{JAVAROSA}noAddRemove", "").startswith("true")
        question = None if is_fixed else self._one_more(place)
        return Repeat(place.path, _names(place.path, outer), own or label, items, question)

    def _one_more(self, place: Place) -> Question:
        self.count.repeats += 1
        return Question(
            id=f"r{self.count.repeats}",
            name=place.name,
            path=place.path,
            kind=Kind.REPEAT,
            department=place.department,
            repeats=place.repeats[:-1],
        )

    def _ask(self, element: Element, control: str, repeat: str) -> Ask:
        place = self.head.place(element.get("ref") or element.get("bind") or "")
        kind = _kind(element, control, place)
        for action in children(element, "setvalue"):
            read_action(self.head, action, place.path)
        label, hint = child(element, "label"), child(element, "hint")
        itemset = child(element, "itemset")
        question = Question(
            id="",  # until it is known whether it stands by itself
            name=place.name,
            path=place.path,
            kind=kind,
            department=place.department,
            basis=place.basis,
            is_important=place.is_important,
            result_hint=place.result_hint,
            appearance=element.get("appearance", ""),
            is_read_only=place.read_only is not None and place.read_only.constant is True,
            repeats=place.repeats,
        )
        ask = Ask(
            question=question,
            names=_names(place.path, repeat),
            label=self.head.text(label, place.path),
            hint=self.head.text(hint, place.path),
            guidance=self._guidance(hint),
            itemset=_itemset(itemset, place) if itemset is not None else None,
            choices=tuple(self._fixed(item, place) for item in children(element, "item")),
        )
        return replace(ask, question=replace(question, is_compliance=self._is_compliance(ask)))

    def _guidance(self, hint: Element | None) -> Text:
        reference = hint.get("ref", "") if hint is not None else ""
        return self.head.guidance.get(reference.strip()[len("jr:itext('") : -len("')")], Text())

    def _fixed(self, item: Element, place: Place) -> FixedChoice:
        value = child(item, "value")
        name = (value.text or "").strip() if value is not None else ""
        return FixedChoice(name, self.head.text(child(item, "label"), place.path))

    def _is_compliance(self, ask: Ask) -> bool:
        if ask.question.kind is not Kind.SELECT_ONE:
            return False
        names = tuple(choice.name for choice in ask.choices)
        if ask.itemset is not None:
            names = self._static_names(ask.itemset)
        return names in _COMPLIANCE

    def _static_names(self, itemset: Itemset) -> tuple[str, ...]:
        """The values of a list that is taken whole, () for one that is filtered."""
        source = itemset.nodes.source.replace(" ", "").replace('"', "'")
        for name, top in self.head.lists.items():
            if source == f"instance('{name}')/root/item":
                items = [item for root in top.children for item in root.children]
                return tuple(node.text for item in items for node in item.by_name.get(itemset.value, ()))
        return ()

    def _add(self, found: list[Item], ask: Ask) -> None:
        """Puts a question into its group: as a companion of one that stands there, or with a number of its own."""
        owner = _owner_at(found, ask.question)
        if owner is None:
            id, number = self._number(ask.question)
            found.append(replace(ask, question=replace(ask.question, id=id, number=number)))
            return
        item = found[owner]
        assert isinstance(item, Ask)
        asked = item.question
        is_note = ask.question.kind is Kind.TEXT
        id = f"{asked.id}n" if is_note else f"{asked.id}p"
        joined = replace(asked, note=id) if is_note else replace(asked, photo=id)
        found[owner] = replace(item, question=joined)
        department = ask.question.department or asked.department
        own = replace(ask.question, id=id, companion_of=asked.id, number=asked.number, department=department)
        found.append(replace(ask, question=own))

    def _number(self, question: Question) -> tuple[str, int]:
        """What is only shown has no number that people see."""
        if question.kind is Kind.NOTE or question.is_read_only:
            self.count.notes += 1
            return f"n{self.count.notes}", 0
        self.count.seen += 1
        return f"q{self.count.seen}", self.count.seen


def _owner_at(found: list[Item], question: Question) -> int | None:
    """Where in its group the compliance question stands whose note or photo this is."""
    suffix = {Kind.TEXT: "_note", Kind.IMAGE: "_photo"}.get(question.kind)
    if suffix is None or not question.name.endswith(suffix):
        return None
    path = question.path.removesuffix(suffix)
    for at, item in enumerate(found):
        if isinstance(item, Ask) and item.question.is_compliance and item.question.path == path:
            return at
    return None


def _kind(element: Element, control: str, place: Place) -> Kind:
    if control in _BY_CONTROL:
        return _BY_CONTROL[control]
    if control == "upload":
        return Kind.IMAGE if element.get("mediatype", "").startswith("image/") else Kind.FILE
    if control not in _INPUTS:
        raise BadForm("form_control", control=control, place=place.path)
    kind = _BY_TYPE.get(place.type, Kind.TEXT)
    is_fixed = place.read_only is not None and place.read_only.constant is True
    if kind is Kind.TEXT and is_fixed and place.calculate is None and not place.default:
        return Kind.NOTE
    return kind


def _itemset(element: Element, place: Place) -> Itemset:
    value, label = child(element, "value"), child(element, "label")
    source = label.get("ref", "") if label is not None else ""
    is_text = source.strip().startswith("jr:itext(")
    return Itemset(
        nodes=Expression(element.get("nodeset", ""), place.path),
        value=(value.get("ref", "") if value is not None else "").strip() or "name",
        label=source.strip().removeprefix("jr:itext(").removesuffix(")").strip() or "label",
        is_label_text=is_text,
    )


def _names(path: str, repeat: str) -> tuple[str, ...]:
    """The steps from the repeat around (from the root, outside every repeat) to a place."""
    return tuple(path.split("/")[len(repeat.split("/")) if repeat else 2 :])
