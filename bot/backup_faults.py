"""Why a backup or its restoring does not go on."""


class BackupFault(Exception):
    """`name` is the sentence in the command line's catalogue, `facts` fill it."""

    def __init__(self, name: str, **facts: object) -> None:
        self.name, self.facts = name, facts
        super().__init__(name)
