"""`shuangsuiji checklist …`: see how an XLSForm will be asked in the chat, load it, take its answers along."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from actions.export_answers import AnswerFormat, export_answers
from actions.load_checklist import check_checklist, keep_checklist
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, read_or_stop
from inspection.departments import department_name
from inspection.forms.read_form import ReadForm, ReadQuestion
from inspection.forms.reading import Reading
from inspection.refusals import Refusal
from notifications.catalogue import refusal_sentence
from notifications.command_line import said
from notifications.load_report import problem_line
from storage.tables.inspections import Inspection

checklist_app = typer.Typer(no_args_is_help=True, help=helped("checklist"))
File = Annotated[Path, typer.Argument(help=helped("checklist_file"))]


@checklist_app.command(help=helped("checklist_check"))
def check(file: File) -> None:
    language = read_or_stop().language
    reading = check_checklist(file)
    if reading.form is not None:
        for line in _preview(reading.form, language):
            typer.echo(line)
    _tell(reading, language)
    if reading.form is None:
        raise typer.Exit(1)


@checklist_app.command(help=helped("checklist_load"))
def load(file: File) -> None:
    with opened_store() as (store, settings):
        reading = check_checklist(file)
        _tell(reading, settings.language)
        if reading.form is None:
            raise typer.Exit(1)
        with store.transaction("cli") as records:
            kept = keep_checklist(records, reading.form, at=Clock()())
        facts = {"id": kept.form.id, "title": kept.form.title, "version": kept.version}
        typer.echo(said("checklist_kept" if kept.is_new else "checklist_known", settings.language, **facts))


@checklist_app.command(name="export", help=helped("checklist_export"))
def export_command(
    inspection: Annotated[str, typer.Argument(help=helped("checklist_inspection"))],
    wanted: Annotated[
        AnswerFormat, typer.Option("--format", "-f", help=helped("checklist_format"))
    ] = AnswerFormat.XML,
) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        if records.find(Inspection, inspection) is None:
            raise Stop(said("no_inspection", settings.language, id=inspection))
        try:
            answers = export_answers(records, inspection, wanted, language=settings.language)
        except Refusal as refusal:
            raise Stop(refusal_sentence(refusal, settings.language)) from refusal
    typer.echo(answers, nl=not answers.endswith("\n"))


def _tell(reading: Reading, language: str) -> None:
    for problem in reading.problems:
        typer.echo(problem_line(problem, language))
    errors = sum(problem.is_error for problem in reading.problems)
    facts = {"errors": errors, "warnings": len(reading.problems) - errors}
    typer.echo(said("checklist_refused" if reading.form is None else "checklist_sound", language, **facts))


# --- How it will look -------------------------------------------------------------------------------------------------


def _preview(form: ReadForm, language: str) -> Iterator[str]:
    yield said("checklist_head", language, title=form.title, id=form.id, version=form.version or "–")
    if form.languages:
        comma = said("comma", language)
        yield said("checklist_languages", language, languages=comma.join(form.languages))
    for department, number in form.counts.items():
        name = _department(department, language)
        yield said("checklist_department", language, department=name, number=number)
    yield said("checklist_photos", language, number=form.photos)
    for question in form.questions:
        yield ""
        yield from _question(question, language)


def _question(question: ReadQuestion, language: str) -> Iterator[str]:
    number = f"{question.number}." if question.number else "–"
    signs = "".join(("★" if question.is_important else "", "📷" if question.wants_photo else ""))
    yield " ".join(filter(None, (number, signs, question.text(language))))
    kind = "compliance" if question.is_compliance else question.kind
    details = [said(f"kind_{kind}", language)]
    if question.number:
        details.insert(0, _department(question.department, language))
    if question.is_required:
        details.append(said("question_required", language))
    yield "   " + " · ".join(details)
    for name, value in (
        ("question_group", " / ".join(question.trail)),
        ("question_basis", question.basis),
        ("question_hint", question.result_hint),
        ("question_when", question.condition),
    ):
        if value:
            yield "   " + said(name, language, value=value)


def _department(id: str, language: str) -> str:
    return department_name(id, language) if id else said("lead_department", language)
