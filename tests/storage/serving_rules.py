"""Reads what a migration does upward, and finds what would break or hold up the version before while that one serves.

A migration that must do such a thing says so beside it: `explained = {"drop_column scheme.colour": "why it may"}`. One
that takes away what an older version needs says, too, from which migration on programs may serve after it:
`oldest_serving = "0036"`.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FIRST = "0031"
"""Before it, no version served while the tables were changed."""
_TAKES_AWAY = {"drop_column", "drop_table", "rename_table"}
_HOLDS_UP = {
    "create_unique_constraint", "create_check_constraint", "create_foreign_key", "create_primary_key",
    "create_exclude_constraint", "drop_constraint", "create_index", "drop_index",
}  # fmt: skip
_SQL = re.compile(
    r"\b(ALTER|DROP|TRUNCATE|LOCK|RENAME|UPDATE|DELETE|CREATE\s+(?:UNIQUE\s+)?INDEX)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Fault:
    """`name` is what an explanation stands under."""

    name: str
    takes_away: bool = False


@dataclass
class _Reader:
    new_tables: set[str]
    batches: dict[str, str] = field(default_factory=dict)
    """The table of each name that a batch goes by."""

    def faults(self, body: list[ast.stmt]) -> Iterator[Fault]:
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.With):
                    self._note_batches(node)
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call):
                    yield from self._of_call(node)

    def _note_batches(self, block: ast.With) -> None:
        for item in block.items:
            call, name = item.context_expr, item.optional_vars
            if _method(call) == "batch_alter_table" and isinstance(name, ast.Name):
                assert isinstance(call, ast.Call)
                self.batches[name.id] = _word(call.args[0])

    def _of_call(self, call: ast.Call) -> Iterator[Fault]:
        method, owner = _method(call), _owner(call)
        words = [_word(one) for one in call.args]
        if owner in self.batches:
            table = self.batches[owner]
        elif owner == "op" and words:
            place = 1 if method in _HOLDS_UP else 0
            table = _keyword(call, "table_name") or (words[place] if len(words) > place else "?")
            words = words[1:] if place == 0 else words[:1]
        else:
            table = ""
        if method in {"execute", "text"} and owner not in self.batches:
            yield from (
                Fault(f"{found.upper()} in SQL", found.upper() in {"DROP", "RENAME"}) for found in _sql(call)
            )
        if not table or table in self.new_tables:
            return
        thing = f"{table}.{words[0]}" if words and words[0] else table
        if method in _TAKES_AWAY:
            yield Fault(f"{method} {thing}", takes_away=True)
        elif method in _HOLDS_UP:
            yield Fault(f"{method} {thing}")
        elif method == "alter_column" and _narrows(call):
            yield Fault(f"alter_column {thing}", takes_away=True)
        elif method == "add_column":
            yield from _of_column(call, table)


def _of_column(call: ast.Call, table: str) -> Iterator[Fault]:
    """What the version before writes does not name it."""
    column = next(one for one in call.args if isinstance(one, ast.Call))
    name = f"add_column {table}.{_word(column.args[0])}"
    given = {one.arg: one.value for one in column.keywords}
    is_needed = isinstance(given.get("nullable"), ast.Constant) and given["nullable"].value is False  # type: ignore[attr-defined]
    default = given.get("server_default")
    if is_needed and (default is None or _is_none(default)):
        yield Fault(name, takes_away=True)
    elif default is not None and any(_owner(one) == "func" for one in ast.walk(default)):
        yield Fault(f"{name}: its default is another in each row, and writes them all anew")
    if any(_method(one) in {"ForeignKey", "Identity", "Computed"} for one in column.args):
        yield Fault(f"{name}: it reads or writes every row")


def _narrows(call: ast.Call) -> bool:
    """Anything but that it may be empty from now on, or a comment."""
    given = {one.arg: one.value for one in call.keywords}
    is_looser = isinstance(given.get("nullable"), ast.Constant) and given["nullable"].value is True  # type: ignore[attr-defined]
    return bool(set(given) - {"nullable", "comment", "existing_type", "existing_nullable"}) or (
        "nullable" in given and not is_looser
    )


def _sql(call: ast.Call) -> Iterator[str]:
    for node in ast.walk(call):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (found.split()[0] for found in _SQL.findall(node.value))


def _method(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _owner(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        value = node.func.value
        return value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return ""


def _word(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _keyword(call: ast.Call, name: str) -> str:
    return next((_word(one.value) for one in call.keywords if one.arg == name), "")


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def faults_of(source: str) -> list[Fault]:
    """What this migration does upward that a version which serves would feel."""
    tree = ast.parse(source)
    found = [
        fault
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and one.name != "downgrade"
        for fault in _Reader(_new_tables(one)).faults(one.body)
    ]
    return list(dict.fromkeys(found))


def _new_tables(function: ast.FunctionDef) -> set[str]:
    made = (one for one in ast.walk(function) if _method(one) == "create_table")
    return {_word(one.args[0]) for one in made if isinstance(one, ast.Call)}


def unexplained(path: Path) -> list[str]:
    """What is wrong with this migration, in words."""
    source = path.read_text("utf-8")
    faults, said = faults_of(source), _said(source)
    explained = said.get("explained", {})
    assert isinstance(explained, dict)
    wrong = [f"{one.name}: not explained" for one in faults if not explained.get(one.name)]
    wrong += [
        f"{name}: explained, and not done" for name in explained if name not in {one.name for one in faults}
    ]
    if any(one.takes_away for one in faults) and not said.get("oldest_serving"):
        wrong.append("it takes something away, and does not say which versions may go on (oldest_serving)")
    return wrong


def _said(source: str) -> dict[str, object]:
    return {
        target.id: ast.literal_eval(one.value)
        for one in ast.parse(source).body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name) and target.id in {"explained", "oldest_serving"}
    }
