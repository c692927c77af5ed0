"""Settings: what is read from where, and what is said when something is wrong."""

import traceback
from pathlib import Path

import pytest

from bot.settings import SECRETS, Settings, WrongSettings, read_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _sentences(**given: object) -> list[str]:
    with pytest.raises(WrongSettings) as refused:
        read_settings(**given)
    return refused.value.sentences


def test_nothing_set_is_a_whole_product_on_this_machine() -> None:
    settings = read_settings()
    assert settings.database_url == "sqlite:///var/shuangsuiji.db"
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8019, "http://127.0.0.1:8019")
    assert (settings.language, settings.demo, settings.telegram_token) == ("zh", False, None)
    assert settings.upload_limit_mb == 20


def test_the_store_and_the_address_follow_what_is_set_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", "/srv/data")
    monkeypatch.setenv("SHUANGSUIJI_PORT", "9000")
    settings = read_settings()
    assert settings.database_url == "sqlite:////srv/data/shuangsuiji.db"
    assert settings.public_url == "http://127.0.0.1:9000"


def test_argument_beats_variable_beats_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("shuangsuiji.toml").write_text('host = "127.0.0.9"\nport = 1\nlanguage = "en"\n', encoding="utf-8")
    monkeypatch.setenv("SHUANGSUIJI_HOST", "127.0.0.8")
    monkeypatch.setenv("SHUANGSUIJI_PORT", "2")
    settings = read_settings(port=3)
    assert (settings.port, settings.host, settings.language) == (3, "127.0.0.8", "en")


def test_the_file_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "设置.toml"
    elsewhere.write_text("demo = true\n", encoding="utf-8")
    monkeypatch.setenv("SHUANGSUIJI_CONFIG", str(elsewhere))
    assert read_settings().demo is True


