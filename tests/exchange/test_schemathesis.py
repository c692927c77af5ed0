"""The API against its own description, by whatever Schemathesis thinks of: no 5xx, nothing that is not described."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from storage.store import Store
from tests.exchange.test_api import a_token, published
from tests.stores import an_empty_store
from tests.web.houses import a_client, a_house
from web.api.description import description
from web.api.operations import OPERATIONS

EXAMPLES = 6
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(description())))
"""As it goes over the line: what JSON has no word for would show here."""


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, dict[str, str]]]:
    """A house with something of everything to read, its address, and the token of each scope."""
    folder: Path = tmp_path_factory.mktemp("schemathesis")
    with an_empty_store("sqlite", folder) as store:
        published(store)
        house = a_house(store, folder, api_per_minute=100_000)
        with a_client(house) as client:
            yield client, _tokens(store)


def _tokens(store: Store) -> dict[str, str]:
    whole = a_token(store, "market", ("read", "transfer", "draw", "exchange"), target="region")
    return {"all": whole, "read": a_token(store, "fire", ("read",)), "none": "ssj_nothing"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_nothing_that_is_sent_leads_out_of_the_description(
    operation: object, door: tuple[httpx.Client, dict[str, str]]
) -> None:
    client, tokens = door
    found = SCHEMA[f"/api/v1{operation.path}"][operation.method]  # type: ignore[attr-defined]
    good, bad = (found.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode)

    @given(case=st.one_of(good, bad), who=st.sampled_from(["all", "all", "all", "read", "none"]))
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tried(case: Any, who: str) -> None:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        case.call_and_validate(base_url=str(client.base_url), headers=headers, checks=CHECKS)

    tried()
