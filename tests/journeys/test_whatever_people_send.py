"""Bad input through the doors of the running program: one clear sentence in the reader's language, the rest goes on,
nothing is lost. One process serves, works and delivers; two officers use it, one reads Chinese and one English."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from actions.enrolment import open_web_chats
from inspection.leave import Ground
from inspection.refusals import NotFound, Refusal, Unacceptable
from inspection.states import AssignmentState
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton, GroundButton
from notifications.catalogue import LANGUAGES, label, refusal_sentence
from storage.store import Store
from storage.tables.inspections import Assignment
from storage.tables.messaging import InboxState, InboxUpdate
from storage.tables.registers import Person
from tests.actions.story import a_story_of_today
from tests.field.pictures import a_picture
from tests.served import Served, Visitor, served, until
from tests.stores import lay_a_data_folder
from web.wording import wording

MARKUP = "<b>云雀</b>*_[示例](x)`\u202e餐馆"
LARGE = 30 * 1024 * 1024

_numbers = count(1)


@dataclass
class Street:
    """What everybody of this file shares: the running program, its store, and the two officers' seats."""

    here: Served
    store: Store
    client: httpx.Client
    seats: dict[str, Assignment]
    folder: Path

    def visitor(self, language: str) -> Visitor:
        return Visitor(self.client, self.seats[language].person_id)

    def state_of(self, language: str) -> AssignmentState:
        with self.store.reading() as records:
            return records.get(Assignment, self.seats[language].id).state

    def kept(self, update_id: str) -> list[InboxUpdate]:
        with self.store.reading() as records:
            wanted = select(InboxUpdate).where(InboxUpdate.update_id.endswith(f":{update_id}"))
            return list(records.session.exec(wanted))


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    store = Store(lay_a_data_folder(folder))
    seats = dict(zip(LANGUAGES, _drawn_today(store), strict=False))
    with served(folder) as here, httpx.Client(base_url=here.url, trust_env=False, timeout=60) as client:
        yield Street(here, store, client, seats, folder)
    store.close()
    assert "Traceback" not in here.log.read_text("utf-8")


def _drawn_today(store: Store) -> list[Assignment]:
    """The second seat's officer reads English."""
    story = a_story_of_today(store, firm=MARKUP)
    with store.transaction() as records:
        open_web_chats(records, at=story.at)
    story.draw()
    seats = story.assignments()[:2]
    with store.transaction() as records:
        records.get(Person, seats[1].person_id).language = "en"
    return seats


def _fresh() -> str:
    return f"u{next(_numbers)}"


def _sentence(code: str, language: str, **facts: object) -> str:
    return refusal_sentence(Unacceptable(code, **facts), language)


