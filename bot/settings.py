"""What an operator may set: variables that begin with SHUANGSUIJI_, or a TOML file; variables win. For each secret
there is also a variable that ends in _FILE and names a file which holds it.

The file is the one named by SHUANGSUIJI_CONFIG, else `shuangsuiji.toml` in the working folder if it is there; its keys
are the field names below. Nothing is guessed: a name that is no setting is refused and the nearest right one named.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.channels.wecom.crypto import key_of
from bot.roles import ALL_ROLES, Role, read_roles
from bot.signing_key import FILE_NAME as FILE_NAME_OF_KEY
from storage.bucket import WrongAddress, place_of

PREFIX = "SHUANGSUIJI_"
FILE_VARIABLE = "SHUANGSUIJI_CONFIG"
FILE_NAME = "shuangsuiji.toml"
SECRETS = (
    "database_url",
    "files_url",
    "files_access_key",
    "files_secret_key",
    "telegram_token",
    "telegram_proxy",
    "wecom_secret",
    "wecom_token",
    "wecom_aes_key",
    "metrics_token",
)
"""Settings that may come from a file of their own, as secrets are handed to containers and services."""


class WrongSettings(Exception):
    """The settings cannot be used; `sentences` say each what is wrong and what would be right, without any value."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


def _store_url(given: str) -> str:
    """SQLite or PostgreSQL; PostgreSQL always through the driver that is installed."""
    for short in ("postgresql://", "postgres://"):
        if given.startswith(short):
            return "postgresql+psycopg://" + given.removeprefix(short)
    if given.startswith(("sqlite:///", "postgresql+psycopg://")):
        return given
    raise ValueError("should begin with sqlite:/// or postgresql://")


def _web_address(given: str) -> str:
    if not given.startswith(("http://", "https://")):
        raise ValueError("should begin with http:// or https://")
    return given.rstrip("/")


def _files_place(given: str) -> str:
    try:
        place_of(given)
    except WrongAddress as wrong:
        raise ValueError(str(wrong)) from None
    return given


def _bot_token(given: SecretStr) -> SecretStr:
    """A line break that came along with a copy would stand in every request."""
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", given.get_secret_value()):
        raise ValueError("should be what BotFather gave: digits, a colon, then letters, digits, - and _")
    return given


