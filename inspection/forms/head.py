"""The model of a form: its instance and binds as places, its choice lists as nodes, its texts by language."""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from inspection.forms.expression import Expression
from inspection.forms.nodes import Node
from inspection.forms.parts import Action, Place
from inspection.forms.refusals import BadForm
from inspection.forms.texts import Pieces, Text, pieces_of
from inspection.forms.xml import CHECKLIST, JAVAROSA, child, children, descendant, local

_TEXT_ID = re.compile(r"\s*jr:itext\(\s*(['\"])(.*)\1\s*\)\s*\Z")
_RULES = {
    "relevant": "relevant",
    "calculate": "calculate",
    "constraint": "constraint",
    "required": "required",
    "readonly": "read_only",
}


@dataclass(slots=True)
class Head:
    """What the body stands on. `guidance` holds the texts of form "guidance"; `on_load` what happens at the start,
    `on_new` what happens in a new instance of a repeat.
    """

    title: str = ""
    id: str = ""
    version: str = ""
    languages: tuple[str, ...] = ()
    root: Place = field(default_factory=lambda: Place("", "", None))
    places: dict[str, Place] = field(default_factory=dict)
    lists: dict[str, Node] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    guidance: dict[str, Text] = field(default_factory=dict)
    on_load: list[Action] = field(default_factory=list)
    on_new: list[Action] = field(default_factory=list)

    def place(self, path: str) -> Place:
        """The place at a path, prefixes of namespaces left aside; raises BadForm("form_reference")."""
        found = self.places.get(plain_path(path))
        if found is None:
            raise BadForm("form_reference", path=path.strip(), place=path.strip())
        return found

    def text(self, element: Element | None, place: str) -> Text:
        """A label, hint or message element as a text."""
        if element is None:
            return Text()
        reference = element.get("ref")
        if not reference:
            return Text({"": pieces_of(element, place)})
        found = _TEXT_ID.match(reference)
        if found is None:
            return Text({"": (Expression(reference, place),)})
        return self.texts.get(found.group(2), Text())

    def message(self, source: str | None) -> Text:
        """jr:constraintMsg or jr:requiredMsg: the words themselves, or the id of a text."""
        found = _TEXT_ID.match(source or "")
        if found is not None:
            return self.texts.get(found.group(2), Text())
        return Text({"": (source,)}) if source else Text()


def plain_path(path: str, around: str = "") -> str:
    """A path of names without prefixes; one that begins with ".." is taken from `around`."""
    steps = around.split("/") if path.strip().startswith(".") else []
    for step in path.strip().split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step != ".":
            steps.append(step.rpartition(":")[2])
    return "/".join(steps)


def read_head(html: Element) -> Head:
    model = descendant(html, "model")
    if model is None:
        raise BadForm("form_without_model")
    head = Head()
    title = descendant(html, "title")
    head.title = (title.text or "").strip() if title is not None else ""
    _read_texts(head, model)
    _read_instances(head, model)
    for bind in children(model, "bind"):
        _read_bind(head, bind)
    for element in children(model, "setvalue"):
        read_action(head, element, "")
    return head


def _read_texts(head: Head, model: Element) -> None:
    itext = child(model, "itext")
    translations = children(itext, "translation") if itext is not None else []
    translations.sort(key=lambda translation: translation.get("default") is None)
    plain: dict[str, dict[str, Pieces]] = {}
    guidance: dict[str, dict[str, Pieces]] = {}
    languages = []
    for translation in translations:
        language = translation.get("lang", "")
        languages.append(language)
        for text in children(translation, "text"):
            text_id = text.get("id", "")
            place = text_id.partition(":")[0]
            for value in children(text, "value"):
                form = value.get("form", "")
                if form in ("", "guidance"):
                    by_language = (guidance if form else plain).setdefault(text_id, {})
                    by_language.setdefault(language, pieces_of(value, place))
    head.languages = () if languages == ["default"] or languages == [""] else tuple(languages)
    head.texts = {text_id: Text(spoken) for text_id, spoken in plain.items()}
    head.guidance = {text_id: Text(spoken) for text_id, spoken in guidance.items()}


def _read_instances(head: Head, model: Element) -> None:
    instances = children(model, "instance")
    if not instances or not len(instances[0]):
        raise BadForm("form_without_instance")
    root = instances[0][0]
    head.id = root.get("id", "")
    head.version = root.get("version", "") or root.get(f"{JAVAROSA}version", "")
    head.root = Place(f"/{local(root)}", local(root), None)
    head.places[head.root.path] = head.root
    _read_places(head, root, head.root)
    for instance in instances[1:]:
        head.lists[instance.get("id", "")] = _read_list(instance)


def _read_places(head: Head, element: Element, place: Place) -> None:
    """The places below one; the template of a repeat and its instances are one place, whose values the first gives."""
    counts: dict[str, int] = {}
    for each in element:
        name = local(each)
        if not name:
            continue
        counts[name] = counts.get(name, 0) + (each.get(f"{JAVAROSA}template") is None)
        path = f"{place.path}/{name}"
        if path not in head.places:
            default = (each.text or "").strip() if not len(each) else ""
            head.places[path] = Place(path, name, place, default=default)
            place.children.append(head.places[path])
        _read_places(head, each, head.places[path])
    for below in place.children:
        below.initial = max(below.initial, counts.get(below.name, 0))


def _read_list(instance: Element) -> Node:
    """A choice list; its top is a document, so that `instance('x')/root/item` begins below it."""
    top = Node("", None)
    for each in instance:
        top.attach(_read_node(each, top))
    return top


def _read_node(element: Element, parent: Node) -> Node:
    node = Node(local(element), parent, text=(element.text or "").strip() if not len(element) else "")
    for each in element:
        if local(each):
            node.attach(_read_node(each, node))
    return node


def _read_bind(head: Head, bind: Element) -> None:
    place = head.places.get(plain_path(bind.get("nodeset", "")))
    if place is None:  # a rule for what is not there decides nothing
        return
    place.type = bind.get("type", "string").rpartition(":")[2]
    for attribute, field_name in _RULES.items():
        source = bind.get(attribute)
        if source and source.strip():
            setattr(place, field_name, Expression(source, place.path))
    place.preload = (bind.get(f"{JAVAROSA}preload", ""), bind.get(f"{JAVAROSA}preloadParams", ""))
    place.constraint_message = head.message(bind.get(f"{JAVAROSA}constraintMsg"))
    place.required_message = head.message(bind.get(f"{JAVAROSA}requiredMsg"))
    place.department = bind.get(f"{CHECKLIST}department", "")
    place.basis = bind.get(f"{CHECKLIST}basis", "")
    place.is_important = bind.get(f"{CHECKLIST}important", "") == "yes"
    place.result_hint = bind.get(f"{CHECKLIST}resultHint", "")


def read_action(head: Head, element: Element, around: str) -> None:
    """A `setvalue`; `around` is the path of the control or repeat it stands in, "" in the model."""
    target = head.place(plain_path(element.get("ref") or element.get("bind") or "", around))
    source = element.get("value", "").strip()
    action = Action(
        target.path, Expression(source, target.path) if source else None, (element.text or "").strip()
    )
    for event in element.get("event", "").split():
        if event == "odk-instance-first-load":
            head.on_load.append(action)
        elif event == "odk-new-repeat":
            head.on_new.append(action)
        elif event == "xforms-value-changed" and around:
            head.places[around].on_change.append(action)
