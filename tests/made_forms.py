"""Small checklists as XForms, without a spreadsheet behind them."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:ssj="urn:shuangsuiji:checklist"><h:head><h:title>{title}</h:title><model><instance>'
    '<data id="{id}">{nodes}</data></instance><instance id="yes_no"><root>{choices}</root></instance>{binds}</model>'
    "</h:head><h:body>{controls}</h:body></h:html>"
)
_CHOICES = "".join(
    f"<item><name>{name}</name><label>{label}</label></item>"
    for name, label in (("yes", "是"), ("no", "否"), ("na", "不适用"))
)


@dataclass(frozen=True)
class Compliance:
    """One question answered 是, 否 or 不适用; a 否 wants a note, and with `wants_photo` anything but 不适用 a photo."""

    text: str
    department: str = ""
    is_important: bool = False
    wants_photo: bool = False
    basis: str = ""


def an_xform(questions: list[Compliance], *, id: str = "C1", title: str = "示例检查表") -> str:
    """The questions in their order, numbered from 1."""
    numbered = list(enumerate(questions, start=1))
    return _HEAD.format(
        id=id,
        title=escape(title),
        choices=_CHOICES,
        nodes="".join(_nodes(number, one) for number, one in numbered),
        binds="".join(_binds(number, one) for number, one in numbered),
        controls="".join(_controls(number, one) for number, one in numbered),
    )


def _nodes(number: int, one: Compliance) -> str:
    photo = f"<q{number}_photo/>" if one.wants_photo else ""
    return f"<q{number}/><q{number}_note/>{photo}"


def _binds(number: int, one: Compliance) -> str:
    path, ours = f"/data/q{number}", f' ssj:department="{one.department}" ssj:basis="{escape(one.basis)}"'
    ours += ' ssj:important="yes"' if one.is_important else ""
    rules = [
        f'<bind nodeset="{path}" type="string" required="true()"{ours}/>',
        f'<bind nodeset="{path}_note" type="string" relevant="{path} = \'no\'" required="true()"{ours}/>',
    ]
    if one.wants_photo:
        rules.append(
            f'<bind nodeset="{path}_photo" type="binary" relevant="{path} != \'na\'" required="true()"{ours}/>'
        )
    return "".join(rules)


def _controls(number: int, one: Compliance) -> str:
    path = f"/data/q{number}"
    asked = (
        f'<select1 ref="{path}"><label>{escape(one.text)}</label><itemset nodeset="instance(\'yes_no\')/root/item">'
        '<value ref="name"/><label ref="label"/></itemset></select1>'
        f'<input ref="{path}_note"><label>备注</label></input>'
    )
    photo = f'<upload ref="{path}_photo" mediatype="image/*"><label>照片</label></upload>'
    return asked + photo if one.wants_photo else asked
