"""What leaves a filling: the instance as ODK writes it, nested data, flat rows; what is not relevant stays behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from inspection.forms.fields import Asked, Field
from inspection.forms.live import Live
from inspection.forms.question import Kind

Data = str | int | float | None | list["Data"] | Mapping[str, "Data"]


@dataclass(frozen=True, slots=True)
class Row:
    """One answered question of one instance, for a table: `label` is left to whoever writes it."""

    id: str
    number: int
    name: str
    path: str
    positions: tuple[int, ...]
    department: str
    kind: Kind
    value: str


def to_xml(live: Live, instance_id: str = "") -> str:
    """The instance as an ODK client would send it, with `instance_id` as its meta/instanceID when given."""
    root = Element(live.root.name, {"id": live.form.id} if live.form.id else {})
    if live.form.version:
        root.set("version", live.form.version)
    _write(live.root, root)
    if instance_id:
        meta = root.find("meta")
        meta = SubElement(root, "meta") if meta is None else meta
        own = meta.find("instanceID")
        own = SubElement(meta, "instanceID") if own is None else own
        own.text = instance_id
    return tostring(root, encoding="unicode")


def _write(field: Field, element: Element) -> None:
    for child in field.children:
        if child.is_relevant:
            below = SubElement(element, child.name)
            if child.spec.children:
                _write(child, below)
            elif child.text:
                below.text = child.text


def to_json(live: Live) -> dict[str, Data]:
    """Groups as objects, repeats as lists of objects, numbers as numbers, several choices as a list, empty as null."""
    return _nested(live, live.root)


def _nested(live: Live, field: Field) -> dict[str, Data]:
    found: dict[str, Data] = {}
    for spec in field.spec.children:
        shown = [child for child in field.instances_of(spec.name) if child.is_relevant]
        values = [_nested(live, child) if spec.children else _datum(live, child) for child in shown]
        if spec.is_repeat:
            found[spec.name] = list(values)
        elif values:
            found[spec.name] = values[0]
    return found


def _datum(live: Live, field: Field) -> Data:
    if not field.text:
        return None
    if any(ask.question.kind is Kind.SELECT_MULTIPLE for ask in live.form.asks_at.get(field.place, ())):
        return list(field.text.split())
    try:
        if field.spec.type in ("int", "integer", "long"):
            return int(field.text)
        if field.spec.type in ("decimal", "double"):
            return float(field.text)
    except ValueError:
        return field.text
    return field.text


def to_rows(asked: Sequence[Asked]) -> tuple[Row, ...]:
    """A row for each question that holds a value; notes and "one more?" hold none."""
    return tuple(
        Row(
            id=each.id,
            number=each.question.number,
            name=each.question.name,
            path=each.question.path,
            positions=each.positions,
            department=each.question.department,
            kind=each.question.kind,
            value=each.value,
        )
        for each in asked
        if each.value and each.question.kind not in (Kind.NOTE, Kind.REPEAT)
    )
