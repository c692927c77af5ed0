"""The XML of a form, read without trust: no document type, no bare parser error."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from inspection.forms.refusals import BadForm

JAVAROSA = "{http://openrosa.org/javarosa}"
CHECKLIST = "{urn:shuangsuiji:checklist}"


def read_xml(text: str) -> Element:
    """The root element; raises BadForm("form_not_xml")."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadForm("form_not_xml", reason="DOCTYPE")
    try:
        return ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise BadForm("form_not_xml", reason=str(error)) from None


def local(element: Element) -> str:
    """The name of an element without its namespace; "" for a comment."""
    tag: object = element.tag  # a comment has a function there
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local(child) == name]


def child(element: Element, name: str) -> Element | None:
    return next(iter(children(element, name)), None)


def descendant(element: Element, name: str) -> Element | None:
    return next((each for each in element.iter() if local(each) == name), None)
