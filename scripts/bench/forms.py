"""Two hundred officers fill in checklists: one answer from the inbox to the next question, with its own commit.

Each answer is taken in, applied by the form and all rules, journalled, and the next question is written to the outbox,
on SQLite with synchronous FULL: the time of one is what that person waits for us when nobody else is in the way. The
long form has 250 questions of which every other one is asked only after some earlier answer.
"""

import gc
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from actions.enrolment import open_web_chats
from actions.web_chat import take_in
from bot.working import work_batch
from handlers.turn import Tools
from inspection.checklists import AnswerValue
from inspection.forms.exports import to_xml
from inspection.forms.filling import Filling
from inspection.forms.form import Form
from notifications.buttons.checklists import AnswerButton
from notifications.incoming import Incoming, IncomingKind
from scripts.bench.measure import Measure
from scripts.bench.visits import TEAM, visits_under_way
from storage import web_chat
from storage.migrate import migrate
from storage.store import Store

_OFFICERS = 200
_SHORT, _LONG = 14, 250
_LIMIT_MS = 30.0
_TOOLS = Tools(new_secret=lambda: bytes(32))
_ROUNDS = 3


def measure_forms() -> Iterator[Measure]:
    short, long = _times(_SHORT), _times(_LONG)
    for name, times in ((f"{_SHORT} questions", short), (f"{_LONG} questions", long)):
        p95 = 1000 * statistics.quantiles(times, n=20)[-1]
        yield Measure(
            f"answer → next question, p95 of {_OFFICERS} officers, {name}",
            p95,
            _LIMIT_MS,
            "the limit",
            unit="ms",
            at_most=1.0,
        )
    yield Measure(
        f"mean of one answer, {_LONG} questions beside {_SHORT}",
        1000 * statistics.mean(long),
        1000 * statistics.mean(short),
        f"with {_SHORT}",
        unit="ms",
    )
    for number in (_SHORT, _LONG):
        ours, bare = _memory(number)
        yield Measure(
            f"memory of one running checklist of {number} questions",
            ours / 1024,
            bare / 1024,
            "its answers as an XML tree",
            unit="KB",
        )


def an_xform(number: int) -> str:
    """Questions of 是, 否 and 不适用 with their notes; in the long form every other one follows from one before it."""
    nodes, binds, controls = [], [], []
    for place in range(1, number + 1):
        path = f"/data/q{place}"
        follows = number > _SHORT and place % 2 == 0
        rule = f" relevant=\"/data/q{place - 1} != 'na'\"" if follows else ""
        nodes.append(f"<q{place}/><q{place}_note/>")
        binds.append(
            f'<bind nodeset="{path}" type="string" required="true()"{rule}/>'
            f'<bind nodeset="{path}_note" type="string" relevant="{path} = \'no\'" required="true()"/>'
        )
        controls.append(
            f'<select1 ref="{path}"><label>示例问题{place}</label><itemset nodeset="instance(\'yn\')/root/item">'
            f'<value ref="name"/><label ref="label"/></itemset></select1>'
            f'<input ref="{path}_note"><label>备注</label></input>'
        )
    items = "".join(f"<item><name>{one}</name><label>{one}</label></item>" for one in ("yes", "no", "na"))
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
        f'<h:title>示例</h:title><model><instance><data id="BENCH">{"".join(nodes)}</data></instance>'
        f'<instance id="yn"><root>{items}</root></instance>{"".join(binds)}</model></h:head>'
        f"<h:body>{''.join(controls)}</h:body></h:html>"
    )


def _times(questions: int) -> list[float]:
    """Seconds of each answer; the four of a team answer different questions, spread over the whole form."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'forms.db'}")
        migrate(store)
        now = datetime.now(UTC)
        with store.transaction("cli") as records:
            seats = visits_under_way(records, an_xform(questions), officers=_OFFICERS, at=now)
            open_web_chats(records, at=now)
        times, step = [], questions // (_ROUNDS * TEAM)
        for turn in range(_ROUNDS):
            for place, (person, inspection) in enumerate(seats):
                question = 1 + (turn * TEAM + place % TEAM) * step
                at = now + timedelta(seconds=turn * _OFFICERS + place)
                times.append(_answer(store, person, inspection, f"q{question}", at))
        store.close()
        return times[_OFFICERS:]  # the first answer of each finds nothing worked out


def _answer(store: Store, person: str, inspection: str, question: str, at: datetime) -> float:
    button = AnswerButton(AnswerValue.YES, inspection, question).pack()
    update = Incoming(
        channel=web_chat.CHANNEL,
        chat=person,
        update_id=f"{person}/{question}",
        kind=IncomingKind.BUTTON,
        received_at=at,
        button=button,
    )
    with store.transaction(web_chat.CHANNEL) as records:
        take_in(records, update)
    began = time.perf_counter()
    done = work_batch(store, _TOOLS, lambda: at)
    seconds = time.perf_counter() - began
    assert done == 1
    return seconds


def _memory(questions: int) -> tuple[float, float]:
    """Bytes of a filling that is kept between two answers, and of the same answers as a bare tree of elements."""
    form = Form.parse(an_xform(questions))
    answers = {f"q{place}": "yes" for place in range(1, questions + 1)}
    Filling(form, answers).asked()  # what all fillings of a form share is there now
    ours = _bytes_of(lambda: _asked(Filling(form, dict(answers))))
    xml = to_xml(Filling(form, answers).live)
    return ours, _bytes_of(lambda: ElementTree.fromstring(xml))


def _asked(filling: Filling) -> Filling:
    filling.asked()
    return filling


def _bytes_of(make: Callable[[], object], times: int = 50) -> float:
    gc.collect()
    tracemalloc.start()
    kept = [make() for _ in range(times)]
    size, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(kept)
