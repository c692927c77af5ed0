"""Writes the migration from the newest one to the tables as the code has them: `make_migration.py "adds the colour"`.

Read what it wrote: Alembic sees neither renamed columns nor new values of a state.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from storage.migrate import configuration, migrating


def main(arguments: list[str]) -> int:
    """Numbers the new migration after the last; returns what the command answers to the shell."""
    if len(arguments) != 1:
        sys.stderr.write('Say in a few words what it does: make_migration.py "adds the colour"\n')
        return 2
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'empty.db'}"
        with migrating(address) as connection:
            config = configuration(connection)
            last = ScriptDirectory.from_config(config).get_current_head() or "0000"
            command.upgrade(config, "head")
            command.revision(config, arguments[0], autogenerate=True, rev_id=f"{int(last) + 1:04d}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
