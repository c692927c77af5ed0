"""What an officer is told of a photo, and what is written down beside it."""

from datetime import timedelta

import pytest

from actions.checklists import move_photo
from actions.keep_attachment import keep_attachment
from inspection.checklists import AnswerValue
from inspection.documents import DOCUMENT_TYPE
from inspection.evidence import PhotoWanted
from notifications.incoming import Attachment
from storage.files import FileNotKept, FileStore
from storage.tables.inspections import CheckIn, Photo
from storage.tables.messaging import OutboxLine
from storage.tables.registers import Person
from tests.actions.story import rows_of
from tests.evidence.attacks import A_HEIC, a_pdf
from tests.field.pictures import a_picture
from tests.journeys.visit import Visit


def _heard(visit: Visit, who: str) -> str:
    return visit.town.hears(who, "photo_kept").text


def _sends(visit: Visit, who: str, data: bytes, caption: str, *, as_file: bool = True) -> str:
    sent = keep_attachment(visit.files, data, file_name="IMG_1.jpg", is_original=as_file)
    visit.town.send_photo(who, sent, caption)
    return _heard(visit, who)


def test_the_receipt_counts_what_was_wanted_and_names_what_lacks_a_photo(visit: Visit) -> None:
    """Questions 1 (the lead department's) and 3 (the other's) want a photo; 2 and 4 do not."""
    first = _sends(visit, visit.lead, a_picture(colour="red"), "2")
    assert first.startswith("已收0/1张 · 回执 R-")
    assert "第1题缺1张。" in first
    second = _sends(visit, visit.lead, a_picture(colour="blue"), "1")
    assert second.startswith("已收1/1张 · 回执 R-")
    assert "缺" not in second


def test_a_question_that_does_not_apply_lacks_nothing(visit: Visit) -> None:
    visit.answer(visit.lead, "q1", AnswerValue.NOT_APPLICABLE)
    assert "缺" not in _sends(visit, visit.lead, a_picture(), "2")


def test_the_same_bytes_have_one_receipt_wherever_they_go(visit: Visit) -> None:
    data = a_picture(colour="red")
    told = [_sends(visit, visit.lead, data, caption).split("回执 ")[1][:10] for caption in ("1", "1", "2")]
    assert len(set(told)) == 1
    assert sorted(one.question_id for one in visit.rows(Photo)) == ["q1", "q2"]


def test_nothing_is_told_of_bytes_that_were_not_kept(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = len(visit.rows(OutboxLine))
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FileNotKept):
        keep_attachment(visit.files, a_picture())
    assert len(visit.rows(OutboxLine)) == before
    assert visit.rows(Photo) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            a_picture(taken="2026:05:15 10:11:12", place=(44.9, 82.07)),
            "照片自带的拍摄时间：2026-05-15 10:11；拍摄地点：有。",
        ),
        (a_picture(taken="2026:05:15 10:11:12"), "照片自带的拍摄时间：2026-05-15 10:11；拍摄地点：没有。"),
        (a_picture(), "照片自带的拍摄时间：没有；拍摄地点：没有。"),
        (A_HEIC, "照片自带的拍摄时间：2026-05-15 10:11；拍摄地点：有。"),
    ],
)
def test_what_an_original_claims_is_said_and_what_it_lacks_too(visit: Visit, data: bytes, words: str) -> None:
    assert words in _sends(visit, visit.lead, data, "1")


def test_a_pressed_photo_is_graded_so_and_nothing_is_said_of_a_time_that_it_cannot_have(visit: Visit) -> None:
    assert "照片自带" not in _sends(visit, visit.lead, a_picture(), "1", as_file=False)
    assert [one.grade for one in visit.rows(Photo)] == ["recompressed"]


def test_the_row_says_who_sent_it_when_by_which_channel_and_where_they_stood(visit_on_both: Visit) -> None:
    visit, town = visit_on_both, visit_on_both.town
    _sends(visit, visit.lead, a_picture(colour="red"), "1")
    town.send_place(visit.lead, 44.9005, 82.07)
    town.now += timedelta(minutes=5)
    town.send_place(visit.lead, 44.9, 82.07)
    last = town.now
    town.send_place(visit.market, 45.9, 82.07)  # where a colleague stands says nothing of the lead
    town.now += timedelta(minutes=5)
    _sends(visit, visit.lead, a_picture(colour="blue"), "1")
    before, after = sorted(visit.rows(Photo), key=lambda one: one.received_at)
    assert (before.check_in_at, before.check_in_latitude, before.check_in_distance_m) == (None, None, None)
    assert (after.check_in_at, after.check_in_latitude, after.check_in_longitude) == (last, 44.9, 82.07)
    assert after.check_in_distance_m == next(
        one.distance_m for one in visit.rows(CheckIn) if (one.person_id, one.at) == (visit.lead, last)
    )
    assert (after.sent_by, after.channel, after.received_at) == (visit.lead, "phone", town.now)


def test_a_check_in_of_later_does_not_reach_back(visit: Visit) -> None:
    _sends(visit, visit.lead, a_picture(), "1")
    visit.town.now += timedelta(minutes=5)
    visit.town.send_place(visit.lead, 44.9, 82.07)
    assert [one.check_in_at for one in visit.rows(Photo)] == [None]


# --- Documents


def _a_document(files: FileStore) -> Attachment:
    return keep_attachment(files, a_pdf(), file_name="许可证.pdf", is_original=True)


def test_a_question_for_a_photo_refuses_a_document_in_one_sentence(visit: Visit) -> None:
    visit.town.send_photo(visit.lead, _a_document(visit.files), "1")
    assert visit.town.hears(visit.lead, "refused").text == "第1题要的是照片，PDF 文件没有计入，请拍照发送。"
    assert visit.rows(Photo) == []


def test_a_question_for_a_file_takes_documents_and_photos(visit_with_a_file: Visit) -> None:
    visit = visit_with_a_file
    visit.town.send_photo(visit.lead, _a_document(visit.files), "1")
    told = _heard(visit, visit.lead)
    assert told.splitlines()[1] == "第1题共1份。已保存。"
    visit.town.send_photo(visit.lead, visit.photo(), "1")
    assert "第1题共2张。" in _heard(visit, visit.lead)
    assert {one.media_type for one in visit.rows(Photo)} == {DOCUMENT_TYPE, "image/jpeg"}


def test_a_document_can_not_be_moved_to_a_question_for_a_photo(visit_with_a_file: Visit) -> None:
    visit = visit_with_a_file
    visit.town.send_photo(visit.lead, _a_document(visit.files), "1")
    with visit.town.store.transaction("test") as records:
        (photo,) = rows_of(records, Photo)
        lead = records.get(Person, visit.lead)
        with pytest.raises(PhotoWanted):
            move_photo(records, photo, "q2", by=lead, at=visit.town.now)


def test_a_bad_piece_of_an_album_is_refused_and_the_rest_stays(visit: Visit) -> None:
    pieces = [a_picture(colour="red"), b"<script>", a_picture(colour="blue")]
    for data in pieces:
        visit.town.send_photo(visit.lead, keep_attachment(visit.files, data), "1")
    assert "没有保存" in visit.town.hears(visit.lead, "refused").text
    assert len(visit.rows(Photo)) == 2
