"""A robot that fills in any form: it answers at random within types, choices and constraints until nothing is open.

After every step it holds the filling against one made anew from the answers: both must be the same in everything.
"""

import random
import re
from dataclasses import replace
from datetime import date, timedelta

from inspection.forms.filling import Asked, Facts, Filling, Unfit
from inspection.forms.form import Form, Kind

_LITERALS = re.compile(r"'([^']*)'|\"([^\"]*)\"|(\d+(?:\.\d+)?)")
_SILENT = (Kind.NOTE, Kind.REPEAT)
_MOST_STEPS = 400


class Robot:
    """Fills `filling` in. `checks_every` says after how many steps the filling is held against a new one."""

    def __init__(self, form: Form, facts: Facts, dice: random.Random, *, checks_every: int = 1) -> None:
        self.form = form
        self.filling = Filling(form, facts=facts)
        self.dice = dice
        self.checks_every = checks_every
        self.steps = 0
        self.pool = _literals(form)

    def run(self) -> Filling:
        """Answers every question once in a random order of insistence, then what is still open."""
        self.check()
        for asked in self.filling.asked():
            if self.dice.random() < 0.7:
                self.step(asked.id)
        for _ in range(self.dice.randrange(4)):
            self.disturb()
        for _ in range(_MOST_STEPS):
            still = self.filling.open()
            if not still:
                break
            self.insist(self.dice.choice(still).id)
        self.check()
        return self.filling

    def insist(self, id: str) -> None:
        """Answers what is open; now and then clears it, or changes something else that it may hang on."""
        what = self.dice.random()
        if what < 0.7:
            self.step(id)
        elif what < 0.85:
            self.filling.answer(id, "")
        else:
            self.step(self.dice.choice(self.filling.asked()).id)

    def step(self, id: str) -> None:
        asked = self.filling.find(id)
        if asked is None or asked.is_read_only or asked.question.kind is Kind.NOTE:
            return
        if asked.question.kind is Kind.REPEAT:
            self.change_length(asked)
        else:
            self.answer(asked)
        self.steps += 1
        if self.steps % self.checks_every == 0:
            self.check()

    def answer(self, asked: Asked) -> None:
        """Tries values until one fits; a refusal must leave everything as it was."""
        for _ in range(40):
            before = self.filling.values
            try:
                self.filling.answer(asked.id, self.value(asked))
            except Unfit:
                assert self.filling.values == before
                continue
            return

    def change_length(self, asked: Asked) -> None:
        length = int(asked.value)
        if length > 1 and self.dice.random() < 0.4:
            self.filling.remove(asked.id, self.dice.randint(1, length))
        elif length < 4:
            self.filling.add(asked.id)

    def disturb(self) -> None:
        """Clears an answer, gives another one, or lets time pass."""
        if self.dice.random() < 0.3:
            self.filling.move_to(replace(self.filling.facts, at=self.filling.facts.at + timedelta(days=1)))
            self.check()
        answerable = [
            a for a in self.filling.asked() if not a.is_read_only and a.question.kind not in _SILENT
        ]
        if answerable:
            asked = self.dice.choice(answerable)
            if self.dice.random() < 0.5:
                self.filling.answer(asked.id, "")
                self.check()
            else:
                self.step(asked.id)

    def value(self, asked: Asked) -> str:
        kind = asked.question.kind
        choices = [choice.name for choice in self.filling.choices(asked, "en")]
        if kind is Kind.SELECT_ONE:
            return self.dice.choice(choices) if choices else ""
        if kind is Kind.SELECT_MULTIPLE:
            return " ".join(self.dice.sample(choices, self.dice.randint(0, len(choices))))
        if self.pool and self.dice.random() < 0.4:
            return self.dice.choice(self.pool)
        return self.plain(kind)

    def plain(self, kind: Kind) -> str:
        number = self.dice.choice((self.dice.randint(0, 20), self.dice.randint(0, 100_000)))
        day = date(2026, 11, 26) + timedelta(days=self.dice.randint(-9000, 400))
        return {
            Kind.INTEGER: str(number),
            Kind.DECIMAL: f"{number}.{self.dice.randint(0, 9)}",
            Kind.DATE: day.isoformat(),
            Kind.TIME: f"{self.dice.randint(0, 23):02}:30:00.000+08:00",
            Kind.DATETIME: f"{day.isoformat()}T10:00:00.000+08:00",
            Kind.GEOPOINT: f"{self.dice.uniform(-90, 90):.5f} {self.dice.uniform(-180, 180):.5f} 0 0",
            Kind.ACKNOWLEDGE: "OK",
        }.get(kind, self.dice.choice(("乌鲁木齐", "a & b < c", str(number), "x@example.org", "Word")))

    def check(self) -> None:
        """What was worked out step by step is what a filling made from the answers works out at once."""
        filling = self.filling
        fresh = Filling(self.form, filling.answers, filling.facts, filling.kept)
        assert fresh.values == filling.values
        assert fresh.asked() == filling.asked()
        assert fresh.open() == filling.open()
        assert fresh.to_xml() == filling.to_xml()
        assert fresh.to_json() == filling.to_json()
        self.say(self.dice.choice(filling.asked()) if filling.asked() else None)

    def say(self, asked: Asked | None) -> None:
        """Whatever is asked can be said, in a language of the form and in one it does not have."""
        for language in ("zh", "en", "xx") if asked else ():
            assert asked is not None
            words = [
                part(asked, language)
                for part in (self.filling.label, self.filling.hint, self.filling.guidance)
            ]
            assert all(isinstance(word, str) for word in words)
            assert len(self.filling.trail(asked, language)) <= len(asked.question.path.split("/"))


def _literals(form: Form) -> list[str]:
    """The texts and numbers of the form's rules: values that matter to it."""
    found: set[str] = set()
    for rule in form.graph.rules:
        for literal in _LITERALS.finditer(rule.expression.source):
            found.add(next(group for group in literal.groups() if group is not None))
    numbers = {
        str(int(word) + step) for word in found if word.isdigit() for step in (-1, 1) if len(word) < 12
    }
    return sorted(found | numbers)
