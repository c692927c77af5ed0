"""Files that came into a chat: who gets them, and how."""

import asyncio
from urllib.parse import unquote

import httpx
import pytest

from notifications.outgoing import Document, Outgoing
from tests.web.houses import House

NAME = "现场检查笔录-S1.B1.pdf"
PDF = b"%PDF-1.7 invented"


def _document(
    house: House, *, name: str = NAME, kind: str = "application/pdf", data: bytes = PDF
) -> Document:
    return Document(house.web.files.put(data), name, kind)


def _told(house: House, chat: str, document: Document) -> str:
    """A message with it in this chat; gives where it is to be had."""
    asyncio.run(house.tell(chat, Outgoing("paper_made", "现场检查笔录", document=document)))
    return f"/chat/{chat}/documents/{document.sha256}"


def test_a_document_is_given_for_keeping_under_its_name_to_whoever_sees_the_chat(
    demo: House, demo_door: httpx.Client
) -> None:
    address = _told(demo, "p2", _document(demo))
    (bubble,) = demo_door.get("/chat/p2/messages").json()
    assert (bubble["document"]["file_name"], bubble["document"]["media_type"]) == (NAME, "application/pdf")
    answer = demo_door.get(address)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    shown = answer.headers["content-disposition"]
    assert shown.startswith('attachment; filename="')
    assert unquote(shown.rpartition("UTF-8''")[2]) == NAME


def test_what_did_not_come_into_this_chat_is_not_there(demo: House, demo_door: httpx.Client) -> None:
    document = _document(demo)
    _told(demo, "p2", document)
    for chat, digest in (("p1", document.sha256), ("p2", "0" * 64), ("p2", "a" * 70)):
        answer = demo_door.get(f"/chat/{chat}/documents/{digest}")
        assert answer.status_code == 404, (chat, digest)
    assert demo_door.get(f"/chat/p1/documents/{document.sha256}").json()["error"] == (
        "没有这份文件，或者它不在这个聊天里。"
    )


@pytest.mark.parametrize("door", ["photos", "documents"])
def test_what_is_no_digest_is_no_address(demo: House, demo_door: httpx.Client, door: str) -> None:
    for odd in ("%00", "%F0%9F", "../OP", "0" * 63):
        assert demo_door.get(f"/chat/p2/{door}/{odd}").status_code == 404, odd


def test_whoever_is_not_signed_in_gets_nothing(house: House, door: httpx.Client) -> None:
    answer = door.get(_told(house, "p2", _document(house)))
    assert answer.status_code in (401, 403)
    assert PDF not in answer.content


def test_bytes_of_another_kind_are_given_as_none(demo: House, demo_door: httpx.Client) -> None:
    page = _document(demo, name='a"\r\nx: y.html', kind="text/html", data=b"<script>alert(1)</script>")
    answer = demo_door.get(_told(demo, "p2", page))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="a___x__y.html"')
    assert "x" not in answer.headers


@pytest.mark.parametrize("is_gone", [True, False])
def test_bytes_that_are_gone_or_damaged_are_a_sentence_and_not_given(
    demo: House, demo_door: httpx.Client, is_gone: bool
) -> None:
    document = _document(demo)
    address = _told(demo, "p2", document)
    path = demo.web.files._folder / document.sha256[:2] / document.sha256
    if is_gone:
        path.unlink()
    else:
        path.write_bytes(b"other")
    answer = demo_door.get(address)
    assert answer.status_code == 503
    assert "error" in answer.json()