def _corp_id(given: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{6,64}", given):
        raise ValueError("should be the 企业ID of the admin console: letters and digits")
    return given


def _one_word(given: SecretStr) -> SecretStr:
    """A line break that came along with a copy would make every signature wrong."""
    if not re.fullmatch(r"[!-~]+", given.get_secret_value()):
        raise ValueError("should be as the admin console shows it, without spaces or line breaks")
    return given


def _bearer_token(given: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]{16,}", given.get_secret_value()):
        raise ValueError("should be at least 16 letters, digits and signs, without spaces or line breaks")
    return given


def _aes_key(given: SecretStr) -> SecretStr:
    try:
        key_of(given.get_secret_value())
    except ValueError:
        raise ValueError("should be the 43 letters, digits, + and / of the admin console") from None
    return given


def _roles(given: object) -> object:
    return read_roles(given) if isinstance(given, str) else given


def _proxy_address(given: str) -> str:
    if not given.startswith(("http://", "https://", "socks5://", "socks5h://")):
        raise ValueError("should begin with http:// or socks5://")
    return given


def _sqlite_in_the_data_folder(so_far: dict[str, Any]) -> str:
    return f"sqlite:///{so_far.get('data_dir', Path('var'))}/shuangsuiji.db"


def _this_machine(so_far: dict[str, Any]) -> str:
    return f"http://{so_far.get('host', '127.0.0.1')}:{so_far.get('port', 8019)}"


class Settings(BaseSettings):
    """The settings of one running process; read once, at the start, by `read_settings`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    data_dir: Path = Field(Path("var"), description="Where files, photos and the SQLite store lie.")
    database_url: Annotated[str, AfterValidator(_store_url)] = Field(
        default_factory=_sqlite_in_the_data_folder,
        repr=False,  # may hold a password
        description="The store: sqlite:///… or postgresql://…; by default SQLite in data_dir.",
    )
    migrate: bool = Field(
        True,
        description="Bring the store to the tables of this version at the start; 0 leaves that to shuangsuiji migrate.",
    )
    files_url: Annotated[str, AfterValidator(_files_place)] | None = Field(
        None,
        repr=False,  # somebody may write a key into it
        description="S3-compatible storage for evidence: s3://bucket/prefix?endpoint=https://…&region=…; "
        "by default the folder files in data_dir.",
    )
    files_access_key: SecretStr | None = Field(
        None, description="Lets us into that storage; without it AWS_ACCESS_KEY_ID is looked at."
    )
    files_secret_key: SecretStr | None = Field(
        None, description="And its secret; without it AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN."
    )
    host: str = Field("127.0.0.1", description="The address that the web pages are served on.")
    port: int = Field(8019, ge=0, le=65535, description="And its port; 0 takes a free one.")
    public_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default_factory=_this_machine,
        description="How people outside reach the pages: stands in messages and links.",
    )
    language: Literal["zh", "en"] = Field("zh", description="The language of messages and pages.")
    demo: bool = Field(
        False, description="Let a visitor be any of the people of the story. Never in production."
    )
    roles: Annotated[frozenset[Role], NoDecode, BeforeValidator(_roles)] = Field(
        ALL_ROLES,
        description="What this process does: some of receive,work,deliver,tick,web; by default all.",
    )
    canary: Literal["on", "off"] | None = Field(
        None,
        description="Once a day a trial run in a store of its own beside the real one: on, in a demo off.",
    )
    upload_limit_mb: int = Field(
        20, ge=1, le=20, description="The largest photo or file that is taken; 20 is what messengers carry."
    )
    api_per_minute: int = Field(
        120, ge=1, le=100_000, description="Requests a minute that one token of the API may make."
    )
    telegram_token: Annotated[SecretStr, AfterValidator(_bot_token)] | None = Field(
        None, description="Turns the Telegram channel on."
    )
    telegram_api_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "https://api.telegram.org", description="The Bot API server: Telegram's, one's own, or a test's."
    )
    telegram_webhook_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        None,
        description="How Telegram reaches this service, ending in /webhooks/telegram; without it, we ask.",
    )
    telegram_proxy: Annotated[str, AfterValidator(_proxy_address)] | None = Field(
        None,
        repr=False,
        description="http://… or socks5://…, where Telegram is reached through a proxy only.",
    )
    telegram_per_second: float = Field(
        30.0, gt=0, description="Messages a second in all; Telegram itself allows 30 unless one pays."
    )
    wecom_corp_id: Annotated[str, AfterValidator(_corp_id)] | None = Field(
        None,
        description="Turns the WeCom channel on, with the four that follow: the organisation's CorpID (企业ID).",
    )
    wecom_agent_id: int | None = Field(None, ge=1, description="The app's AgentId.")
    wecom_secret: Annotated[SecretStr, AfterValidator(_one_word)] | None = Field(
        None, description="The app's Secret."
    )
    wecom_token: Annotated[SecretStr, AfterValidator(_one_word)] | None = Field(
        None, description="The Token of 接收消息, by which callbacks are signed."
    )
    wecom_aes_key: Annotated[SecretStr, AfterValidator(_aes_key)] | None = Field(
        None, description="The EncodingAESKey of 接收消息, by which they are sealed."
    )
    wecom_api_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "https://qyapi.weixin.qq.com",
        description="The API server: WeCom's, a private deployment's, or a test's.",
    )
    signing_key_file: Path | None = Field(
        None,
        description="The Ed25519 key that publications are signed with; by default signing-key.pem in data_dir, made "
        "at the first start.",
    )
    message_days: int = Field(
        400,
        ge=0,
        le=36_500,
        description="So many days the words of messages are kept once they are done with; 0 keeps them for ever.",
    )
    complaint_path: str = Field(
        "12345 政务服务便民热线（示例）",
        max_length=200,
        description="Where a firm complains about an inspection; stands on the pages for firms.",
    )
    fonts: Path | None = Field(
        None, description="Where the fonts for papers lie, in place of the system's usual folders."
    )
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="A port of its own for /metrics, /health and /ready, as of a process without pages.",
    )
    metrics_host: str = Field("127.0.0.1", description="And its address.")
    metrics_token: Annotated[SecretStr, AfterValidator(_bearer_token)] | None = Field(
        None,
        description="Opens /metrics to whoever sends it as a bearer token; without it, only to this machine.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="What is worth a log line."
    )
    log_form: Literal["console", "json"] = Field(
        "console", description="Lines for the eye, or for a collector."
    )

    @property
    def has_wecom(self) -> bool:
        return self.wecom_corp_id is not None

    @property
    def key_file(self) -> Path:
        return self.signing_key_file or self.data_dir / FILE_NAME_OF_KEY

    @property
    def has_canary(self) -> bool:
        return self.canary == "on" if self.canary is not None else not self.demo

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before variables, those that name a file among them, before the file; no other place is looked
        at."""
        file = _settings_file(os.environ)
        in_file = (TomlConfigSettingsSource(settings_cls, toml_file=file),) if file else ()
        of_their_own = InitSettingsSource(settings_cls, _secrets_in_files(os.environ))
        return (init_settings, env_settings, of_their_own, *in_file)


def read_settings(**given: Any) -> Settings:
    """Reads the settings; `given` (from the command line) wins over all. Raises `WrongSettings`."""
    wrong = _unknown_variables(os.environ)
    if wrong:
        raise WrongSettings(wrong)
    try:
        settings = Settings(**given)
    except ValidationError as refused:
        raise WrongSettings(
            [_sentence(error) for error in refused.errors(include_input=False) if _is_a_cause(error)]
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise WrongSettings([f"{_settings_file(os.environ)} is not TOML: {broken}."]) from None
    except OSError as unread:
        raise WrongSettings([f"{_settings_file(os.environ)} cannot be read: {unread.strerror}."]) from None
    if lacking := _lacking_of_wecom(settings):
        raise WrongSettings(lacking)
    return settings


_WECOM = ("wecom_corp_id", "wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key")


def _lacking_of_wecom(settings: Settings) -> list[str]:
    """All of them or none: with one missing nobody would be heard, or nobody spoken to."""
    lacking = [name for name in _WECOM if getattr(settings, name) is None]
    if len(lacking) in (0, len(_WECOM)):
        return []
    return [
        f"{PREFIX}{name.upper()} is missing: WeCom needs all five, or none to be off." for name in lacking
    ]


def _settings_file(variables: Mapping[str, str]) -> Path | None:
    named = variables.get(FILE_VARIABLE)
    if named:
        if not Path(named).is_file():
            raise WrongSettings([f"{FILE_VARIABLE} names {named}, and there is no such file."])
        return Path(named)
    return Path(FILE_NAME) if Path(FILE_NAME).is_file() else None


def _variable_of_file(name: str) -> str:
    return f"{PREFIX}{name.upper()}_FILE"


def _secrets_in_files(variables: Mapping[str, str]) -> dict[str, Any]:
    """The secrets of which a variable names the file. All that is wrong with them is said at once."""
    given = {name.upper(): value for name, value in variables.items() if value}
    found: dict[str, Any] = {}
    wrong = []
    for name in SECRETS:
        of_file, of_value = _variable_of_file(name), PREFIX + name.upper()
        if of_file not in given:
            continue
        if of_value in given:
            wrong.append(f"{of_value} and {of_file} are both set: one of them, please.")
            continue
        try:
            found[name] = _content_of(Path(given[of_file]))
        except _Unread as unread:
            wrong.append(f"{of_file} names {given[of_file]}, and {unread}.")
    if wrong:
        raise WrongSettings(wrong)
    return found


class _Unread(Exception):
    """Why a file gives no secret, in words that go on."""


def _content_of(file: Path) -> str:
    """Without the line break at its end, which an editor leaves there."""
    try:
        content = file.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except FileNotFoundError:
        raise _Unread("there is no such file") from None
    except OSError as fault:
        raise _Unread(f"it cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:  # which holds what was read
        raise _Unread("it is not text") from None
    if not content:
        raise _Unread("it is empty")
    return content


def _unknown_variables(variables: Mapping[str, str]) -> list[str]:
    """pydantic-settings passes over variables it does not know, so a slip would silently leave a default standing."""
    known = [*(PREFIX + name.upper() for name in Settings.model_fields), FILE_VARIABLE]
    known += [_variable_of_file(name) for name in SECRETS]
    ours = sorted(name for name in variables if name.upper().startswith(PREFIX))
    return [_no_setting(name, name.upper(), known) for name in ours if name.upper() not in known]


def _no_setting(written: str, compared: str, known: list[str]) -> str:
    near = difflib.get_close_matches(compared, known, n=1, cutoff=0.0)[0]
    return f"{written} is no setting; the nearest right name is {near}."


def _is_a_cause(error: Mapping[str, Any]) -> bool:
    """A default that was not worked out because another setting is wrong is only a consequence."""
    return bool(error["type"] != "default_factory_not_called")


def _sentence(error: Mapping[str, Any]) -> str:
    """One fault in words. The value is not repeated: it may be a token."""
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return _no_setting(f"{name} (in the settings file)", name, list(Settings.model_fields))
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()} (in the settings file: {name}): {said}."
