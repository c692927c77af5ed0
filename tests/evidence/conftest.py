"""What the tests of evidence share."""

from collections.abc import Iterator

import pytest

from tests.evidence.s3 import S3Server, an_s3_server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """One server for the whole run; whoever wants to stop one starts one of its own."""
    with an_s3_server() as server:
        yield server