def test_a_named_file_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_CONFIG", "nowhere.toml")
    assert _sentences() == ["SHUANGSUIJI_CONFIG names nowhere.toml, and there is no such file."]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("SHUANGSUIJI_PROT", "SHUANGSUIJI_PORT"),
        ("SHUANGSUIJI_TELEGRAM_TOKN", "SHUANGSUIJI_TELEGRAM_TOKEN"),
        ("SHUANGSUIJI_DATABASE", "SHUANGSUIJI_DATABASE_URL"),
        ("SHUANGSUIJI_CONFG", "SHUANGSUIJI_CONFIG"),
        ("SHUANGSUIJI_PORT_FILE", "SHUANGSUIJI_PORT"),
        ("SHUANGSUIJI_WECOM_AESKEY_FILE", "SHUANGSUIJI_WECOM_AES_KEY_FILE"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_nearest_right_one(
    written: str, right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(written, "x")
    assert _sentences() == [f"{written} is no setting; the nearest right name is {right}."]


def test_every_misspelt_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_HOTS", "x")
    monkeypatch.setenv("SHUANGSUIJI_DEMOO", "x")
    assert [sentence.split()[0] for sentence in _sentences()] == ["SHUANGSUIJI_DEMOO", "SHUANGSUIJI_HOTS"]


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUI_PORT", "x")
    assert read_settings().port == 8019


def test_a_misspelt_key_in_the_file_is_refused_with_the_nearest_right_one() -> None:
    Path("shuangsuiji.toml").write_text('langauge = "en"\n', encoding="utf-8")
    assert _sentences() == [
        "langauge (in the settings file) is no setting; the nearest right name is language."
    ]


@pytest.mark.parametrize("content", [b"port = \n", b"\xff\xfe\x00"])
def test_a_broken_file_is_refused_by_name(content: bytes) -> None:
    Path("shuangsuiji.toml").write_bytes(content)
    [sentence] = _sentences()
    assert sentence.startswith("shuangsuiji.toml is not TOML:")


def test_a_variable_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_TELEGRAM_TOKEN", "")
    assert read_settings().telegram_token is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("port", "eighty", "valid integer"),
        ("port", "65536", "65535"),
        ("language", "fr", "'zh' or 'en'"),
        ("database_url", "mysql://somewhere", "sqlite:/// or postgresql://"),
        ("public_url", "inspect.example", "http:// or https://"),
        ("upload_limit_mb", "0", "greater than or equal to 1"),
        ("telegram_token", "123456:abc\n", "what BotFather gave"),
        ("telegram_api_url", "api.telegram.org", "http:// or https://"),
        ("telegram_webhook_url", "ftp://inspect.example/webhooks/telegram", "http:// or https://"),
        ("telegram_proxy", "127.0.0.1:1080", "http:// or socks5://"),
        ("telegram_per_second", "0", "greater than 0"),
        ("wecom_corp_id", "企业", "企业ID of the admin console"),
        ("wecom_agent_id", "x", "valid integer"),
        ("wecom_secret", "abc\n", "without spaces or line breaks"),
        ("wecom_aes_key", "abc", "43 letters, digits"),
        ("wecom_api_url", "qyapi.weixin.qq.com", "http:// or https://"),
    ],
)
def test_a_wrong_value_is_said_with_the_name_of_the_setting(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SHUANGSUIJI_{name.upper()}", value)
    [sentence] = _sentences()
    assert sentence.startswith(f"SHUANGSUIJI_{name.upper()} (in the settings file: {name}): ")
    assert said in sentence


def test_wecom_is_all_there_or_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not read_settings().has_wecom
    monkeypatch.setenv("SHUANGSUIJI_WECOM_CORP_ID", "ww0123456789")
    monkeypatch.setenv("SHUANGSUIJI_WECOM_AGENT_ID", "1000002")
    monkeypatch.setenv("SHUANGSUIJI_WECOM_SECRET", "very-secret")
    assert [sentence.partition(" is missing")[0] for sentence in _sentences()] == [
        "SHUANGSUIJI_WECOM_TOKEN",
        "SHUANGSUIJI_WECOM_AES_KEY",
    ]
    monkeypatch.setenv("SHUANGSUIJI_WECOM_TOKEN", "very-secret-too")
    monkeypatch.setenv("SHUANGSUIJI_WECOM_AES_KEY", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
    settings = read_settings()
    assert settings.has_wecom
    assert "very-secret" not in repr(settings)
    assert "jWmYm7" not in repr(settings)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_TELEGRAM_TOKEN", "123456:very-secret")
    monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", "postgresql://me:very-secret@store/db")
    settings = read_settings()
    assert "very-secret" not in f"{settings!r} {settings}"
    monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", "mysql://me:very-secret@store/db")
    monkeypatch.setenv("SHUANGSUIJI_TELEGRAM_TOKEN", "very-secret")
    monkeypatch.setenv("SHUANGSUIJI_TELEGRAM_PROXY", "me:very-secret@proxy")
    assert "very-secret" not in " ".join(_sentences())


@pytest.mark.parametrize("short", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_by_the_driver_that_is_installed(short: str) -> None:
    assert read_settings(database_url=f"{short}://store/db").database_url == "postgresql+psycopg://store/db"


def test_a_secret_may_lie_in_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("shuangsuiji.toml").write_text('telegram_token = "1:of-the-toml-file"\n', encoding="utf-8")
    given = {
        "telegram_token": "123456:very-secret\n",
        "database_url": "postgresql://me:very-secret@store/db\r\n",
        "files_secret_key": " kept as it is \n\n",
    }
    for name, content in given.items():
        (tmp_path / name).write_text(content, encoding="utf-8", newline="")
        monkeypatch.setenv(f"SHUANGSUIJI_{name.upper()}_FILE", str(tmp_path / name))
    monkeypatch.setenv("SHUANGSUIJI_WECOM_TOKEN_FILE", "")
    settings = read_settings()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == "123456:very-secret"
    assert settings.database_url == "postgresql+psycopg://me:very-secret@store/db"
    assert settings.files_secret_key is not None
    assert settings.files_secret_key.get_secret_value() == " kept as it is \n"
    assert "very-secret" not in f"{settings!r} {settings}"


def test_a_file_that_gives_no_secret_is_said_in_one_sentence_without_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"wrong": b"very-secret", "no-text": b"very-secret\xff", "empty": b"\n"}
    for name, content in held.items():
        (tmp_path / name).write_bytes(content)
    for name, file in (
        ("FILES_ACCESS_KEY", "nowhere"),
        ("FILES_SECRET_KEY", "."),
        ("WECOM_SECRET", "no-text"),
        ("WECOM_TOKEN", "empty"),
        ("TELEGRAM_TOKEN", "wrong"),
    ):
        monkeypatch.setenv(f"SHUANGSUIJI_{name}_FILE", file)
    monkeypatch.setenv("SHUANGSUIJI_TELEGRAM_TOKEN", "123456:very-secret")
    assert _sentences() == [
        "SHUANGSUIJI_FILES_ACCESS_KEY_FILE names nowhere, and there is no such file.",
        "SHUANGSUIJI_FILES_SECRET_KEY_FILE names ., and it cannot be read: Is a directory.",
        "SHUANGSUIJI_TELEGRAM_TOKEN and SHUANGSUIJI_TELEGRAM_TOKEN_FILE are both set: one of them, please.",
        "SHUANGSUIJI_WECOM_SECRET_FILE names no-text, and it is not text.",
        "SHUANGSUIJI_WECOM_TOKEN_FILE names empty, and it is empty.",
    ]
    for name in ("FILES_ACCESS_KEY_FILE", "FILES_SECRET_KEY_FILE", "WECOM_SECRET_FILE", "WECOM_TOKEN_FILE"):
        monkeypatch.delenv(f"SHUANGSUIJI_{name}")
    monkeypatch.delenv("SHUANGSUIJI_TELEGRAM_TOKEN")
    with pytest.raises(WrongSettings) as refused:
        read_settings()
    told = "".join(traceback.format_exception(refused.value))
    assert "what BotFather gave" in told
    assert "very-secret" not in told


def test_every_secret_may_lie_in_a_file() -> None:
    fields = Settings.model_fields.items()
    hidden = {name for name, field in fields if not field.repr or "SecretStr" in str(field.annotation)}
    assert set(SECRETS) == hidden


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
