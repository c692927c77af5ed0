"""Something arrived and belongs nowhere yet: the person is asked, and says where it goes."""

from dataclasses import dataclass
from datetime import datetime

from notifications.buttons.strays import StrayAct, StrayButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.messages.message import Choice, Choices, Message


@dataclass(frozen=True)
class StrayVisit:
    inspection: str
    object: str


@dataclass(frozen=True)
class StrayQuestion:
    """A question that a photo may be for."""

    question: str
    number: str


@dataclass(frozen=True)
class StrayAsked(Message):
    """`sort` is `photo`, `place` or `answers`; `words` the caption or the answers as they were written, cut short.
    `why` is what is not certain: a key of `labels.toml`, `stray_…`. Either `visits` are to choose from, or `questions`
    of the visit `inspection`; with `reopens` a choice opens the locked part again."""

    stray: int
    sort: str
    receipt: str
    words: str
    why: str
    at: datetime
    inspection: str = ""
    object: str = ""
    visits: tuple[StrayVisit, ...] = ()
    questions: tuple[StrayQuestion, ...] = ()
    reopens: bool = False

    def slot(self) -> str | None:
        return f"stray:{self.stray}"

    def choices(self) -> Choices:
        return (*self._targets(), (Choice("stray_discard", self._button(StrayAct.DISCARD)),))

    def _targets(self) -> Choices:
        if self.visits:
            start = Choice("start_visit", VisitButton(VisitAct.START, self.inspection))
            rows = tuple(
                (Choice(one.object, self._button(StrayAct.VISIT, one.inspection), is_text=True),)
                for one in self.visits
            )
            return ((start,), *rows) if self.why == "stray_not_started" else rows
        if self.reopens and len(self.questions) < 2:
            question = self.questions[0].question if self.questions else ""
            return ((Choice("stray_reopen", self._button(StrayAct.REOPEN, self.inspection, question)),),)
        act = StrayAct.REOPEN if self.reopens else StrayAct.QUESTION
        jumps = [
            Choice("jump", self._button(act, self.inspection, one.question), {"number": one.number})
            for one in self.questions
        ]
        return tuple(tuple(jumps[start : start + 3]) for start in range(0, len(jumps), 3))

    def _button(self, act: StrayAct, inspection: str = "", question: str = "") -> StrayButton:
        return StrayButton(act, str(self.stray), inspection, question)


@dataclass(frozen=True)
class StrayDiscarded(Message):
    """It will be no part of any record; a photo's bytes are kept all the same."""

    stray: int
    sort: str
    receipt: str

    def slot(self) -> str | None:
        return f"stray:{self.stray}"


def stray_choices(number: int, first: int) -> Choices:
    """The way to what belongs nowhere yet, for messages that say where a person is."""
    if not number:
        return ()
    button = StrayButton(StrayAct.LOOK, str(first))
    return ((Choice("look_at_strays", button, {"number": number}),),)
