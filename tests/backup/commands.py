"""The commands as an operator gives them, in this process."""

from pathlib import Path

from typer.testing import CliRunner, Result

from bot import cli
from bot.settings import PREFIX


def run(*words: str | Path, **settings: object) -> Result:
    """One command from beginning to end, with these settings and no others."""
    given = {f"{PREFIX}{name.upper()}": str(value) for name, value in settings.items()}
    result = CliRunner().invoke(cli.app, list(map(str, words)), env=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def refused(*words: str | Path, **settings: object) -> str:
    """The one sentence with which it is refused."""
    result = run(*words, **settings)
    assert result.exit_code == 1, result.output
    assert len(result.stderr.splitlines()) == 1, result.output
    return result.stderr.strip()
