"""Whether an expression can be one at all, told before any engine sees it, so that its cell can be named.

Only the shape is looked at: signs, brackets, whether a value or an operator may stand where it stands, and the names of
functions and fields. What an expression is worth is the engine's business.
Source: ODK XForms specification, section "XPath functions"; XPath 1.0, section 3.7.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches


def words(written: str) -> frozenset[str]:
    """A closed list of words as a person reads it best."""
    return frozenset(written.split())


FUNCTIONS = words("""
    abs acos area asin atan atan2 boolean boolean-from-string ceiling checklist choice-name coalesce concat contains
    cos count count-non-empty count-selected current date date-time decimal-date-time decimal-time digest distance
    ends-with exp exp10 false floor format-date format-date-time id if indexed-repeat instance int intersects
    jr:choice-name jr:itext join lang last local-name log log10 max min name namespace-uri normalize-space not now
    number once pi position pow random randomize regex round selected selected-at sin sqrt starts-with string
    string-length substr substring substring-after substring-before sum tan thousandsep today translate true uuid
    version weighted-checklist
    """)
REFUSED_FUNCTIONS = frozenset({"pulldata", "search", "property", "geofence", "base64-decode"})
_NODE_TESTS = frozenset({"node", "text", "comment", "processing-instruction"})
_WORD_OPERATORS = frozenset({"and", "or", "div", "mod"})
REFERENCE = re.compile(r"\$\{\s*(?P<saved>last-saved#)?(?P<name>[^{}]*?)\s*\}")
_TOKEN = re.compile(
    r"""(?P<blank>\s+)
    |(?P<literal>"[^"]*"|'[^']*')
    |(?P<reference>\$\{[^{}]*\})
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<dots>\.\.?)
    |(?P<axis>[a-z-]+::)
    |(?P<name>@?[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)
    |(?P<slash>//?)
    |(?P<operator>!=|<=|>=|[=<>+|])
    |(?P<minus>-)
    |(?P<star>\*)
    |(?P<open>[(\[])
    |(?P<close>[)\]])
    |(?P<comma>,)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_CLOSES = {"(": ")", "[": "]"}


@dataclass(frozen=True)
class Flaw:
    """What is wrong with an expression: the kind, the piece in question, and the nearest thing that would do."""

    code: str
    piece: str
    near: str = ""


def references_in(text: str) -> tuple[str, ...]:
    """The names in `${…}`, in order."""
    return tuple(found["name"] for found in REFERENCE.finditer(text))


def flaws_of_references(text: str, names: dict[str, int]) -> Iterator[Flaw]:
    """References to fields that are not there, or that several fields could mean. `names` counts the fields' names."""
    for found in REFERENCE.finditer(text):
        name = found["name"]
        if found["saved"]:
            yield Flaw("last_saved", found[0])
        elif name not in names:
            yield Flaw("no_such_field", name, nearest(name, names))
        elif names[name] > 1:
            yield Flaw("several_such_fields", name)
    rest = REFERENCE.sub("", text)
    if "${" in rest:
        yield Flaw("reference_broken", rest[rest.index("${") :][:20])


def flaws_of_expression(text: str) -> Iterator[Flaw]:
    """Refused and unknown functions first, then the first place where the shape breaks."""
    tokens = [token for token in _TOKEN.finditer(text) if token.lastgroup != "blank"]
    functions = list(_functions(tokens))
    for name in functions:
        if name in REFUSED_FUNCTIONS:
            yield Flaw("function_not_carried", name, name)
        elif name not in FUNCTIONS | _NODE_TESTS:
            yield Flaw("unknown_function", name, nearest(name, FUNCTIONS))
    broken = _broken(tokens)
    if broken is not None:
        yield broken


def nearest(word: str, words: Iterator[str] | frozenset[str] | dict[str, int] | tuple[str, ...]) -> str:
    """The known word that is most like this one, empty when none is."""
    return next(iter(get_close_matches(word, list(words), n=1, cutoff=0.6)), "")


def _functions(tokens: list[re.Match[str]]) -> Iterator[str]:
    walk = _Walk()
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        is_operator = walk.after_value and token[0] in _WORD_OPERATORS
        if token.lastgroup == "name" and not is_operator and following is not None and following[0] == "(":
            yield token[0]
        walk.step(token)


def _broken(tokens: list[re.Match[str]]) -> Flaw | None:
    walk = _Walk()
    for token in tokens:
        flaw = walk.step(token)
        if flaw is not None:
            return flaw
    if walk.opened:
        return Flaw("bracket_open", walk.opened[-1])
    return None if walk.after_value else Flaw("expression_ends", walk.before)


class _Walk:
    """Along the tokens: whether a whole value has just been read, and which brackets stand open."""

    def __init__(self) -> None:
        self.after_value = False
        self.before = ""
        self.before_is_name = False
        self.opened: list[str] = []

    def step(self, token: re.Match[str]) -> Flaw | None:
        """One token further; the flaw, when it may not stand here."""
        kind, sign = token.lastgroup or "", token[0]
        if kind == "other":
            return Flaw("quote_open" if sign in "'\"" else "sign_in_expression", sign)
        is_word = kind == "name" and self.after_value and sign in _WORD_OPERATORS
        if is_word or (kind == "star" and self.after_value):
            kind = "operator"
        flaw = self._flaw(kind, sign)
        if flaw is None:
            self._take(kind, sign)
        return flaw

    def _flaw(self, kind: str, sign: str) -> Flaw | None:
        if kind == "close":
            if not self.opened or _CLOSES[self.opened[-1]] != sign:
                return Flaw("bracket_closed", sign)
            is_right = self.after_value or (sign == ")" and self.before == "(" and self.before_is_name)
        elif kind in ("minus", "slash", "axis"):
            is_right = True
        elif sign == "(":
            is_right = not self.after_value or self.before_is_name
        elif kind in ("operator", "comma") or sign == "[":
            is_right = self.after_value
        else:
            is_right = not self.after_value
        return None if is_right else Flaw("expression_breaks", sign)

    def _take(self, kind: str, sign: str) -> None:
        if kind == "open":
            self.opened.append(sign)
        elif kind == "close":
            self.opened.pop()
        is_call = sign == "(" and self.after_value
        self.after_value = kind in ("literal", "reference", "number", "dots", "name", "star", "close")
        self.before, self.before_is_name = sign, kind == "name" or is_call