def _goes_on(street: Street, language: str) -> None:
    """The same person is answered again, as if nothing had been."""
    visitor, update_id = street.visitor(language), _fresh()
    words = f"echo {update_id}"
    assert visitor.say(words, update_id).status_code == 202
    visitor.wait_for(words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo_empty"),
        (b"%PDF-1.7 no picture", "photo_not_an_image"),
        (a_picture()[:400], "photo_broken"),
        (a_picture("GIF"), "photo_kind"),
        (b"x" * LARGE, "photo_too_big"),
    ],
    ids=["0 bytes", "no image", "half an image", "another kind", "30 MB"],
)
def test_a_file_that_is_no_evidence(street: Street, language: str, data: bytes, code: str) -> None:
    visitor, update_id = street.visitor(language), _fresh()
    assert visitor.show(data, update_id).status_code == 202
    visitor.wait_for(_sentence(code, language, limit_mb=20))
    [kept] = street.kept(update_id)
    assert (kept.state, kept.body["attachment"]["sha256"]) == (InboxState.DONE, "")
    _goes_on(street, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_beyond_all_measure_is_cut_off_in_the_readers_language(street: Street, language: str) -> None:
    answer = street.visitor(language).show(b"x" * (90 * 1024 * 1024), _fresh())
    assert (answer.status_code, answer.json()) == (413, {"error": wording(language)("error_far_too_large")})
    _goes_on(street, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ("as:a:S9.B9/market/1/1", NotFound()),
        ("gr:A2:S1.B1/market/1/99", NotFound()),
        ("ld:g:S9.B9/market/1/1/1", Unacceptable("unknown_button")),
        ("zz:1", Unacceptable("unknown_button")),
        ("as:a", Unacceptable("unknown_button")),
        ("as:a:\u202e<b>:*_[", Unacceptable("unknown_button")),
        ("x" * 256, Unacceptable("unknown_button")),
    ],
)
def test_a_button_with_invented_ids(street: Street, language: str, button: str, refusal: Refusal) -> None:
    visitor = street.visitor(language)
    sentence = refusal_sentence(refusal, language)
    before = sum(sentence in one["text"] for one in visitor.messages())
    assert visitor.press(button, _fresh()).status_code == 202
    visitor.wait_for(sentence, times=before + 1)
    assert street.state_of(language) is AssignmentState.NOTIFIED
    _goes_on(street, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_of_another_person(street: Street, language: str) -> None:
    other = next(one for one in LANGUAGES if one != language)
    button = AssignmentButton(AssignmentAnswer.ACCEPT, street.seats[other].id).pack()
    visitor, sentence = street.visitor(language), refusal_sentence(NotFound(), language)
    before = sum(sentence in one["text"] for one in visitor.messages())
    assert visitor.press(button, _fresh()).status_code == 202
    visitor.wait_for(sentence, times=before + 1)
    assert street.state_of(other) is AssignmentState.NOTIFIED


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_thousand_characters_that_nobody_asked_for(street: Street, language: str) -> None:
    visitor = street.visitor(language)
    assert visitor.say("y" * 10_000, _fresh()).status_code == 202
    assert len(visitor.wait_for("y" * 60)["text"]) < 500
    answer = visitor.say("长" * 10_000, _fresh())
    assert (answer.status_code, answer.json()) == (413, {"error": wording(language)("error_text_too_long")})
    _goes_on(street, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_emoji_and_direction_marks(street: Street, language: str) -> None:
    """They are shown as they were written, by whoever wrote them; a page never takes them for its own."""
    visitor, update_id = street.visitor(language), _fresh()
    words = "👩‍🍳 \u202e<b>*_[x](y)`{{ 7*7 }}{7}"
    assert visitor.say(words, update_id).status_code == 202
    mine = next(one for one in visitor.messages() if one["update_id"] == update_id)
    assert mine["text"] == words
    visitor.press(AssignmentButton(AssignmentAnswer.DETAILS, street.seats[language].id).pack(), _fresh())
    assert MARKUP in visitor.wait_for(MARKUP)["text"]
    for page in ("/", "/schemes", "/schemes/S1", "/draws/D-S1-1", f"/chat/{visitor.chat}"):
        assert "<b>云雀" not in street.client.get(page).text
    _goes_on(street, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_while_the_disk_is_full_is_not_acknowledged_and_taken_once_later(
    street: Street, language: str
) -> None:
    """The picture is larger than any file may be just now; the store's own files are not."""
    visitor, update_id, picture = (
        street.visitor(language),
        _fresh(),
        a_picture("PNG", size=(3000, 2500), noise=True),
    )
    assert len(picture) > 7_000_000
    street.here.keep_files_below(6_000_000)
    try:
        answers = [visitor.show(picture, update_id) for _ in range(2)]
    finally:
        street.here.let_files_grow()
    for answer in answers:
        assert (answer.status_code, answer.json()) == (503, {"error": wording(language)("error_ours")})
    assert street.kept(update_id) == []
    assert [visitor.show(picture, update_id).json()["is_new"] for _ in range(2)] == [True, False]
    visitor.wait_for(label("stray_nowhere", language))
    assert [one.state for one in street.kept(update_id)] == [InboxState.DONE]
    assert sum(one["update_id"] == update_id for one in visitor.messages()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_while_the_folder_of_files_fails(street: Street, language: str) -> None:
    visitor, update_id, files = street.visitor(language), _fresh(), street.folder / "files"
    aside = street.folder / "files-aside"
    if files.exists():
        files.rename(aside)
    files.write_text("no folder")
    answer = visitor.show(a_picture(colour=f"#0000{next(_numbers):02x}"), update_id)
    assert (answer.status_code, answer.json()) == (503, {"error": wording(language)("error_ours")})
    assert street.kept(update_id) == []
    _goes_on(street, language)
    files.unlink()
    if aside.exists():
        aside.rename(files)
    assert visitor.show(a_picture(colour="navy"), update_id).json()["is_new"]
    visitor.wait_for(label("stray_nowhere", language))
    assert len(street.kept(update_id)) == 1
    assert "not_taken_in" in street.here.log.read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_while_the_store_cannot_be_written(street: Street, language: str) -> None:
    """No file may grow by a byte: nothing is acknowledged, pages are still shown, and later all is as if it had been
    sent then."""
    visitor, update_id = street.visitor(language), _fresh()
    street.here.keep_files_below(1)
    try:
        answer = visitor.say(f"echo {update_id}", update_id)
        assert (answer.status_code, answer.json()) == (503, {"error": wording(language)("error_ours")})
        assert visitor.messages() != []
    finally:
        street.here.let_files_grow()
    assert street.kept(update_id) == []
    assert [visitor.say(f"echo {update_id}", update_id).json()["is_new"] for _ in range(2)] == [True, False]
    visitor.wait_for(f"echo {update_id}")
    assert [one.state for one in street.kept(update_id)] == [InboxState.DONE]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_thousand_characters_as_a_reason_are_refused_and_the_question_stays_asked(
    street: Street, language: str
) -> None:
    """The last one of this file: at its end the two officers have left their seats."""
    visitor = street.visitor(language)
    asked = visitor.press(GroundButton(Ground("A2"), street.seats[language].id).pack(), _fresh())
    assert asked.status_code == 202
    assert visitor.say("z" * 10_000, _fresh()).status_code == 202
    visitor.wait_for(_sentence("words_too_long", language, length=10_000, limit=500))
    assert street.state_of(language) is AssignmentState.NOTIFIED
    update_id = _fresh()
    assert visitor.say("*_[ <b>\u202e👩‍🍳", update_id).status_code == 202
    until(lambda: [one.state for one in street.kept(update_id)] == [InboxState.DONE])
    assert street.state_of(language) is AssignmentState.RECUSED
