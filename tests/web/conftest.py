"""A house with three invented people, and a client at its doors."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from storage.store import Store
from tests.web.houses import House, a_client, a_house, people

PEOPLE = (("p1", "赵一鸣", ["operator"]), ("p2", "钱多多", ["officer"]), ("p3", "孙<b>小美</b>", ["head"]))


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    people(store, *PEOPLE)
    return a_house(store, tmp_path, upload_limit=200_000)


@pytest.fixture
def demo(store: Store, tmp_path: Path) -> House:
    people(store, *PEOPLE)
    return a_house(store, tmp_path, is_demo=True, upload_limit=200_000)


@pytest.fixture
def door(house: House) -> Iterator[httpx.Client]:
    with a_client(house) as client:
        yield client


@pytest.fixture
def demo_door(demo: House) -> Iterator[httpx.Client]:
    with a_client(demo) as client:
        yield client
