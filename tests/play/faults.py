"""The table of what was tried: which fault, how often, and what was lost or came twice."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.play.stage import Played


@dataclass
class Faults:
    """Filled by the tests, printed when they are over."""

    tried: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)

    def note(self, played: Played) -> None:
        """What a play lost or doubled is laid to each of the kills that it went through."""
        lost, doubled = len(played.lost()), len(played.doubled())
        for kill in played.kills:
            self.tried[kill] += 1
            self.lost[kill] += lost
            self.doubled[kill] += doubled

    def lines(self) -> Iterator[str]:
        width = max(map(len, self.tried), default=0)
        yield f"{'killed with SIGKILL':<{width}}  times  lost  doubled"
        for kill, times in self.tried.items():
            yield f"{kill:<{width}}  {times:>5}  {self.lost[kill]:>4}  {self.doubled[kill]:>7}"
