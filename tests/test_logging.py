"""Log lines: what must never stand in one, whoever writes it."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logging import HIDDEN, redact, set_up_logging
from storage.migrate import migrate
from tests.logs import logging_put_back

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The process's log as JSON lines; puts the logging of the tests back afterwards."""
    stream = io.StringIO()
    with logging_put_back():
        set_up_logging("INFO", "json", stream)
        yield stream


def _last(lines: io.StringIO) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(lines.getvalue().splitlines()[-1])
    return written


def test_a_line_says_when_who_how_grave_and_what(lines: io.StringIO) -> None:
    structlog.get_logger("bot.worker").info("检查组已确认", inspection="2026-01.17")
    line = _last(lines)
    assert (line["event"], line["level"], line["logger"]) == ("检查组已确认", "info", "bot.worker")
    assert line["inspection"] == "2026-01.17"
    assert line["timestamp"].endswith("Z")


def test_chinese_is_written_as_chinese(lines: io.StringIO) -> None:
    structlog.get_logger().info("补抽")
    assert "补抽" in lines.getvalue()


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "telegram_token",
        "password",
        "phone",
        "id_number",
        "recusal_words",
        "words",
        "text",
        "Authorization",
    ],
)
def test_a_telling_key_hides_its_value(key: str, lines: io.StringIO) -> None:
    structlog.get_logger().info("said", **{key: "value-to-hide"}, nested=[{key: "value-to-hide"}])
    assert _last(lines)[key] == HIDDEN
    assert "value-to-hide" not in lines.getvalue()


def test_a_key_that_only_sounds_alike_stays(lines: io.StringIO) -> None:
    structlog.get_logger().info("counted", tokens_left=3, named="seat")
    assert (_last(lines)["tokens_left"], _last(lines)["named"]) == (3, "seat")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"POST http://127.0.0.1:9001/bot{TOKEN}/getMe", TOKEN),
        ("postgresql+psycopg://me:pass-word@store/db", "pass-word"),
        ("身份证652701199003071234登记", "652701199003071234"),
        ("call 13812345678 or +86 13912345678", "13812345678"),
        ("call +86 13912345678", "13912345678"),
    ],
)
def test_a_telling_shape_is_hidden_in_any_text(text: str, hidden: str, lines: io.StringIO) -> None:
    structlog.get_logger().info(text, inside=[text])
    logging.getLogger("a.library").warning("said %s", text)
    assert hidden not in lines.getvalue()
    assert lines.getvalue().count(HIDDEN) >= 3


def test_an_ordinary_number_stays(lines: io.StringIO) -> None:
    structlog.get_logger().info("object 91652701MA0000001X drawn at 2026-05-15", milliseconds=1763956800000)
    assert HIDDEN not in lines.getvalue()


def test_a_trace_is_written_and_redacted(lines: io.StringIO) -> None:
    for logger in (structlog.get_logger(), logging.getLogger("a.library")):
        try:
            raise ValueError(f"refused by /bot{TOKEN}/getMe")
        except ValueError:
            logger.exception("failed")
        assert "Traceback" in _last(lines)["exception"]
        assert "test_logging.py" in _last(lines)["exception"]
        assert _last(lines)["exception"].endswith("ValueError")
    assert TOKEN not in lines.getvalue()


def test_an_exception_is_named_by_its_kinds_and_places_never_by_its_words(lines: io.StringIO) -> None:
    said = "我与该店经营者是夫妻" + "关系"
    try:
        try:
            raise KeyError(said)
        except KeyError as failure:
            raise LookupError(said) from failure
    except LookupError as failure:
        structlog.get_logger().error("failed", exc_info=True)
        structlog.get_logger().warning("failed", failure=failure, all=[failure])
        logging.getLogger("a.library").exception("failed")
    assert "夫妻" not in lines.getvalue()
    for line in (json.loads(lines.getvalue().splitlines()[at]) for at in (0, 2)):
        assert line["exception"].count("test_logging.py") == 2
        assert "KeyError\nled to:\n" in line["exception"]


def test_an_error_given_as_a_value_is_redacted(lines: io.StringIO) -> None:
    structlog.get_logger().warning("not sent", failure=ValueError(TOKEN))
    assert TOKEN not in lines.getvalue()


@pytest.mark.parametrize("form", ["console", "json"])
def test_the_console_shows_no_local_variables(form: Literal["console", "json"], lines: io.StringIO) -> None:
    set_up_logging("INFO", form, lines)
    inner = "value-of-a-" + "local"
    try:
        raise LookupError(len(inner))
    except LookupError:
        structlog.get_logger().exception("failed")
    assert "LookupError" in lines.getvalue()
    assert inner not in lines.getvalue()


@pytest.mark.parametrize("library", ["httpx", "PIL.TiffImagePlugin", "sqlalchemy.engine.Engine", "alembic"])
def test_libraries_are_quiet_below_a_warning_however_much_we_say(library: str, lines: io.StringIO) -> None:
    set_up_logging("DEBUG", "json", lines)
    logging.getLogger(library).info("HTTP Request: POST https://api.telegram.org/botSHORT/getMe")
    assert lines.getvalue() == ""
    logging.getLogger(library).warning("too slow")
    structlog.get_logger().debug("detail")
    assert [json.loads(line)["event"] for line in lines.getvalue().splitlines()] == ["too slow", "detail"]


def test_opening_a_store_writes_no_line(lines: io.StringIO, tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/store.db")
    assert lines.getvalue() == ""


def test_below_the_level_nothing_is_written(lines: io.StringIO) -> None:
    structlog.get_logger().debug("detail")
    assert lines.getvalue() == ""


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_values)
def test_a_token_is_found_however_deep_it_lies(value: Any) -> None:
    redacted = redact(None, "info", {"event": "x", "deep": [value, {"a": (TOKEN, value)}]})
    assert TOKEN not in str(redacted)
