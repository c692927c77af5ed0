"""Writes the table in docs/rights.md from `inspection.rights`; the words around it are written by hand."""

from pathlib import Path

from inspection.refusals import Refusal
from inspection.rights import RIGHTS, Grant, Part, Reach, Span
from inspection.roles import Role
from notifications.catalogue import refusal_sentence

PAGE = Path(__file__).parents[1] / "docs" / "rights.md"
_BEGIN, _END = "<!-- table -->\n", "<!-- end of table -->\n"
_REACH = {
    Reach.OWN: "own department",
    Reach.OFFICE: "joint office: all departments",
    Reach.EVERY: "all departments",
}
_SPAN = {
    Span.OWN: "own",
    Span.BELOW: "own and below",
    Span.PREFECTURE: "the prefecture's",
    Span.EVERY: "all",
}
_PART = {
    Part.SELF: "whose own it is",
    Part.HOLDER: "holder of the seat",
    Part.MEMBER: "member of this team",
    Part.LEAD: "lead of *this* team",
    Part.INVITED: "the invited witness",
}


def written() -> str:
    """The whole page with its table anew."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{_table()}{_END}{after}"


def _table() -> str:
    rows = ["| deed | who | level | everybody else hears |", "|---|---|---|---|"]
    for deed, right in RIGHTS.items():
        heard = refusal_sentence(Refusal(right.refusal, department="…"), "en")
        order = "the first that the register names: " if right.is_first_named else ""
        level = _SPAN[right.span] if any(isinstance(one.who, Role) for one in right.grants) else ""
        rows.append(f"| `{deed.value}` | {order}{_who(right.grants)} | {level} | {heard} |")
    return "\n".join(rows) + "\n"


def _who(grants: tuple[Grant, ...]) -> str:
    parts = [_PART[one.who] for one in grants if isinstance(one.who, Part)]
    said = [
        f"{', '.join(roles)} ({words})"
        for reach, words in _REACH.items()
        if (roles := [one.who.value for one in grants if isinstance(one.who, Role) and one.reach is reach])
    ]
    return "; ".join([*said, *parts])


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
