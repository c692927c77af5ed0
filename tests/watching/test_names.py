"""The dashboard, the alerts and their page speak of the metrics that there are, and the page of all of them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.file_place import open_files
from bot.house import make_house
from bot.service import open_store
from bot.settings import Settings
from tests.house import ROOT

_NAME = re.compile(r"\b(?:shuangsuiji|process)_[a-z_]+")


@pytest.fixture(scope="module")
async def exposed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every series that a house as it is wired gives, without what its labels are."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("house"), port=0, canary="off")
    store = open_store(settings)
    house = make_house(settings, store, open_files(settings))
    try:
        page = house.metrics.page()[0].decode()
    finally:
        house.looking.close()
        store.close()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE))
    parts = ("_bucket", "_sum", "_count")
    return {name + part for name, kind in kinds.items() for part in (parts if kind == "histogram" else ("",))}


def _expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (one for name, one in value.items() if name == "expr")
        yield from (found for one in value.values() for found in _expressions(one))
    elif isinstance(value, list):
        yield from (found for one in value for found in _expressions(one))


def _named(words: str) -> set[str]:
    return set(_NAME.findall(words))


def _whole(series: set[str]) -> set[str]:
    """Our own metrics, histograms by their one name."""
    ours = {name for name in series if name.startswith("shuangsuiji_")}
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in ours}


async def test_the_dashboard_asks_for_what_there_is(exposed: set[str]) -> None:
    asked = list(_expressions(json.loads((ROOT / "docs/dashboard.json").read_text("utf-8"))))
    assert len(asked) > 20
    assert _named(" ".join(asked)) - exposed == set()
    assert _whole(exposed) - _whole(_named(" ".join(asked))) == set(), "nothing is counted that nobody sees"


async def test_the_alerts_ask_for_what_there_is(exposed: set[str]) -> None:
    text = (ROOT / "docs/alerts.yml").read_text("utf-8")
    asked = re.findall(r"^ +expr: (.*)$", text, re.MULTILINE)
    assert len(asked) == len(re.findall(r"- alert: ", text)) > 10
    assert _named(" ".join(asked)) - exposed == set()
    assert _named(text) - exposed - _whole(exposed) == set()


async def test_the_page_tells_of_every_metric_and_of_no_other(exposed: set[str]) -> None:
    told = _named((ROOT / "docs/observability.md").read_text("utf-8"))
    assert _whole(exposed) - told == set()
    assert told - exposed - _whole(exposed) == set()
