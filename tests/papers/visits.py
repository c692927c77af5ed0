"""Visits played by their people, for the papers that come of them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from actions.checklists import answer_question, attach_photo, finish_part, keep_note
from actions.findings import choose_follow_up, choose_receiver, describe_finding, enter_finding
from actions.results import submit_result
from actions.visits import check_in, end_visit, start_visit
from inspection.checklists import AnswerValue
from inspection.evidence import examine
from inspection.results import Category, FollowUp
from notifications.incoming import Attachment
from storage.files import FileStore
from storage.store import Store
from storage.tables.registers import RegisteredObject
from tests.actions.story import Story, a_drawn_story, changing
from tests.field.pictures import a_picture
from tests.kept import played

NOTE = "疏散通道堆放杂物，已当场要求清理"
NAME = "博乐市𬭛㛃餐饮店"


Visit = tuple[Story, str, FileStore]


def a_started_visit(store: Store, folder: Path) -> Visit:
    """A story whose only visit has begun; one officer of each department has checked in. With its file store."""
    return play_once(_start, store, folder)


def an_ended_visit(store: Store, folder: Path) -> Visit:
    """The same with everything answered, a photo in each part, a 否 in the fire part, and the visit ended."""
    return play_once(_end, store, folder)


def a_submitted_visit(store: Store, folder: Path) -> Visit:
    return play_once(_submit, store, folder)


def play_once(play: Callable[[Store, Path], Visit], store: Store, folder: Path) -> Visit:
    """Played once; from then on its rows and its files are laid down."""

    def tell() -> tuple[datetime, str, dict[str, bytes]]:
        story, inspection, _files = play(store, folder)
        kept = [one for one in (folder / "files").rglob("*") if one.is_file()]
        return story.at, inspection, {str(one.relative_to(folder)): one.read_bytes() for one in kept}

    at, inspection, files = played(store, play.__qualname__ + play.__module__, tell)
    for name, data in files.items():
        if not (folder / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    return Story(store, at), inspection, FileStore(folder / "files")


def _start(store: Store, folder: Path) -> Visit:
    story = a_drawn_story(store)
    (inspection,) = story.inspections()
    with changing(store) as records:
        records.get(RegisteredObject, inspection.partition(".")[2]).name = NAME
    story.confirm(inspection)
    story.later(hours=40)
    market, fire = officers(story, inspection)
    story.do(start_visit, inspection, by=market)
    for officer in (market, fire):
        story.later(minutes=1)
        story.do(check_in, inspection, 44.9002, 82.07, by=officer)
    return story, inspection, FileStore(folder / "files")


def _end(store: Store, folder: Path) -> Visit:
    story, inspection, files = a_started_visit(store, folder)
    market, fire = officers(story, inspection)
    fill_in(story, inspection, files, by=market, first=1, colour="teal")
    fill_in(story, inspection, files, by=fire, first=3, colour="orange", no=True)
    story.do(enter_finding, inspection, "T-market", Category.CLEAN, by=market)
    story.do(enter_finding, inspection, "T-fire", Category.PENDING, by=fire)
    story.do(describe_finding, inspection, "T-fire", NOTE, by=fire)
    story.do(choose_follow_up, inspection, "T-fire", FollowUp.NOTIFY, by=fire)
    story.do(choose_receiver, inspection, "T-fire", "housing", by=fire)
    story.later(hours=1)
    story.do(end_visit, inspection, by=story.lead(inspection).person_id)
    return story, inspection, files


def _submit(store: Store, folder: Path) -> Visit:
    story, inspection, files = an_ended_visit(store, folder)
    story.later(hours=1)
    story.do(submit_result, inspection, by=story.lead(inspection).person_id)
    return story, inspection, files


def officers(story: Story, inspection: str) -> tuple[str, str]:
    """The lead, and an officer of the fire brigade."""
    return story.lead(inspection).person_id, story.held_by(f"{inspection}/fire/1").person_id


def fill_in(
    story: Story, inspection: str, files: FileStore, *, by: str, first: int, colour: str, no: bool = False
) -> None:
    """The two questions of a department from number `first` on."""
    story.later(minutes=5)
    value = AnswerValue.NO if no else AnswerValue.YES
    story.do(answer_question, inspection, f"q{first}", value, by=by)
    if no:
        story.do(keep_note, inspection, f"q{first}", NOTE, by=by)
    story.do(attach_photo, inspection, f"q{first}", sent(files, colour), by=by)
    story.do(answer_question, inspection, f"q{first + 1}", AnswerValue.NOT_APPLICABLE, by=by)
    story.do(finish_part, inspection, by=by)


def sent(files: FileStore, colour: str) -> Attachment:
    """A picture as a phone sends it as a file: large, with what the camera wrote into it."""
    data = a_picture(size=(1600, 900), colour=colour, taken="2026:11:25 10:00:00", place=(44.9, 82.07))
    found = examine(data)
    return Attachment(
        sha256=files.put(data),
        size=found.size,
        media_type=found.media_type,
        width=found.width,
        height=found.height,
        is_original=True,
        taken_at=found.taken_at,
    )
