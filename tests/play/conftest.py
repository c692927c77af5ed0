"""A table of the faults that were tried, printed below the dots of `make faults`."""

import pytest

from tests.play.faults import Faults

_FAULTS = pytest.StashKey[Faults]()


@pytest.fixture(scope="session")
def faults(request: pytest.FixtureRequest) -> Faults:
    """Where a test writes down what it did to the play, and what came of it."""
    return request.config.stash.setdefault(_FAULTS, Faults())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tried = config.stash.get(_FAULTS, Faults())
    if tried.tried:
        terminalreporter.section("faults")
        for line in tried.lines():
            terminalreporter.write_line(line)
