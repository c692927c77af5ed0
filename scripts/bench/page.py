"""The SQL of the page for strangers: what is measured and tested is what stands there."""

import re
from pathlib import Path

_PAGE = Path(__file__).parents[2] / "docs" / "recompute-with-sql.md"


def sql_below(heading: str) -> list[str]:
    """The blocks of SQL below one heading of docs/recompute-with-sql.md, in their order."""
    section = _PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^```sql\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
