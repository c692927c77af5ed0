"""Whose turn it is to write, where there is one writer at a time."""

from collections import deque
from threading import Condition


class Turns:
    """A lock before which two queues of threads wait: those for whom somebody holds a line go first, and then one of
    the others, by turns, so that a flood from outside does not stop the work on it."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._is_taken = self._was_waited_for = False
        self._waiting: dict[bool, deque[object]] = {True: deque(), False: deque()}

    def take(self, is_waited_for: bool, timeout: float) -> bool:
        """False: it was not this thread's turn in so many seconds."""
        with self._changed:
            ticket, has_turn = object(), False
            self._waiting[is_waited_for].append(ticket)
            try:
                has_turn = self._changed.wait_for(lambda: self._may_go(is_waited_for, ticket), timeout)
            finally:
                self._waiting[is_waited_for].remove(ticket)
                if not has_turn:
                    self._changed.notify_all()  # somebody may have let it go first
            if has_turn:
                self._is_taken, self._was_waited_for = True, is_waited_for
            return has_turn

    def give_back(self) -> None:
        with self._changed:
            self._is_taken = False
            self._changed.notify_all()

    def _may_go(self, is_waited_for: bool, ticket: object) -> bool:
        if self._is_taken or self._waiting[is_waited_for][0] is not ticket:
            return False
        is_others_turn = len(self._waiting[not is_waited_for]) > 0
        return not is_others_turn or is_waited_for is not self._was_waited_for
