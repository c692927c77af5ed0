"""Whatever is sent as evidence: kept when it is what it says, else refused with one sentence, and run by nobody."""

import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.keep_attachment import keep_attachment
from inspection.disguises import SHORT_TAIL
from inspection.documents import DOCUMENT_TYPE
from inspection.evidence import Examined, examine
from inspection.file_names import clean_file_name
from inspection.pictures import bare_jpeg
from inspection.refusals import Unacceptable
from notifications.catalogue import LANGUAGES, refusal_sentence
from storage.files import FileStore
from tests.evidence import attacks
from tests.evidence.attacks import A_HEIC, a_pdf, a_pdf_with_a_link, a_stream, a_zip, folded
from tests.field.pictures import a_picture

_JPEG, _PNG, _WEBP = (a_picture(kind) for kind in ("JPEG", "PNG", "WEBP"))


@dataclass(frozen=True)
class Attack:
    name: str
    make: Callable[[], bytes]
    sentence: str


ATTACKS = [
    Attack(
        "a page called photo.jpg", lambda: b"<!doctype html><script>alert(1)</script>", "photo_not_an_image"
    ),
    Attack("an SVG with a script", lambda: b"<svg onload='alert(1)'/>", "photo_not_an_image"),
    Attack("a program", lambda: b"MZ\x90\0" + bytes(200), "photo_not_an_image"),
    Attack("a zip with a path", lambda: a_zip("../../etc/cron.d/x"), "photo_not_an_image"),
    Attack("a tar with a path", attacks.a_tar, "photo_not_an_image"),
    Attack("a GIF", attacks.a_gif, "photo_kind"),
    Attack("a GIFAR", lambda: attacks.a_gif() + a_zip("Evil.class"), "photo_kind"),
    Attack("an AVIF", lambda: a_picture("AVIF"), "photo_kind"),
    Attack("a TIFF", lambda: a_picture("TIFF"), "photo_kind"),
    Attack(
        "a PNG of four thousand million pixels",
        lambda: attacks.of_many_pixels(65_000, 65_000),
        "photo_too_many_pixels",
    ),
    Attack(
        "a PNG of more pixels than a number holds",
        lambda: attacks.of_many_pixels(2**31 - 1, 2**31 - 1),
        "photo_too_many_pixels",
    ),
    Attack("a PNG whose remark unfolds into 70 MB", attacks.text_bomb, "photo_broken"),
    Attack("a moving PNG", lambda: attacks.moving("PNG"), "photo_animated"),
    Attack("a moving WebP", lambda: attacks.moving("WEBP"), "photo_animated"),
    Attack("a JPEG with a zip behind", lambda: _JPEG + a_zip(), "photo_two_kinds"),
    Attack(
        "a JPEG with a zip behind whose remark hides its end",
        lambda: _JPEG + a_zip()[:-2] + b"\x05\0hello",
        "photo_two_kinds",
    ),
    Attack("a PNG with a zip behind", lambda: _PNG + a_zip(), "photo_two_kinds"),
    Attack("a WebP with a JAR behind", lambda: _WEBP + a_zip("META-INF/MANIFEST.MF"), "photo_two_kinds"),
    Attack("a HEIC with a zip behind", lambda: A_HEIC + a_zip(), "photo_two_kinds"),
    Attack("a JPEG with a zip in its remark", lambda: attacks.with_remark(a_zip()), "photo_two_kinds"),
    Attack("a JPEG with a program behind", lambda: _JPEG + b"MZ\x90\0" + bytes(200), "photo_two_kinds"),
    Attack("a JPEG with an ELF behind", lambda: _JPEG + b"\0\0\x7fELF" + bytes(200), "photo_two_kinds"),
    Attack("a PNG with a RAR behind", lambda: _PNG + b"Rar!\x1a\x07\0" + bytes(200), "photo_two_kinds"),
    Attack("a JPEG with a 7z behind", lambda: _JPEG + b"7z\xbc\xaf\x27\x1c" + bytes(200), "photo_two_kinds"),
    Attack("a JPEG with a script behind", lambda: _JPEG + b"<SCRIPT>alert(1)</SCRIPT>", "photo_two_kinds"),
    Attack(
        "a JPEG with a script in its remark",
        lambda: attacks.with_remark(b"*/<script>alert(1)</script>"),
        "photo_two_kinds",
    ),
    Attack(
        "a JPEG with a page in its remark",
        lambda: attacks.with_remark(b"<html><body onload=x>"),
        "photo_two_kinds",
    ),
    Attack(
        "a JPEG with PHP in its remark",
        lambda: attacks.with_remark(b"<?php system($_GET[0]); ?>"),
        "photo_two_kinds",
    ),
    Attack("a JPEG that is a PDF too", lambda: attacks.with_remark(a_pdf()), "photo_two_kinds"),
    Attack("a JPEG with a PDF behind", lambda: _JPEG + a_pdf(), "photo_two_kinds"),
    Attack(
        "a JPEG with a program behind a second exposure",
        lambda: attacks.two_exposures() + b"MZ\x90\0",
        "photo_two_kinds",
    ),
    Attack(
        "a JPEG with a program that ends as a camera does",
        lambda: _JPEG + b"MZ\x90\0" + b"SEFHSEFT",
        "photo_two_kinds",
    ),
    Attack("a JPEG with 100 kB of something behind", lambda: _JPEG + b"\x5a" * 100_000, "photo_trailing"),
    Attack("a PNG with 100 kB of something behind", lambda: _PNG + b"\x5a" * 100_000, "photo_trailing"),
    Attack("a JPEG cut off", lambda: a_picture(size=(640, 480), noise=True)[:-4000], "photo_broken"),
    Attack("a JPEG of nothing but its first signs", lambda: b"\xff\xd8\xff", "photo_broken"),
    Attack("a HEIC cut off", lambda: A_HEIC[:500], "photo_broken"),
    Attack("a HEIC of nothing but its head", lambda: A_HEIC[:28], "photo_broken"),
    Attack("a HEIC film", lambda: A_HEIC[:8] + b"msf1" + A_HEIC[12:], "photo_kind"),
    Attack("a PDF with a password", attacks.a_locked_pdf, "document_locked"),
    Attack("a PDF with a script", attacks.a_pdf_with_script, "document_active"),
    Attack(
        "a PDF with a script, written with escapes",
        lambda: a_pdf(b"<< /S /J#61va#53cript /#4aS (x) >>"),
        "document_active",
    ),
    Attack(
        "a PDF with a script, folded away",
        lambda: folded(b"1 0 << /S /JavaScript /JS (x) >>"),
        "document_active",
    ),
    Attack(
        "a PDF with a script between what reads as a stream",
        lambda: a_pdf(b"%stream\n<< /S /JavaScript >>\n%endstream"),
        "document_active",
    ),
    Attack("a PDF that starts a program", attacks.a_pdf_that_launches, "document_active"),
    Attack("a PDF with a file inside", attacks.a_pdf_with_a_file_inside, "document_active"),
    Attack("a PDF with a form that is a program", lambda: a_pdf(b"<< /XFA [] >>"), "document_active"),
    Attack(
        "a PDF folded in a way of its own",
        lambda: a_pdf(a_stream(b"/Type /ObjStm /Filter /LZWDecode", b"\x80\x0b")),
        "document_broken",
    ),
    Attack("a PDF that unfolds into 70 MB", lambda: folded(bytes(70_000_000)), "document_broken"),
    Attack("a PDF with a zip behind", lambda: a_pdf() + a_zip(), "photo_two_kinds"),
    Attack("a PDF with a zip in a stream", lambda: a_pdf(a_stream(b"", a_zip())), "photo_two_kinds"),
    Attack("a PDF that is a page too", lambda: a_pdf(b"(<script>alert(1)</script>)"), "photo_two_kinds"),
    Attack("a PDF with something behind", lambda: a_pdf() + b"MZ\x90\0", "photo_two_kinds"),
    Attack("a PDF cut off", lambda: a_pdf()[:-60], "photo_not_an_image"),
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_an_attack_is_refused_with_one_sentence_and_nothing_of_it_is_kept(
    attack: Attack, tmp_path: Path
) -> None:
    kept = keep_attachment(FileStore(tmp_path / "files"), attack.make(), file_name="IMG_1.jpg")
    assert (kept.refused, kept.sha256) == (attack.sentence, "")
    assert list(tmp_path.rglob("*")) == []
    for language in LANGUAGES:
        sentence = refusal_sentence(Unacceptable(kept.refused), language)
        assert sentence.count("。" if language == "zh" else ". ") <= 1
        assert "{{" not in sentence


def test_no_bomb_takes_the_memory() -> None:
    bombs = [folded(bytes(70_000_000)), attacks.text_bomb(), attacks.of_many_pixels(65_000, 65_000)]
    tracemalloc.start()
    for bomb in bombs:
        with pytest.raises(Unacceptable):
            examine(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200 * 1024 * 1024


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a JPEG", _JPEG, "image/jpeg"),
        ("a PNG", _PNG, "image/png"),
        ("a WebP", _WEBP, "image/webp"),
        ("a HEIC", A_HEIC, "image/heic"),
        ("two exposures in one", attacks.two_exposures(), "image/jpeg"),
        ("a moving photo: a film behind", _JPEG + b"\0\0\0\x18ftypmp42" + b"\x5a" * 200_000, "image/jpeg"),
        ("Samsung's directory behind", _JPEG + b"\x5a" * 100_000 + b"SEFHSEFT", "image/jpeg"),
        ("a maker's notes behind", _JPEG + b'vivo{"mode":"night"}' + b"\x5a" * (SHORT_TAIL - 100), "image/jpeg"),
        ("padding of ones up to a full block", _JPEG + b"\xff" * 100_000, "image/jpeg"),
        ("zeros up to a full block", _PNG + bytes(100_000), "image/png"),
        ("a PDF", a_pdf(), DOCUMENT_TYPE),
        ("a PDF with line ends behind", a_pdf() + b"\r\n\r\n", DOCUMENT_TYPE),
        ("a PDF with a link", a_pdf_with_a_link(), DOCUMENT_TYPE),
        ("a PDF with objects folded away", folded(b"1 0 << /Type /Font >>"), DOCUMENT_TYPE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_telephones_and_offices_write_is_kept_as_it_came(
    name: str, data: bytes, media_type: str, tmp_path: Path
) -> None:
    files = FileStore(tmp_path)
    kept = keep_attachment(files, data)
    assert (kept.refused, kept.media_type, kept.size) == ("", media_type, len(data))
    assert files.read(kept.sha256) == data


def test_heic_tells_its_hour_and_place_and_is_shown_as_a_jpeg_without_them() -> None:
    found = examine(A_HEIC)
    assert (found.width, found.height, found.taken_at) == (64, 48, "2026-05-15 10:11:12")
    assert found.latitude == pytest.approx(44.9, abs=0.02)
    shown = bare_jpeg(A_HEIC, 1600)
    assert examine(shown) == Examined(len(shown), "image/jpeg", 64, 48)


@settings(max_examples=60, deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.sampled_from([_JPEG, _PNG, _WEBP, A_HEIC, a_pdf()]).flatmap(
            lambda whole: st.tuples(st.integers(0, len(whole)), st.binary(max_size=40)).map(
                lambda cut: whole[: cut[0]] + cut[1] + whole[cut[0] + len(cut[1]) :]
            )
        ),
    )
)
def test_no_bytes_break_the_examination(data: bytes) -> None:
    """Kept or refused by name; and what is kept can be shown."""
    try:
        found = examine(data)
    except Unacceptable:
        return
    if found.media_type != DOCUMENT_TYPE:
        bare_jpeg(data, 100)


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\windows\system32\evil.exe", "evil.exe"),
        ("现场\u202egpj.exe", "现场gpj.exe"),
        ("a\0b\r\n.jpg", "ab.jpg"),
        ("..", ""),
        ("x" * 300 + ".jpeg", "x" * 195 + ".jpeg"),
        ("照片 1.jpg", "照片 1.jpg"),
    ],
)
def test_a_name_is_only_a_name(given_name: str, clean: str) -> None:
    assert clean_file_name(given_name) == clean
