"""Where evidence is kept is told by the settings, and tried before anybody sends a photo."""

from collections.abc import Iterator
from pathlib import Path

import moto.settings
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli import app
from bot.file_place import FilesUnusable, check_files, open_files, place_name
from bot.settings import Settings, WrongSettings, read_settings
from storage.bucket import BucketStore
from tests.evidence.s3 import KEYS, S3Server
from tests.logs import logging_put_back

URL = "s3://evidence/2026?endpoint=http://127.0.0.1:9&region=cn-north-1"


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with logging_put_back():
        yield


def _settings(folder: Path, url: str | None = None, secret: str = KEYS.secret) -> Settings:
    return Settings(
        data_dir=folder,
        files_url=url,
        files_access_key=SecretStr(KEYS.key),
        files_secret_key=SecretStr(secret),
    )


def test_by_default_evidence_lies_in_the_data_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    files = open_files(settings)
    check_files(files, settings)
    name = files.put(b"evidence")
    assert (tmp_path / "files" / name[:2] / name).read_bytes() == b"evidence"
    assert place_name(settings) == str(tmp_path / "files")


def test_with_an_address_it_lies_in_the_bucket(tmp_path: Path, s3: S3Server) -> None:
    settings = _settings(tmp_path, s3.url(s3.make_bucket("by-settings")))
    files = open_files(settings)
    check_files(files, settings)
    assert isinstance(files, BucketStore)
    assert files.read(files.put(b"evidence")) == b"evidence"
    assert list(tmp_path.iterdir()) == []


def test_the_usual_variables_let_us_in_too(
    tmp_path: Path, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS.secret)
    settings = Settings(data_dir=tmp_path, files_url=s3.url(s3.make_bucket("by-variables")))
    check_files(open_files(settings), settings)


def test_half_of_the_keys_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS.secret)
    settings = Settings(data_dir=tmp_path, files_url=URL, files_access_key=SecretStr(KEYS.key))
    with pytest.raises(FilesUnusable, match="SHUANGSUIJI_FILES_SECRET_KEY"):
        open_files(settings)


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("https://storage.example.cn/evidence", "should begin with s3://"),
        ("s3:///prefix", "names no bucket"),
        ("s3://A_Bucket", "names no bucket"),
        ("s3://key:secret@bucket", "must hold no key"),
        ("s3://bucket?secret_key=hush", "not secret_key"),
        ("s3://bucket?endpoint=storage.example.cn", "http:// or https://"),
    ],
)
def test_an_address_that_can_not_be_meant_is_refused_in_one_sentence(
    url: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHUANGSUIJI_FILES_URL", url)
    with pytest.raises(WrongSettings) as refused:
        read_settings()
    (sentence,) = refused.value.sentences
    assert sentence.startswith("SHUANGSUIJI_FILES_URL")
    assert what in sentence
    assert "hush" not in sentence
    assert "secret@" not in sentence


def _serve(monkeypatch: pytest.MonkeyPatch, folder: Path, **variables: str) -> str:
    given = {
        "DATA_DIR": str(folder),
        "PORT": "0",
        "FILES_ACCESS_KEY": KEYS.key,
        "FILES_SECRET_KEY": KEYS.secret,
    }
    for name, value in (given | variables).items():
        monkeypatch.setenv(f"SHUANGSUIJI_{name}", value)
    result = CliRunner().invoke(app, ["serve"])
    assert result.exit_code == 1
    assert KEYS.secret not in result.output
    return result.output


def test_serve_refuses_a_bucket_that_is_not_there(
    tmp_path: Path, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _serve(monkeypatch, tmp_path, FILES_URL=s3.url("nowhere"))
    assert said.count("\n") == 1
    assert "s3://nowhere/evidence" in said
    assert "NoSuchBucket" in said


def test_serve_refuses_keys_that_do_not_open(
    tmp_path: Path, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = s3.url(s3.make_bucket("locked"))
    monkeypatch.setattr(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)  # from now on it looks at keys
    said = _serve(monkeypatch, tmp_path, FILES_URL=url)
    assert "InvalidAccessKeyId" in said


def test_serve_refuses_a_folder_that_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "files").write_text("in the way", encoding="utf-8")
    said = _serve(monkeypatch, tmp_path, LANGUAGE="en")
    assert said.startswith(f"Evidence cannot be kept at {tmp_path / 'files'}: FileNotKept: File exists.")


def test_no_setting_shows_a_key(tmp_path: Path) -> None:
    shown = repr(_settings(tmp_path, URL))
    assert KEYS.secret not in shown
    assert KEYS.key not in shown
