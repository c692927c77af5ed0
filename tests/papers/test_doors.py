"""The papers at their doors: the page behind the sign-in, and the command line."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from bot import cli
from storage import web_sessions
from storage.store import Store
from tests.logs import logging_put_back
from tests.papers.kept_visits import Visit, a_kept_visit
from tests.papers.sheets import needs_a_font
from tests.papers.visits import NAME
from tests.web.houses import House, a_client, a_house
from web.cookies import COOKIE


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[Store, Visit]]:
    with a_kept_visit("sqlite", tmp_path) as opened:
        yield opened


@pytest.fixture
def store(kept: tuple[Store, Visit]) -> Store:
    return kept[0]


@pytest.fixture
def visit(kept: tuple[Store, Visit]) -> Visit:
    return kept[1]


@pytest.fixture
def house(store: Store, visit: Visit, tmp_path: Path) -> House:
    made = a_house(store, tmp_path)
    made.clock.now = visit.at
    return made


@pytest.fixture
def door(house: House) -> Iterator[httpx.Client]:
    with a_client(house) as client:
        yield client


def _sign_in(house: House, door: httpx.Client, person: str) -> None:
    token = f"token-of-{person}"
    with house.store.transaction() as records:
        expires = house.clock() + timedelta(days=1)
        digest = hashlib.sha256(token.encode()).hexdigest()
        web_sessions.open_session(records, digest, chat=person, at=house.clock(), expires_at=expires)
    door.cookies.set(COOKIE, token)


@needs_a_font
@pytest.mark.parametrize(("name", "title"), [("record", "现场检查笔录"), ("summary", "联合检查汇总表")])
def test_the_lead_sees_both_papers_as_drafts(
    house: House, door: httpx.Client, visit: Visit, name: str, title: str
) -> None:
    _sign_in(house, door, visit.lead)
    answer = door.get(f"/papers/{visit.id}/{name}.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="{visit.id}-{name}.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert all(words in text for words in (title, NAME, "草稿：检查结果尚未提交"))


def test_without_a_sign_in_there_is_a_page_that_says_so(door: httpx.Client, visit: Visit) -> None:
    answer = door.get(f"/papers/{visit.id}/record.pdf", headers={"accept": "text/html"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert "请重新登录" in answer.text


def test_a_stranger_and_a_guess_get_the_same_page(house: House, door: httpx.Client, visit: Visit) -> None:
    _sign_in(house, door, "W1")
    answers = [door.get(f"/papers/{one}/record.pdf") for one in (visit.id, "S1.B999", "..", "%00")]
    assert [answer.status_code for answer in answers[:2]] == [404, 404]
    assert answers[0].text == answers[1].text
    assert "没有这份文书，或者您不能查看" in answers[0].text
    assert all(answer.status_code in (400, 404) for answer in answers)


def test_a_paper_of_another_kind_is_not_here(house: House, door: httpx.Client, visit: Visit) -> None:
    _sign_in(house, door, "OP")
    assert door.get(f"/papers/{visit.id}/secret.pdf").status_code == 404
    assert door.get(f"/papers/{visit.id}/record.exe").status_code == 404


def test_without_a_font_the_page_says_how_to_get_one(
    house: House,
    door: httpx.Client,
    visit: Visit,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHUANGSUIJI_FONTS", str(tmp_path))
    _sign_in(house, door, "OP")
    answer = door.get(f"/papers/{visit.id}/summary.pdf")
    assert answer.status_code == 409
    assert "fonts-noto-cjk" in answer.text


def test_the_pages_look_for_fonts_where_the_settings_say(house: House, visit: Visit, tmp_path: Path) -> None:
    house.web = replace(house.web, fonts=tmp_path)
    with a_client(house) as door:
        _sign_in(house, door, "OP")
        answer = door.get(f"/papers/{visit.id}/summary.pdf")
    assert answer.status_code == 409
    assert "没有中文字体" in answer.text


@needs_a_font
def test_in_a_demo_the_address_says_whose_eyes_these_are(store: Store, visit: Visit, tmp_path: Path) -> None:
    demo = a_house(store, tmp_path, is_demo=True)
    with a_client(demo) as door:
        address = f"/papers/{visit.id}/record.pdf"
        assert door.get(address).status_code == 401
        assert door.get(address, params={"chat": "W1"}).status_code == 404
        assert door.get(address, params={"chat": "OP"}).status_code == 200


# --- The command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def at_home(visit: Visit, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An ended visit in the store and the files of the commands; gives its id."""
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", str(store.engine.url))
    with logging_put_back():
        yield visit.id


def _run(*words: object) -> Result:
    result = CliRunner().invoke(cli.app, ["paper", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@needs_a_font
@pytest.mark.parametrize("kind", ["record", "summary"])
def test_the_command_writes_the_paper(at_home: str, tmp_path: Path, kind: str) -> None:
    files = [tmp_path / f"{name}.pdf" for name in ("one", "two")]
    for file in files:
        result = _run(at_home, kind, "-o", file)
        assert result.exit_code == 0, result.stderr
        assert str(file) in result.stdout.replace("\n", "")
    one, two = (file.read_bytes() for file in files)
    assert one == two
    assert NAME in PdfReader(BytesIO(one)).pages[0].extract_text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unknown_visit_is_one_sentence(
    at_home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("SHUANGSUIJI_LANGUAGE", language)
    result = _run("S9.B9", "record", "-o", tmp_path / "x.pdf")
    assert result.exit_code == 1
    assert "S9.B9" in result.stderr
    assert not (tmp_path / "x.pdf").exists()


@needs_a_font
def test_a_file_that_cannot_be_written_is_one_sentence(at_home: str, tmp_path: Path) -> None:
    result = _run(at_home, "record", "-o", tmp_path / "no-folder" / "x.pdf")
    assert result.exit_code == 1
    assert "请换一个文件夹" in result.stderr


def test_the_folder_of_fonts_is_a_setting(
    at_home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fonts.toml").write_text(f'fonts = "{tmp_path}"\n', encoding="utf-8")
    monkeypatch.setenv("SHUANGSUIJI_CONFIG", str(tmp_path / "fonts.toml"))
    result = _run(at_home, "record", "-o", tmp_path / "x.pdf")
    assert result.exit_code == 1
    assert "没有中文字体" in result.stderr
