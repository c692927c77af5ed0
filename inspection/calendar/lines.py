"""On which line of a TOML text a table, a key or a value stands: the parser tells that of broken syntax only."""

import re
from collections import defaultdict

_WORDS = re.compile(
    r'"""(?:\\.|[^\\])*?"""' + r"|'''.*?'''" + r'|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'|#[^\n]*", re.DOTALL
)
_HEAD = re.compile(r"^[ \t]*\[\[?[ \t]*([\w.-]+)[ \t]*\]\]?[ \t]*$", re.MULTILINE)


class Lines:
    """Looks for things that the parser has found already; for what it can't find it gives the next wider place."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        # What stands in strings and comments may look like a table or a key; blanks of the same length do not.
        self._bare = _WORDS.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), self._text)
        heads = list(_HEAD.finditer(self._bare))
        ends = [head.start() for head in heads[1:]] + [len(self._bare)]
        self._blocks: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._blocks[""] = [(0, heads[0].start() if heads else len(self._bare))]
        for head, end in zip(heads, ends, strict=False):
            self._blocks[head.group(1)].append((head.start(), end))

    def of(self, table: str = "", number: int = 0, key: str = "", value: str = "") -> int:
        """From 1: the line of a value as it is written, of its key in the `number`-th table of that name (from 0), or
        of the table; `""` is the top of the file."""
        blocks = self._blocks.get(table, [])
        start, end = blocks[number] if number < len(blocks) else (0, len(self._bare))
        written = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*=", re.MULTILINE)
        found = written.search(self._bare, start, end) if key else None
        if found is None:
            return self._line_at(start)
        at = self._text.find(value, found.end(), end) if value else -1
        return self._line_at(at if at >= 0 else found.end())

    def _line_at(self, offset: int) -> int:
        return self._text.count("\n", 0, offset) + 1
