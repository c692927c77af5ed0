"""Every inbound door, by whatever comes to mind: it is answered, and nothing goes unhandled."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.channels.telegram.webhook import secret_of
from storage.tables.inspections import JournalLine
from storage.tables.registers import Person
from tests.hostile.siege import API_TOKEN, BOT_TOKEN, NASTY, PEOPLE, Siege, a_siege, doors
from tests.house import ROOT
from tests.papers.sheets import needs_a_font

pytestmark = needs_a_font
EXAMPLES, EXAMPLES_AT_LENGTH = 300, 8_000
NAMES = sorted(
    {
        name
        for path in (ROOT / "web").rglob("*")
        if path.suffix in (".py", ".html")
        for name in re.findall(
            r"""(?:\.get\(|request, |form\[|\bname=)["']([a-z_]{1,30})["']""", path.read_text("utf-8")
        )
    }
)
"""Of fields and questions, as the pages read and write them."""


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    with a_siege(tmp_path_factory.mktemp("siege")) as besieged:
        yield besieged


def _values(siege: Siege) -> st.SearchStrategy[str]:
    real = (siege.case.inspection, "S1", "D-S1-1", "T-fire", "fire", "market", "region", "652701", "2026", "1", "B",
            "json", "csv", "xlsx", "on", "approve", siege.case.lead, *PEOPLE)  # fmt: skip
    return st.one_of(st.sampled_from(real), st.sampled_from(NASTY), st.text(max_size=12))


def _json(values: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), values)
    return st.recursive(
        leaves,
        lambda some: (
            st.lists(some, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | values, some, max_size=4)
        ),
    )


@st.composite
def _bodies(draw: st.DrawFn, values: st.SearchStrategy[str]) -> dict[str, Any]:
    fields = draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=6))
    kind = draw(st.sampled_from(["form", "form", "multipart", "json", "bytes", "deep"]))
    if kind == "form":
        content = urlencode({name: value.encode("utf-8", "replace") for name, value in fields.items()})
        return {"content": content, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    if kind == "multipart":
        name = draw(values).encode("utf-8", "replace").decode()
        data = {one: value.encode("utf-8", "replace").decode() for one, value in fields.items()}
        return {"data": data, "files": {"file": (name, draw(st.binary(max_size=200)))}}
    if kind == "json":
        content = json.dumps(draw(_json(values)), allow_nan=True)
    else:
        content = "[" * 100_000 if kind == "deep" else draw(st.binary(max_size=200)).decode("latin-1")
    types = st.sampled_from(
        ["application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/xml"]
    )
    return {"content": content.encode("utf-8", "replace"), "headers": {"Content-Type": draw(types)}}


def _doors_of(siege: Siege) -> list[tuple[str, str]]:
    """Without those that would sign everybody out."""
    return [one for one in doors(siege.app) if not one[1].endswith(("/sign-out", "/logout"))]


@st.composite
def _requests(draw: st.DrawFn, siege: Siege) -> tuple[str, str, str, dict[str, Any]]:
    """Method, path with what is asked, who asks, and the rest."""
    values = _values(siege)
    method, path = draw(st.sampled_from(_doors_of(siege)))
    who = draw(st.sampled_from(["", siege.case.lead, *PEOPLE]))
    real = {"chat": who or "OP", "channel": "telegram", "inspection": siege.case.inspection, "key": "objects"}
    for name, convertor in re.findall(r"\{(\w+)(?::(\w+))?\}", path):
        known = st.just(real[name]) if name in real else values
        part = str(draw(st.integers(0, 10**12))) if convertor == "int" else draw(known | values)
        there = quote(part.encode("utf-8", "replace"), safe="")
        path = re.sub(rf"\{{{name}(:\w+)?\}}", there.replace("\\", r"\\"), path, count=1)
    asked = draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=4))
    if asked:
        path += "?" + urlencode({name: value.encode("utf-8", "replace") for name, value in asked.items()})
    given = draw(_bodies(values)) if method != "GET" else {}
    headers = given.pop("headers", {})
    if path.startswith("/api/"):
        headers["Authorization"] = f"Bearer {API_TOKEN}"
        headers["Content-Type"] = "application/json"
    if path.startswith("/webhooks/"):
        headers["X-Telegram-Bot-Api-Secret-Token"] = draw(
            st.sampled_from([secret_of(BOT_TOKEN), "", "guessed"])
        )
    return method, path, who, {"headers": headers, **given}


def _besiege(siege: Siege, examples: int, *, is_repeatable: bool) -> None:
    @given(data=st.data())
    @settings(
        max_examples=examples,
        derandomize=is_repeatable,
        deadline=None,
        database=None,
        phases=[Phase.generate] if is_repeatable else [Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    def thrown(data: st.DataObject) -> None:
        method, path, who, given_ = data.draw(_requests(siege))
        answer = siege.ask(method, path, who=who, **given_)
        assert answer.status_code < 500, (method, path, who, given_, answer.text[:300])
        assert "Traceback" not in answer.text
        if not path.startswith("/registers/"):
            assert "Content-Security-Policy" in answer.headers

    thrown()


def test_no_door_breaks_whatever_is_thrown_at_it(siege: Siege) -> None:
    assert len(doors(siege.app)) > 150
    people, journal = siege.case.story.rows(Person), siege.case.story.rows(JournalLine)
    _besiege(siege, EXAMPLES, is_repeatable=True)
    assert siege.case.story.rows(Person) == people, "somebody was changed"
    assert siege.case.story.rows(JournalLine)[: len(journal)] == journal
    for everything in ("%", "_", "' OR 1=1 --", "\\"):
        found, nothing = (
            siege.ask("GET", "/results", params={"q": words}).text for words in (everything, "没有这家")
        )
        assert siege.case.inspection not in nothing
        assert siege.case.inspection not in found, everything


def test_doors_of_the_library_that_no_page_opens_are_shut(siege: Siege) -> None:
    endings = (
        "/action",
        "/import",
        "/inline-edit",
        "/inline-edit/row",
        "/relation-lookup",
        "/_files/{storage}/{path:path}",
    )
    shut = [one for one in doors(siege.app) if one[1].startswith("/registers/") and one[1].endswith(endings)]
    assert len(shut) == 2 * (len(endings) + 1)
    for method, path in shut:
        there = path.replace("{key}", "objects").replace("{storage}/{path:path}", "local/x")
        assert siege.ask(method, there, who="LI-market").status_code == 404, path


@pytest.mark.faults
def test_no_door_breaks_in_a_long_siege(siege: Siege) -> None:
    _besiege(siege, EXAMPLES_AT_LENGTH, is_repeatable=False)
