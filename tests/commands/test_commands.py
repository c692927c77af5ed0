"""The command line as a department's IT person meets it: help in their language, and one sentence for each fault."""

import json
import resource
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from bot import cli
from bot.demo import prepare
from bot.settings import read_settings
from storage import inbox, outbox
from storage.migrate import OLDEST
from storage.store import Store
from storage.tables.inspections import JournalLine
from storage.tables.messaging import InboxState, InboxUpdate, OutboxLine, OutboxState
from storage.tables.registers import RegisteredObject
from tests.builders import NOW, a_person, a_small_register
from tests.logs import logging_put_back
from tests.registers.folders import an_object_row, write_objects
from tests.served import ROOT, command, run, served
from tests.stores import lay_a_data_folder

COMMANDS = (
    "serve", "load", "scheme", "draw", "status", "release", "outbox", "resend", "enrol", "demo", "verify",
)  # fmt: skip
EVERYTHING = (
    *((name,) for name in COMMANDS if name not in ("draw", "verify")),
    ("draw", "announce"),
    ("draw", "run"),
    ("draw", "number"),
    ("draw", "enter"),
    ("draw", "void"),
    ("draw", "rehearse"),
)


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every command works in a data folder of its own, and leaves the logging of the tests as it was."""
    monkeypatch.setenv("SHUANGSUIJI_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "100")
    with logging_put_back():
        yield


@pytest.fixture
def speaks(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    language: str = getattr(request, "param", "zh")
    monkeypatch.setenv("SHUANGSUIJI_LANGUAGE", language)
    return language


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Store]:
    """A small register in the store of the commands."""
    store = Store(lay_a_data_folder(tmp_path / "var"))
    with store.transaction() as records:
        a_small_register(records)
    yield store
    store.close()


def _run(*words: str) -> Result:
    """What came of a command; a trace on the terminal is never an answer."""
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _refused(*words: str, code: int = 1) -> str:
    result = _run(*words)
    assert result.exit_code == code
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.strip()


@pytest.mark.parametrize(("language", "word"), [("zh", "停止"), ("en", "stops")])
def test_the_list_of_commands_explains_them_in_ones_language(language: str, word: str) -> None:
    listed = run("--help", language=language)
    assert listed.returncode == 0
    assert [name for name in COMMANDS if f" {name} " not in listed.stdout] == []
    assert word in listed.stdout.partition(" serve ")[2].partition(" migrate ")[0]


@pytest.mark.parametrize("words", EVERYTHING, ids=" ".join)
def test_every_command_and_everything_it_takes_is_explained(words: tuple[str, ...]) -> None:
    told = _run(*words, "--help").stdout
    assert any(sign > "\u4e00" for sign in told.split("Options")[0])
    taken = [
        line for line in told.splitlines() if line.startswith(("│ *", "│     -")) and "--help" not in line
    ]
    assert [line for line in taken if not any(sign > "\u4e00" for sign in line)] == []


@pytest.mark.parametrize(
    ("speaks", "words"), [("zh", "没有方案 S9"), ("en", "no scheme S9")], indirect=["speaks"]
)
@pytest.mark.parametrize(
    "command",
    [
        ("scheme", "S9"),
        ("draw", "announce", "S9", "--by", "OP"),
        ("draw", "run", "S9", "--by", "OP"),
        ("draw", "rehearse", "S9"),
        ("draw", "void", "S9", "--by", "OP", "--reason", "x"),
    ],
)
def test_an_unknown_scheme(town: Store, speaks: str, words: str, command: tuple[str, ...]) -> None:
    assert words in _refused(*command)


@pytest.mark.parametrize(
    ("speaks", "words"), [("zh", "没有编号为 X 的人员"), ("en", "no person X")], indirect=["speaks"]
)
@pytest.mark.parametrize(
    "command",
    [
        ("enrol", "X"),
        ("draw", "announce", "S1", "--by", "X"),
        ("draw", "run", "S1", "--by", "X"),
        ("draw", "void", "S1", "--by", "X", "--reason", "x"),
        ("draw", "number", "D-S1-1", "--by", "X", "--value", "1"),
    ],
)
def test_an_unknown_person(town: Store, speaks: str, words: str, command: tuple[str, ...]) -> None:
    assert words in _refused(*command)


def test_a_refusal_of_the_rules_is_its_sentence(town: Store) -> None:
    assert "经办人" in _refused("draw", "announce", "S1", "--by", "RV")


def test_a_draw_from_the_command_line(town: Store) -> None:
    announced = _run("draw", "announce", "S1", "--by", "OP")
    assert (announced.exit_code, announced.stdout.splitlines()[0]) == (0, "抽取 D-S1-1 已公告。")
    assert "还没有给出" in _refused("draw", "run", "S1", "--by", "OP")
    given = _run("draw", "number", "D-S1-1", "--by", "W1", "--value", "4711")
    assert given.stdout == "已收到“人大代表 人员W1”的数字 4711。\n"
    drawn = _run("draw", "run", "S1", "--by", "OP")
    assert (drawn.exit_code, drawn.stdout.splitlines()[0]) == (0, "抽中检查对象 1 个，席位 4 个。")
    assert json.loads(_run("scheme", "S1").stdout)
    assert "S1" in _run("scheme").stdout


def test_a_public_value_from_the_command_line(town: Store) -> None:
    named = ("--public-value", "示例彩票第1期", "--hours", "2")
    assert _run("draw", "announce", "S1", "--by", "OP", *named).exit_code == 0
    assert "另一位同事" in _run("draw", "enter", "D-S1-1", "--by", "OP", "--value", "0 5").stdout
    assert "不一样" in _run("draw", "enter", "D-S1-1", "--by", "RV", "--value", "05").stdout
    assert "另一位同事" in _run("draw", "enter", "D-S1-1", "--by", "RV", "--value", "0 5").stdout
    assert "一致" in _run("draw", "enter", "D-S1-1", "--by", "OP", "--value", "0 5").stdout


@pytest.mark.parametrize(
    "command", [("number", "D9", "--by", "W1", "--value", "1"), ("enter", "D9", "--by", "OP", "--value", "1")]
)
def test_an_unknown_draw(town: Store, command: tuple[str, ...]) -> None:
    assert "没有抽取 D9" in _refused("draw", *command)


def test_a_witness_who_is_on_the_list_already_may_be_named_again(town: Store) -> None:
    assert "没有编号为 W9 的人员" in _refused("draw", "announce", "S1", "--by", "OP", "--witness", "W9")
    named = ("--witness", "W1", "--witness", "W1")
    assert _run("draw", "announce", "S1", "--by", "OP", *named).exit_code == 0
    assert "人大代表" in _refused("draw", "run", "S1", "--by", "OP")


def test_a_draw_is_given_up_from_the_command_line(town: Store) -> None:
    _run("draw", "announce", "S1", "--by", "OP")
    voided = _run("draw", "void", "S1", "--by", "OP", "--reason", "见证人因故不能参加")
    assert voided.stdout == "抽取 D-S1-1 已作废，公开留存。\n"
    assert "D-S1-2" in _run("draw", "announce", "S1", "--by", "OP").stdout


def test_a_rehearsal_shows_what_a_draw_would_need_and_keeps_nothing(town: Store, tmp_path: Path) -> None:
    page = tmp_path / "rehearsal.html"
    shown = _run("draw", "rehearse", "S1", "--runs", "20", "--page", str(page))
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "1/3 = 33.3%" in shown.stdout
    assert "预演 20 次，0 次填不满" in shown.stdout
    assert "█" in page.read_text(encoding="utf-8")
    assert "D-S1-1" in _run("draw", "announce", "S1", "--by", "OP").stdout


def test_a_misspelt_setting_is_named_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGSUIJI_LANGAUGE", "en")
    assert "SHUANGSUIJI_LANGUAGE" in _refused("status", code=2)


@pytest.mark.parametrize(
    ("speaks", "words"), [("zh", "文件夹不存在"), ("en", "does not exist")], indirect=["speaks"]
)
def test_a_folder_that_is_not_there(speaks: str, words: str, tmp_path: Path) -> None:
    result = _run("load", str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert words in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("speaks", ["zh", "en"], indirect=True)
def test_whatever_a_folder_holds_the_good_rows_are_loaded_and_the_others_told(
    tmp_path: Path, speaks: str
) -> None:
    """Every way to be wrong at once, through the command itself, as often as one likes, or not at all with --strict."""
    lay_a_data_folder(tmp_path / "var")
    folder = _a_folder_of_everything(tmp_path / "lists")
    strict = _run("load", str(folder), "--strict")
    assert strict.exit_code == 1
    assert _objects(tmp_path) == {}
    first, second = _run("load", str(folder)), _run("load", str(folder))
    assert first.exit_code == second.exit_code == 1
    assert first.stderr == ""
    assert _objects(tmp_path).keys() == {"G1", "G2", "G3"}
    assert _objects(tmp_path)["G2"] == "<b>云雀</b>*_[示例👩‍🍳"
    told = first.stdout.splitlines()
    assert told[: len(strict.stdout.splitlines()) - 2] == strict.stdout.splitlines()[:-2]
    assert second.stdout.splitlines()[:-2] == told[:-2]
    counts = {"zh": "新增 0，更新 0，未变 3，未导入 6", "en": "0 new, 0 changed, 3 unchanged, 6 not loaded"}
    assert counts[speaks] in second.stdout.splitlines()[-2]
    right = {"zh": "应为：", "en": "Right would be: "}[speaks]
    assert [line for line in told[:-2] if right not in line or "{" in line or len(line) > 300] == []
    for name in ("bomb.xlsx", "broken.xlsx", "csv.xlsx", "empty.xlsx", "locked.xls", "objects.xlsx"):
        assert [line for line in told if name in line] != [], name


def _a_folder_of_everything(folder: Path) -> Path:
    folder.mkdir()
    path = write_objects(
        folder,
        an_object_row(对象编号=" Ｇ１ "),
        an_object_row(对象编号="G2", 名称="<b>云雀</b>*_[\u202e示例👩‍🍳", 统一社会信用代码="650100012345678"),
        an_object_row(对象编号="G3", 行政区划=652701.0, 统一社会信用代码="91350100M000100Y44"),
        an_object_row(对象编号="G1", 名称="重复"),
        an_object_row(对象编号="B1", 名称="长" * 10_000),
        an_object_row(对象编号="B2", 名称="换成十兆"),
        an_object_row(对象编号=9.1e17),
        an_object_row(对象编号="B3", 名称="=NOW()"),
        an_object_row(对象编号="B4", 信用风险等级="优"),
    )
    workbook = load_workbook(path)
    workbook["检查对象名录库"].cell(900, 1, "  ")
    workbook["检查对象名录库"].merge_cells("F2:F3")
    workbook.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet].replace("换成十兆".encode(), b"x" * 10 * 1024 * 1024)
    for name, extra in {path.name: {}, "bomb.xlsx": {"xl/media/x": bytes(300 * 1024 * 1024)}}.items():
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, data in {**members, **extra}.items():
                archive.writestr(member, data)
    (folder / "broken.xlsx").write_bytes(path.read_bytes()[:4000])
    (folder / "csv.xlsx").write_text("对象编号,名称\nX,Y\n", "utf-8")
    (folder / "empty.xlsx").write_bytes(b"")
    (folder / "locked.xls").write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    return folder


def _objects(tmp_path: Path) -> dict[str, str]:
    store = Store(f"sqlite:///{tmp_path / 'var' / 'shuangsuiji.db'}")
    with store.reading() as records:
        found = {one.id: one.name for one in records.session.exec(select(RegisteredObject))}
    store.close()
    return found


def test_a_code_is_shown_once_and_alone(town: Store) -> None:
    made = _run("enrol", "OP")
    assert (made.exit_code, len(made.stdout.strip()), made.stderr) == (0, 13, "")


# What was set aside, and what found nobody.


def _set_aside(town: Store) -> tuple[int, int, int]:
    """A poisoned update, one that is done, and a dead notice; their numbers."""
    with town.transaction() as records:
        bodies = [
            {"update_id": one, "chat": "OP", "body": {"text": "我与店主是亲戚"}} for one in ("u1", "u2")
        ]
        inbox.keep(records, bodies, channel="web", at=NOW)
        poisoned, done = inbox.take(records, 2)
        inbox.quarantine(records, poisoned.id, "Traceback …\nKeyError: '我与店主是亲戚'\n", at=NOW)
        inbox.finish(records, [done.id], at=NOW)
        dead = OutboxLine(
            key="k1",
            addressee="OP",
            person_id="OP",
            kind="visit_card",
            state=OutboxState.DEAD,
            error="no channel",
            attempts=12,
            created_at=NOW,
            due_at=NOW,
        )
        records.add(dead)
        assert poisoned.id is not None
        assert done.id is not None
        assert dead.id is not None
        return poisoned.id, done.id, dead.id


@pytest.mark.parametrize("speaks", ["zh", "en"], indirect=True)
def test_what_waits_for_an_operator_is_shown_with_what_to_do(town: Store, speaks: str) -> None:
    poisoned, _done, dead = _set_aside(town)
    shown = _run("status").stdout
    assert f"shuangsuiji release {poisoned}" in shown
    assert f"shuangsuiji resend {dead}" in shown
    assert "KeyError" in shown
    assert "no channel" in shown
    assert "亲戚" not in shown


def test_what_was_set_aside_is_released_once_and_what_was_done_is_never_done_again(town: Store) -> None:
    poisoned, done, _dead = _set_aside(town)
    assert f"{done}" in _refused("release", str(poisoned), str(done))
    with town.reading() as records:
        assert records.get(InboxUpdate, poisoned).state is InboxState.QUARANTINED
    assert _run("release", str(poisoned)).exit_code == 0
    with town.reading() as records:
        assert records.get(InboxUpdate, poisoned).state is InboxState.PENDING
        assert records.get(InboxUpdate, done).state is InboxState.DONE
        [line] = records.session.exec(select(JournalLine).where(col(JournalLine.subject) == str(poisoned)))
        assert (line.verb, line.subject, line.channel) == ("update.release", str(poisoned), "cli")
    assert str(poisoned) in _refused("release", str(poisoned))


def test_a_dead_notice_is_sent_again_with_all_its_tries(town: Store) -> None:
    _poisoned, _done, dead = _set_aside(town)
    assert _run("resend", str(dead)).exit_code == 0
    with town.reading() as records:
        line = records.get(OutboxLine, dead)
        assert (line.state, line.attempts, line.error) == (OutboxState.PENDING, 0, "")
        assert outbox.dead(records) == []
    for number in (dead, 4711):
        assert str(number) in _refused("resend", str(number))


# When it cannot start.


@pytest.mark.parametrize("speaks", ["zh", "en"], indirect=True)
@pytest.mark.parametrize("command", [("status",), ("serve",), ("load", "samples"), ("demo",)])
def test_a_store_of_a_newer_version(town: Store, speaks: str, command: tuple[str, ...]) -> None:
    with town.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("UPDATE setting SET value = '9998' WHERE name = :name"), {"name": OLDEST})
    assert {"zh": "更新的版本", "en": "newer version"}[speaks] in _refused(*command)


@pytest.mark.parametrize("command", [("status",), ("serve",), ("load", "samples"), ("demo",)])
def test_a_data_folder_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    (tmp_path / "var").write_text("no folder")
    assert "不能写入" in _refused(*command)


@pytest.mark.parametrize("speaks", ["zh", "en"], indirect=True)
def test_a_store_that_may_only_be_read(
    town: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speaks: str
) -> None:
    path = tmp_path / "var" / "shuangsuiji.db"
    monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", f"sqlite:///file:{path}?mode=ro&uri=true")
    said = _refused("serve")
    assert "readonly" in said
    assert {"zh": "数据库不能使用", "en": "cannot be used"}[speaks] in said


def test_a_database_that_does_not_answer_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHUANGSUIJI_DATABASE_URL", "postgresql://me:geheim@127.0.0.1:1/store")
    said = _refused("status")
    assert "127.0.0.1" in said
    assert "geheim" not in said


def test_a_full_disk_at_the_start(tmp_path: Path) -> None:
    line, environment = command("serve", data_dir=tmp_path / "var", port=0)
    ended = subprocess.run(
        line,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY)),
    )
    assert ended.returncode == 1
    assert "数据库不能使用" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("speaks", ["zh", "en"], indirect=True)
def test_a_port_that_is_in_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, speaks: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("SHUANGSUIJI_PORT", str(port))
        said = _refused("serve")
    assert f"127.0.0.1:{port}" in said
    assert not (tmp_path / "var").exists(), "nothing else is touched"


def test_a_play_of_a_scheme_that_is_not_there(town: Store) -> None:
    result = _run("demo", "--play", "S9")
    assert (result.exit_code, result.stderr.strip()) == (
        1,
        "没有方案 S9。用 shuangsuiji scheme 可列出全部方案。",
    )


def test_the_service_says_where_it_is_and_ends_when_told_whoever_has_a_chat_open(tmp_path: Path) -> None:
    """Streams are ended by the house; otherwise the server would cut them off when its patience is over, and say so."""
    with served(tmp_path) as here, httpx.Client(base_url=here.url, trust_env=False, timeout=30) as visitor:
        with Store(f"sqlite:///{tmp_path}/shuangsuiji.db").transaction() as records:
            records.add(a_person("fire-1"))
        with visitor.stream("GET", "/chat/fire-1/stream") as live:
            lines = live.iter_lines()
            assert next(lines).startswith("retry:")
            here.process.terminate()
            assert not [line for line in lines if line.startswith("data:")]
        assert here.process.wait(30) == 0
    log = here.log.read_text("utf-8")
    assert here.url in log
    assert [words for words in ("Traceback", "timeout graceful shutdown exceeded") if words in log] == []


def test_a_second_demo_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    """The first start loads the samples; the next one finds them, and touches nothing that was done meanwhile."""
    settings = read_settings(data_dir=tmp_path / "demo")
    known = prepare(settings)
    store = Store(settings.database_url)
    with store.transaction() as records:
        records.get(RegisteredObject, "AL00001").status = "closed"
        records.journal("test.mark", "here", by=None, at=NOW)
    before = _number_of_lines(store)
    assert prepare(settings) == known == {"S2601", "S2602", "S2603", "S2604"}
    with store.reading() as records:
        assert records.get(RegisteredObject, "AL00001").status == "closed"
    assert _number_of_lines(store) == before
    store.close()


def _number_of_lines(store: Store) -> int:
    with store.reading() as records:
        return len(records.session.execute(select(JournalLine)).scalars().all())
