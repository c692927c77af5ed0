"""`shuangsuiji paper …`: the papers of a visit from the command line."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from actions.papers import pdf_of, read_paper
from bot.clock import Clock
from bot.console import Stop, helped, opened_store
from bot.file_place import open_files
from notifications.buttons.papers import PaperKind
from notifications.command_line import said
from storage.tables.inspections import Inspection


class Sheet(StrEnum):
    RECORD = PaperKind.RECORD.value
    SUMMARY = PaperKind.SUMMARY.value
    NOTICE = PaperKind.NOTICE.value
    RESULT_NOTICE = PaperKind.RESULT_NOTICE.value


def paper(
    inspection: Annotated[str, typer.Argument(help=helped("paper_inspection"))],
    kind: Annotated[Sheet, typer.Argument(help=helped("paper_kind"))],
    output: Annotated[Path, typer.Option("--output", "-o", help=helped("paper_output"))],
) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            if records.find(Inspection, inspection) is None:
                raise Stop(said("no_inspection", settings.language, id=inspection))
            where, at = settings.public_url, Clock()()
            made = read_paper(records, inspection, PaperKind(kind.value), by=None, at=at, public_url=where)
        pdf = pdf_of(made, open_files(settings), fonts=settings.fonts)
        try:
            output.write_bytes(pdf)
        except OSError as failure:
            facts = {"file": output, "reason": failure.strerror}
            raise Stop(said("paper_unwritten", settings.language, **facts)) from failure
        typer.echo(said("paper_written", settings.language, file=output))
