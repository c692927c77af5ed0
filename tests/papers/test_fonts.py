"""Which fonts are here, and which signs they have."""

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]
from fontTools.ttLib.tables._g_l_y_f import Glyph  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.refusals import Unacceptable
from notifications.catalogue import refusal_sentence
from notifications.fonts import Family, covering, folders, installed, signs_of
from tests.papers.sheets import needs_a_font

SONG = "现场检查笔录联合汇总表签名"


def _font(name: str, signs: str) -> TTFont:
    """A font that has these signs, each an empty square of paper: only its table is looked at."""
    glyphs = {sign: f"u{ord(sign):X}" for sign in signs}
    order = [".notdef", *glyphs.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({ord(sign): glyph for sign, glyph in glyphs.items()})
    builder.setupGlyf({glyph: Glyph() for glyph in order})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    names = {"familyName": name, "styleName": "Regular", "fullName": name, "psName": name.replace(" ", "")}
    builder.setupNameTable(names)
    builder.setupOS2(usWeightClass=400)
    builder.setupPost()
    return builder.font


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a Chinese face of a few signs, and with another font for two more."""
    _font("SimSun", SONG + "甲乙a1 ").save(tmp_path / "song.ttf")
    _font("Another", "㛃甲").save(tmp_path / "another.ttf")
    return tmp_path


def _names(text: str, folder: Path) -> list[str]:
    return [family.name for family in covering(text, folder)]


def _refusal(text: str, folder: Path) -> Unacceptable:
    with pytest.raises(Unacceptable) as refused:
        covering(text, folder)
    return refused.value


def test_the_chinese_face_alone_serves_where_it_has_every_sign(folder: Path) -> None:
    assert _names("甲乙 a1", folder) == ["SimSun"]


def test_another_font_helps_out_where_the_chinese_face_lacks_a_sign(folder: Path) -> None:
    assert _names("甲㛃", folder) == ["SimSun", "Another"]


def test_a_sign_that_no_font_has_is_refused_by_name(folder: Path) -> None:
    refusal = _refusal("甲𬭛乙丙", folder)
    assert refusal.sentence == "paper_signs_missing"
    assert refusal.facts["signs"] == ["〔丙〕U+4E19", "〔𬭛〕U+2CB5B"]
    for language in ("zh", "en"):
        assert "〔𬭛〕U+2CB5B" in refusal_sentence(refusal, language)


def test_of_many_missing_signs_ten_are_named_and_the_others_counted(folder: Path) -> None:
    refusal = _refusal("".join(chr(0x5000 + number) for number in range(25)), folder)
    assert len(refusal.facts["signs"]) == 10  # type: ignore[arg-type]
    assert refusal.facts["rest"] == 15
    assert "15" in refusal_sentence(refusal, "zh")


def test_half_a_sign_is_named_by_its_number(folder: Path) -> None:
    refusal = _refusal("甲\ud83d", folder)
    assert refusal.facts["signs"] == ["U+D83D"]
    assert refusal_sentence(refusal, "zh").encode()


def test_without_a_chinese_font_one_is_told_how_to_get_one(tmp_path: Path) -> None:
    _font("Another", "abc").save(tmp_path / "another.ttf")
    refusal = _refusal("abc", tmp_path)
    assert refusal.sentence == "paper_no_chinese_font"
    assert "fonts-noto-cjk" in refusal_sentence(refusal, "zh")
    assert "fonts-noto-cjk" in refusal_sentence(refusal, "en")


def test_a_folder_that_is_not_there_has_no_fonts(tmp_path: Path) -> None:
    assert _refusal("甲", tmp_path / "gone").sentence == "paper_no_chinese_font"


def test_a_chinese_font_that_nobody_has_heard_of_serves_as_well(tmp_path: Path) -> None:
    _font("Nobody's Song", SONG).save(tmp_path / "song.ttf")
    assert _names(SONG, tmp_path) == ["Nobody's Song"]


def test_the_fonts_of_a_collection_are_told_apart(tmp_path: Path) -> None:
    collection = TTCollection()
    collection.fonts = [_font("Song One", SONG), _font("SimSun", SONG + "㛃")]
    collection.save(tmp_path / "songs.ttc")
    assert _names("㛃", tmp_path) == ["SimSun"]


def test_what_is_no_font_is_passed_over(folder: Path) -> None:
    (folder / "broken.ttf").write_bytes(b"\0\1\0\0 no font at all")
    (folder / "half.ttf").write_bytes((folder / "song.ttf").read_bytes()[:200])
    (folder / "notes.txt").write_text("fonts", encoding="utf-8")
    assert _names("甲㛃", folder) == ["SimSun", "Another"]


def test_a_font_of_last_resort_is_no_help(folder: Path) -> None:
    """It claims every sign and shows a box for each."""
    _font("LastResort", "丙").save(folder / "last.ttf")
    assert _refusal("丙", folder).facts["signs"] == ["〔丙〕U+4E19"]


def test_the_bold_face_must_have_the_sign_as_well(folder: Path) -> None:
    bold = _font("SimSun", SONG + "乙")
    bold["OS/2"].usWeightClass = 700
    bold.save(folder / "song-bold.ttf")
    assert _names("甲", folder) == ["SimSun", "Another"]


def test_the_variable_names_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_FONTS", str(folder))
    assert folders() == (folder,)
    assert [family.name for family in installed()] == ["Another", "SimSun"]


def test_without_the_variable_the_usual_folders_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINDIR", "C:/Windows")
    looked_at = {str(folder) for folder in folders()}
    assert {"/usr/share/fonts", "/System/Library/Fonts", "C:/Windows/Fonts"} <= looked_at


def test_what_is_not_seen_needs_no_font() -> None:
    assert signs_of("甲\n\t\u200b\u200d\u2060\ufe0f\U000e0101") == {ord("甲")}


@given(st.text(max_size=30))
@settings(max_examples=25)
def test_a_text_is_never_worse_off_for_a_sign_that_it_has_twice(text: str) -> None:
    assert signs_of(text + text) == signs_of(text)


@needs_a_font
def test_rare_signs_of_names_are_in_the_fonts_of_this_machine() -> None:
    assert covering("检查笔录 𬭛㛃䶮 ①②℃№ ★")


@needs_a_font
def test_the_signs_of_a_face_are_those_of_its_table() -> None:
    """As the library tells them that names every glyph; those of a Chinese face are among the most there are."""
    [chinese] = covering("好", None)
    for path, number in chinese.faces:
        with TTFont(path, fontNumber=number) as font:
            named = {sign for sign, glyph in font.getBestCmap().items() if glyph != ".notdef"}
        some = {*range(0x20, 0x2FFFF, 7), *named}
        assert some - Family(chinese.name, ((path, number),)).lacks(some) == named
