"""Visits that were closed before there were case files get theirs when the new version starts."""

from pathlib import Path

import pytest
from alembic import command

from storage.migrate import configuration, migrate, migrating
from storage.tables.archives import CaseFile, CaseReader
from tests.archive.published import a_published_visit
from tests.stores import DATABASES


@pytest.mark.parametrize("database", DATABASES)
def test_what_was_closed_before_gets_the_file_it_would_have_had(database: str, tmp_path: Path) -> None:
    with a_published_visit(database, tmp_path) as case:
        file = case.story.row(CaseFile, case.inspection).model_dump(exclude={"archive_at"})
        case.store.close()
        url = case.store.engine.url.render_as_string(hide_password=False)
        with migrating(url) as connection:
            command.downgrade(configuration(connection), "0020")
            command.downgrade(configuration(connection), "-1")
        migrate(url)
        assert case.story.row(CaseFile, case.inspection).model_dump(exclude={"archive_at"}) == file
        assert {one.department for one in case.story.rows(CaseReader)} == {"market", "fire"}
