"""One expression of a form, parsed once, and which answers it looks at."""

import re
from collections.abc import Collection
from typing import Any

from elementpath import ElementPathError

from inspection.forms.calls import Focus, plan_of, value_of
from inspection.forms.functions import FUNCTIONS
from inspection.forms.functions_texts import compiled
from inspection.forms.grammar import FormParser
from inspection.forms.nodes import Node
from inspection.forms.refusals import BadForm
from inspection.forms.values import Value, as_text, as_truth

_CALLED = re.compile(r"([A-Za-z_][\w.:-]*)\s*\(")
_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_NODE_TESTS = frozenset(("node", "text", "comment", "processing-instruction", "and", "or", "div", "mod"))
_CLOCK = frozenset(("now", "today"))


class Expression:
    """An expression of the place `place` (a path without positions); raises BadForm when it cannot be read."""

    __slots__ = ("place", "source", "token")

    def __init__(self, source: str, place: str) -> None:
        self.source = source.strip()
        self.place = place
        _refuse_unknown_functions(self.source, place)
        self.token: Any = _parsed(self.source, place)
        for token in self.token.iter("regex", "choice-name"):
            self._refuse_bad_literal(token)

    def _refuse_bad_literal(self, call: Any) -> None:
        """A pattern or a path that stands there as a text is looked at now, not when somebody answers."""
        if call[1].symbol != "(string)":
            return
        if call.symbol == "choice-name":
            _parsed(call[1].value, self.place)
        elif compiled(call[1].value) is None:
            raise BadForm("form_pattern", pattern=call[1].value, place=self.place, source=self.source)

    def value(self, focus: Focus) -> Value:
        """What it comes to there; "" where elementpath finds that it comes to nothing (an axis of a text, say)."""
        try:
            return value_of(self.token, focus)
        except (ElementPathError, RecursionError):
            return ""

    def text(self, focus: Focus) -> str:
        return as_text(self.value(focus))

    def truth(self, focus: Focus) -> bool:
        return as_truth(self.value(focus))

    def nodes(self, focus: Focus) -> list[Node]:
        value = self.value(focus)
        return [] if isinstance(value, str | float | int) else list(value)  # type: ignore[arg-type]

    @property
    def constant(self) -> bool | None:
        """What `true()` or `false()` alone comes to, None for anything else."""
        return {"true()": True, "false()": False}.get(self.source.replace(" ", ""))

    @property
    def has_predicate(self) -> bool:
        return any(token.symbol == "[" for token in self.token.iter())

    @property
    def reads_clock(self) -> bool:
        return any(token.symbol in _CLOCK and token.label == "function" for token in self.token.iter())

    def calls(self, function: str) -> bool:
        return any(token.symbol == function for token in self.token.iter())

    @property
    def remembers(self) -> bool:
        """It looks at the value it gave before."""
        return self.calls("once")

    def reads(self, places: Collection[str]) -> dict[str, bool]:
        """The places it looks at, and whether beyond the repeat instance it stands in."""
        reader = _Reader(self.place, places)
        reader.value(self.token, self.place, is_wide=False)
        return reader.found


def _parsed(source: str, place: str) -> Any:
    try:
        return FormParser().parse(source.strip())
    except (ElementPathError, SyntaxError, ValueError, RecursionError) as error:
        reason = getattr(error, "message", "") or str(error)
        raise BadForm("form_expression", source=source, place=place, reason=reason) from None


def _refuse_unknown_functions(source: str, place: str) -> None:
    for found in _CALLED.finditer(_LITERAL.sub("''", source)):
        name = found.group(1).rpartition("::")[2]
        if name not in FUNCTIONS and name not in _NODE_TESTS:
            raise BadForm("form_function", function=name, place=place, source=source)


class _Reader:
    """Walks the tokens and notes every place that is looked at; where it cannot tell, it notes more, never less."""

    def __init__(self, current: str, places: Collection[str]) -> None:
        self.current = current
        self.places = places
        self.found: dict[str, bool] = {}

    def note(self, path: str, *, is_wide: bool) -> None:
        if path in self.places:
            self.found[path] = self.found.get(path, False) or is_wide

    def value(self, token: Any, here: str, *, is_wide: bool) -> None:
        plan = plan_of(token)
        symbol = token.symbol
        if plan is not None:
            self.note(plan.path_from(self.current if plan.start == "current" else here), is_wide=is_wide)
        elif symbol in ("/", "//", "[", "|") or (symbol == "*" and not len(token)) or token.label == "axis":
            for path in self.paths(token, here):
                self.note(path, is_wide=True)
        elif symbol == "indexed-repeat":
            for argument in token:
                self.value(argument, here, is_wide=True)
        elif symbol == "choice-name":
            self._choice_name(token, here, is_wide=is_wide)
        else:
            for child in token:
                self.value(child, here, is_wide=is_wide)

    def _choice_name(self, token: Any, here: str, *, is_wide: bool) -> None:
        self.value(token[0], here, is_wide=is_wide)
        if token[1].symbol == "(string)":
            self.value(FormParser().parse(token[1].value.strip()), here, is_wide=is_wide)

    def paths(self, token: Any, here: str) -> set[str]:
        """Where the token leads from `here`; "?" is somewhere in a choice list."""
        plan = plan_of(token)
        if plan is not None:
            path = plan.path_from(self.current if plan.start == "current" else here)
            return {path} if path in self.places else {"?"}
        symbol = token.symbol
        if symbol in ("/", "//"):
            return self._steps(token, here, is_deep=symbol == "//")
        if symbol == "[":
            found = self.paths(token[0], here)
            for path in found:
                self.value(token[1], path, is_wide=True)
            return found
        if symbol == "*" and not len(token):
            return {path for path in self.places if path.rpartition("/")[0] == here}
        if token.label == "axis":
            return set(self.places)
        found = set()
        for child in token:
            self.value(child, here, is_wide=True)
            if symbol in ("(", "|", "randomize"):
                found |= self.paths(child, here)
        return found or {"?"}

    def _steps(self, token: Any, here: str, *, is_deep: bool) -> set[str]:
        starts = {""} if len(token) == 1 else self.paths(token[0], here)
        if is_deep:
            starts |= {path for path in self.places if any(path.startswith(f"{start}/") for start in starts)}
        found: set[str] = set()
        for start in starts:
            found |= self.paths(token[-1], start)
        return found
