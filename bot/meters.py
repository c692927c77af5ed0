"""What worker, deliverer and tick tell about their work, to whoever counts it."""


class Meter:
    """Hears and forgets: for whoever works where nobody counts. `bot.metrics` counts."""

    def answered(self, handler: str, seconds: float) -> None:
        """One update, by the name of what answered it (`handlers.dispatch.handled_as`)."""

    def committed(self, number: int, seconds: float) -> None:
        """A batch of so many updates, and how long its commit took."""

    def taken_up(self, channel: str, outcome: str) -> None:
        """One update is closed: `handled` or `set_aside`."""

    def sent(self, channel: str, result: str) -> None:
        """One try to send a line: `sent`, or a value of `bot.channels.channel.Trouble`."""

    def replied(self, channel: str, seconds: float) -> None:
        """A reply is with the person who spoke so long ago."""

    def came_late(self, seconds: float) -> None:
        """The earliest of the due work just taken up had been due for so long; 0 where nothing was due."""

    def done(self, kind: str, outcome: str) -> None:
        """One piece of due work: `done`, `superseded` or `failed`."""
