"""Reads the project's own code for the rules of the house that no other tool holds. Directions are import-linter's."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "web", "actions", "storage", "notifications", "inspection", "draw")
ROOMS_WITHOUT_A_CLOCK = tuple(room for room in ROOMS if room != "bot")
ROOMS_OF_THOUGHT = ("inspection", "draw")

_CLOCKS = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "time.gmtime",
        "time.localtime",
        "time.monotonic",
        "time.monotonic_ns",
        "time.perf_counter",
        "time.sleep",
        "time.strftime",
        "time.time",
        "time.time_ns",
    }
)
_DICE = frozenset({"os.getrandom", "os.urandom", "random", "secrets", "uuid.uuid1", "uuid.uuid4"})

# The rooms of thought may use what computes; whatever reaches a disk, a network or another process is not here.
# fmt: off
_THINKING = frozenset({
    "abc", "base64", "binascii", "bisect", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal",
    "enum", "fractions", "functools", "hashlib", "heapq", "hmac", "itertools", "json", "math", "numbers", "operator",
    "re", "statistics", "string", "struct", "sys.intern", "textwrap", "types", "typing", "unicodedata",
})
# fmt: on
_THINKING_IN_THE_TRADE = _THINKING | {
    "PIL",
    "draw",
    "csv",
    "difflib",
    "elementpath",
    "holidays",
    "io.BytesIO",
    "io.StringIO",
    "pi_heif",
    "pyxform",
    "stdnum",
    "tomllib.loads",
    "transitions",
    "xml.dom.minidom",
    "xml.etree.ElementTree",
    "xml.sax.saxutils",
    "zlib",
}  # fmt: skip
_MAY_HIDE = re.compile(
    r"^(?!import |from ).*\bimport\b|^(?:import|from) .*[:;\\].*$|TYPE_CHECKING|import_module|__import__",
    re.MULTILINE,
)
"""Without any of these nothing can hide: a statement that stands at the top begins its line."""
_REACHING_OUT = frozenset({"open", "input", "print", "exec", "eval", "__import__", "compile"})


def code_of(*rooms: str) -> Iterator[Path]:
    """Every Python file of the rooms, in a settled order."""
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def project_files() -> Iterator[Path]:
    """Every file that belongs to the project: not what a run, a tool or git leaves behind."""
    not_ours = {".git", ".venv", "var", "__pycache__", "build", "dist", "node_modules"}
    waiting = [ROOT]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if (
                path.name in not_ours
                or path.name.endswith(("_cache", ".egg-info"))
                or path.name == ".hypothesis"
            ):
                continue
            if path.is_dir():
                waiting.append(path)
            else:
                yield path


@functools.lru_cache(maxsize=2_000)
def tree_of(source: str) -> ast.Module:
    """Parsed once, for every rule that asks."""
    return ast.parse(source)


def clock_or_dice(source: str) -> list[str]:
    """Each reading of a clock and each throw of dice, as `line: name`."""
    tree = tree_of(source)
    meaning = _meanings(tree)
    found = []
    for node in ast.walk(tree):
        name = _dotted(node, meaning)
        if name in _CLOCKS or (name and _begins_with_one_of(name, _DICE)):
            found.append(f"{node.lineno}: {name}")  # type: ignore[attr-defined]  # a name or attribute has a line
    found += [f"{line}: {name}" for line, name in _imports(tree) if _begins_with_one_of(name, _DICE)]
    return sorted(set(found))


def reaching_out(source: str, room: str) -> list[str]:
    """Each import and call by which `draw` or `inspection` could reach the world, as `line: name`."""
    tree = tree_of(source)
    allowed = (_THINKING if room == "draw" else _THINKING_IN_THE_TRADE) | {room}
    imports = [f"{line}: {name}" for line, name in _imports(tree) if not _begins_with_one_of(name, allowed)]
    calls = [
        f"{node.lineno}: {node.func.id}()"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _REACHING_OUT
    ]
    return imports + calls


def hidden_imports(source: str, *, may_discover: bool = False) -> list[str]:
    """Each import that does not stand at the top of the file, as `line: why`. Tests may discover modules by name."""
    if not _MAY_HIDE.search(source):
        return []
    tree = tree_of(source)
    at_the_top = {id(node) for node in tree.body}
    words = {"TYPE_CHECKING"} if may_discover else {"TYPE_CHECKING", "import_module", "__import__"}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in at_the_top:
            found.append(f"{node.lineno}: an import below the top")
        word = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if word in words:
            found.append(f"{node.lineno}: {word}")  # type: ignore[attr-defined]  # a name or attribute has a line
    return found


def mocks(source: str) -> list[str]:
    """Each import of a mock library, as `line: name`; fakes are written by hand, at the outer edges."""
    if "mock" not in source:
        return []
    return [
        f"{line}: {name}"
        for line, name in _imports(tree_of(source))
        if name.startswith("unittest.mock") or _first(name) in {"mock", "pytest_mock"}
    ]


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of all that is imported, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module or ''}.{alias.name}") for alias in node.names)


def _meanings(tree: ast.AST) -> dict[str, str]:
    """What each imported word stands for: `dt` → `datetime`, `now` → `time.time`."""
    meaning = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                meaning[alias.asname or _first(alias.name)] = (
                    alias.name if alias.asname else _first(alias.name)
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                meaning[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
    return meaning


def _first(name: str) -> str:
    return name.partition(".")[0]


def _dotted(node: ast.AST, meaning: dict[str, str]) -> str | None:
    """The full name of an imported thing, None for all else."""
    if isinstance(node, ast.Name):
        return meaning.get(node.id)
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, meaning)
        return f"{before}.{node.attr}" if before else None
    return None


def _begins_with_one_of(name: str, starts: frozenset[str]) -> bool:
    return any(name == start or name.startswith(f"{start}.") for start in starts)
