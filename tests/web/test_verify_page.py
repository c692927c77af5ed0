"""The doors behind the page that recomputes a draw."""

import json
import re
from hashlib import sha256

import httpx
import pytest

from storage.store import Store
from storage.tables.inspections import DrawRecord
from storage.tables.registers import Scheme
from tests.builders import NOW, a_small_register
from tests.web.houses import House
from web.pages import STATIC
from web.wording import wording

CODES = [f"91652701MA{number:08d}" for number in range(300)]


@pytest.fixture
def announced(house: House, store: Store) -> str:
    """A draw that was announced, with three hundred codes in its range."""
    lines = [
        {"code": sha256(code.encode()).hexdigest(), "left_out": None, "object": f"B{n}"}
        for n, code in enumerate(CODES)
    ]
    codes = "".join(json.dumps(line) + "\n" for line in sorted(lines, key=lambda line: str(line["code"])))
    with store.transaction() as records:
        scheme = a_small_register(records)
        records.add(_a_draw(scheme, codes))
    return "D1"


def _a_draw(scheme: Scheme, codes: str) -> DrawRecord:
    return DrawRecord(
        id="D1",
        scheme_id=scheme.id,
        announcement='{"anchor":"","witnesses":[]}',
        objects="",
        inspectors="",
        exclusions="",
        secret="5ec7e7",
        codes=codes,
        announced_at=NOW,
        announced_by="OP",
    )


def test_two_digits_bring_every_code_that_begins_so(announced: str, door: httpx.Client) -> None:
    digest = sha256(CODES[7].encode()).hexdigest()
    answer = door.get(f"/draws/{announced}/codes/{digest[:2]}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    lines = answer.json()
    assert {line["code"][:2] for line in lines} == {digest[:2]}
    assert [line["object"] for line in lines if line["code"] == digest] == ["B7"]
    assert (
        answer.headers["cache-control"]
        == door.get(f"/draws/{announced}/objects.jsonl").headers["cache-control"]
    )


def test_neighbouring_buckets_leave_no_code_out(announced: str, door: httpx.Client) -> None:
    found = [
        line["object"]
        for last in "0123456789abcdef"
        for line in door.get(f"/draws/{announced}/codes/a{last}").json()
    ]
    assert sorted(found) == sorted(
        f"B{n}" for n, code in enumerate(CODES) if sha256(code.encode()).hexdigest()[0] == "a"
    )


@pytest.mark.parametrize(
    "digits", ["a", "abc", "AB", "g0", "..", "%0a", ".*", "a\n", sha256(b"").hexdigest()]
)
def test_anything_but_two_digits_is_refused(announced: str, door: httpx.Client, digits: str) -> None:
    answer = door.get(
        httpx.URL(
            f"/draws/{announced}/codes/", raw_path=f"/draws/{announced}/codes/".encode() + _quoted(digits)
        )
    )
    assert answer.status_code in (400, 404)
    assert "object" not in answer.text


def _quoted(text: str) -> bytes:
    return "".join(f"%{byte:02X}" for byte in text.encode()).encode()


def test_an_unknown_draw_has_neither_codes_nor_page(announced: str, door: httpx.Client) -> None:
    assert door.get("/draws/D9/codes/ab").status_code == 404
    page = door.get("/verify/D9", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "没有您要找的内容" in page.text


def test_the_page_tells_what_can_be_checked_and_holds_no_secret(announced: str, door: httpx.Client) -> None:
    text = door.get(f"/verify/{announced}").text
    assert "还没有抽取" in text
    assert 'data-state="waiting"' in text
    assert "5ec7e7" not in text
    assert "<script>" not in text
    assert " style=" not in text
    assert f'href="/verify/{announced}"' in door.get(f"/draws/{announced}").text


def test_every_word_that_the_page_speaks_is_there_in_both_languages() -> None:
    chinese, english = (wording(one).beginning("verify_") for one in ("zh", "en"))
    assert chinese.keys() == english.keys()
    for name, words in chinese.items():
        assert sorted(re.findall(r"\{\w+\}", words)) == sorted(re.findall(r"\{\w+\}", english[name])), name
    spoken = set(
        re.findall(
            r'(?:differ\(|say\()"(\w+)"', "".join(one.read_text() for one in (STATIC / "verify").glob("*.js"))
        )
    )
    missing = {
        name for name in spoken if f"verify_{name}" not in chinese and f"verify_differs_{name}" not in chinese
    }
    assert missing == set()
