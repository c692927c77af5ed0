"""Who writes next where one writes at a time."""

import threading
import time

from storage.turns import Turns


def test_who_is_waited_for_goes_first_and_then_one_of_the_others_by_turns() -> None:
    turns, went = Turns(), list[str]()

    def write(name: str, is_waited_for: bool) -> None:
        assert turns.take(is_waited_for, 10)
        went.append(name)
        turns.give_back()

    assert turns.take(False, 1)
    writers = [
        threading.Thread(target=write, args=(f"{kind}{number}", kind == "w"))
        for kind in ("o", "w")
        for number in range(3)
    ]
    for place, one in enumerate(writers, 1):
        one.start()
        while sum(map(len, turns._waiting.values())) < place:
            time.sleep(0.001)
    turns.give_back()
    for one in writers:
        one.join()
    assert went == ["w0", "o0", "w1", "o1", "w2", "o2"], "each sort in the order in which they came"


def test_whoever_gives_up_waiting_holds_up_nobody() -> None:
    turns = Turns()
    assert turns.take(False, 1)
    assert not turns.take(True, 0.01)
    turns.give_back()
    assert turns.take(False, 1)
